/* Rule 4, one mail a person a pass, and one call of each channel, and no more than so many a day: what is above waits for the next slot. Every mail is accepted at once. */
#include "domain/rehearsal_inside.h"

#include <string.h>

void send_claim(Rehearsal *rehearsal, const Claim *claim)
{
	if (claim->reminder.channel == SEND_INVITE) {
		g_array_append_val(rehearsal->invites, *claim);
		return;
	}
	if (claim->reminder.channel == SEND_HOOK) {
		g_array_append_val(rehearsal->calls, *claim);
		return;
	}
	Known *known = g_hash_table_lookup(rehearsal->known, claim->reminder.person);
	if (!known->draft->len)
		g_ptr_array_add(rehearsal->drafts, known);
	g_array_append_val(known->draft, *claim);
}

/* Their own calendar, whatever the administration of what is sent. */
static gboolean has_had_enough(Rehearsal *rehearsal, Known *known)
{
	Date today = calendar_date(known_calendar(rehearsal, known, NULL), rehearsal->now);
	if (known->day.day != today.day) {
		known->day = today;
		known->mails = 0;
	}
	return known->mails >= rehearsal->terms.policy->max_per_day;
}

/* Where there are no slots, tomorrow: until then nothing changes. */
static gint64 next_chance(Rehearsal *rehearsal, Known *known)
{
	Calendar *calendar = known_calendar(rehearsal, known, NULL);
	const GArray *slots = rehearsal->terms.policy->slots;
	gint64 tomorrow = zone_instant(calendar_zone(calendar), date_add_days(known->day, 1), 0);
	gint64 earliest = slots && slots->len ? rehearsal->now + 60 : tomorrow;
	return calendar_next_slot(calendar, slots, calendar_next_work(calendar, earliest));
}

static void put_off(Rehearsal *rehearsal, Known *known)
{
	gint64 again = next_chance(rehearsal, known);
	for (guint i = 0; i < known->draft->len; i++) {
		Claim *claim = &g_array_index(known->draft, Claim, i);
		Item *item = &claim->task->item;
		claim->reminder.state = REMINDER_PLANNED;
		claim->reminder.fires = again;
		remind_history_add(claim->task->history, &claim->reminder);
		if (again != INSTANT_NONE && (item->wake == INSTANT_NONE || again < item->wake))
			timetable_put(rehearsal, item, again);
	}
}

static void tell_claim(Rehearsal *rehearsal, const Claim *claim, const Known *known, RehearsedSend send)
{
	Rehearsed mail = rehearsed_of(rehearsal, REHEARSED_REMINDER, claim->task);
	mail.person = known->person;
	mail.calendar = claim->reminder.calendar;
	mail.rung = claim->reminder.rung;
	mail.occurrence = claim->reminder.occurrence;
	mail.role = claim->reminder.role;
	mail.send = send;
	mail.hook = claim->reminder.hook;
	mail.tone = claim->reminder.tone;
	mail.message = rehearsal->messages;
	tell(rehearsal, &mail);
	task_note_told(rehearsal, claim->task, known);
}

static void deliver(Rehearsal *rehearsal, Known *known)
{
	known->mails++;
	rehearsal->messages++;
	for (guint i = 0; i < known->draft->len; i++)
		tell_claim(rehearsal, &g_array_index(known->draft, Claim, i), known, REHEARSED_MAIL);
}

/* What travels together: of a channel that makes a call for each reminder, nothing. */
static gint compare_calls(gconstpointer a, gconstpointer b)
{
	const Reminder *first = &((const Claim *)a)->reminder, *second = &((const Claim *)b)->reminder;
	const int order = strcmp(first->hook, second->hook);
	return order ? order : strcmp(first->person, second->person);
}

static gboolean is_per_reminder(const Rehearsal *rehearsal, const Claim *claim)
{
	const Channel *channel = policy_channel(rehearsal->terms.policy, claim->reminder.hook);
	return channel && channel->per == PER_REMINDER;
}

static void make_calls(Rehearsal *rehearsal)
{
	g_array_sort(rehearsal->calls, compare_calls);
	const Claim *last = NULL;
	for (guint i = 0; i < rehearsal->calls->len; i++) {
		const Claim *claim = &g_array_index(rehearsal->calls, Claim, i);
		if (!last || compare_calls(last, claim) || is_per_reminder(rehearsal, claim))
			rehearsal->messages++;
		tell_claim(rehearsal, claim, g_hash_table_lookup(rehearsal->known, claim->reminder.person), REHEARSED_HOOK);
		last = claim;
	}
	g_array_set_size(rehearsal->calls, 0);
}

void send_all(Rehearsal *rehearsal)
{
	for (guint i = 0; i < rehearsal->drafts->len; i++) {
		Known *known = rehearsal->drafts->pdata[i];
		if (has_had_enough(rehearsal, known))
			put_off(rehearsal, known);
		else
			deliver(rehearsal, known);
		g_array_set_size(known->draft, 0);
	}
	g_ptr_array_set_size(rehearsal->drafts, 0);
	make_calls(rehearsal);
}
