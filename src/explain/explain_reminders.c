/* What was sent of an approval, what not and why, and what is to come. */
#include "explain/explaining.h"

#include "base/error.h"
#include "domain/hold.h"
#include "domain/ladder_effect.h"
#include "domain/remind_state.h"
#include "explain/wording.h"
#include "people/absences.h"
#include "service/deputies.h"
#include "service/overview.h"
#include "service/reminding.h"

#include <glib/gi18n.h>
#include <string.h>

#define HORIZON 2

/* "daily, number 2, to anna (mail)" */
static char *reminder_label(const Explaining *explaining, const ReminderRow *row)
{
	g_autofree char *who = explain_name(explaining, row->person);
	const char *channel = wording_channel(row->channel);
	gboolean copy = !g_strcmp0(row->role, "cc");
	if (row->occurrence)
		return g_strdup_printf(copy ? _("%s, number %u, with a copy to %s (%s)") : _("%s, number %u, to %s (%s)"), row->rung, row->occurrence + 1, who, channel);
	return g_strdup_printf(copy ? _("%s with a copy to %s (%s)") : _("%s to %s (%s)"), row->rung, who, channel);
}

static void set_reminder(Json *record, const ReminderRow *row)
{
	js_object_set_string(record, "approval", row->approval);
	js_object_set_line(record, "rung", row->rung);
	js_object_set_integer(record, "occurrence", row->occurrence);
	js_object_set_string(record, "person", row->person);
	js_object_set_string(record, "role", row->role);
	js_object_set_string(record, "send", row->channel);
	js_object_set_string(record, "tone", row->tone);
	js_object_set_string(record, "state", row->state);
	js_object_set_string(record, "why", row->why);
	js_object_set_line(record, "by", row->by);
	js_object_set_string(record, "message", row->message);
	js_object_set_instant(record, "fires", MAX(row->fires, row->not_before));
}

static Json *say_planned(Explaining *explaining, const ReminderRow *row, const char *label)
{
	const gint64 at = MAX(row->fires, row->not_before);
	g_autofree char *fires = explain_time(explaining, at);
	if (at > session_now(explaining->session))
		return explain_say(explaining, EXPLAIN_COMING, _("%s: on %s, as soon as it may go."), label, fires);
	return explain_say(explaining, EXPLAIN_COMING, _("%s: as soon as it may go."), label);
}

static gint64 claimed_at(const ReminderRow *row, const MessageRow *message)
{
	if (message && !strcmp(message->state, "accepted"))
		return message->accepted;
	return overview_is_taken_back(message) ? message->queued : row->recorded;
}

static Json *say_taken_back(Explaining *explaining, const ReminderRow *row, const MessageRow *message, const char *label)
{
	g_autofree char *at = explain_time(explaining, message->queued);
	const char *tone = wording_tone(row->tone), *word = overview_taken_back_why(explaining->session, row, message);
	g_autofree char *why = word ? wording_taken_back(word) : NULL;
	if (!why)
		return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: taken back on %s."), label, tone, at);
	return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: taken back on %s: %s."), label, tone, at, why);
}

static Json *say_claimed(Explaining *explaining, const ReminderRow *row, const char *label)
{
	g_autoptr(MessageRow) message = overview_message_of(explaining->session, row);
	const char *state = message ? message->state : "";
	g_autofree char *at = explain_time(explaining, claimed_at(row, message));
	const char *tone = wording_tone(row->tone);
	const gboolean called = message && message->channel;
	if (overview_is_taken_back(message))
		return say_taken_back(explaining, row, message, label);
	if (!strcmp(state, "accepted"))
		return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: sent on %s."), label, tone, at);
	if (!strcmp(state, "deferred")) {
		g_autofree char *again = explain_time(explaining, message->next_try);
		return explain_say(explaining, EXPLAIN_REMINDERS, called ? _("%s, %s: the channel put it off; it is tried again on %s.") : _("%s, %s: the mail server put it off; it is tried again on %s."), label, tone, again);
	}
	if (!strcmp(state, "refused"))
		return explain_say(explaining, EXPLAIN_REMINDERS, called ? _("%s, %s: the channel refused it: %s.") : _("%s, %s: the mail server refused it: %s."), label, tone, message->reply ? message->reply : "?");
	if (!strcmp(state, "uncertain"))
		return explain_say(explaining, EXPLAIN_REMINDERS,
		                   called ? _("%s, %s: uncertain: the line broke before the channel answered, so it may have come.")
		                          : _("%s, %s: uncertain: the line broke before the mail server answered, so it may have come."),
		                   label, tone);
	if (!strcmp(state, "withheld"))
		return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: held back: the address is not on mail.allow_list."), label, tone);
	if (!strcmp(state, "withdrawn"))
		return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: withdrawn before it was sent."), label, tone);
	return explain_say(explaining, EXPLAIN_REMINDERS, _("%s, %s: to be sent since %s."), label, tone, at);
}

static Json *say_not_sent(Explaining *explaining, const ReminderRow *row, const char *label)
{
	g_autofree char *why = wording_not_sent(row->why, row->by), *at = explain_time(explaining, row->recorded);
	return explain_say(explaining, EXPLAIN_REMINDERS, _("%s: not sent on %s: %s."), label, at, why);
}

void explain_reminders(Explaining *explaining, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const ReminderRow *row = rows->pdata[i];
		g_autofree char *label = reminder_label(explaining, row);
		gboolean claimed = !strcmp(row->state, "claimed"), planned = !strcmp(row->state, "planned");
		set_reminder(claimed ? say_claimed(explaining, row, label) : planned ? say_planned(explaining, row, label) : say_not_sent(explaining, row, label), row);
	}
}

/* Of whom it is asked. */
static char *approver_of(const Explaining *explaining, const Event *event)
{
	const char *id = js_object_get_string(event->data, "approval");
	g_autoptr(Approval) approval = id ? store_approval(session_store(explaining->session), id, NULL) : NULL;
	return approval ? explain_name(explaining, approval->person) : g_strdup("?");
}

void explain_idle(Explaining *explaining, const Event *event)
{
	g_autofree char *when = explain_time(explaining, event->at), *who = approver_of(explaining, event);
	if (!g_strcmp0(js_object_get_string(event->data, "why"), IDLE_NO_DEPUTY)) {
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s was absent on %s, and nobody could stand in: no deputy may decide it, nor anybody of a fallback; the admins are told."), who, when);
		return;
	}
	gboolean overdue = !g_strcmp0(js_object_get_string(event->data, "why"), "overdue");
	explain_say(explaining, EXPLAIN_REMINDERS, overdue ? _("On %s it was ten working days past a deadline: the admins are told.")
	                                                   : _("On %s no rung was left of a ladder: nobody is reminded any more, and the admins are told."), when);
}

/* --- what comes --- */

/* "deadline+3bd + 2 × 1bd" */
static char *rung_time_text(const Rung *rung, guint occurrence)
{
	g_autofree char *at = time_expression_format(rung->at), *every = span_format(rung->every);
	return occurrence ? g_strdup_printf("%s + %u × %s", at, occurrence, every) : g_strdup(at);
}

static void say_to_come(Explaining *explaining, const ApprovalCase *about, const RemindState *state, const Reminder *reminder, const char *who)
{
	guint place;
	const Rung *rung = ladder_rung(state->ladder, reminder->rung, &place);
	g_autofree char *people = rung_people_text(rung), *expression = rung_time_text(rung, reminder->occurrence);
	g_autofree char *unrolled = explain_time(explaining, reminder->unrolled), *fires = explain_time(explaining, reminder->fires);
	Json *record = reminder->unrolled == reminder->fires
	                       ? explain_say(explaining, EXPLAIN_COMING, _("%s for %s (%s): %s = %s, unless it is decided before."), reminder->rung, who, people,
	                                     expression, fires)
	                       : explain_say(explaining, EXPLAIN_COMING, _("%s for %s (%s): %s = %s, which goes on %s, unless it is decided before."), reminder->rung,
	                                     who, people, expression, unrolled, fires);
	js_object_set_string(record, "approval", about->approval->id);
	js_object_set_line(record, "rung", reminder->rung);
	js_object_set_integer(record, "occurrence", reminder->occurrence);
	js_object_set_instant(record, "unrolled", reminder->unrolled);
	js_object_set_instant(record, "fires", reminder->fires);
}

static void say_fair_warning(Explaining *explaining, const ApprovalCase *about, const RemindState *state)
{
	gint64 fair = remind_fair_warning(state, remind_approver(state)->calendar);
	if (fair == INSTANT_NONE || fair <= session_now(explaining->session))
		return;
	g_autofree char *who = explain_name(explaining, about->approval->person), *at = explain_time(explaining, fair), *grace = span_format(state->grace);
	explain_say(explaining, EXPLAIN_COMING, _("Others than %s hear of it on %s at the earliest, %s after the first mail."), who, at, grace);
}

/* Only what will never be known: an outage passes. */
static void say_unreached(Explaining *explaining, const ApprovalCase *about, const Ladder *ladder)
{
	Answers *answers = session_answers(explaining->session);
	const AnswersMode mode = answers_set_mode(answers, ANSWERS_LAST);
	gboolean known = TRUE;
	for (guint i = 0; known && i < ladder->rungs->len; i++) {
		const Rung *rung = ladder->rungs->pdata[i];
		g_autoptr(GError) failure = NULL;
		if ((!rung_acts(rung) && !rung_names_others(rung)) || reminding_reaches(explaining->session, about, rung, &failure))
			continue;
		known = error_kind(failure) == ERROR_ELSEWHERE;
		if (known)
			explain_say(explaining, EXPLAIN_COMING, _("Rung %s does not reach everybody whom it names: %s"), rung->name, failure->message);
	}
	answers_set_mode(answers, mode);
}

/* Who is away hears nothing of what is told next. */
static void say_absence(Explaining *explaining, const char *id)
{
	g_autoptr(PersonRow) row = store_person(session_store(explaining->session), id, NULL);
	if (!row || !absences_overlay(explaining->session, row->person, NULL))
		return;
	const Absence *absence = person_absence_at(row->person, session_now(explaining->session));
	if (!absence)
		return;
	g_autofree char *who = explain_name(explaining, id), *until = overview_end(explaining->session, person_back(row->person, session_now(explaining->session)));
	explain_say(explaining, EXPLAIN_COMING, _("%s is absent until %s: until then nothing goes to them."), who, until);
}

static void say_absences(Explaining *explaining, const RemindState *state)
{
	for (guint i = 0; i < state->asked->len; i++)
		say_absence(explaining, g_array_index(state->asked, Asked, i).person);
}

/* Who hears of it in the approver's place, and until when; NULL: the approver does. */
static char *who_stands_in(const Explaining *explaining, const ApprovalCase *about, gint64 *until)
{
	const char *approver = about->approval->person;
	g_autoptr(PersonRow) row = store_person(session_store(explaining->session), approver, NULL);
	if (!row || !absences_overlay(explaining->session, row->person, NULL))
		return NULL;
	*until = person_back(row->person, session_now(explaining->session));
	g_autoptr(GPtrArray) asked = *until != INSTANT_NONE ? store_asked(session_store(explaining->session), about->approval->id, NULL) : NULL;
	for (guint i = 0; asked && i < asked->len; i++) {
		const AskedRow *deputy = asked->pdata[i];
		if (strcmp(deputy->how, "deputy") || deputy->ended != INSTANT_NONE)
			continue;
		g_autofree char *name = explain_name(explaining, deputy->person), *whose = explain_name(explaining, approver);
		return g_strdup_printf(_("%s, who stands in for %s"), name, whose);
	}
	return NULL;
}

static void say_hold(Explaining *explaining, const ApprovalCase *about)
{
	gint64 held = hold_until(about->held, session_now(explaining->session));
	g_autofree char *until = explain_time(explaining, held);
	if (held != INSTANT_NONE)
		explain_say(explaining, EXPLAIN_COMING, _("On hold until %s: nothing is sent before; what follows moves by the working hours on hold."), until);
}

/* Why nothing comes of any ladder; NULL where something may. */
static gboolean say_silence(Explaining *explaining, const ApprovalCase *about, const Policy *policy)
{
	const Administration *administration = about->invoice->administration ? policy_administration(policy, about->invoice->administration) : NULL;
	if (administration && !administration->reminders)
		explain_say(explaining, EXPLAIN_COMING, _("Nothing is sent about it: administration %s has reminders switched off."), administration->name);
	else if (!policy_ladder(policy, about->stage->ladder))
		explain_say(explaining, EXPLAIN_COMING, _("Nothing is sent about it: the policy has no ladder %s any more."), about->stage->ladder);
	else
		return FALSE;
	return TRUE;
}

/* Nobody is reminded then, as was said of the people. */
static gboolean is_lost(const Explaining *explaining, const ApprovalCase *about)
{
	g_autoptr(SightingRow) row = store_sighting(session_store(explaining->session), about->approval->person, NULL);
	return row && row->lost != INSTANT_NONE;
}

void explain_coming(Explaining *explaining, const ApprovalCase *about)
{
	g_autoptr(GError) failure = NULL;
	const Policy *policy = session_policy(explaining->session, NULL, &failure);
	if ((policy && say_silence(explaining, about, policy)) || is_lost(explaining, about))
		return;
	g_autoptr(RemindCase) remind_case = policy ? remind_case_load(explaining->session, about, session_now(explaining->session), &failure) : NULL;
	if (!remind_case) {
		explain_say(explaining, EXPLAIN_COMING, _("What comes cannot be told: %s"), failure->message);
		return;
	}
	say_hold(explaining, about);
	say_absences(explaining, &remind_case->state);
	say_fair_warning(explaining, about, &remind_case->state);
	say_unreached(explaining, about, remind_case->state.ladder);
	g_autoptr(GArray) coming = remind_forecast(&remind_case->state, session_now(explaining->session), HORIZON);
	g_autofree char *who = explain_name(explaining, about->approval->person);
	gint64 until = INSTANT_NONE;
	g_autofree char *deputy = who_stands_in(explaining, about, &until);
	for (guint i = 0; i < coming->len; i++) {
		const Reminder *reminder = &g_array_index(coming, Reminder, i);
		say_to_come(explaining, about, &remind_case->state, reminder, deputy && reminder->fires < until ? deputy : who);
	}
	if (!coming->len)
		explain_say(explaining, EXPLAIN_COMING, _("No rung is left of the ladder of %s: nothing more comes by itself."), who);
}
