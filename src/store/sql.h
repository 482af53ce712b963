/* SQL as the store speaks it, whichever database is below.
 *
 * Statements are constants in the subset that SQLite and PostgreSQL share, with parameters by name (":approval"). Scripts
 * (the schema) name the types TEXT, INTEGER (64 bits) and BLOB, and a table of small rows that is kept in the order of its key is
 * WITHOUT ROWID; a driver puts its own words for them, or none.
 *
 * Errors: ERROR_TRANSIENT (busy, disk full, out of memory), ERROR_CONFLICT (a key or reference is violated), ERROR_INVALID (a
 * value that a column refuses), ERROR_FORBIDDEN (may not read or write the file), ERROR_BROKEN (not a database, corrupt).
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <glib.h>

typedef struct Sql Sql;
typedef struct SqlStatement SqlStatement;

/* `uri`: "sqlite:/path". ERROR_CONFIG: no such database; ERROR_NOT_FOUND: no such file, and not `create`. */
Sql *sql_open(const char *uri, gboolean create, GError **error);
/* The same to be read only: nothing is written beside it either, and no lock keeps a writer off. ERROR_FORBIDDEN on any attempt to write. */
Sql *sql_open_to_read(const char *uri, GError **error);
/* FALSE where, of a database that was open to be read, what was read since may not fit together: nobody wrote to it when it was opened, and somebody does now. */
gboolean sql_is_steady(const Sql *sql);
/* An empty database of the same kind that is gone when it is closed: for rebuilding, without durability. */
Sql *sql_open_scratch(const Sql *like, GError **error);
void sql_close(Sql *sql);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sql, sql_close)

/* SQL_WRITE locks out other writers at once; SQL_READ sees one state until it ends. Not nested. */
typedef enum { SQL_READ, SQL_WRITE } SqlTransaction;
gboolean sql_begin(Sql *sql, SqlTransaction kind, GError **error);
gboolean sql_commit(Sql *sql, GError **error);
void sql_rollback(Sql *sql); /* nothing to do where there is no transaction */
gboolean sql_in_transaction(const Sql *sql);

/* A batch: writing transactions from its beginning to its end are parts of one, which is on disk, all or nothing, when the end returns TRUE. Each part still begins, commits and
 * rolls back as if it were alone; what is written between parts counts too. Other writers are locked out all the while. Not nested. The end rolls back a part that is open. */
gboolean sql_batch_begin(Sql *sql, GError **error);
gboolean sql_batch_end(Sql *sql, GError **error);
gboolean sql_in_batch(const Sql *sql);

/* How many rows were written since it was opened, also those that were rolled back. */
gint64 sql_written(const Sql *sql);

/* One or several statements without parameters or rows. */
gboolean sql_script(Sql *sql, const char *text, GError **error);
gboolean sql_has_table(Sql *sql, const char *name, gboolean *has, GError **error);

/* A lock of that name (letters) that one process at a time holds until it closes the database or dies; held already: *got is TRUE again. */
gboolean sql_lock(Sql *sql, const char *name, gboolean *got, GError **error);

/* `text` is a constant that lives as long as the Sql: prepared once, then taken from the cache by its address. A statement
 * that is still in use (a visitor asks the same question again) gets a twin. Finishing gives it back. */
SqlStatement *sql_prepare(Sql *sql, const char *text, GError **error);
void sql_finish(SqlStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlStatement, sql_finish)

/* The parameters' names, with the colon. */
guint sql_parameters(const SqlStatement *statement);
const char *sql_parameter(const SqlStatement *statement, guint index);

/* Values are borrowed until sql_finish. What is not bound is NULL, as is a NULL text or blob and INSTANT_NONE. A name that the
 * statement does not have is a mistake of ours. A failure is told by the next sql_step. */
void sql_bind_text(SqlStatement *statement, const char *name, const char *value);
void sql_bind_integer(SqlStatement *statement, const char *name, gint64 value);
void sql_bind_instant(SqlStatement *statement, const char *name, gint64 value);
void sql_bind_blob(SqlStatement *statement, const char *name, const void *bytes, gsize length);

typedef enum { SQL_ROW, SQL_DONE, SQL_FAILED } SqlStep;
SqlStep sql_step(SqlStatement *statement, GError **error);
/* Steps to the end; *changes (may be NULL) is how many rows were written. */
gboolean sql_run(SqlStatement *statement, gint64 *changes, GError **error);

/* Columns of the current row, from 0. Text and blobs are borrowed until the next step; NULL is NULL, 0 or INSTANT_NONE. */
guint sql_columns(const SqlStatement *statement);
const char *sql_column_name(const SqlStatement *statement, guint column);
gboolean sql_is_null(SqlStatement *statement, guint column);
const char *sql_text(SqlStatement *statement, guint column);
char *sql_text_dup(SqlStatement *statement, guint column);
gint64 sql_integer(SqlStatement *statement, guint column);
gint64 sql_instant(SqlStatement *statement, guint column);
const void *sql_blob(SqlStatement *statement, guint column, gsize *length);

/* TRUE where both rows hold the same value there, of the same type. */
gboolean sql_same_value(SqlStatement *a, SqlStatement *b, guint column);

/* All rows, each made into a struct by `read`; the array frees them with `destroy`. NULL on failure. */
typedef gpointer (*SqlRead)(SqlStatement *statement, GError **error);
GPtrArray *sql_collect(SqlStatement *statement, SqlRead read, GDestroyNotify destroy, GError **error);
/* The first row, or NULL without an error where there is none. */
gpointer sql_first(SqlStatement *statement, SqlRead read, GError **error);

#endif
