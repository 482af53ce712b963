/* Each is one event, signed by who said it; said again, it changes nothing. */
#include "service/marking.h"

#include "base/error.h"
#include "base/text.h"
#include "people/actor.h"
#include "people/people.h"
#include "service/closing.h"
#include "service/decision.h"
#include "service/overview.h"

#include <string.h>

void mark_result_clear(MarkResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
	g_clear_pointer(&result->by, g_free);
}

typedef struct {
	Session *session;
	const MarkRequest *request;
	MarkResult *result;
	InvoiceRow *invoice;
	Actor actor;
	gint64 now;
} Marking;

static void marking_clear(Marking *marking)
{
	g_clear_pointer(&marking->invoice, invoice_row_free);
	actor_clear(&marking->actor);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marking, marking_clear)

typedef gboolean (*Mark)(Marking *marking, GError **error);

static gboolean said_before(Marking *marking, gint64 at)
{
	marking->result->already = TRUE;
	marking->result->at = at;
	return TRUE;
}

static gboolean load(Marking *marking, GError **error)
{
	marking->invoice = store_invoice_find(session_store(marking->session), marking->request->invoice, error);
	if (!marking->invoice)
		return FALSE;
	marking->result->invoice = g_strdup(marking->invoice->id);
	marking->result->label = invoice_label(marking->invoice);
	marking->result->state = marking->invoice->state;
	marking->result->at = marking->now;
	return actor_record(marking->session, &marking->actor, marking->now, error);
}

static gboolean append(Marking *marking, const char *type, const char *note, gint64 *seq, GError **error)
{
	Event *event = event_new(type, marking->now, marking->actor.channel, marking->invoice->id);
	actor_sign(marking->session, &marking->actor, event);
	js_object_set_line(event_private(event), "text", note);
	return store_append(session_store(marking->session), event, seq, error);
}

/* Who it is, is found before the transaction: the directory may be asked. */
static gboolean mark(Session *session, const MarkRequest *request, MarkResult *result, Mark what, GError **error)
{
	g_auto(Marking) marking = {
		.session = session,
		.request = request,
		.result = result,
		.actor = {.name = request->who, .reason = request->text, .channel = request->channel, .assurance = request->assurance},
		.now = session_now(session),
	};
	if (!actor_find(session, &marking.actor, error))
		return FALSE;
	result->by = marking.actor.person ? g_strdup(person_label(marking.actor.person)) : NULL;
	gboolean ok = store_begin(session_store(session), error) && load(&marking, error) && what(&marking, error);
	return session_end(session, ok, error);
}

static gboolean closed_already(const Marking *marking, const char *what, GError **error)
{
	g_autofree char *when = overview_time(marking->session, marking->invoice->closed);
	error_set(error, ERROR_CONFLICT, "invoice %s: cannot be %s: it was %s on %s", marking->result->label, what, invoice_state_name(marking->invoice->state), when);
	return FALSE;
}

/* --- restart --- */

static gboolean note_restart(const Event *event, gpointer at)
{
	if (!strcmp(event->type, "invoice.restarted") || !strcmp(event->type, "invoice.updated") || !strcmp(event->type, "invoice.received"))
		*(gint64 *)at = event->at;
	return TRUE;
}

static gboolean restart(Marking *marking, GError **error)
{
	gint64 seq, at = INSTANT_NONE;
	if (marking->invoice->state != INVOICE_OPEN)
		return closed_already(marking, "restarted", error);
	if (!marking->invoice->chain)
		return store_events(session_store(marking->session), marking->invoice->id, 0, note_restart, &at, error) && said_before(marking, at);
	return append(marking, "invoice.restarted", NULL, &seq, error) &&
	       closing_end_stage(marking->session, marking->invoice->id, "restarted", seq, marking->now, error);
}

gboolean marking_restart(Session *session, const MarkRequest *request, MarkResult *result, GError **error)
{
	if (request->text && *request->text)
		return mark(session, request, result, restart, error);
	error_set(error, ERROR_USAGE, "invoice %s: restarting needs a reason (--reason)", request->invoice);
	return FALSE;
}

/* --- note --- */

static gboolean note(Marking *marking, GError **error)
{
	g_autofree char *text = text_clean_line(marking->request->text);
	g_autoptr(GPtrArray) notes = store_notes(session_store(marking->session), marking->invoice->id, error);
	if (!notes)
		return FALSE;
	const NoteRow *last = notes->len ? notes->pdata[notes->len - 1] : NULL;
	if (last && !g_strcmp0(last->text, text) && !g_strcmp0(last->person, marking->actor.id))
		return said_before(marking, last->at);
	marking->actor.reason = NULL;
	return append(marking, "note.recorded", text, NULL, error);
}

gboolean marking_note(Session *session, const MarkRequest *request, MarkResult *result, GError **error)
{
	if (request->text && *request->text)
		return mark(session, request, result, note, error);
	error_set(error, ERROR_USAGE, "invoice %s: a note needs a text (--text)", request->invoice);
	return FALSE;
}

/* --- booked --- */

static gboolean booked(Marking *marking, GError **error)
{
	const InvoiceRow *invoice = marking->invoice;
	if (invoice->booked != INSTANT_NONE)
		return said_before(marking, invoice->booked);
	if (invoice->state == INVOICE_REJECTED || invoice->state == INVOICE_WITHDRAWN)
		return closed_already(marking, "booked", error);
	return append(marking, "invoice.booked", NULL, NULL, error);
}

gboolean marking_booked(Session *session, const MarkRequest *request, MarkResult *result, GError **error)
{
	return mark(session, request, result, booked, error);
}
