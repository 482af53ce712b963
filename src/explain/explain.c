/* Reads the record for what was, and asks remind_forecast() for what will be: the same code that the pass decides with. Nothing of the record is shown as it stands
 * but names, numbers and what people wrote: every word goes through gettext when it is read. */
#include "explain/explain.h"

#include "explain/explaining.h"
#include "explain/wording.h"
#include "service/decision.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const topics[] = {"invoice", "chain", "people", "deadline", "reminders", "messages", "coming", "end"};

const char *explain_topic_name(ExplainTopic topic)
{
	return topics[topic];
}

static void explanation_free(gpointer data)
{
	Explanation *explanation = data;
	js_unref(explanation->record);
	g_free(explanation);
}

/* --- what the files beside this share --- */

static void set_event(Json *record, const Event *event)
{
	js_object_set_integer(record, "event", event->seq);
	js_object_set_string(record, "type", event->type);
	js_object_set_instant(record, "at", event->at);
	js_object_set(record, "data", js_ref(event->data));
}

Json *explain_say(Explaining *explaining, ExplainTopic topic, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	Explanation *explanation = g_new0(Explanation, 1);
	explanation->topic = topic;
	explanation->record = js_object_new();
	js_object_set_string(explanation->record, "topic", explain_topic_name(topic));
	js_object_set_line(explanation->record, "text", text);
	explanation->text = js_object_get_string(explanation->record, "text");
	if (explaining->event)
		set_event(explanation->record, explaining->event);
	g_ptr_array_add(explaining->out, explanation);
	return explanation->record;
}

char *explain_name(const Explaining *explaining, const char *person)
{
	g_autoptr(PersonRow) row = store_person(session_store(explaining->session), person, NULL);
	if (!row)
		return g_strdup(person);
	return g_strdup(row->person->uid ? row->person->uid : row->person->mail ? row->person->mail : person);
}

char *explain_time(const Explaining *explaining, gint64 instant)
{
	return overview_time(explaining->session, instant);
}

char *explain_person_of(const Explaining *explaining, const Event *event, const char *key)
{
	const char *person = js_object_get_string(event->data, key);
	return person ? explain_name(explaining, person) : NULL;
}

const char *explain_side(const Event *event, const char *key)
{
	return event->private ? js_object_get_string(event->private, key) : NULL;
}

/* --- how it ended --- */

static void explain_decision(Explaining *explaining, const Event *event)
{
	const char *reason = explain_side(event, "reason"), *channel = js_object_get_string(event->data, "channel");
	g_autofree char *person = explain_person_of(explaining, event, "person"), *for_person = explain_person_of(explaining, event, "for");
	g_autofree char *when = explain_time(explaining, event->at);
	const char *decision = wording_decision(js_object_get_string(event->data, "decision"));
	const char *who = person ? person : _("finance");
	if (for_person)
		explain_say(explaining, EXPLAIN_END, _("%s decided for %s on %s, through %s: %s%s%s."), who, for_person, when, channel, decision, reason ? ", " : "",
		            reason ? reason : "");
	else
		explain_say(explaining, EXPLAIN_END, _("%s decided on %s, through %s: %s%s%s."), who, when, channel, decision, reason ? ", " : "", reason ? reason : "");
}

static void explain_approved(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	explain_say(explaining, EXPLAIN_END, _("The invoice was approved on %s."), when);
}

static void explain_rejected(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	explain_say(explaining, EXPLAIN_END, _("The invoice was rejected on %s."), when);
}

static void explain_withdrawn(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	explain_say(explaining, EXPLAIN_END, _("The invoice was withdrawn on %s."), when);
}

/* --- all of it --- */

static const struct {
	const char *type;
	void (*explain)(Explaining *explaining, const Event *event);
} teller[] = {
	{"invoice.received", explain_received},   {"invoice.updated", explain_updated},   {"invoice.routed", explain_routed},
	{"invoice.held", explain_held},           {"invoice.released", explain_released}, {"approver.resolved", explain_resolved},
	{"invoice.stuck", explain_stuck},         {"invoice.unstuck", explain_unstuck},   {"approval.opened", explain_opened},
	{"approver.added", explain_added},        {"approver.left", explain_left},        {"rung.acted", explain_acted},
	{"invoice.waits", explain_waits},         {"invoice.booked", explain_booked},     {"invoice.restarted", explain_restarted},
	{"note.recorded", explain_note},          {"approval.delegated", explain_delegated},
	{"approval.moved", explain_moved},        {"approval.idle", explain_idle},        {"decision.recorded", explain_decision},
	{"invoice.approved", explain_approved},   {"invoice.rejected", explain_rejected}, {"invoice.withdrawn", explain_withdrawn},
};

static gboolean tell(const Event *event, gpointer user_data)
{
	Explaining *explaining = user_data;
	explaining->event = event;
	for (guint i = 0; i < G_N_ELEMENTS(teller); i++)
		if (!strcmp(event->type, teller[i].type))
			teller[i].explain(explaining, event);
	explaining->event = NULL;
	return TRUE;
}

static gboolean explain_approval(Explaining *explaining, const char *approval, GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(explaining->session, approval, error);
	g_autoptr(GPtrArray) reminders = about ? store_reminders(session_store(explaining->session), approval, error) : NULL;
	if (!reminders)
		return FALSE;
	if (about->approval->state == APPROVAL_PENDING && !explain_presence(explaining, about, error))
		return FALSE;
	explain_deadline(explaining, about);
	explain_reminders(explaining, reminders);
	if (about->approval->state == APPROVAL_PENDING)
		explain_coming(explaining, about);
	return TRUE;
}

/* Nothing goes, whatever comes. */
static gboolean explain_pause(Explaining *explaining, GError **error)
{
	gboolean paused;
	if (!store_paused(session_store(explaining->session), &paused, NULL, error))
		return FALSE;
	if (paused)
		explain_say(explaining, EXPLAIN_COMING, "%s", _("Sending is paused: it goes after \"akkoord resume\"."));
	return TRUE;
}

static gint compare_topics(gconstpointer a, gconstpointer b)
{
	const Explanation *first = *(const Explanation *const *)a, *second = *(const Explanation *const *)b;
	return (int)first->topic - (int)second->topic;
}

static gboolean explain_all(Explaining *explaining, GError **error)
{
	Store *store = session_store(explaining->session);
	const InvoiceRow *invoice = explaining->invoice;
	g_autofree char *label = invoice_label(invoice);
	Json *record = explain_say(explaining, EXPLAIN_INVOICE, "%s (%s): %s.", label, invoice->id, wording_invoice_state(invoice_state_name(invoice->state)));
	js_object_set_string(record, "invoice", invoice->id);
	js_object_set_string(record, "state", invoice_state_name(invoice->state));
	if (!store_events(store, invoice->id, 0, tell, explaining, error))
		return FALSE;
	if (!invoice->chain && !invoice->stuck && invoice->state == INVOICE_OPEN)
		explain_say(explaining, EXPLAIN_CHAIN, _("Not routed yet: the next pass does that."));
	if (invoice->state == INVOICE_OPEN && (!explain_outage(explaining, error) || !explain_pause(explaining, error)))
		return FALSE;
	g_autoptr(GPtrArray) approvals = store_approvals(store, invoice->id, error);
	for (guint i = 0; approvals && i < approvals->len; i++)
		if (!explain_approval(explaining, ((const Approval *)approvals->pdata[i])->id, error))
			return FALSE;
	return approvals && explain_messages(explaining, error);
}

GPtrArray *explain_invoice(Session *session, const char *reference, GError **error)
{
	g_autoptr(InvoiceRow) invoice = store_invoice_find(session_store(session), reference, error);
	if (!invoice)
		return NULL;
	g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(explanation_free);
	Explaining explaining = {.session = session, .invoice = invoice, .out = out};
	if (!explain_all(&explaining, error))
		return NULL;
	g_ptr_array_sort(out, compare_topics); /* stable: a merge sort */
	return g_steal_pointer(&out);
}
