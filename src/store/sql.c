/* The part of SQL access that is the same for every database: which driver, the cache of prepared statements, and reading rows
 * into structs.
 *
 * Invariants: a cached statement is handed out to one user at a time; a statement that is not in use is reset, so that it holds no
 * read lock and no borrowed values.
 */
#include "store/sql.h"

#include "base/error.h"
#include "base/instant.h"
#include "store/sql_driver.h"

#include <string.h>

static const SqlDriver *const DRIVERS[] = {&sql_sqlite};

static const char PART_BEGIN[] = "SAVEPOINT part";
static const char PART_COMMIT[] = "RELEASE part";
static const char PART_ROLLBACK[] = "ROLLBACK TO part";

static void statement_end(gpointer data)
{
	SqlStatement *statement = data;
	statement->sql->driver->end(statement);
}

static Sql *sql_ready(Sql *sql, const SqlDriver *driver)
{
	if (sql == NULL)
		return NULL;
	sql->driver = driver;
	sql->cache = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, statement_end);
	return sql;
}

static const SqlDriver *find_driver(const char *uri, const char **location, GError **error)
{
	const char *colon = strchr(uri, ':');
	for (gsize i = 0; colon != NULL && i < G_N_ELEMENTS(DRIVERS); i++) {
		*location = colon + 1;
		if (strlen(DRIVERS[i]->scheme) == (gsize)(colon - uri) && g_str_has_prefix(uri, DRIVERS[i]->scheme))
			return DRIVERS[i];
	}
	error_set(error, ERROR_CONFIG, "store \"%s\": no such kind of database; wanted sqlite:/PATH", uri);
	return NULL;
}

Sql *sql_open(const char *uri, gboolean create, GError **error)
{
	const char *location;
	const SqlDriver *driver = find_driver(uri, &location, error);
	return driver == NULL ? NULL : sql_ready(driver->open(location, create, error), driver);
}

Sql *sql_open_to_read(const char *uri, GError **error)
{
	const char *location;
	const SqlDriver *driver = find_driver(uri, &location, error);
	return driver == NULL ? NULL : sql_ready(driver->open_to_read(location, error), driver);
}

gboolean sql_is_steady(const Sql *sql)
{
	return sql->driver->is_steady(sql);
}

Sql *sql_open_scratch(const Sql *like, GError **error)
{
	return sql_ready(like->driver->open_scratch(error), like->driver);
}

void sql_close(Sql *sql)
{
	if (sql == NULL)
		return;
	sql->in_batch = FALSE;
	sql->driver->rollback(sql);
	g_hash_table_unref(sql->cache);
	sql->driver->close(sql);
}

static gboolean run_alone(Sql *sql, const char *text, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(sql, text, error);
	return statement != NULL && sql_run(statement, NULL, error);
}

gboolean sql_begin(Sql *sql, SqlTransaction kind, GError **error)
{
	if (sql->in_transaction) {
		error_set(error, ERROR_INVALID, "a transaction was begun inside another");
		return FALSE;
	}
	sql->in_transaction = sql->in_batch ? run_alone(sql, PART_BEGIN, error) : sql->driver->begin(sql, kind, error);
	return sql->in_transaction;
}

gboolean sql_commit(Sql *sql, GError **error)
{
	if (!sql->in_transaction) {
		error_set(error, ERROR_INVALID, "there is no transaction to commit");
		return FALSE;
	}
	if (!(sql->in_batch ? run_alone(sql, PART_COMMIT, error) : sql->driver->commit(sql, error)))
		return FALSE;
	sql->in_transaction = FALSE;
	return TRUE;
}

/* Where the database has given up the whole, there is no part to roll back, and nothing more of the batch succeeds. */
static void roll_back_part(Sql *sql)
{
	if (run_alone(sql, PART_ROLLBACK, NULL))
		run_alone(sql, PART_COMMIT, NULL);
}

void sql_rollback(Sql *sql)
{
	if (!sql->in_transaction)
		return;
	if (sql->in_batch)
		roll_back_part(sql);
	else
		sql->driver->rollback(sql);
	sql->in_transaction = FALSE;
}

gboolean sql_batch_begin(Sql *sql, GError **error)
{
	if (sql->in_transaction || sql->in_batch) {
		error_set(error, ERROR_INVALID, "a batch was begun inside a transaction");
		return FALSE;
	}
	sql->in_batch = sql->driver->begin(sql, SQL_WRITE, error);
	return sql->in_batch;
}

gboolean sql_batch_end(Sql *sql, GError **error)
{
	sql_rollback(sql);
	sql->in_batch = FALSE;
	if (sql->driver->commit(sql, error))
		return TRUE;
	sql->driver->rollback(sql);
	return FALSE;
}

gboolean sql_in_batch(const Sql *sql)
{
	return sql->in_batch;
}

gboolean sql_in_transaction(const Sql *sql)
{
	return sql->in_transaction;
}

gint64 sql_written(const Sql *sql)
{
	return sql->driver->written(sql);
}

gboolean sql_script(Sql *sql, const char *text, GError **error)
{
	return sql->driver->script(sql, text, error);
}

gboolean sql_has_table(Sql *sql, const char *name, gboolean *has, GError **error)
{
	return sql->driver->has_table(sql, name, has, error);
}

gboolean sql_lock(Sql *sql, const char *name, gboolean *got, GError **error)
{
	return sql->driver->lock(sql, name, got, error);
}

SqlStatement *sql_prepare(Sql *sql, const char *text, GError **error)
{
	SqlStatement *statement = g_hash_table_lookup(sql->cache, text);
	if (statement != NULL && !statement->in_use) {
		statement->in_use = TRUE;
		return statement;
	}
	gboolean twin = statement != NULL;
	statement = sql->driver->prepare(sql, text, error);
	if (statement == NULL)
		return NULL;
	statement->sql = sql;
	statement->in_use = TRUE;
	statement->cached = !twin;
	if (!twin)
		g_hash_table_insert(sql->cache, (gpointer)(guintptr)text, statement);
	return statement;
}

void sql_finish(SqlStatement *statement)
{
	if (statement == NULL)
		return;
	if (!statement->cached) {
		statement_end(statement);
		return;
	}
	statement->sql->driver->reset(statement);
	statement->in_use = FALSE;
}

guint sql_parameters(const SqlStatement *statement)
{
	return statement->sql->driver->parameters(statement);
}

const char *sql_parameter(const SqlStatement *statement, guint index)
{
	return statement->sql->driver->parameter(statement, index);
}

void sql_bind_text(SqlStatement *statement, const char *name, const char *value)
{
	statement->sql->driver->bind_text(statement, name, value);
}

void sql_bind_integer(SqlStatement *statement, const char *name, gint64 value)
{
	statement->sql->driver->bind_integer(statement, name, value);
}

void sql_bind_instant(SqlStatement *statement, const char *name, gint64 value)
{
	if (value != INSTANT_NONE)
		sql_bind_integer(statement, name, value);
	else
		sql_bind_text(statement, name, NULL);
}

void sql_bind_blob(SqlStatement *statement, const char *name, const void *bytes, gsize length)
{
	statement->sql->driver->bind_blob(statement, name, bytes, length);
}

SqlStep sql_step(SqlStatement *statement, GError **error)
{
	return statement->sql->driver->step(statement, error);
}

gboolean sql_run(SqlStatement *statement, gint64 *changes, GError **error)
{
	SqlStep step;
	do
		step = sql_step(statement, error);
	while (step == SQL_ROW);
	if (step == SQL_DONE && changes != NULL)
		*changes = statement->sql->driver->changes(statement);
	return step == SQL_DONE;
}

guint sql_columns(const SqlStatement *statement)
{
	return statement->sql->driver->columns(statement);
}

const char *sql_column_name(const SqlStatement *statement, guint column)
{
	return statement->sql->driver->column_name(statement, column);
}

gboolean sql_is_null(SqlStatement *statement, guint column)
{
	return statement->sql->driver->is_null(statement, column);
}

const char *sql_text(SqlStatement *statement, guint column)
{
	return statement->sql->driver->text(statement, column);
}

char *sql_text_dup(SqlStatement *statement, guint column)
{
	return g_strdup(sql_text(statement, column));
}

gint64 sql_integer(SqlStatement *statement, guint column)
{
	return statement->sql->driver->integer(statement, column);
}

gint64 sql_instant(SqlStatement *statement, guint column)
{
	return sql_is_null(statement, column) ? INSTANT_NONE : sql_integer(statement, column);
}

const void *sql_blob(SqlStatement *statement, guint column, gsize *length)
{
	return statement->sql->driver->blob(statement, column, length);
}

gboolean sql_same_value(SqlStatement *a, SqlStatement *b, guint column)
{
	return a->sql->driver->same_value(a, b, column);
}

GPtrArray *sql_collect(SqlStatement *statement, SqlRead read, GDestroyNotify destroy, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(destroy);
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		gpointer row = read(statement, error);
		if (row == NULL)
			return NULL;
		g_ptr_array_add(rows, row);
	}
	return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

gpointer sql_first(SqlStatement *statement, SqlRead read, GError **error)
{
	return sql_step(statement, error) == SQL_ROW ? read(statement, error) : NULL;
}
