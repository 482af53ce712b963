/* The ring of keys with which addresses and links are signed. Not part of the record, which auditors are given. */
#include "store/store_internal.h"

#include <string.h>

static const char NEWEST[] = "SELECT id, bytes, made FROM secret_key ORDER BY id DESC LIMIT 1";
static const char BY_ID[] = "SELECT id, bytes, made FROM secret_key WHERE id = :id";
static const char ADD[] =
	"INSERT INTO secret_key (id, bytes, made) SELECT COALESCE(MAX(id), 0) + 1, :bytes, :made FROM secret_key";

static gboolean read_key(SqlStatement *statement, SecretKey *key, gint64 *made, GError **error)
{
	gsize length;
	*key = (SecretKey){0};
	*made = INSTANT_NONE;
	const SqlStep step = sql_step(statement, error);
	if (step != SQL_ROW)
		return step != SQL_FAILED;
	const void *bytes = sql_blob(statement, 1, &length);
	if (length != sizeof key->bytes)
		return TRUE;
	memcpy(key->bytes, bytes, length);
	key->id = sql_integer(statement, 0);
	*made = sql_integer(statement, 2);
	return TRUE;
}

gboolean store_key_newest(Store *store, SecretKey *key, gint64 *made, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, NEWEST, error);
	return statement != NULL && read_key(statement, key, made, error);
}

gboolean store_key_of(Store *store, gint64 id, SecretKey *key, GError **error)
{
	gint64 made;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BY_ID, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":id", id);
	return read_key(statement, key, &made, error);
}

gboolean store_key_add(Store *store, gint64 now, GError **error)
{
	SecretKey key;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ADD, error);
	if (statement == NULL)
		return FALSE;
	secret_key_fill(&key);
	sql_bind_blob(statement, ":bytes", key.bytes, sizeof key.bytes);
	sql_bind_integer(statement, ":made", now);
	return sql_run(statement, NULL, error);
}
