/* The record checked against itself, from the first event to the last, in one reading and in constant memory.
 *
 * What fits: numbers without gaps from 1, each hash from the one before, the side record of every event that speaks of one
 * (whole, or erased with its salt), the bytes of every queued message (whole, or erased), every document an event names, and
 * every document under its own SHA-256.
 */
#include "base/error.h"
#include "store/store_body.h"
#include "store/store_internal.h"

#include <string.h>

static const char RECORD[] =
	"SELECT event.seq, event.canonical, event.hash, event.invoice, side.seq, side.salt, side.body"
	" FROM event LEFT JOIN side ON side.seq = event.seq ORDER BY event.seq";
static const char STRAY_SIDE[] =
	"SELECT side.seq FROM side WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.seq = side.seq) ORDER BY side.seq LIMIT 1";
static const char BODY_OF[] = "SELECT bytes FROM message_body WHERE message = :message";
static const char HAS_BLOB[] = "SELECT 1 FROM blob WHERE sha256 = :sha256";
static const char BLOBS[] = "SELECT sha256, bytes FROM blob ORDER BY sha256";

enum { SEQ, CANONICAL, HASH, INVOICE, SIDE_SEQ, SALT, BODY };

typedef struct {
	Store *store;
	gint64 seq; /* of the last event that fits */
	char hash[SHA256_HEX_SIZE];
} Verification;

static gboolean misfit(const Event *event, const char *why, GError **error)
{
	error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " (%s): %s", event->seq, event->type, why);
	return FALSE;
}

/* The type, for a message about an event that is not trusted any more. */
static char *claimed_type(const char *canonical)
{
	g_autoptr(Json) object = js_parse(canonical, strlen(canonical), NULL);
	const char *type = object != NULL ? js_object_get_string(object, "type") : NULL;
	return g_strdup(type != NULL ? type : "unreadable");
}

static gboolean check_chain(const Verification *so_far, SqlStatement *row, GError **error)
{
	gint64 seq = sql_integer(row, SEQ);
	const char *canonical = sql_text(row, CANONICAL);
	const char *hash = sql_text(row, HASH);
	if (seq != so_far->seq + 1) {
		error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " is missing: after %" G_GINT64_FORMAT " comes %" G_GINT64_FORMAT,
		          so_far->seq + 1, so_far->seq, seq);
		return FALSE;
	}
	if (event_chain_holds(so_far->hash, canonical, hash))
		return TRUE;
	g_autofree char *type = claimed_type(canonical);
	if (seq == 1)
		error_set(error, ERROR_BROKEN, "event 1 (%s): its hash is not that of a first event", type);
	else
		error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " (%s): its hash does not follow from event %" G_GINT64_FORMAT, seq, type,
		          so_far->seq);
	return FALSE;
}

static gboolean check_side(const Event *event, SqlStatement *row, GError **error)
{
	gboolean has = !sql_is_null(row, SIDE_SEQ);
	if (event->private_hash[0] == '\0')
		return !has || misfit(event, "it has a side record that it does not speak of", error);
	if (!has)
		return misfit(event, "its side record is missing", error);
	const char *salt = sql_text(row, SALT);
	const char *body = sql_text(row, BODY);
	if (body == NULL)
		return salt == NULL || misfit(event, "its side record is erased, but not its salt", error);
	if (salt == NULL)
		return misfit(event, "its side record has no salt", error);
	char hash[SHA256_HEX_SIZE];
	sha256_hex2(salt, strlen(salt), body, strlen(body), hash);
	return strcmp(hash, event->private_hash) == 0 || misfit(event, "its side record was altered", error);
}

static gboolean check_bytes(Store *store, const Event *event, GError **error)
{
	const char *message = js_object_get_string(event->data, "message");
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BODY_OF, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":message", message);
	SqlStep step = sql_step(statement, error);
	if (step == SQL_FAILED)
		return FALSE;
	if (step == SQL_DONE)
		return misfit(event, "the message's bytes are missing", error);
	if (sql_is_null(statement, 0))
		return TRUE;
	gsize length;
	const void *outline = sql_blob(statement, 0, &length);
	g_autoptr(GBytes) whole = store_body_join(store, message, outline, length, error);
	if (whole == NULL)
		return FALSE;
	const void *bytes = g_bytes_get_data(whole, &length);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(bytes, length, sha256);
	return g_strcmp0(sha256, js_object_get_string(event->data, "sha256")) == 0 ||
	       misfit(event, "the message's bytes were altered", error);
}

static gboolean check_document(Store *store, const Event *event, const char *sha256, GError **error)
{
	if (sha256 == NULL)
		return TRUE;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, HAS_BLOB, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":sha256", sha256);
	SqlStep step = sql_step(statement, error);
	if (step == SQL_FAILED)
		return FALSE;
	g_autofree char *why = g_strdup_printf("document %s, which it names, is missing", sha256);
	return step == SQL_ROW || misfit(event, why, error);
}

static gboolean check_documents(Store *store, const Event *event, GError **error)
{
	if (!check_document(store, event, js_object_get_string(event->data, "document"), error))
		return FALSE;
	if (strcmp(event->type, "policy.applied") != 0)
		return TRUE;
	if (!check_document(store, event, js_object_get_string(event->data, "policy"), error))
		return FALSE;
	const Json *files = js_object_get(event->data, "files");
	for (gsize i = 0; i < js_array_length(files); i++)
		if (!check_document(store, event, js_object_get_string(js_array_get(files, i), "document"), error))
			return FALSE;
	return TRUE;
}

static gboolean check_event(Verification *so_far, SqlStatement *row, GError **error)
{
	if (!check_chain(so_far, row, error))
		return FALSE;
	gint64 seq = sql_integer(row, SEQ);
	g_autoptr(Event) event = event_parse(sql_text(row, CANONICAL), sql_text(row, HASH), error);
	if (event == NULL) {
		g_prefix_error(error, "event %" G_GINT64_FORMAT ": ", seq);
		return FALSE;
	}
	if (event->seq != seq)
		return misfit(event, "it stands under another number", error);
	if (g_strcmp0(event->invoice, sql_text(row, INVOICE)) != 0)
		return misfit(event, "it is filed under another invoice", error);
	if (!check_side(event, row, error) || !check_documents(so_far->store, event, error))
		return FALSE;
	if (strcmp(event->type, "message.queued") == 0 && !check_bytes(so_far->store, event, error))
		return FALSE;
	so_far->seq = seq;
	g_strlcpy(so_far->hash, event->hash, sizeof so_far->hash);
	return TRUE;
}

static gboolean check_record(Verification *so_far, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(so_far->store->sql, RECORD, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW)
		if (!check_event(so_far, statement, error))
			return FALSE;
	return step == SQL_DONE;
}

/* Left behind where somebody cut the last events off without care. */
static gboolean check_stray(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, STRAY_SIDE, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step = sql_step(statement, error);
	if (step == SQL_ROW)
		error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " is missing: only its side record is there", sql_integer(statement, 0));
	return step == SQL_DONE;
}

static gboolean check_blobs(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BLOBS, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		gsize length;
		const void *bytes = sql_blob(statement, 1, &length);
		char sha256[SHA256_HEX_SIZE];
		sha256_hex(bytes, length, sha256);
		if (strcmp(sha256, sql_text(statement, 0)) == 0)
			continue;
		error_set(error, ERROR_BROKEN, "document %s was altered: its SHA-256 is now %s", sql_text(statement, 0), sha256);
		return FALSE;
	}
	return step == SQL_DONE;
}

gboolean store_verify(Store *store, gint64 *events, GError **error)
{
	gboolean own;
	if (!store_snapshot_begin(store, &own, error))
		return FALSE;
	Verification so_far = {.store = store, .hash = EVENT_HASH_ZERO};
	gboolean fits = check_record(&so_far, error) && check_stray(store, error) && check_blobs(store, error);
	store_snapshot_end(store, own);
	if (fits)
		*events = so_far.seq;
	return fits;
}
