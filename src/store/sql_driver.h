/* What a database brings to sql.h: one SqlDriver, in one file that alone includes the database's header. Only sql.c and the
 * drivers include this. */
#ifndef STORE_SQL_DRIVER_H
#define STORE_SQL_DRIVER_H

#include "store/sql.h"

typedef struct SqlDriver SqlDriver;

/* A driver's own struct begins with one. */
struct Sql {
	const SqlDriver *driver;
	GHashTable *cache; /* statement text (by address) -> SqlStatement */
	gboolean in_transaction;
	gboolean in_batch;
};

struct SqlStatement {
	Sql *sql;
	gboolean cached; /* else it is a twin, ended when it is finished */
	gboolean in_use;
};

/* Each does what sql.h says of the function of its name; sql.c keeps the cache, `in_transaction` and `in_batch`. */
struct SqlDriver {
	const char *scheme; /* "sqlite" */
	Sql *(*open)(const char *location, gboolean create, GError **error);
	Sql *(*open_to_read)(const char *location, GError **error);
	gboolean (*is_steady)(const Sql *sql);
	Sql *(*open_scratch)(GError **error);
	void (*close)(Sql *sql);
	gboolean (*begin)(Sql *sql, SqlTransaction kind, GError **error);
	gboolean (*commit)(Sql *sql, GError **error);
	void (*rollback)(Sql *sql);
	gint64 (*written)(const Sql *sql);
	gboolean (*script)(Sql *sql, const char *text, GError **error);
	gboolean (*lock)(Sql *sql, const char *name, gboolean *got, GError **error);
	gboolean (*has_table)(Sql *sql, const char *name, gboolean *has, GError **error);
	SqlStatement *(*prepare)(Sql *sql, const char *text, GError **error);
	void (*reset)(SqlStatement *statement); /* to before the first step, nothing bound */
	void (*end)(SqlStatement *statement);   /* frees it */
	guint (*parameters)(const SqlStatement *statement);
	const char *(*parameter)(const SqlStatement *statement, guint index);
	void (*bind_text)(SqlStatement *statement, const char *name, const char *value);
	void (*bind_integer)(SqlStatement *statement, const char *name, gint64 value);
	void (*bind_blob)(SqlStatement *statement, const char *name, const void *bytes, gsize length);
	SqlStep (*step)(SqlStatement *statement, GError **error);
	gint64 (*changes)(SqlStatement *statement); /* rows written by the last run */
	guint (*columns)(const SqlStatement *statement);
	const char *(*column_name)(const SqlStatement *statement, guint column);
	gboolean (*is_null)(SqlStatement *statement, guint column);
	const char *(*text)(SqlStatement *statement, guint column);
	gint64 (*integer)(SqlStatement *statement, guint column);
	const void *(*blob)(SqlStatement *statement, guint column, gsize *length);
	gboolean (*same_value)(SqlStatement *a, SqlStatement *b, guint column);
};

extern const SqlDriver sql_sqlite;

#endif
