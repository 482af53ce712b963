/* Policies, read. */
#include "store/store_internal.h"

#define POLICY_SELECT "SELECT version, at, sha256, author, note FROM policy ORDER BY version DESC"
static const char ALL[] = POLICY_SELECT;
static const char CURRENT[] = POLICY_SELECT " LIMIT 1";
static const char FILE_OF[] = "SELECT document FROM policy_file WHERE version = :version AND name = :name";

void policy_row_free(PolicyRow *row)
{
	if (row == NULL)
		return;
	g_free(row->sha256);
	g_free(row->author);
	g_free(row->note);
	g_free(row);
}

static gpointer read_policy(SqlStatement *statement, GError **error)
{
	(void)error;
	PolicyRow *row = g_new0(PolicyRow, 1);
	row->version = sql_integer(statement, 0);
	row->at = sql_integer(statement, 1);
	row->sha256 = sql_text_dup(statement, 2);
	row->author = sql_text_dup(statement, 3);
	row->note = sql_text_dup(statement, 4);
	return row;
}

PolicyRow *store_policy_current(Store *store, GError **error)
{
	PolicyRow *row = store_kept_policy(store);
	if (row != NULL)
		return row;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, CURRENT, error);
	row = statement != NULL ? sql_first(statement, read_policy, error) : NULL;
	if (row != NULL)
		store_keep_policy(store, row);
	return row;
}

GPtrArray *store_policies(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ALL, error);
	return statement != NULL ? sql_collect(statement, read_policy, (GDestroyNotify)policy_row_free, error) : NULL;
}

char *store_policy_file(Store *store, gint64 version, const char *name, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, FILE_OF, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":version", version);
	sql_bind_text(statement, ":name", name);
	return sql_step(statement, error) == SQL_ROW ? sql_text_dup(statement, 0) : NULL;
}
