/* Rule 11: calendar entries, one for each approver and deadline day or one for each approval, by the rules of domain/agenda.h. What changes is known here when it
 * happens, so only the entry concerned is looked at: a person may have thousands of approvals. */
#include "domain/rehearsal_inside.h"

void diary_entry_free(gpointer data)
{
	Entry *entry = data;
	g_array_unref(entry->lines);
	g_array_unref(entry->joining);
	g_array_unref(entry->leaving);
	g_free(entry);
}

/* `by_day`: it holds all of theirs of that day. */
static Entry *entry_new(Rehearsal *rehearsal, Known *known, Calendar *calendar, Date day, gboolean by_day)
{
	Entry *entry = g_new0(Entry, 1);
	entry->item = (Item){TURN_CALENDAR, INSTANT_NONE};
	entry->known = known;
	entry->calendar = calendar;
	entry->day = day;
	entry->by_day = by_day;
	entry->ends = INSTANT_NONE;
	entry->lines = g_array_new(FALSE, FALSE, sizeof(EntryLine));
	entry->joining = g_array_new(FALSE, FALSE, sizeof(EntryLine));
	entry->leaving = g_array_new(FALSE, FALSE, sizeof(EntryLine));
	g_ptr_array_add(rehearsal->entries, entry);
	return entry;
}

static Date day_of(const Calendar *calendar, const Task *task)
{
	return calendar_date(calendar, calendar_prev_close(calendar, task->approval->deadline));
}

/* The one that an invite of theirs for the approval belongs to. */
static Entry *need_entry(Rehearsal *rehearsal, const Task *task, Known *known)
{
	Calendar *calendar = known_calendar(rehearsal, known, task->course->administration);
	Date day = day_of(calendar, task);
	if (rehearsal->terms.policy->invites != INVITES_DAY)
		return entry_new(rehearsal, known, calendar, day, FALSE);
	for (guint i = 0; i < known->entries->len; i++) {
		Entry *entry = known->entries->pdata[i];
		if (entry->day.day == day.day && entry->calendar == calendar)
			return entry;
	}
	Entry *entry = entry_new(rehearsal, known, calendar, day, TRUE);
	g_ptr_array_add(known->entries, entry);
	return entry;
}

static void tell_lines(Rehearsal *rehearsal, const Entry *entry, const GArray *lines, RehearsedSend send)
{
	for (guint i = 0; i < lines->len; i++) {
		const EntryLine *line = &g_array_index(lines, EntryLine, i);
		Rehearsed invite = rehearsed_of(rehearsal, REHEARSED_REMINDER, line->task);
		invite.person = entry->known->person;
		invite.calendar = entry->calendar;
		invite.rung = line->rung;
		invite.occurrence = line->occurrence;
		invite.tone = line->tone;
		invite.send = send;
		invite.message = rehearsal->messages;
		tell(rehearsal, &invite);
	}
}

/* When the half hour ends: with the earliest deadline in it. INSTANT_NONE: it is empty. */
static gint64 end_of(const Entry *entry)
{
	gint64 ends = INSTANT_NONE;
	for (guint i = 0; i < entry->lines->len; i++) {
		gint64 end = calendar_prev_close(entry->calendar, g_array_index(entry->lines, EntryLine, i).task->approval->deadline);
		ends = ends == INSTANT_NONE ? end : MIN(ends, end);
	}
	return ends;
}

/* What is over is not made shorter any more. */
static gboolean is_over(const Rehearsal *rehearsal, const Entry *entry)
{
	gint64 ends = end_of(entry);
	return entry->stands && entry->ends <= rehearsal->now && ends != INSTANT_NONE && ends <= rehearsal->now && !entry->joining->len;
}

/* Tells what changed since it was told last. */
static void send_entry(Rehearsal *rehearsal, Entry *entry)
{
	const RehearsedSend send = !entry->stands ? REHEARSED_INVITE : entry->lines->len ? REHEARSED_INVITE_UPDATE : REHEARSED_INVITE_CANCEL;
	if (is_over(rehearsal, entry))
		return;
	if (entry->joining->len + entry->leaving->len) {
		rehearsal->messages++;
		tell_lines(rehearsal, entry, entry->joining, send);
		tell_lines(rehearsal, entry, entry->leaving, send);
	}
	g_array_set_size(entry->joining, 0);
	g_array_set_size(entry->leaving, 0);
	entry->stands = entry->lines->len > 0;
	entry->ends = end_of(entry);
	entry->moved = FALSE;
}

void invite_follow_entry(Rehearsal *rehearsal, Entry *entry)
{
	gint64 ready = calendar_next_work(entry->calendar, rehearsal->now);
	if (ready == rehearsal->now)
		send_entry(rehearsal, entry);
	else
		timetable_put(rehearsal, &entry->item, ready);
}

static void look_at_slot(Rehearsal *rehearsal, Entry *entry)
{
	gint64 work = calendar_next_work(entry->calendar, rehearsal->now);
	const gboolean ended = entry->stands && !entry->lines->len && !entry->moved;
	timetable_put(rehearsal, &entry->item, ended ? work : calendar_next_slot(entry->calendar, rehearsal->terms.policy->slots, work));
}

/* --- joining --- */

static void join(Task *task, Entry *entry, const EntryLine *line)
{
	g_array_append_val(entry->lines, *line);
	g_array_append_val(entry->joining, *line);
	g_ptr_array_add(task->entries, entry);
}

/* What falls into an absence of theirs stands in no entry. */
static gboolean is_anothers(const Task *task, const Known *known)
{
	return person_absence_at(known->person, task->approval->deadline) != NULL;
}

void invite_claims(Rehearsal *rehearsal)
{
	g_autoptr(GPtrArray) fresh = g_ptr_array_new();
	for (guint i = 0; i < rehearsal->invites->len; i++) {
		const Claim *claim = &g_array_index(rehearsal->invites, Claim, i);
		const Reminder *reminder = &claim->reminder;
		Known *known = g_hash_table_lookup(rehearsal->known, reminder->person);
		if (is_anothers(claim->task, known))
			continue;
		Entry *entry = need_entry(rehearsal, claim->task, known);
		join(claim->task, entry, &(EntryLine){claim->task, reminder->rung, reminder->occurrence, reminder->tone});
		if (entry->stands)
			look_at_slot(rehearsal, entry);
		else
			g_ptr_array_add(fresh, entry);
	}
	g_array_set_size(rehearsal->invites, 0);
	for (guint i = 0; i < fresh->len; i++)
		send_entry(rehearsal, fresh->pdata[i]);
}

static const Rung *rung_that_invites(const Task *task)
{
	const GPtrArray *rungs = task->state.ladder ? task->state.ladder->rungs : NULL;
	for (guint i = 0; rungs && i < rungs->len; i++)
		if (((const Rung *)rungs->pdata[i])->send & SEND_INVITE)
			return rungs->pdata[i];
	return NULL;
}

void invite_stands_for(Rehearsal *rehearsal, Task *task, Known *known)
{
	if (is_anothers(task, known))
		return; /* taken back already */
	const Rung *rung = rung_that_invites(task);
	Entry *entry = need_entry(rehearsal, task, known);
	const EntryLine line = {task, rung ? rung->name : NULL, 0, rung ? rung->tone : TONE_NEW};
	g_array_append_val(entry->lines, line);
	g_ptr_array_add(task->entries, entry);
	entry->stands = TRUE;
	entry->ends = end_of(entry);
}

/* --- leaving --- */

/* Takes the approval's line out; FALSE where there is none. */
static gboolean take_line(GArray *lines, const Task *task, EntryLine *line)
{
	for (guint i = 0; i < lines->len; i++) {
		*line = g_array_index(lines, EntryLine, i);
		if (line->task != task)
			continue;
		g_array_remove_index(lines, i);
		return TRUE;
	}
	return FALSE;
}

/* What was not told yet need not be taken back. */
static void leave(Rehearsal *rehearsal, Task *task, Entry *entry, EntryLine *line)
{
	EntryLine untold;
	take_line(entry->lines, task, line);
	if (!take_line(entry->joining, task, &untold) && entry->stands)
		g_array_append_val(entry->leaving, *line);
	look_at_slot(rehearsal, entry);
}

void invite_take_back(Rehearsal *rehearsal, Task *task, Known *known)
{
	for (guint i = task->entries->len; i-- > 0;) {
		Entry *entry = task->entries->pdata[i];
		EntryLine line;
		if (entry->known != known)
			continue;
		leave(rehearsal, task, entry, &line);
		g_ptr_array_remove_index(task->entries, i);
	}
}

/* To the entry of another day. */
static void move(Rehearsal *rehearsal, Task *task, Entry *from)
{
	EntryLine line;
	from->moved = TRUE;
	leave(rehearsal, task, from, &line);
	Entry *to = need_entry(rehearsal, task, from->known);
	join(task, to, &line);
	look_at_slot(rehearsal, to);
}

/* Within its day: told where the entry is then at another time. */
static void follow_deadline(Rehearsal *rehearsal, Task *task, Entry *entry)
{
	g_ptr_array_add(task->entries, entry);
	for (guint i = 0; entry->ends != end_of(entry) && i < entry->lines->len; i++)
		if (g_array_index(entry->lines, EntryLine, i).task == task)
			g_array_append_val(entry->joining, g_array_index(entry->lines, EntryLine, i));
	if (entry->joining->len)
		look_at_slot(rehearsal, entry);
}

void invite_follow_deadline(Rehearsal *rehearsal, Task *task)
{
	g_autoptr(GPtrArray) before = task->entries;
	task->entries = g_ptr_array_new();
	for (guint i = 0; i < before->len; i++) {
		Entry *entry = before->pdata[i];
		if (entry->by_day && entry->day.day != day_of(entry->calendar, task).day)
			move(rehearsal, task, entry);
		else
			follow_deadline(rehearsal, task, entry);
	}
}
