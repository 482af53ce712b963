/* Rungs that act, and people who come and go (DESIGN.md 3, rules 6 and 7). */
#include "domain/rehearsal_inside.h"

#include <string.h>

static gboolean is_asked(const Task *task, const Known *known)
{
	for (guint i = 0; i < task->people->len; i++)
		if (g_array_index(task->people, AskedPerson, i).known == known)
			return TRUE;
	return FALSE;
}

static Resolution *find_added(Rehearsal *rehearsal, const Task *task, const GPtrArray *selectors, GError **error)
{
	g_autoptr(GPtrArray) excluded = g_ptr_array_new();
	const EligibilityTerms terms = course_terms(rehearsal, task->course, task->course->rule, excluded);
	const SelectorContext context = task_context(task);
	return resolve_added(rehearsal->terms.people, selectors, &context, &terms, rehearsal->now, error);
}

static Resolution *find_suitable(Rehearsal *rehearsal, const Task *task, const GPtrArray *selectors, GError **error)
{
	g_autoptr(GPtrArray) excluded = g_ptr_array_new();
	const EligibilityTerms terms = course_terms(rehearsal, task->course, task->course->rule, excluded);
	const SelectorContext context = task_context(task);
	return resolve_suitable(rehearsal->terms.people, selectors, &context, &terms, error);
}

static void tell_of(Rehearsal *rehearsal, const Task *task, RehearsedKind kind, const Known *known, const char *rung, guint occurrence)
{
	Rehearsed rehearsed = rehearsed_of(rehearsal, kind, task);
	rehearsed.person = known->person;
	rehearsed.rung = rung;
	rehearsed.occurrence = occurrence;
	tell(rehearsal, &rehearsed);
}

/* --- add --- */

static gboolean add(Rehearsal *rehearsal, Task *task, const Rung *rung, const RungAction *action, GError **error)
{
	g_autoptr(Resolution) found = find_added(rehearsal, task, rung->add, error);
	for (guint i = 0; found && i < found->approvers->len; i++) {
		Known *known = known_person(rehearsal, found->approvers->pdata[i]);
		if (is_asked(task, known))
			continue;
		task_ask(rehearsal, task, known, (Asked){.since = action->unrolled, .rung = rung->name, .occurrence = action->occurrence});
		tell_of(rehearsal, task, REHEARSED_ADDED, known, rung->name, action->occurrence);
	}
	return found != NULL;
}

/* --- reassign --- */

static gboolean held_already(const Course *course, const char *id)
{
	for (guint i = 0; i < course->tasks->len; i++)
		if (!strcmp(task_approver(course->tasks->pdata[i])->id, id))
			return TRUE;
	return FALSE;
}

/* The first who may, and never held an approval of the stage. */
static gboolean find_heir(Rehearsal *rehearsal, const Task *task, const GPtrArray *selectors, Known **heir, GError **error)
{
	g_autoptr(Resolution) found = find_suitable(rehearsal, task, selectors, error);
	for (guint i = 0; found && !*heir && i < found->approvers->len; i++) {
		const Person *person = found->approvers->pdata[i];
		if (!held_already(task->course, person->directory_id))
			*heir = known_person(rehearsal, person);
	}
	return found != NULL;
}

/* Where nobody may take it over, it stays with whom it was asked of. */
static gboolean reassign(Rehearsal *rehearsal, Task *task, const Rung *rung, guint occurrence, gboolean *ended, GError **error)
{
	Course *course = task->course;
	Known *heir = NULL;
	if (!find_heir(rehearsal, task, rung->reassign, &heir, error))
		return FALSE;
	if (!heir && course->rule && !find_heir(rehearsal, task, course->rule->fallback, &heir, error))
		return FALSE;
	*ended = heir != NULL;
	if (!heir) {
		course_stick(rehearsal, course, "no-heir");
		return TRUE;
	}
	task_end(rehearsal, task, APPROVAL_DELEGATED);
	tell_of(rehearsal, task, REHEARSED_REASSIGNED, heir, rung->name, occurrence);
	task_open(rehearsal, course, heir, task->approval->group, task->approval->centre, task->approval);
	return TRUE;
}

gboolean task_act(Rehearsal *rehearsal, Task *task, gboolean *ended, GError **error)
{
	g_autoptr(GArray) due = remind_actions(&task->state, rehearsal->now);
	for (guint i = 0; i < due->len; i++) {
		const RungAction *action = &g_array_index(due, RungAction, i);
		const Rung *rung = task->state.ladder->rungs->pdata[action->rung];
		remind_history_acted(task->history, rung->name, action->occurrence);
		gboolean reassigns = rung->reassign && rung->reassign->len;
		if (!(reassigns ? reassign(rehearsal, task, rung, action->occurrence, ended, error) : add(rehearsal, task, rung, action, error)))
			return FALSE;
		if (*ended)
			return TRUE;
	}
	return TRUE;
}

/* --- absences --- */

static gint64 sooner(gint64 a, gint64 b)
{
	return a == INSTANT_NONE ? b : b == INSTANT_NONE ? a : MIN(a, b);
}

gint64 task_next_absence(const Task *task, gint64 now)
{
	gint64 next = task->retry;
	for (guint i = 0; i < task->people->len; i++)
		next = sooner(next, person_next_change(g_array_index(task->people, AskedPerson, i).known->person, now));
	return next;
}

static void note_absences(Task *task, gint64 now)
{
	for (guint i = 0; i < task->asked->len; i++)
		g_array_index(task->asked, Asked, i).absent = person_absence_at(g_array_index(task->people, AskedPerson, i).known->person, now) != NULL;
}

/* Who stood in leaves once the approver is back, or is away too. */
static void dismiss_deputies(Rehearsal *rehearsal, Task *task)
{
	const gboolean back = !g_array_index(task->asked, Asked, 0).absent;
	for (guint i = task->asked->len; i-- > 1;) {
		const Asked *asked = &g_array_index(task->asked, Asked, i);
		if (!asked->deputy || (!back && !asked->absent))
			continue;
		tell_of(rehearsal, task, REHEARSED_LEFT, g_array_index(task->people, AskedPerson, i).known, NULL, 0);
		task_dismiss(rehearsal, task, i);
	}
}

static gboolean has_deputy(const Task *task)
{
	for (guint i = 1; i < task->asked->len; i++)
		if (g_array_index(task->asked, Asked, i).deputy)
			return TRUE;
	return FALSE;
}

/* When one of their deputies, or of those of one who is absent too, goes or comes back. */
static gboolean find_retry_of(Rehearsal *rehearsal, Task *task, const Person *absent, GPtrArray *met, GError **error)
{
	g_autoptr(GPtrArray) deputies = NULL;
	if (!resolve_deputies_of(rehearsal->terms.people, absent, rehearsal->now, &deputies, error))
		return FALSE;
	for (guint i = 0; i < deputies->len; i++) {
		const Person *deputy = deputies->pdata[i];
		if (people_include(met, deputy))
			continue;
		g_ptr_array_add(met, person_copy(deputy));
		task->retry = sooner(task->retry, person_next_change(deputy, rehearsal->now));
		if (person_absence_at(deputy, rehearsal->now) && !find_retry_of(rehearsal, task, deputy, met, error))
			return FALSE;
	}
	return TRUE;
}

/* Nobody stands in: when one of those who might comes back. From then on they are asked. */
static gboolean find_retry(Rehearsal *rehearsal, Task *task, const GPtrArray *fallback, GError **error)
{
	g_autoptr(GPtrArray) met = people_list_new();
	g_autoptr(Resolution) others = find_suitable(rehearsal, task, fallback, error);
	task->retry = INSTANT_NONE;
	for (guint i = 0; others && i < others->approvers->len; i++)
		task->retry = sooner(task->retry, person_next_change(others->approvers->pdata[i], rehearsal->now));
	return others && find_retry_of(rehearsal, task, task_approver(task)->person, met, error);
}

static gboolean find_deputy(Rehearsal *rehearsal, Task *task, Known **deputy, GError **error)
{
	const StageRule *rule = task->course->rule;
	g_autoptr(GPtrArray) excluded = g_ptr_array_new();
	const EligibilityTerms terms = course_terms(rehearsal, task->course, rule, excluded);
	const SelectorContext context = task_context(task);
	g_autoptr(Person) found = NULL;
	if (!resolve_deputy(rehearsal->terms.people, task_approver(task)->person, rehearsal->now, rule ? rule->fallback : NULL, &context, &terms, &found, error))
		return FALSE;
	*deputy = found ? known_person(rehearsal, found) : NULL;
	task->retry = INSTANT_NONE;
	return found || find_retry(rehearsal, task, rule ? rule->fallback : NULL, error);
}

/* What the ladder has to say at first was said when they stood in before: it is said again. */
static void tell_again(Rehearsal *rehearsal, Task *task, Known *deputy, SendFlags channel, guint occurrence)
{
	Calendar *calendar = known_calendar(rehearsal, deputy, task->course->administration);
	const Reminder again = {
		.rung = g_intern_static_string(RUNG_MANUAL),
		.occurrence = occurrence,
		.person = g_intern_string(deputy->id),
		.role = ROLE_TO,
		.channel = channel,
		.unrolled = rehearsal->now,
		.fires = calendar_next_work(calendar, rehearsal->now),
		.state = REMINDER_PLANNED,
		.calendar = calendar,
	};
	remind_history_add(task->history, &again);
}

static void tell_who_was_told(Rehearsal *rehearsal, Task *task, Known *deputy)
{
	Tone tone;
	const guint next = remind_history_first_unreached(task->history, deputy->id, RUNG_MANUAL);
	const gboolean mail = remind_history_tone(task->history, deputy->id, &tone), invited = remind_history_invited(task->history, deputy->id) == INVITED_SENT;
	if (mail)
		tell_again(rehearsal, task, deputy, SEND_MAIL, next);
	if (invited)
		tell_again(rehearsal, task, deputy, SEND_INVITE, next);
}

gboolean task_follow_absences(Rehearsal *rehearsal, Task *task, GError **error)
{
	note_absences(task, rehearsal->now);
	dismiss_deputies(rehearsal, task);
	const Absence *absence = person_absence_at(task_approver(task)->person, rehearsal->now);
	if (!absence || has_deputy(task))
		return TRUE;
	Known *deputy = NULL;
	gint64 since = task->retry == INSTANT_NONE ? MAX(absence->from, task->approval->start) : rehearsal->now;
	if (!find_deputy(rehearsal, task, &deputy, error))
		return FALSE;
	if (!deputy || is_asked(task, deputy))
		return TRUE;
	const GPtrArray *rungs = task->state.ladder ? task->state.ladder->rungs : NULL;
	const char *first = rungs && rungs->len ? ((const Rung *)rungs->pdata[0])->name : NULL;
	task_ask(rehearsal, task, deputy, (Asked){.since = since, .deputy = TRUE, .rung = first});
	tell_of(rehearsal, task, REHEARSED_DEPUTY, deputy, NULL, 0);
	tell_who_was_told(rehearsal, task, deputy);
	return TRUE;
}
