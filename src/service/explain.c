/* Reads the record for what was, and asks remind_forecast() for what will be: the same code that the pass decides with. */
#include "service/explain.h"

#include "audit/reasons.h"
#include "base/error.h"
#include "domain/remind.h"
#include "service/decision.h"
#include "service/opening.h"
#include "service/overview.h"
#include "service/reasons_text.h"
#include "service/reminding.h"
#include "service/wording.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

static const char *const topics[] = {"invoice", "chain", "people", "deadline", "reminders", "coming", "end"};

const char *explain_topic_name(ExplainTopic topic)
{
	return topics[topic];
}

static void explanation_free(gpointer data)
{
	Explanation *explanation = data;
	g_free(explanation->text);
	g_free(explanation);
}

typedef struct {
	Session *session;
	InvoiceRow *invoice;
	GPtrArray *out;
} Explaining;

static void G_GNUC_PRINTF(3, 4) say(Explaining *explaining, ExplainTopic topic, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	Explanation *explanation = g_new0(Explanation, 1);
	explanation->topic = topic;
	explanation->text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(explaining->out, explanation);
}

static char *name_of(const Explaining *explaining, const char *person)
{
	g_autoptr(PersonRow) row = store_person(session_store(explaining->session), person, NULL);
	if (!row)
		return g_strdup(person);
	return g_strdup(row->person->uid ? row->person->uid : row->person->mail ? row->person->mail : person);
}

static void say_steps(Explaining *explaining, const Json *private)
{
	const Json *list = private ? js_object_get(private, "steps") : NULL;
	for (gsize i = 0; i < js_array_length(list); i++) {
		const char *step = js_string(js_array_get(list, i));
		g_autofree char *text = step ? wording_step(step) : NULL;
		if (text)
			say(explaining, EXPLAIN_PEOPLE, _("Asked the directory: %s"), text);
	}
}

static void say_dropped(Explaining *explaining, const Json *private)
{
	const Json *list = private ? js_object_get(private, "dropped") : NULL;
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *dropped = js_array_get(list, i);
		say(explaining, EXPLAIN_PEOPLE, _("Dropped out: %s: %s"), js_object_get_string(dropped, "who"),
		    wording_ineligible(js_object_get_string(dropped, "why")));
	}
}

/* --- what the events say --- */

static void explain_received(Explaining *explaining, const Event *event)
{
	g_autofree char *when = overview_time(explaining->session, event->at);
	const char *file = event->private ? js_object_get_string(event->private, "file") : NULL;
	g_autofree char *due = date_format(explaining->invoice->facts->due_date);
	say(explaining, EXPLAIN_INVOICE, _("Received %s by %s from %s."), when, js_object_get_string(event->data, "source"), file ? file : "?");
	if (due)
		say(explaining, EXPLAIN_INVOICE, _("Due %s, as the document says."), due);
	else
		say(explaining, EXPLAIN_INVOICE, _("It has no due date: deadlines run from the start of each approval alone."));
}

static void explain_reasons(Explaining *explaining, const Event *event)
{
	g_autoptr(GPtrArray) reasons = reasons_from_event(event->private ? js_object_get(event->private, "why") : NULL);
	for (guint i = 0; i < reasons->len; i++) {
		const RouteReason *reason = reasons->pdata[i];
		g_autofree char *text = reasons_text(reason);
		say(explaining, EXPLAIN_CHAIN, reason->holds ? _("Chain %s: %s") : _("Not chain %s: %s"), reason->chain, text);
	}
}

static void explain_administration(Explaining *explaining, const Event *event)
{
	const char *administration = js_object_get_string(event->data, "administration"), *by = js_object_get_string(event->data, "by");
	if (!administration)
		return;
	if (!g_strcmp0(by, "name"))
		say(explaining, EXPLAIN_INVOICE, _("It names administration %s itself."), administration);
	else if (!g_strcmp0(by, "folder"))
		say(explaining, EXPLAIN_INVOICE, _("It belongs to administration %s, whose folder it came through."), administration);
	else
		say(explaining, EXPLAIN_INVOICE, _("It belongs to administration %s, which is its buyer."), administration);
}

static void explain_routed(Explaining *explaining, const Event *event)
{
	explain_administration(explaining, event);
	explain_reasons(explaining, event);
	say(explaining, EXPLAIN_CHAIN, _("It takes chain %s of policy version %" PRId64 "."), js_object_get_string(event->data, "chain"),
	    js_object_get_integer(event->data, "policy_version", 0));
}

static void explain_resolved(Explaining *explaining, const Event *event)
{
	say_steps(explaining, event->private);
	say_dropped(explaining, event->private);
	if (js_object_get_boolean(event->data, "fallback"))
		say(explaining, EXPLAIN_PEOPLE, _("Nobody was left, so the fallback was asked."));
}

static void explain_stuck(Explaining *explaining, const Event *event)
{
	g_autofree char *when = overview_time(explaining->session, event->at);
	say_steps(explaining, event->private);
	say_dropped(explaining, event->private);
	explain_reasons(explaining, event);
	const char *why = js_object_get_string(event->data, "why"), *stage = js_object_get_string(event->data, "stage");
	if (!g_strcmp0(why, "nobody"))
		say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: nobody can be asked at stage %s."), when, stage);
	else if (!g_strcmp0(why, "no-rate"))
		say(explaining, EXPLAIN_CHAIN, _("Stuck since %s: the policy's rates do not say what its currency is worth in another that a limit or an authority is in."), when);
	else if (!g_strcmp0(why, "too-few"))
		say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: too few people can be asked at stage %s."), when, stage);
	else
		say(explaining, EXPLAIN_CHAIN, _("Stuck since %s: its amount cannot be compared with any limit."), when);
}

static void explain_opened(Explaining *explaining, const Event *event)
{
	g_autofree char *who = name_of(explaining, js_object_get_string(event->data, "person"));
	g_autofree char *start = overview_time(explaining->session, js_object_get_instant(event->data, "start"));
	say(explaining, EXPLAIN_PEOPLE, _("%s was asked on %s."), who, start);
}

static void explain_decision(Explaining *explaining, const Event *event)
{
	const char *person = js_object_get_string(event->data, "person");
	const char *reason = event->private ? js_object_get_string(event->private, "reason") : NULL;
	g_autofree char *who = person ? name_of(explaining, person) : g_strdup(_("finance"));
	g_autofree char *when = overview_time(explaining->session, event->at);
	say(explaining, EXPLAIN_END, _("%s said %s on %s, through %s%s%s."), who, js_object_get_string(event->data, "decision"), when,
	    js_object_get_string(event->data, "channel"), reason ? ": " : "", reason ? reason : "");
}

static void explain_closed(Explaining *explaining, const Event *event)
{
	g_autofree char *when = overview_time(explaining->session, event->at);
	say(explaining, EXPLAIN_END, _("The invoice was %s on %s."), event->type + strlen("invoice."), when);
}

static const char *side_text(const Event *event, const char *key)
{
	const char *text = event->private ? js_object_get_string(event->private, key) : NULL;
	return text ? text : "?";
}

static void explain_held(Explaining *explaining, const Event *event)
{
	const char *person = js_object_get_string(event->data, "person"), *of = js_object_get_string(event->data, "of");
	g_autofree char *who = person ? name_of(explaining, person) : g_strdup("?");
	g_autofree char *when = overview_time(explaining->session, event->at);
	g_autofree char *until = overview_time(explaining->session, js_object_get_instant(event->data, "until"));
	if (of)
		say(explaining, EXPLAIN_REMINDERS, _("On %s %s asked a question of %s: “%s” On hold until %s for an answer."), when, who, _(of),
		    side_text(event, "question"), until);
	else
		say(explaining, EXPLAIN_REMINDERS, _("On %s %s put it on hold until %s, because: %s."), when, who, until, side_text(event, "reason"));
}

static void explain_released(Explaining *explaining, const Event *event)
{
	const char *person = js_object_get_string(event->data, "person");
	g_autofree char *who = person ? name_of(explaining, person) : NULL;
	g_autofree char *when = overview_time(explaining->session, js_object_get_instant(event->data, "ended"));
	const char *reason = event->private ? js_object_get_string(event->private, "reason") : NULL;
	if (!js_object_get_boolean(event->data, "early"))
		say(explaining, EXPLAIN_REMINDERS, _("The hold was over on %s: working hours on hold do not count."), when);
	else
		say(explaining, EXPLAIN_REMINDERS, _("%s ended the hold on %s%s%s: working hours on hold do not count."), who ? who : _("finance"), when,
		    reason ? ", " : "", reason ? reason : "");
}

static void explain_moved(Explaining *explaining, const Event *event)
{
	g_autofree char *deadline = overview_time(explaining->session, js_object_get_instant(event->data, "deadline"));
	gboolean hold = !g_strcmp0(js_object_get_string(event->data, "why"), "hold");
	say(explaining, EXPLAIN_DEADLINE, hold ? _("After the hold a deadline moved to %s.") : _("With the invoice's dates a deadline moved to %s."), deadline);
}

static void explain_idle(Explaining *explaining, const Event *event)
{
	g_autofree char *when = overview_time(explaining->session, event->at);
	gboolean overdue = !g_strcmp0(js_object_get_string(event->data, "why"), "overdue");
	if (overdue)
		say(explaining, EXPLAIN_REMINDERS, _("On %s it was ten working days past a deadline: the admins are told."), when);
	else
		say(explaining, EXPLAIN_REMINDERS, _("On %s no rung was left of a ladder: nobody is reminded any more, and the admins are told."), when);
}

static const struct {
	const char *type;
	void (*explain)(Explaining *explaining, const Event *event);
} teller[] = {
	{"invoice.received", explain_received}, {"invoice.updated", explain_received},   {"invoice.routed", explain_routed},
	{"approver.resolved", explain_resolved}, {"invoice.stuck", explain_stuck},       {"approval.opened", explain_opened},
	{"decision.recorded", explain_decision}, {"invoice.approved", explain_closed},   {"invoice.rejected", explain_closed},
	{"invoice.withdrawn", explain_closed},   {"invoice.held", explain_held},          {"invoice.released", explain_released},
	{"approval.moved", explain_moved},       {"approval.idle", explain_idle},
};

static gboolean tell(const Event *event, gpointer user_data)
{
	for (guint i = 0; i < G_N_ELEMENTS(teller); i++)
		if (!strcmp(event->type, teller[i].type))
			teller[i].explain(user_data, event);
	return TRUE;
}

/* --- deadlines and reminders --- */

static void explain_deadline(Explaining *explaining, const ApprovalCase *about, const char *who)
{
	g_autofree char *within = span_format(about->stage->within);
	g_autofree char *at_least = span_format(about->stage->at_least);
	g_autofree char *start = overview_time(explaining->session, about->approval->start);
	g_autofree char *deadline = overview_time(explaining->session, about->approval->deadline);
	g_autoptr(GString) before = g_string_new(NULL);
	for (guint i = 0; i < about->stage->before->len; i++) {
		g_autofree char *text = time_expression_format(g_array_index(about->stage->before, TimeExpression, i));
		g_string_append_printf(before, _(", no later than %s"), text);
	}
	say(explaining, EXPLAIN_DEADLINE, _("%s: %s + %s (close of work)%s, but at least %s: %s."), who, start, within, before->str, at_least, deadline);
}

static void explain_reminder(Explaining *explaining, const ReminderRow *row)
{
	g_autofree char *who = name_of(explaining, row->person);
	g_autofree char *fires = overview_time(explaining->session, row->fires);
	g_autofree char *recorded = overview_time(explaining->session, row->recorded);
	if (!strcmp(row->state, "planned")) {
		say(explaining, EXPLAIN_COMING, _("%s to %s (%s) on %s."), row->rung, who, row->channel, fires);
		return;
	}
	if (strcmp(row->state, "claimed")) {
		g_autofree char *why = wording_not_sent(row->why, row->by);
		say(explaining, EXPLAIN_REMINDERS, _("%s, number %u, to %s (%s): not sent, %s: %s."), row->rung, row->occurrence + 1, who, row->channel,
		    row->state, why);
		return;
	}
	g_autoptr(MessageRow) message = store_message(session_store(explaining->session), row->message, NULL);
	say(explaining, EXPLAIN_REMINDERS, _("%s, number %u, to %s (%s, %s): %s on %s."), row->rung, row->occurrence + 1, who, row->channel, row->tone,
	    message ? message->state : _("being written"), recorded);
}

static void explain_coming(Explaining *explaining, const ApprovalCase *about)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(RemindCase) remind_case = remind_case_load(explaining->session, about, &failure);
	if (!remind_case) {
		say(explaining, EXPLAIN_COMING, "%s", failure->message);
		return;
	}
	gint64 held = hold_until(about->held, session_now(explaining->session));
	g_autofree char *until = overview_time(explaining->session, held);
	if (held != INSTANT_NONE)
		say(explaining, EXPLAIN_COMING, _("On hold until %s: nothing is sent before; what follows moves by the working hours on hold."), until);
	if (!remind_case->state.reminders) {
		say(explaining, EXPLAIN_COMING, _("Nothing is sent about it: administration %s has reminders switched off."), about->invoice->administration);
		return;
	}
	g_autoptr(GArray) coming = remind_forecast(&remind_case->state, session_now(explaining->session), 2);
	g_autofree char *who = name_of(explaining, about->approval->person);
	for (guint i = 0; i < coming->len; i++) {
		const Reminder *reminder = &g_array_index(coming, Reminder, i);
		g_autofree char *fires = overview_time(explaining->session, reminder->fires);
		say(explaining, EXPLAIN_COMING, _("%s on %s, for the approval of %s, unless it is decided before."), reminder->rung, fires, who);
	}
	if (!coming->len)
		say(explaining, EXPLAIN_COMING, _("Nothing more comes for the approval of %s: its ladder has no rung left."), who);
}

static gboolean explain_approval(Explaining *explaining, const char *approval, GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(explaining->session, approval, error);
	g_autoptr(GPtrArray) reminders = about ? store_reminders(session_store(explaining->session), approval, error) : NULL;
	if (!reminders)
		return FALSE;
	g_autofree char *who = name_of(explaining, about->approval->person);
	explain_deadline(explaining, about, who);
	for (guint i = 0; i < reminders->len; i++)
		explain_reminder(explaining, reminders->pdata[i]);
	if (about->approval->state == APPROVAL_PENDING)
		explain_coming(explaining, about);
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
	g_autofree char *label = invoice_label(explaining->invoice);
	say(explaining, EXPLAIN_INVOICE, "%s (%s): %s.", label, explaining->invoice->id, invoice_state_name(explaining->invoice->state));
	if (!store_events(store, explaining->invoice->id, 0, tell, explaining, error))
		return FALSE;
	if (!explaining->invoice->chain && !explaining->invoice->stuck)
		say(explaining, EXPLAIN_CHAIN, _("Not routed yet: the next pass does that."));
	g_autoptr(GPtrArray) approvals = store_approvals(store, explaining->invoice->id, error);
	for (guint i = 0; approvals && i < approvals->len; i++)
		if (!explain_approval(explaining, ((const Approval *)approvals->pdata[i])->id, error))
			return FALSE;
	return approvals != NULL;
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
