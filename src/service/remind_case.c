/* Reads what stands in several tables about one approval's reminders; what waits goes by the dates, slots and ladder that hold now. */
#include "service/remind_case.h"

#include "base/error.h"
#include "codec/idn.h"
#include "domain/administration.h"
#include "people/absences.h"
#include "people/people.h"
#include "service/opening.h"

#include <string.h>

static void free_rung_recipients(gpointer recipients)
{
	rung_recipients_free(recipients);
}

void remind_case_free(RemindCase *remind_case)
{
	if (!remind_case)
		return;
	g_clear_pointer(&remind_case->asked, g_array_unref);
	g_clear_pointer(&remind_case->history, remind_history_free);
	g_clear_pointer(&remind_case->rungs, g_ptr_array_unref);
	g_clear_pointer(&remind_case->since, g_array_unref);
	g_clear_pointer(&remind_case->acts_since, g_array_unref);
	g_clear_pointer(&remind_case->beside, g_ptr_array_unref);
	g_free(remind_case);
}

Reminder reminder_from_row(const ReminderRow *row, const char *person)
{
	Reminder reminder = {
		.rung = g_intern_string(row->rung),
		.occurrence = row->occurrence,
		.person = person,
		.role = g_strcmp0(row->role, "cc") ? ROLE_TO : ROLE_CC,
		.unrolled = row->unrolled,
		.fires = row->fires,
	};
	send_parse(row->channel, &reminder.channel, &reminder.hook);
	tone_parse(row->tone, &reminder.tone);
	reminder_state_parse(row->state, &reminder.state);
	return reminder;
}

/* It tells somebody that they are asked: since they are, whatever becomes of the rung's own instant. */
static gboolean tells_of_asking(const RemindState *state, const Reminder *reminder)
{
	for (guint i = 1; i < state->asked->len; i++) {
		const Asked *asked = &g_array_index(state->asked, Asked, i);
		if (!strcmp(asked->person, reminder->person) && !g_strcmp0(asked->rung, reminder->rung) && asked->occurrence == reminder->occurrence)
			return TRUE;
	}
	return FALSE;
}

/* What waits goes by the dates and slots that hold now: a deadline may have moved since it was planned. */
static void follow_dates(const RemindState *state, Reminder *planned)
{
	guint place;
	const Rung *rung = ladder_rung(state->ladder, planned->rung, &place);
	const Calendar *calendar = g_array_index(state->asked, Asked, 0).calendar;
	gint64 unrolled = planned->unrolled;
	if (rung && !tells_of_asking(state, planned))
		unrolled = rung_unrolled(rung, calendar, &state->anchors, planned->occurrence);
	if (!rung || unrolled == INSTANT_NONE)
		return;
	planned->unrolled = unrolled;
	planned->fires = rung_fires(rung, planned->calendar, state->slots, unrolled);
}

static gboolean load_history(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	g_autoptr(GPtrArray) rows = store_reminders(session_store(session), about->approval->id, error);
	if (!rows)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		const ReminderRow *row = rows->pdata[i];
		Reminder reminder = reminder_from_row(row, g_intern_string(row->person));
		if (reminder.state == REMINDER_PLANNED) {
			g_autoptr(PersonRow) person = store_person(session_store(session), reminder.person, error);
			if (!person)
				return FALSE;
			reminder.calendar = people_calendar(session, remind_case->policy, about->invoice->administration, person->person);
			follow_dates(&remind_case->state, &reminder);
			reminder.fires = MAX(reminder.fires, row->not_before);
		}
		remind_history_add(remind_case->history, &reminder);
	}
	return TRUE;
}

static GArray *instants_new(guint count)
{
	GArray *instants = g_array_sized_new(FALSE, TRUE, sizeof(gint64), count);
	g_array_set_size(instants, count);
	return instants;
}

/* Of the rungs that a version of the policy has: since when, newest version first. */
static void note_version(RemindCase *remind_case, const Ladder *then, gint64 at)
{
	const Ladder *ladder = remind_case->state.ladder;
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *now = ladder->rungs->pdata[i];
		guint place;
		const Rung *rung = ladder_rung(then, now->name, &place);
		if (!rung)
			continue;
		g_array_index(remind_case->since, gint64, i) = at;
		if (!!rung->add->len == !!now->add->len && !!rung->reassign->len == !!now->reassign->len)
			g_array_index(remind_case->acts_since, gint64, i) = at;
	}
}

/* Rule 1: nothing old is caught up on where the ladder got another rung, or a rung another name or an action, after the approval began. */
static gboolean load_since(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	RemindState *state = &remind_case->state;
	g_autoptr(GPtrArray) versions = store_policies(session_store(session), error);
	if (!versions)
		return FALSE;
	if (((const PolicyRow *)versions->pdata[0])->at <= about->approval->start)
		return TRUE;
	state->since = remind_case->since = instants_new(state->ladder->rungs->len);
	state->acts_since = remind_case->acts_since = instants_new(state->ladder->rungs->len);
	for (guint i = 0; i < versions->len; i++) {
		const PolicyRow *row = versions->pdata[i];
		const Policy *policy = session_policy_at(session, row->version, error);
		if (!policy)
			return FALSE;
		const Ladder *then = policy_ladder(policy, about->stage->ladder);
		if (then)
			note_version(remind_case, then, row->at);
		if (row->at <= about->approval->start)
			break;
	}
	return TRUE;
}

/* Rule 2: a refused address needs no warning; a deferred mail starts it one working day after its first try, also where another took its place (overtaking.h). */
static gint64 fair_from_message(const MessageRow *message, Calendar *calendar)
{
	if (!strcmp(message->state, "accepted"))
		return message->accepted;
	if (!strcmp(message->state, "refused"))
		return 0;
	if (!strcmp(message->state, "uncertain"))
		return message->queued;
	const gboolean was_deferred = !strcmp(message->state, "withdrawn") && message->tried != INSTANT_NONE;
	if (was_deferred || !strcmp(message->state, "deferred"))
		return calendar_add_working_days(calendar, message->queued, 1);
	return INSTANT_NONE;
}

/* Whose mail starts the grace: the approver's, while they are absent that of who stands in. */
static gboolean is_warned(const RemindState *state, const char *person)
{
	const Asked *asked = NULL;
	gboolean stands_in = FALSE;
	for (guint i = 0; i < state->asked->len; i++) {
		const Asked *known = &g_array_index(state->asked, Asked, i);
		stands_in |= known->deputy;
		asked = strcmp(known->person, person) ? asked : known;
	}
	return asked && (stands_in ? asked->deputy : asked == &g_array_index(state->asked, Asked, 0));
}

/* When the first mail to whoever is warned was written; INSTANT_NONE: none was. */
static gint64 first_mail(const RemindState *state, const GPtrArray *messages)
{
	for (guint i = 0; i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (!strcmp(message->kind, "mail") && is_warned(state, message->person))
			return message->queued;
	}
	return INSTANT_NONE;
}

/* It is the mail that warns; a call of a channel does where no mail was written with it, or before. */
static gboolean warns(const RemindState *state, const MessageRow *message, gint64 first)
{
	const gboolean alone = first == INSTANT_NONE || message->queued < first;
	return is_warned(state, message->person) && (!strcmp(message->kind, "mail") || (!strcmp(message->kind, "hook") && alone));
}

static gboolean load_fair_warning(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	RemindState *state = &remind_case->state;
	g_autofree char *address = about->approver->person->mail ? idn_mail_address(about->approver->person->mail, NULL) : NULL;
	if (!address)
		state->fair_from = 0; /* as a refused one: nobody can write to it */
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), about->approval->id, error);
	if (!messages)
		return FALSE;
	const gint64 first = first_mail(state, messages);
	for (guint i = 0; i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (!warns(state, message, first))
			continue;
		gint64 from = fair_from_message(message, g_array_index(state->asked, Asked, 0).calendar);
		if (from != INSTANT_NONE && (state->fair_from == INSTANT_NONE || from < state->fair_from))
			state->fair_from = from;
	}
	return TRUE;
}

/* Whether they are absent, and when that changes. */
static gboolean note_absence(Session *session, RemindCase *remind_case, const Person *person, gint64 now, gboolean *absent, GError **error)
{
	gint64 next;
	if (!absences_is_away(session, person, now, absent, error) || !absences_next_change_of(session, person, now, &next, error))
		return FALSE;
	if (next != INSTANT_NONE && (remind_case->changes == INSTANT_NONE || next < remind_case->changes))
		remind_case->changes = next;
	return TRUE;
}

/* Nobody stands in: anybody who comes back may. */
static gboolean note_unattended(Session *session, RemindCase *remind_case, gint64 now, GError **error)
{
	gboolean attended = !g_array_index(remind_case->asked, Asked, 0).absent;
	for (guint i = 1; i < remind_case->asked->len; i++)
		attended |= g_array_index(remind_case->asked, Asked, i).deputy;
	return attended || absences_next_change(session, now, &remind_case->changes, error);
}

/* Who is asked beside the approver, and what the rungs did. */
static gboolean load_beside(Session *session, RemindCase *remind_case, const ApprovalCase *about, gint64 now, GError **error)
{
	const GPtrArray *rungs = remind_case->state.ladder->rungs;
	remind_case->beside = store_asked(session_store(session), about->approval->id, error);
	for (guint i = 0; remind_case->beside && i < remind_case->beside->len; i++) {
		const AskedRow *row = remind_case->beside->pdata[i];
		if (row->ended != INSTANT_NONE)
			continue;
		g_autoptr(PersonRow) person = store_person(session_store(session), row->person, error);
		if (!person)
			return FALSE;
		Asked asked = {
			.person = row->person,
			.calendar = people_calendar(session, remind_case->policy, about->invoice->administration, person->person),
			.since = row->since,
			.deputy = !strcmp(row->how, "deputy"),
			.rung = row->rung,
			.occurrence = row->occurrence,
		};
		if (!note_absence(session, remind_case, person->person, now, &asked.absent, error))
			return FALSE;
		if (asked.deputy && !asked.rung && rungs->len)
			asked.rung = ((const Rung *)rungs->pdata[0])->name;
		g_array_append_val(remind_case->asked, asked);
	}
	return remind_case->beside && note_unattended(session, remind_case, now, error);
}

static gboolean load_actions(Session *session, RemindCase *remind_case, const char *approval, GError **error)
{
	g_autoptr(GPtrArray) actions = store_rung_actions(session_store(session), approval, error);
	for (guint i = 0; actions && i < actions->len; i++) {
		const RungActionRow *row = actions->pdata[i];
		remind_history_acted(remind_case->history, row->rung, row->occurrence);
	}
	return actions != NULL;
}

/* The ladder as the policy in force has it; one that is gone from it has no rungs to come. */
static const Ladder *ladder_of(const Policy *policy, const Stage *stage, GError **error)
{
	const Ladder *ladder = policy_ladder(policy, stage->ladder);
	if (!ladder)
		error_set(error, ERROR_CONFIG, "the policy in force has no ladder %s, which stage %s of invoice %s follows", stage->ladder,
		          stage->name, stage->invoice);
	return ladder;
}

RemindCase *remind_case_load(Session *session, const ApprovalCase *about, gint64 now, GError **error)
{
	g_autoptr(RemindCase) remind_case = g_new0(RemindCase, 1);
	remind_case->asked = g_array_new(FALSE, FALSE, sizeof(Asked));
	remind_case->history = remind_history_new();
	remind_case->changes = INSTANT_NONE;
	remind_case->policy = session_policy(session, NULL, error);
	RemindState *state = &remind_case->state;
	state->ladder = remind_case->policy ? ladder_of(remind_case->policy, about->stage, error) : NULL;
	if (!state->ladder)
		return NULL;
	Asked approver = {
		.person = about->approval->person,
		.calendar = people_calendar(session, remind_case->policy, about->invoice->administration, about->approver->person),
		.since = about->approval->start,
	};
	if (!note_absence(session, remind_case, about->approver->person, now, &approver.absent, error))
		return NULL;
	g_array_append_val(remind_case->asked, approver);
	state->asked = remind_case->asked;
	state->anchors = opening_anchors(remind_case->policy, about->invoice, about->held, approver.calendar, about->approval->start);
	state->anchors.at[ANCHOR_DEADLINE] = about->approval->deadline;
	state->slots = remind_case->policy->slots;
	state->grace = remind_case->policy->grace;
	state->invites = remind_case->policy->invites;
	state->fair_from = INSTANT_NONE;
	state->reminders = administration_reminds(remind_case->policy, about->invoice->administration);
	state->history = remind_case->history;
	remind_case->rungs = g_ptr_array_new_full(state->ladder->rungs->len, free_rung_recipients);
	g_ptr_array_set_size(remind_case->rungs, (gint)state->ladder->rungs->len);
	state->rungs = remind_case->rungs;
	if (!load_beside(session, remind_case, about, now, error) || !load_actions(session, remind_case, about->approval->id, error) ||
	    !load_history(session, remind_case, about, error) || !load_fair_warning(session, remind_case, about, error) ||
	    !load_since(session, remind_case, about, error))
		return NULL;
	return g_steal_pointer(&remind_case);
}
