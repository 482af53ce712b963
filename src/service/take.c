/* What comes in is read once, compared with what is known, and recorded in the caller's transaction. */
#include "service/take.h"

#include "audit/facts.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/approval.h"
#include "intake/folder.h"
#include "intake/read.h"
#include "service/closing.h"
#include "service/moving.h"

#include <string.h>

/* A file in a watched folder is taken once nobody wrote to it for so long. */
#define SETTLE_S 2

static const char *const verdicts[] = {"new", "known", "updated", "held", "refused"};

const char *take_verdict_name(TakeVerdict verdict)
{
	return verdicts[verdict];
}

void take_result_clear(TakeResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->reason, g_free);
	g_clear_pointer(&result->facts, invoice_facts_free);
}

static void refuse(TakeResult *result, const char *reason)
{
	result->verdict = TAKE_REFUSED;
	result->reason = g_strdup(reason);
}

void take_rehearse(GBytes *bytes, TakeResult *result)
{
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GError) failure = NULL;
	InvoiceFacts *partial = NULL;
	result->verdict = TAKE_NEW;
	result->facts = intake_read(data, length, &partial, &failure);
	if (result->facts)
		return;
	refuse(result, failure->message);
	result->is_ours = error_kind(failure) != ERROR_INVALID;
	result->facts = partial;
}

/* A document about to be recorded. */
typedef struct {
	Session *session;
	GBytes *bytes;
	const TakeOrigin *origin;
	const char *via; /* where it came through; an update that does not say keeps what is known */
	const char *document; /* SHA-256 */
	const char *identity;
	gint64 now;
	TakeResult *result;
} Taking;

static gboolean append_facts(const Taking *taking, const char *type, const char *invoice, gboolean restarts, GError **error)
{
	const InvoiceFacts *facts = taking->result->facts;
	char identity_hash[SHA256_HEX_SIZE];
	sha256_hex(taking->identity, strlen(taking->identity), identity_hash);
	g_autofree char *supplier_key = invoice_supplier_key(facts);
	g_autofree char *substance = invoice_substance(facts);
	Event *event = event_new(type, taking->now, NULL, invoice);
	Json *side = event_private(event);
	facts_to_event(facts, event->data, side);
	js_object_set_string(event->data, "document", taking->document);
	js_object_set_string(event->data, "identity", identity_hash);
	js_object_set_string(event->data, "source", taking->origin->source);
	if (taking->result->opens)
		js_object_set_instant(event->data, "opens", taking->result->opens);
	if (restarts)
		js_object_set_boolean(event->data, "restarts", TRUE);
	js_object_set_line(side, "identity", taking->identity);
	js_object_set_line(side, "supplier_key", supplier_key);
	js_object_set_line(side, "substance", substance);
	js_object_set_line(side, "file", taking->origin->file);
	js_object_set_line(side, "via", taking->via);
	return store_append(session_store(taking->session), event, NULL, error);
}

static gboolean keep_document(const Taking *taking, GError **error)
{
	gsize length;
	const void *data = g_bytes_get_data(taking->bytes, &length);
	return store_keep_blob(session_store(taking->session), taking->document, data, length, error);
}

static gboolean take_new(const Taking *taking, GError **error)
{
	taking->result->verdict = TAKE_NEW;
	taking->result->invoice = secret_random_id(8);
	taking->result->opens = taking->origin->opens;
	return keep_document(taking, error) && append_facts(taking, "invoice.received", taking->result->invoice, FALSE, error);
}

static gboolean take_update(Taking *taking, const InvoiceRow *known, gboolean restarts, GError **error)
{
	TakeResult *result = taking->result;
	taking->via = taking->via ? taking->via : known->via;
	result->verdict = TAKE_UPDATED;
	result->reason = g_strdup(restarts ? "amount, supplier or bank account changed: its approval starts anew" : "dates changed");
	if (!keep_document(taking, error))
		return FALSE;
	if (restarts && !closing_end_stage(taking->session, known->id, "restarted", 0, taking->now, error))
		return FALSE;
	return append_facts(taking, "invoice.updated", known->id, restarts, error) && (restarts || moving_deadlines(taking->session, known->id, "invoice-dates", taking->now, error));
}

/* The same identity is known: unchanged, an update while it is open, or held once it was decided. */
static gboolean take_again(Taking *taking, const InvoiceRow *known, GError **error)
{
	TakeResult *result = taking->result;
	result->invoice = g_strdup(known->id);
	g_autofree char *substance = invoice_substance(result->facts);
	gboolean restarts = g_strcmp0(substance, known->substance) != 0;
	gboolean dates_moved = result->facts->due_date.day != known->facts->due_date.day;
	if (!restarts && !dates_moved) {
		result->verdict = TAKE_KNOWN;
		return TRUE;
	}
	if (known->state == INVOICE_OPEN)
		return take_update(taking, known, restarts, error);
	result->verdict = TAKE_HELD;
	result->reason = g_strdup_printf("invoice %s of the same supplier, number and year was %s already, with another %s", known->id,
	                                 invoice_state_name(known->state), restarts ? "amount, supplier name or bank account" : "due date");
	return TRUE;
}

/* A document that was taken before: the record says what it is, but where another document has replaced it or names were erased. */
static void take_known(GBytes *bytes, const char *document, InvoiceRow *known, TakeResult *result)
{
	if (!g_strcmp0(known->document, document) && known->facts->number)
		result->facts = g_steal_pointer(&known->facts);
	else
		take_rehearse(bytes, result);
	g_clear_pointer(&result->reason, g_free);
	result->verdict = TAKE_KNOWN;
	result->invoice = g_strdup(known->id);
}

static gboolean take_unknown(Taking *taking, GError **error)
{
	TakeResult *result = taking->result;
	take_rehearse(taking->bytes, result);
	if (result->verdict == TAKE_REFUSED)
		return TRUE;
	g_autofree char *identity = invoice_identity(result->facts);
	g_autoptr(GError) failure = NULL;
	g_autoptr(InvoiceRow) known = store_invoice_by_identity(session_store(taking->session), identity, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	taking->identity = identity;
	return known ? take_again(taking, known, error) : take_new(taking, error);
}

gboolean take_document(Session *session, GBytes *bytes, const TakeOrigin *origin, gint64 now, TakeResult *result, GError **error)
{
	char document[SHA256_HEX_SIZE];
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	sha256_hex(data, length, document);
	g_autoptr(GError) failure = NULL;
	g_autoptr(InvoiceRow) known = store_invoice_by_document(session_store(session), document, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	Taking taking = {session, bytes, origin, origin->via, document, NULL, now, result};
	if (!known)
		return take_unknown(&taking, error);
	take_known(bytes, document, known, result);
	return TRUE;
}

/* --- watched folders --- */

static gboolean file_away(const char *path, const TakeResult *result, GError **error)
{
	if (result->verdict == TAKE_REFUSED || result->verdict == TAKE_HELD)
		return folder_file_failed(path, result->reason, error);
	return folder_file_done(path, error);
}

static gboolean take_file(Session *session, const char *path, gint64 now, TakeResult *result, GError **error)
{
	g_autoptr(GError) unreadable = NULL;
	g_autoptr(GBytes) bytes = folder_read(path, FALSE, &unreadable);
	if (!bytes) {
		if (error_kind(unreadable) != ERROR_INVALID) {
			g_propagate_error(error, g_steal_pointer(&unreadable));
			return FALSE;
		}
		refuse(result, unreadable->message);
		return TRUE;
	}
	g_autofree char *name = g_path_get_basename(path), *folder = g_path_get_dirname(path), *via = g_path_get_basename(folder);
	const TakeOrigin origin = {.source = "folder", .file = name, .via = via};
	gboolean ok = store_begin(session_store(session), error) && take_document(session, bytes, &origin, now, result, error);
	return session_end(session, ok, error);
}

/* One file that cannot be read or moved is left where it is, for the next pass; it never holds up those after it. */
static gboolean take_one(Session *session, const char *path, gint64 now)
{
	g_autoptr(GError) failure = NULL;
	TakeResult result = {0};
	gboolean ok = take_file(session, path, now, &result, &failure) && (result.is_ours || file_away(path, &result, &failure));
	if (!ok)
		g_warning("%s: %s", path, failure->message);
	else if (result.reason)
		g_warning("%s: %s: %s", path, take_verdict_name(result.verdict), result.reason);
	ok = ok && !result.is_ours;
	take_result_clear(&result);
	return ok;
}

static gboolean take_ready(Session *session, const char *folder, gint64 now, guint *taken, GError **error)
{
	g_autoptr(GPtrArray) files = folder_ready(folder, clock_now(), SETTLE_S, error);
	for (guint i = 0; files && i < files->len; i++)
		*taken += take_one(session, files->pdata[i], now) ? 1 : 0;
	return files != NULL;
}

/* A folder below that cannot be read holds up neither the others nor the watched one. */
static gboolean take_folder(Session *session, const char *folder, gint64 now, guint *taken, GError **error)
{
	g_autoptr(GPtrArray) below = folder_folders(folder, error);
	for (guint i = 0; below && i < below->len; i++) {
		g_autoptr(GError) failure = NULL;
		if (!take_ready(session, below->pdata[i], now, taken, &failure))
			g_warning("%s", failure->message);
	}
	return below && take_ready(session, folder, now, taken, error);
}

gboolean take_folders(Session *session, gint64 now, guint *taken, GError **error)
{
	const GPtrArray *folders = session_settings(session)->intake_folders;
	*taken = 0;
	for (guint i = 0; folders && i < folders->len; i++)
		if (!take_folder(session, folders->pdata[i], now, taken, error))
			return FALSE;
	return TRUE;
}
