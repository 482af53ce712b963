/* Opening the store, its transactions, and what it keeps beside the record: blobs and runtime values.
 *
 * Invariants: inside a write transaction last_seq and last_hash are those of the last event, read when it began since another
 * process may have appended; after a refused event nothing but a rollback is possible.
 */
#include "store/store.h"

#include "base/error.h"
#include "store/schema.h"
#include "store/store_internal.h"

#include <string.h>

static const char LAST_EVENT[] = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1";
static const char INSERT_BLOB[] = "INSERT INTO blob (sha256, bytes) VALUES (:sha256, :bytes) ON CONFLICT (sha256) DO NOTHING";
static const char SELECT_BLOB[] = "SELECT bytes FROM blob WHERE sha256 = :sha256";
static const char UPSERT_RUNTIME[] =
	"INSERT INTO runtime (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
static const char SELECT_RUNTIME[] = "SELECT value FROM runtime WHERE name = :name";

static gboolean append_created(Store *store, gint64 now, GError **error)
{
	Event *event = event_new("store.created", now, NULL, NULL);
	js_object_set_integer(event->data, "schema", schema_version());
	return store_append(store, event, NULL, error);
}

static gboolean migrate(Store *store, gint64 now, GError **error)
{
	if (!sql_begin(store->sql, SQL_WRITE, error))
		return FALSE;
	int found;
	gboolean done = schema_migrate(store->sql, &found, error);
	if (done && found == 0) {
		store->last_seq = 0;
		g_strlcpy(store->last_hash, EVENT_HASH_ZERO, sizeof store->last_hash);
		done = append_created(store, now, error);
	}
	done = done && sql_commit(store->sql, error);
	if (!done)
		sql_rollback(store->sql);
	return done;
}

static gboolean make_ready(Store *store, gboolean create, gint64 now, GError **error)
{
	int version;
	if (!schema_read_version(store->sql, &version, error))
		return FALSE;
	if (version == schema_version())
		return TRUE;
	if (version == 0 && !create) {
		error_set(error, ERROR_NOT_FOUND, "the file holds no store yet");
		return FALSE;
	}
	return migrate(store, now, error);
}

Store *store_open(const char *uri, gboolean create, gint64 now, GError **error)
{
	g_autoptr(Store) store = g_new0(Store, 1);
	store->sql = sql_open(uri, create, error);
	if (store->sql == NULL)
		return NULL;
	if (!make_ready(store, create, now, error)) {
		g_prefix_error(error, "store %s: ", uri);
		return NULL;
	}
	return g_steal_pointer(&store);
}

static gboolean check_readable(Store *store, GError **error)
{
	int version;
	if (!sql_begin(store->sql, SQL_READ, error) || !schema_read_version(store->sql, &version, error))
		return FALSE;
	if (version != schema_version())
		error_set(error, version ? ERROR_CONFIG : ERROR_NOT_FOUND,
		          version ? "it is of another version of Akkoord; a pass of this one brings it up to date" : "the file holds no store yet");
	return version == schema_version();
}

Store *store_open_to_read(const char *uri, GError **error)
{
	g_autoptr(Store) store = g_new0(Store, 1);
	store->sql = sql_open_to_read(uri, error);
	if (store->sql == NULL)
		return NULL;
	if (!check_readable(store, error)) {
		g_prefix_error(error, "store %s: ", uri);
		return NULL;
	}
	return g_steal_pointer(&store);
}

gboolean store_is_steady(const Store *store)
{
	return sql_is_steady(store->sql);
}

void store_close(Store *store)
{
	if (store == NULL)
		return;
	g_clear_pointer(&store->facts, g_hash_table_unref);
	store_forget_kept(store);
	sql_close(store->sql);
	g_free(store);
}

static gboolean read_last(Store *store, GError **error)
{
	store->last_seq = 0;
	g_strlcpy(store->last_hash, EVENT_HASH_ZERO, sizeof store->last_hash);
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LAST_EVENT, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step = sql_step(statement, error);
	if (step == SQL_ROW) {
		store->last_seq = sql_integer(statement, 0);
		g_strlcpy(store->last_hash, sql_text(statement, 1), sizeof store->last_hash);
	}
	return step != SQL_FAILED;
}

gboolean store_last_event(Store *store, gint64 *seq, GError **error)
{
	if (!read_last(store, error))
		return FALSE;
	*seq = store->last_seq;
	return TRUE;
}

gboolean store_is_writing(const Store *store)
{
	return sql_in_transaction(store->sql) || sql_in_batch(store->sql);
}

gboolean store_begin(Store *store, GError **error)
{
	if (!sql_begin(store->sql, SQL_WRITE, error))
		return FALSE;
	store->failed = FALSE;
	if (sql_in_batch(store->sql)) {
		store->part_seq = store->last_seq;
		memcpy(store->part_hash, store->last_hash, sizeof store->part_hash);
		return TRUE;
	}
	store_forget_kept(store);
	if (read_last(store, error))
		return TRUE;
	sql_rollback(store->sql);
	return FALSE;
}

gboolean store_commit(Store *store, GError **error)
{
	if (store->failed) {
		error_set(error, ERROR_INVALID, "a transaction with a refused event can only be rolled back");
		return FALSE;
	}
	return sql_commit(store->sql, error);
}

void store_rollback(Store *store)
{
	store_forget_kept(store);
	if (sql_in_batch(store->sql) && sql_in_transaction(store->sql)) {
		store->last_seq = store->part_seq;
		memcpy(store->last_hash, store->part_hash, sizeof store->last_hash);
	}
	sql_rollback(store->sql);
	store->failed = FALSE;
}

gboolean store_batch_begin(Store *store, GError **error)
{
	if (!sql_batch_begin(store->sql, error))
		return FALSE;
	store_forget_kept(store);
	if (read_last(store, error))
		return TRUE;
	sql_batch_end(store->sql, NULL);
	return FALSE;
}

gboolean store_batch_end(Store *store, GError **error)
{
	return sql_batch_end(store->sql, error);
}

gboolean store_snapshot_begin(Store *store, gboolean *own, GError **error)
{
	*own = !sql_in_transaction(store->sql);
	if (*own)
		store_forget_kept(store);
	return !*own || sql_begin(store->sql, SQL_READ, error);
}

void store_snapshot_end(Store *store, gboolean own)
{
	if (own)
		sql_rollback(store->sql);
}

gint64 store_mark(const Store *store)
{
	return sql_in_batch(store->sql) ? sql_written(store->sql) + 1 : 0;
}

GPtrArray *store_rows_of(Store *store, const char *question, const char *parameter, const char *value, SqlRead read,
                         GDestroyNotify destroy, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, parameter, value);
	return sql_collect(statement, read, destroy, error);
}

gpointer store_row_of(Store *store, const char *question, const char *parameter, const char *value, SqlRead read, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, parameter, value);
	return sql_first(statement, read, error);
}

gboolean store_keep_blob(Store *store, const char *sha256, const void *bytes, gsize length, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT_BLOB, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":sha256", sha256);
	sql_bind_blob(statement, ":bytes", bytes, length);
	return sql_run(statement, NULL, error);
}

gboolean store_put_blob(Store *store, const void *bytes, gsize length, char *sha256, GError **error)
{
	sha256_hex(bytes, length, sha256);
	return store_keep_blob(store, sha256, bytes, length, error);
}

static gpointer read_bytes(SqlStatement *statement, GError **error)
{
	(void)error;
	gsize length;
	const void *bytes = sql_blob(statement, 0, &length);
	return g_bytes_new(bytes, length);
}

GBytes *store_blob(Store *store, const char *sha256, GError **error)
{
	g_autoptr(GError) failure = NULL;
	GBytes *bytes = store_row_of(store, SELECT_BLOB, ":sha256", sha256, read_bytes, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (bytes == NULL)
		error_set(error, ERROR_NOT_FOUND, "no document %s in the store", sha256);
	return bytes;
}

gboolean store_runtime_set(Store *store, const char *key, gint64 value, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, UPSERT_RUNTIME, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":name", key);
	sql_bind_integer(statement, ":value", value);
	return sql_run(statement, NULL, error);
}

gboolean store_runtime_get(Store *store, const char *key, gint64 *value, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, SELECT_RUNTIME, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":name", key);
	SqlStep step = sql_step(statement, error);
	if (step != SQL_FAILED)
		*value = step == SQL_ROW ? sql_integer(statement, 0) : G_MININT64;
	return step != SQL_FAILED;
}
