/* The record: events sealed, appended and read back.
 *
 * Invariant: an event, its side record and what it does to the tables are written together or not at all.
 */
#include "base/error.h"
#include "store/apply.h"
#include "store/store_body.h"
#include "store/store_internal.h"

#include <string.h>

static const char INSERT_EVENT[] =
	"INSERT INTO event (seq, canonical, hash, invoice) VALUES (:seq, :canonical, :hash, :invoice)";
static const char INSERT_SIDE[] = "INSERT INTO side (seq, salt, body) VALUES (:seq, :salt, :body)";

#define EVENT_COLUMNS "SELECT event.canonical, event.hash, side.salt, side.body FROM event LEFT JOIN side ON side.seq = event.seq"
static const char EVENTS[] = EVENT_COLUMNS " WHERE event.seq > :after ORDER BY event.seq LIMIT :limit";
static const char EVENTS_OF_INVOICE[] =
	EVENT_COLUMNS " WHERE event.invoice = :invoice AND event.seq > :after ORDER BY event.seq LIMIT :limit";

static gboolean write_side(Store *store, const Event *event, GError **error)
{
	if (event->private_canonical == NULL)
		return TRUE;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT_SIDE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":seq", event->seq);
	sql_bind_text(statement, ":salt", event->private_salt);
	sql_bind_text(statement, ":body", event->private_canonical);
	return sql_run(statement, NULL, error);
}

static gboolean write_event(Store *store, const Event *event, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT_EVENT, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":seq", event->seq);
	sql_bind_text(statement, ":canonical", event->canonical);
	sql_bind_text(statement, ":hash", event->hash);
	sql_bind_text(statement, ":invoice", event->invoice);
	return sql_run(statement, NULL, error);
}

static gboolean append(Store *store, Event *event, gint64 *seq, GError **error)
{
	if (!sql_in_transaction(store->sql)) {
		error_set(error, ERROR_INVALID, "event %s outside of a transaction", event->type);
		return FALSE;
	}
	store_forget_changed(store, event);
	event_seal(event, store->last_seq + 1, store->last_hash);
	if (!write_event(store, event, error) || !write_side(store, event, error) || !apply_event(store->sql, event, error)) {
		store->failed = TRUE;
		return FALSE;
	}
	store->last_seq = event->seq;
	g_strlcpy(store->last_hash, event->hash, sizeof store->last_hash);
	if (seq != NULL)
		*seq = event->seq;
	return TRUE;
}

gboolean store_append(Store *store, Event *event, gint64 *seq, GError **error)
{
	g_autoptr(Event) owned = event;
	if (g_str_equal(owned->type, "message.queued")) {
		error_set(error, ERROR_INVALID, "message.queued without the message's bytes");
		return FALSE;
	}
	return append(store, owned, seq, error);
}

static void set_files(Event *queued, const GPtrArray *files)
{
	if (files == NULL || files->len == 0)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < files->len; i++) {
		gsize length;
		const void *data = g_bytes_get_data(files->pdata[i], &length);
		char sha256[SHA256_HEX_SIZE];
		sha256_hex(data, length, sha256);
		js_array_append_string(array, sha256);
	}
	js_object_set(queued->data, "files", array);
}

gboolean store_append_message(Store *store, Event *queued, GBytes *bytes, gint64 *seq, GError **error)
{
	return store_append_message_with(store, queued, bytes, NULL, seq, error);
}

gboolean store_append_message_with(Store *store, Event *queued, GBytes *bytes, const GPtrArray *files, gint64 *seq, GError **error)
{
	g_autoptr(Event) owned = queued;
	const char *message = js_object_get_string(owned->data, "message");
	if (!g_str_equal(owned->type, "message.queued") || message == NULL) {
		error_set(error, ERROR_INVALID, "%s is not the queueing of a message", owned->type);
		return FALSE;
	}
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(data, length, sha256);
	js_object_set_string(owned->data, "sha256", sha256);
	set_files(owned, files);
	if (sql_in_transaction(store->sql) && !store_body_write(store, message, bytes, files, error)) {
		store->failed = TRUE;
		return FALSE;
	}
	return append(store, owned, seq, error);
}

Event *store_read_event(SqlStatement *statement, guint column, GError **error)
{
	g_autoptr(Event) event = event_parse(sql_text(statement, column), sql_text(statement, column + 1), error);
	if (event == NULL)
		return NULL;
	const char *salt = sql_text(statement, column + 2);
	const char *body = sql_text(statement, column + 3);
	if (salt != NULL)
		g_strlcpy(event->private_salt, salt, sizeof event->private_salt);
	if (body == NULL)
		return g_steal_pointer(&event);
	g_autoptr(GError) failure = NULL;
	event->private = js_parse(body, strlen(body), &failure);
	if (event->private == NULL) {
		error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " (%s): its side record cannot be read: %s", event->seq,
		          event->type, failure->message);
		return NULL;
	}
	return g_steal_pointer(&event);
}

static gpointer read_event(SqlStatement *statement, GError **error)
{
	return store_read_event(statement, 0, error);
}

static GPtrArray *read_page(Store *store, const char *invoice, gint64 after, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, invoice != NULL ? EVENTS_OF_INVOICE : EVENTS, error);
	if (statement == NULL)
		return NULL;
	if (invoice != NULL)
		sql_bind_text(statement, ":invoice", invoice);
	sql_bind_integer(statement, ":after", after);
	sql_bind_integer(statement, ":limit", STORE_PAGE);
	return sql_collect(statement, read_event, (GDestroyNotify)event_free, error);
}

gboolean store_events(Store *store, const char *invoice, gint64 after, EventVisit visit, gpointer user_data, GError **error)
{
	guint read;
	do {
		g_autoptr(GPtrArray) page = read_page(store, invoice, after, error);
		if (page == NULL)
			return FALSE;
		read = page->len;
		for (guint i = 0; i < page->len; i++) {
			const Event *event = page->pdata[i];
			after = event->seq;
			if (!visit(event, user_data))
				return TRUE;
		}
	} while (read == STORE_PAGE);
	return TRUE;
}
