/* Where an invoice came from, whose it is, which chain it takes and why not another, and when it was on hold. */
#include "explain/explaining.h"

#include "audit/reasons.h"
#include "explain/reasons_text.h"
#include "explain/wording.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <inttypes.h>

static void explain_due_date(Explaining *explaining, const Event *event)
{
	Date date;
	const char *due = js_object_get_string(event->data, "due_date"), *source = js_object_get_string(event->data, "due_date_source");
	if (!due || !date_parse(due, &date, NULL)) {
		explain_say(explaining, EXPLAIN_INVOICE, _("It has no due date: deadlines run from the start of each approval alone."));
		return;
	}
	g_autofree char *text = overview_date(date);
	if (!g_strcmp0(source, "terms"))
		explain_say(explaining, EXPLAIN_INVOICE, _("Due %s, worked out from its payment terms."), text);
	else if (!g_strcmp0(source, "supplier"))
		explain_say(explaining, EXPLAIN_INVOICE, _("Due %s, by the terms known of the supplier."), text);
	else if (!g_strcmp0(source, "policy"))
		explain_say(explaining, EXPLAIN_INVOICE, _("Due %s: it says none itself, the policy's default counts."), text);
	else
		explain_say(explaining, EXPLAIN_INVOICE, _("Due %s, as the document says."), text);
}

void explain_received(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	gint64 opens = js_object_get_instant(event->data, "opens");
	const char *file = explain_side(event, "file");
	explain_say(explaining, EXPLAIN_INVOICE, _("Received %s by %s from %s."), when, js_object_get_string(event->data, "source"), file ? file : "?");
	explain_due_date(explaining, event);
	if (opens == INSTANT_NONE)
		return;
	g_autofree char *turn = explain_time(explaining, opens);
	explain_say(explaining, EXPLAIN_CHAIN, _("It came in a pile of old invoices, which is spread over days: its turn is %s."), turn);
}

void explain_updated(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	const char *file = explain_side(event, "file");
	explain_say(explaining, EXPLAIN_INVOICE, _("Updated %s by %s from %s."), when, js_object_get_string(event->data, "source"), file ? file : "?");
	explain_due_date(explaining, event);
	if (js_object_get_boolean(event->data, "restarts"))
		explain_say(explaining, EXPLAIN_CHAIN, _("Amount, supplier, account or document changed on %s: its chain is chosen anew, and what was decided before is no more."), when);
}

void explain_reasons(Explaining *explaining, const Event *event)
{
	g_autoptr(GPtrArray) reasons = reasons_from_event(event->private ? js_object_get(event->private, "why") : NULL);
	for (guint i = 0; i < reasons->len; i++) {
		const RouteReason *reason = reasons->pdata[i];
		g_autofree char *text = reasons_text(reason);
		Json *record = explain_say(explaining, EXPLAIN_CHAIN, reason->holds ? _("Chain %s: %s") : _("Not chain %s: %s"), reason->chain, text);
		js_object_set_line(record, "chain", reason->chain);
		js_object_set_line(record, "condition", reason->condition);
	}
}

static void explain_administration(Explaining *explaining, const Event *event)
{
	const char *administration = js_object_get_string(event->data, "administration"), *by = js_object_get_string(event->data, "by");
	if (!administration)
		return;
	if (!g_strcmp0(by, "name"))
		explain_say(explaining, EXPLAIN_INVOICE, _("It names administration %s itself."), administration);
	else if (!g_strcmp0(by, "folder"))
		explain_say(explaining, EXPLAIN_INVOICE, _("It belongs to administration %s, whose folder it came through."), administration);
	else
		explain_say(explaining, EXPLAIN_INVOICE, _("It belongs to administration %s, which is its buyer."), administration);
}

void explain_routed(Explaining *explaining, const Event *event)
{
	explain_administration(explaining, event);
	explain_reasons(explaining, event);
	const char *chain = js_object_get_string(event->data, "chain");
	Json *record = explain_say(explaining, EXPLAIN_CHAIN, _("It takes chain %s of policy version %" PRId64 "."), chain,
	                           js_object_get_integer(event->data, "policy_version", 0));
	js_object_set_line(record, "chain", chain);
}

/* --- what somebody did with it --- */

/* Who did it; finance where the record knows nobody. */
static char *doer_of(Explaining *explaining, const Event *event)
{
	char *who = explain_person_of(explaining, event, "person");
	return who ? who : g_strdup(_("finance"));
}

void explain_waits(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	explain_say(explaining, EXPLAIN_CHAIN, _("Since %s stage %s waits until the invoice is booked."), when, js_object_get_string(event->data, "stage"));
}

void explain_booked(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at), *who = doer_of(explaining, event);
	explain_say(explaining, EXPLAIN_CHAIN, _("It was booked on %s, as %s says."), when, who);
}

void explain_restarted(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at), *who = doer_of(explaining, event);
	const char *reason = explain_side(event, "reason");
	explain_say(explaining, EXPLAIN_CHAIN, _("%s let its chain start anew on %s: %s."), who, when, reason ? reason : "?");
}

void explain_note(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at), *who = doer_of(explaining, event);
	const char *text = explain_side(event, "text");
	explain_say(explaining, EXPLAIN_INVOICE, _("Note of %s on %s: %s"), who, when, text ? text : "?");
}

/* --- hold --- */

void explain_held(Explaining *explaining, const Event *event)
{
	const char *of = js_object_get_string(event->data, "of"), *question = explain_side(event, "question"), *reason = explain_side(event, "reason");
	g_autofree char *person = explain_person_of(explaining, event, "person");
	g_autofree char *when = explain_time(explaining, event->at);
	g_autofree char *until = explain_time(explaining, js_object_get_instant(event->data, "until"));
	const char *who = person ? person : "?";
	if (of)
		explain_say(explaining, EXPLAIN_REMINDERS, _("On %s %s asked a question of %s: “%s” On hold until %s for an answer."), when, who,
		            wording_asked_of(of), question ? question : "?", until);
	else
		explain_say(explaining, EXPLAIN_REMINDERS, _("On %s %s put it on hold until %s, because: %s."), when, who, until, reason ? reason : "?");
}

void explain_released(Explaining *explaining, const Event *event)
{
	g_autofree char *person = explain_person_of(explaining, event, "person");
	g_autofree char *when = explain_time(explaining, js_object_get_instant(event->data, "ended"));
	const char *reason = explain_side(event, "reason");
	if (!js_object_get_boolean(event->data, "early"))
		explain_say(explaining, EXPLAIN_REMINDERS, _("The hold was over on %s: working hours on hold do not count."), when);
	else
		explain_say(explaining, EXPLAIN_REMINDERS, _("%s ended the hold on %s%s%s: working hours on hold do not count."), person ? person : _("finance"), when,
		            reason ? ", " : "", reason ? reason : "");
}
