/* Who was found and by what, who dropped out, who was asked and who came beside them. */
#include "explain/explaining.h"

#include "domain/step.h"
#include "explain/wording.h"

#include <glib/gi18n.h>
#include <inttypes.h>

static void say_steps(Explaining *explaining, const Json *private)
{
	const Json *list = private ? js_object_get(private, "steps") : NULL;
	for (gsize i = 0; i < js_array_length(list); i++) {
		const char *step = js_string(js_array_get(list, i));
		if (!step || g_str_has_prefix(step, STEP_AS_OF "|"))
			continue; /* say_age() says it of all */
		g_autofree char *text = wording_step(step);
		if (g_str_has_prefix(step, STEP_MEANS "|"))
			explain_say(explaining, EXPLAIN_PEOPLE, _("That is %s"), text);
		else if (g_str_has_prefix(step, STEP_UP_THE_LINE "|"))
			explain_say(explaining, EXPLAIN_PEOPLE, _("Up the line: %s"), text);
		else
			explain_say(explaining, EXPLAIN_PEOPLE, _("Asked the directory: %s"), text);
	}
}

static void say_dropped(Explaining *explaining, const Json *private)
{
	const Json *list = private ? js_object_get(private, "dropped") : NULL;
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *dropped = js_array_get(list, i);
		const char *who = js_object_get_string(dropped, "who"), *why = js_object_get_string(dropped, "why");
		Json *record = explain_say(explaining, EXPLAIN_PEOPLE, _("Dropped out: %s: %s"), who, wording_ineligible(why));
		js_object_set_line(record, "who", who);
		js_object_set_string(record, "why", why);
	}
}

/* Only of what was not asked at that moment. */
static void say_age(Explaining *explaining, const Event *event)
{
	const gint64 as_of = js_object_get_instant(event->data, "as_of");
	if (as_of == INSTANT_NONE || as_of == event->at)
		return;
	g_autofree char *said = explain_time(explaining, as_of), *when = explain_time(explaining, event->at);
	if (js_object_get_boolean(event->data, "stale"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("That is as the directory said on %s: it did not answer on %s."), said, when);
	else
		explain_say(explaining, EXPLAIN_PEOPLE, _("That is as the directory said on %s."), said);
}

void explain_resolved(Explaining *explaining, const Event *event)
{
	say_steps(explaining, event->private);
	say_dropped(explaining, event->private);
	say_age(explaining, event);
	if (js_object_get_boolean(event->data, "fallback"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Nobody was left, so the fallback was asked."));
}

static gboolean is_about_people(const char *why)
{
	return !g_strcmp0(why, "gone") || !g_strcmp0(why, "nobody") || !g_strcmp0(why, "too-few") || !g_strcmp0(why, "not-mine");
}

static void say_stuck(Explaining *explaining, const char *why, const char *stage, const char *when)
{
	if (!g_strcmp0(why, "nobody"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: nobody can be asked at stage %s."), when, stage);
	else if (!g_strcmp0(why, "not-mine"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: who was asked at stage %s handed it back, and too few others are asked."), when, stage);
	else if (!g_strcmp0(why, "too-few"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: too few people can be asked at stage %s."), when, stage);
	else if (!g_strcmp0(why, "gone"))
		explain_say(explaining, EXPLAIN_PEOPLE,
		            _("Stuck since %s: who was asked at stage %s cannot be any more, and nobody is left who may take it over; it stays with them."), when, stage);
	else if (!g_strcmp0(why, "no-heir"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Stuck since %s: at stage %s nobody is left who may take it over; it stays with who was asked."), when, stage);
	else if (!g_strcmp0(why, "no-rate"))
		explain_say(explaining, EXPLAIN_CHAIN,
		            _("Stuck since %s: the policy's rates do not say what its currency is worth in another that a limit or an authority is in."), when);
	else
		explain_say(explaining, EXPLAIN_CHAIN, _("Stuck since %s: its amount cannot be compared with any limit."), when);
}

static const char *remedy_for(const char *why)
{
	if (!g_strcmp0(why, "nobody"))
		return _("What to do: put the directory right, or give the stage a fallback in the policy. It is tried again every hour.");
	if (!g_strcmp0(why, "not-mine"))
		return _("What to do: give it to somebody (akkoord delegate INVOICE --to UID --as YOU --reason WHY).");
	if (!g_strcmp0(why, "gone"))
		return _("What to do: put the directory right, or give it to somebody with akkoord delegate. It is tried again every hour.");
	if (!g_strcmp0(why, "too-few"))
		return _("What to do: put the directory right, or let the stage need fewer people in the policy. It is tried again every hour.");
	if (!g_strcmp0(why, "no-heir"))
		return _("What to do: give it to somebody with akkoord delegate.");
	if (!g_strcmp0(why, "no-rate"))
		return _("What to do: add the currency to the rates file, and apply the policy.");
	return _("What to do: ask the supplier for an invoice with its amount, and import that.");
}

void explain_stuck(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	const char *why = js_object_get_string(event->data, "why"), *stage = js_object_get_string(event->data, "stage");
	say_steps(explaining, event->private);
	say_dropped(explaining, event->private);
	explain_reasons(explaining, event);
	say_stuck(explaining, why, stage ? stage : "?", when);
	if (explaining->invoice->stuck == event->seq)
		explain_say(explaining, is_about_people(why) ? EXPLAIN_PEOPLE : EXPLAIN_CHAIN, "%s", remedy_for(why));
}

void explain_unstuck(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at);
	explain_say(explaining, EXPLAIN_PEOPLE, _("On %s it went on."), when);
}

void explain_opened(Explaining *explaining, const Event *event)
{
	g_autofree char *who = explain_person_of(explaining, event, "person");
	g_autofree char *start = explain_time(explaining, js_object_get_instant(event->data, "start"));
	g_autofree char *by = explain_person_of(explaining, event, "by");
	if (by)
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s was asked on %s: %s gave it to them."), who, start, by);
	else
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s was asked on %s."), who, start);
}

/* --- beside the approver --- */

/* For whom the approval that the event names was opened. */
static char *approver_of(const Explaining *explaining, const Event *event)
{
	const char *id = js_object_get_string(event->data, "approval");
	g_autoptr(Approval) approval = id ? store_approval(session_store(explaining->session), id, NULL) : NULL;
	return approval ? explain_name(explaining, approval->person) : g_strdup("?");
}

/* What the event told of is so now. */
static gboolean stands_still(const Explaining *explaining, const Event *event)
{
	const char *id = js_object_get_string(event->data, "approval");
	g_autoptr(Approval) approval = id ? store_approval(session_store(explaining->session), id, NULL) : NULL;
	g_autoptr(GPtrArray) rows = approval && approval->state == APPROVAL_PENDING ? store_asked(session_store(explaining->session), id, NULL) : NULL;
	for (guint i = 0; rows && i < rows->len; i++) {
		const AskedRow *row = rows->pdata[i];
		if (row->event == event->seq)
			return row->ended == INSTANT_NONE;
	}
	return FALSE;
}

void explain_added(Explaining *explaining, const Event *event)
{
	const char *how = js_object_get_string(event->data, "how"), *rung = js_object_get_string(event->data, "rung");
	g_autofree char *who = explain_person_of(explaining, event, "person"), *approver = approver_of(explaining, event);
	g_autofree char *since = explain_time(explaining, js_object_get_instant(event->data, "since"));
	g_autofree char *text = wording_added(who, approver, how, rung, since, stands_still(explaining, event));
	explain_say(explaining, EXPLAIN_PEOPLE, "%s", text);
}

void explain_left(Explaining *explaining, const Event *event)
{
	g_autofree char *who = explain_person_of(explaining, event, "person"), *approver = approver_of(explaining, event);
	g_autofree char *when = explain_time(explaining, event->at);
	g_autofree char *why = wording_left(js_object_get_string(event->data, "why"));
	explain_say(explaining, EXPLAIN_PEOPLE, _("%s may decide beside %s no more since %s: %s."), who, approver, when, why);
}

/* To whom it went; NULL where nobody has it now. */
static char *taker_of(const Explaining *explaining, const Event *event)
{
	const char *id = js_object_get_string(event->data, "to");
	g_autoptr(Approval) approval = id ? store_approval(session_store(explaining->session), id, NULL) : NULL;
	return approval ? explain_name(explaining, approval->person) : NULL;
}

void explain_delegated(Explaining *explaining, const Event *event)
{
	const char *why = js_object_get_string(event->data, "why"), *said = explain_side(event, "reason");
	const char *reason = said ? said : _("without a reason");
	g_autofree char *from = approver_of(explaining, event), *to = taker_of(explaining, event), *by = explain_person_of(explaining, event, "person");
	g_autofree char *when = explain_time(explaining, event->at);
	if (explain_handed_on(explaining, event, from))
		; /* said */
	else if (!g_strcmp0(why, "not-mine"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s gave it back on %s, it is not theirs: %s."), from, when, reason);
	else if (!g_strcmp0(why, "rung"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("A rung took it from %s on %s."), from, when);
	else if (js_object_get_string(event->data, "for"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s handed it on for %s on %s: %s."), by ? by : _("finance"), from, when, reason);
	else
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s handed it on on %s: %s."), from, when, reason);
	if (to)
		explain_say(explaining, EXPLAIN_PEOPLE, _("Instead of %s it is now asked of %s."), from, to);
	else
		explain_say(explaining, EXPLAIN_PEOPLE, _("Nobody has it instead of %s yet."), from);
}

/* What it did is told by who was added or to whom the approval went: only that it did nothing is news. */
void explain_acted(Explaining *explaining, const Event *event)
{
	const char *outcome = js_object_get_string(event->data, "outcome"), *rung = js_object_get_string(event->data, "rung");
	g_autofree char *approver = approver_of(explaining, event), *when = explain_time(explaining, event->at);
	gboolean adds = !g_strcmp0(js_object_get_string(event->data, "action"), "add");
	if (!g_strcmp0(outcome, "nobody"))
		explain_say(explaining, EXPLAIN_PEOPLE, adds ? _("Rung %s found nobody on %s to put beside %s.") : _("Rung %s found nobody on %s to take over from %s."),
		            rung, when, approver);
	else if (!g_strcmp0(outcome, "already"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("Rung %s put nobody beside %s on %s: whom it names was asked already."), rung, approver, when);
}
