/* What comes in is read once, compared with what is known, and recorded in the caller's transaction. */
#include "service/take.h"

#include "audit/facts.h"
#include "base/error.h"
#include "domain/approval.h"
#include "domain/due.h"
#include "intake/read.h"
#include "service/closing.h"
#include "service/moving.h"

#include <string.h>

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

/* What counts from receipt counts from the first. */
static void keep_due_date(InvoiceFacts *facts, const InvoiceFacts *known)
{
	if (g_strcmp0(facts->due_date_source, "policy") || !date_is_set(known->due_date))
		return;
	facts->due_date = known->due_date;
	g_free(facts->due_date_source);
	facts->due_date_source = g_strdup(known->due_date_source);
}

/* The same identity is known: unchanged, an update while it is open, or held once it was decided. */
static gboolean take_again(Taking *taking, const InvoiceRow *known, GError **error)
{
	TakeResult *result = taking->result;
	result->invoice = g_strdup(known->id);
	g_autofree char *substance = invoice_substance(result->facts);
	gboolean restarts = g_strcmp0(substance, known->substance) != 0;
	keep_due_date(result->facts, known->facts);
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

/* An invoice of CSV is kept as JSON. */
static void set_syntax(TakeResult *result, const char *syntax)
{
	if (!syntax || !result->facts)
		return;
	g_free(result->facts->syntax);
	result->facts->syntax = g_strdup(syntax);
}

/* Before a policy is in force there is nothing to fill it with. */
static void fill_due_date(const Taking *taking)
{
	const Policy *policy = session_policy(taking->session, NULL, NULL);
	if (policy)
		due_fill(taking->result->facts, policy, calendar_date(policy_calendar(policy, policy->default_calendar), taking->now));
}

static gboolean take_unknown(Taking *taking, GError **error)
{
	TakeResult *result = taking->result;
	take_rehearse(taking->bytes, result);
	set_syntax(result, taking->origin->syntax);
	if (result->verdict == TAKE_REFUSED)
		return TRUE;
	fill_due_date(taking);
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

/* --- pieces --- */

static void refuse_piece(const Piece *piece, TakeResult *result)
{
	refuse(result, piece->reason);
	result->line = piece->line;
}

gboolean take_piece(Session *session, const Piece *piece, const TakeOrigin *origin, gint64 now, TakeResult *result, GError **error)
{
	result->line = piece->line;
	if (!piece->document) {
		refuse_piece(piece, result);
		return TRUE;
	}
	TakeOrigin whole = *origin;
	whole.syntax = piece->syntax;
	return take_document(session, piece->document, &whole, now, result, error);
}

void take_piece_rehearse(const Piece *piece, TakeResult *result)
{
	result->line = piece->line;
	if (!piece->document) {
		refuse_piece(piece, result);
		return;
	}
	take_rehearse(piece->document, result);
	set_syntax(result, piece->syntax);
}
