/* Approvals on their way: what reminding.c does around remind_decide(), in memory. Their histories are kept from decision to decision. */
#include "domain/rehearsal_inside.h"

#include "domain/anchors.h"

#include <string.h>

void task_free(gpointer data)
{
	Task *task = data;
	approval_free(task->approval);
	remind_history_free(task->history);
	g_array_unref(task->asked);
	g_array_unref(task->people);
	g_ptr_array_unref(task->rungs);
	g_clear_pointer(&task->since, g_array_unref);
	g_ptr_array_unref(task->answers);
	g_ptr_array_unref(task->entries);
	g_free(task);
}

Known *task_approver(const Task *task)
{
	return g_array_index(task->people, AskedPerson, 0).known;
}

SelectorContext task_context(const Task *task)
{
	const GPtrArray *centres = task->course->facts->cost_references;
	guint centre = (guint)task->approval->centre;
	return (SelectorContext){
		.facts = task->course->facts,
		.cost_centre = centre < centres->len ? centres->pdata[centre] : NULL,
		.approver = task_approver(task)->person,
	};
}

static Calendar *calendar_of(const Task *task)
{
	return g_array_index(task->asked, Asked, 0).calendar;
}

/* --- who is asked --- */

static gboolean asks_for(const Rehearsal *rehearsal, const Task *task, const Known *known, gint64 since, RehearsedAnswer *answer)
{
	const RehearsalTerms *terms = &rehearsal->terms;
	const RehearsedQuestion question = {
		.invoice = task->course->label,
		.stage = task->stage->name,
		.approver = task_approver(task)->person,
		.person = known->person,
		.calendar = g_array_index(task->asked, Asked, task->asked->len - 1).calendar,
		.since = since,
		.asked = g_array_index(task->asked, Asked, task->asked->len - 1).since,
		.deadline = task->approval->deadline,
	};
	return terms->decides && terms->decides(&question, answer, terms->user_data);
}

/* Of who was asked last. Nobody decides before they know of it: who is asked in this pass does so after it. */
static void ask_for_answer(Rehearsal *rehearsal, Task *task, gint64 soonest)
{
	const Known *known = g_array_index(task->people, AskedPerson, task->people->len - 1).known;
	RehearsedAnswer given = {INSTANT_NONE, FALSE};
	if (!asks_for(rehearsal, task, known, rehearsal->now, &given))
		return;
	Answer *answer = g_new0(Answer, 1);
	*answer = (Answer){{TURN_ANSWER, INSTANT_NONE}, task, known, given.reject};
	g_ptr_array_add(task->answers, answer);
	timetable_put(rehearsal, &answer->item, MAX(given.at, soonest));
}

static void add_asked(Rehearsal *rehearsal, Task *task, Known *known, Asked how)
{
	how.person = known->id;
	how.calendar = known_calendar(rehearsal, known, task->course->administration);
	how.absent = person_absence_at(known->person, rehearsal->now) != NULL;
	g_array_append_val(task->asked, how);
	g_array_append_val(task->people, ((AskedPerson){known, INSTANT_NONE}));
}

void task_ask(Rehearsal *rehearsal, Task *task, Known *known, Asked how)
{
	add_asked(rehearsal, task, known, how);
	if (!task->approval->beside)
		task->approval->beside = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(task->approval->beside, g_strdup(known->id));
	ask_for_answer(rehearsal, task, rehearsal->now + 1);
}

/* What waits for them is not sent any more. */
static void forget_planned(Task *task, const Known *known)
{
	g_autoptr(GArray) planned = g_array_copy((GArray *)remind_history_planned(task->history));
	for (guint i = 0; i < planned->len; i++) {
		Reminder *reminder = &g_array_index(planned, Reminder, i);
		if (strcmp(reminder->person, known->id))
			continue;
		reminder->state = REMINDER_SUPERSEDED;
		remind_history_add(task->history, reminder);
	}
}

void task_dismiss(Rehearsal *rehearsal, Task *task, guint place)
{
	Known *known = g_array_index(task->people, AskedPerson, place).known;
	forget_planned(task, known);
	g_array_remove_index(task->asked, place);
	g_array_remove_index(task->people, place);
	g_ptr_array_remove_index(task->approval->beside, place - 1);
	invite_take_back(rehearsal, task, known);
}

/* --- a new one --- */

static void free_answer(gpointer answer)
{
	g_free(answer);
}

/* How remind_decide() sees it: filled in once, then kept. */
static void make_state(const Rehearsal *rehearsal, Task *task)
{
	const Policy *policy = rehearsal->terms.policy;
	const Course *course = task->course;
	task->state = (RemindState){
		.ladder = task->stage->ladder ? policy_ladder(policy, task->stage->ladder) : NULL,
		.asked = task->asked,
		.slots = policy->slots,
		.grace = policy->grace,
		.invites = policy->invites,
		.reminders = !course->administration || course->administration->reminders,
		.fair_from = INSTANT_NONE,
		.history = task->history,
		.rungs = task->rungs,
	};
	g_ptr_array_set_size(task->rungs, task->state.ladder ? (gint)task->state.ladder->rungs->len : 0);
}

static void work_out_anchors(const Rehearsal *rehearsal, Task *task)
{
	const Course *course = task->course;
	gint64 deadline = task->approval->deadline;
	task->state.anchors = anchors_of(rehearsal->terms.policy, course->facts, course->received, course->held, calendar_of(task), task->approval->start);
	task->state.anchors.at[ANCHOR_DEADLINE] = deadline;
}

static void work_out_deadline(const Rehearsal *rehearsal, Task *task)
{
	const Stage *stage = task->stage;
	task->approval->deadline = INSTANT_NONE;
	work_out_anchors(rehearsal, task);
	task->approval->deadline = deadline_work_out(calendar_of(task), stage->within, stage->before, stage->at_least, &task->state.anchors);
	task->state.anchors.at[ANCHOR_DEADLINE] = task->approval->deadline;
}

/* With its approver, who is not asked for an answer yet. `history` is taken over. */
static Task *task_new(Rehearsal *rehearsal, Course *course, Known *approver, Approval *approval, RemindHistory *history)
{
	Task *task = g_new0(Task, 1);
	task->item = (Item){TURN_TASK, INSTANT_NONE};
	task->course = course;
	task->approval = approval;
	task->stage = course->stage;
	task->history = history;
	task->asked = g_array_new(FALSE, FALSE, sizeof(Asked));
	task->people = g_array_new(FALSE, FALSE, sizeof(AskedPerson));
	task->rungs = g_ptr_array_new();
	task->answers = g_ptr_array_new_with_free_func(free_answer);
	task->entries = g_ptr_array_new();
	task->retry = INSTANT_NONE;
	approval->stage = course->stage->ordinal;
	approval->person = g_strdup(approver->id);
	add_asked(rehearsal, task, approver, (Asked){.since = approval->start});
	make_state(rehearsal, task);
	g_ptr_array_add(course->tasks, task);
	g_ptr_array_add(course->approvals, approval);
	return task;
}

Task *task_open(Rehearsal *rehearsal, Course *course, Known *approver, int group, int centre, const Approval *replaces)
{
	Approval *approval = approval_new();
	approval->id = g_strdup_printf("%d.%u", course->ordinal, course->tasks->len);
	approval->group = group;
	approval->centre = centre;
	approval->replaces = replaces ? g_strdup(replaces->id) : NULL;
	approval->start = rehearsal->now;
	Task *task = task_new(rehearsal, course, approver, approval, remind_history_new());
	work_out_deadline(rehearsal, task);
	Rehearsed opened = rehearsed_of(rehearsal, REHEARSED_OPENED, task);
	opened.person = approver->person;
	opened.calendar = calendar_of(task);
	tell(rehearsal, &opened);
	ask_for_answer(rehearsal, task, rehearsal->now + 1);
	timetable_put(rehearsal, &task->item, rehearsal->now);
	return task;
}

/* --- one in mid-course --- */

static void take_beside(Rehearsal *rehearsal, Task *task, const RehearsedBeside *beside)
{
	const Asked how = {.since = beside->since, .deputy = beside->deputy, .rung = beside->rung, .occurrence = beside->occurrence};
	task_ask(rehearsal, task, known_person(rehearsal, beside->person), how);
}

/* Whom the mail that was told of went to: who stands in, or the approver. */
static void take_told(Task *task, gint64 told)
{
	for (guint i = 0; i < task->people->len; i++)
		if (i == 0 || g_array_index(task->asked, Asked, i).deputy)
			g_array_index(task->people, AskedPerson, i).told = told;
}

static Known *person_asked(const Task *task, const char *id)
{
	for (guint i = 0; i < task->people->len; i++) {
		Known *known = g_array_index(task->people, AskedPerson, i).known;
		if (!strcmp(known->id, id))
			return known;
	}
	return NULL;
}

static void take_pending(Rehearsal *rehearsal, Task *task, const RehearsedApproval *from)
{
	ask_for_answer(rehearsal, task, rehearsal->now);
	for (guint i = 0; from->beside && i < from->beside->len; i++)
		take_beside(rehearsal, task, &g_array_index(from->beside, RehearsedBeside, i));
	take_told(task, from->fair_from);
	if (from->since && from->since->len == task->rungs->len)
		task->state.since = task->since = g_array_copy((GArray *)from->since);
	for (guint i = 0; from->invited && i < from->invited->len; i++) {
		Known *known = person_asked(task, from->invited->pdata[i]);
		if (known)
			invite_stands_for(rehearsal, task, known);
	}
	timetable_put(rehearsal, &task->item, rehearsal->now);
}

void task_take_over(Rehearsal *rehearsal, Course *course, const RehearsedApproval *from)
{
	Approval *approval = approval_new();
	approval->id = g_strdup(from->id);
	approval->group = from->group;
	approval->centre = from->centre;
	approval->state = from->state;
	approval->decider = g_strdup(from->decider);
	approval->replaces = g_strdup(from->replaces);
	approval->start = from->start;
	approval->deadline = from->deadline;
	RemindHistory *history = from->history ? from->history : remind_history_new();
	Task *task = task_new(rehearsal, course, known_person(rehearsal, from->person), approval, history);
	work_out_anchors(rehearsal, task);
	if (from->state == APPROVAL_PENDING)
		take_pending(rehearsal, task, from);
}

/* --- a pass --- */

/* Rule 2: from the approver's first mail on; while they are absent, from that of who stands in. */
static void count_grace(Task *task)
{
	gint64 told = g_array_index(task->people, AskedPerson, 0).told;
	for (guint i = 1; i < task->asked->len; i++)
		if (g_array_index(task->asked, Asked, i).deputy)
			told = g_array_index(task->people, AskedPerson, i).told;
	task->state.fair_from = told;
}

/* The first mail of somebody who is asked: others may hear after the grace, so it is looked at again. */
void task_note_told(Rehearsal *rehearsal, Task *task, const Known *known)
{
	for (guint i = 0; i < task->people->len; i++) {
		AskedPerson *person = &g_array_index(task->people, AskedPerson, i);
		if (person->known != known || person->told != INSTANT_NONE)
			continue;
		person->told = rehearsal->now;
		timetable_put(rehearsal, &task->item, rehearsal->now);
	}
}

/* TRUE where no rung's people are still to be found. */
static gboolean has_all_people(const Task *task)
{
	const GPtrArray *rungs = task->state.ladder->rungs;
	for (guint i = 0; i < rungs->len; i++)
		if (!task->rungs->pdata[i] && rung_names_others(rungs->pdata[i]))
			return FALSE;
	return TRUE;
}

/* They do not change, so that each rung's are found once. */
static gboolean find_people(Rehearsal *rehearsal, Task *task, GError **error)
{
	task->has_people = task->has_people || has_all_people(task);
	if (task->has_people)
		return TRUE;
	g_autoptr(GArray) wanted = remind_wanted(&task->state, rehearsal->now);
	for (guint i = 0; i < wanted->len; i++) {
		guint place = g_array_index(wanted, guint, i);
		if (task->rungs->pdata[place])
			continue;
		task->rungs->pdata[place] = find_recipients(rehearsal, task, task->state.ladder->rungs->pdata[place], error);
		if (!task->rungs->pdata[place])
			return FALSE;
	}
	return TRUE;
}

static void tell_idle(Rehearsal *rehearsal, Task *task, Idle idle)
{
	if (idle == IDLE_NOT || idle == task->idle)
		return;
	Rehearsed rehearsed = rehearsed_of(rehearsal, REHEARSED_IDLE, task);
	rehearsed.why = idle_name(idle);
	tell(rehearsal, &rehearsed);
	task->idle = idle;
}

static gint64 earlier(gint64 a, gint64 b)
{
	return a == INSTANT_NONE ? b : b == INSTANT_NONE ? a : MIN(a, b);
}

static void decide(Rehearsal *rehearsal, Task *task)
{
	g_autoptr(RemindPlan) plan = remind_decide(&task->state, rehearsal->now);
	for (guint i = 0; i < plan->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(plan->reminders, Reminder, i);
		remind_history_add(task->history, reminder);
		if (reminder->state == REMINDER_CLAIMED)
			send_claim(rehearsal, &(Claim){task, *reminder});
	}
	tell_idle(rehearsal, task, plan->idle);
	gint64 again = plan->look_again == INSTANT_NONE ? INSTANT_NONE : MAX(plan->look_again, rehearsal->now + 1);
	timetable_put(rehearsal, &task->item, earlier(again, task_next_absence(task, rehearsal->now)));
}

/* While it is held nothing is sent; then the deadline is worked out anew. TRUE where it is. */
static gboolean is_held(Rehearsal *rehearsal, Task *task)
{
	gint64 until = course_held_until(task->course, rehearsal->now);
	if (until != INSTANT_NONE) {
		task->moves = TRUE;
		timetable_put(rehearsal, &task->item, until);
		return TRUE;
	}
	if (task->moves) {
		task->moves = FALSE;
		work_out_deadline(rehearsal, task);
		invite_follow_deadline(rehearsal, task);
	}
	return FALSE;
}

gboolean task_run(Rehearsal *rehearsal, Task *task, GError **error)
{
	gboolean ended = FALSE;
	if (task->approval->state != APPROVAL_PENDING || is_held(rehearsal, task))
		return TRUE;
	if (!task_follow_absences(rehearsal, task, error))
		return FALSE;
	if (!task->state.ladder) {
		tell_idle(rehearsal, task, IDLE_NO_RUNG);
		timetable_put(rehearsal, &task->item, task_next_absence(task, rehearsal->now));
		return TRUE;
	}
	count_grace(task);
	if (!task_act(rehearsal, task, &ended, error))
		return FALSE;
	if (ended)
		return TRUE;
	if (!find_people(rehearsal, task, error))
		return FALSE;
	decide(rehearsal, task);
	return TRUE;
}

/* --- its end --- */

void task_end(Rehearsal *rehearsal, Task *task, ApprovalState state)
{
	task->approval->state = state;
	timetable_put(rehearsal, &task->item, INSTANT_NONE);
	for (guint i = 0; i < task->answers->len; i++)
		timetable_put(rehearsal, &((Answer *)task->answers->pdata[i])->item, INSTANT_NONE);
	for (guint i = 0; i < task->people->len; i++)
		invite_take_back(rehearsal, task, g_array_index(task->people, AskedPerson, i).known);
}

/* Nobody fulfils two approvals of a stage. */
static gboolean has_decided(const Course *course, const char *id)
{
	for (guint i = 0; i < course->approvals->len; i++) {
		const Approval *approval = course->approvals->pdata[i];
		if (approval->state == APPROVAL_APPROVED && !g_strcmp0(approval->decider ? approval->decider : approval->person, id))
			return TRUE;
	}
	return FALSE;
}

void task_answer(Rehearsal *rehearsal, const Answer *answer)
{
	Task *task = answer->task;
	if (task->approval->state != APPROVAL_PENDING || !person_asked(task, answer->person->id) || has_decided(task->course, answer->person->id))
		return;
	Rehearsed decided = rehearsed_of(rehearsal, REHEARSED_DECIDED, task);
	decided.person = answer->person->person;
	decided.why = answer->reject ? "reject" : "approve";
	tell(rehearsal, &decided);
	task->approval->decider = g_strdup(answer->person->id);
	task_end(rehearsal, task, answer->reject ? APPROVAL_REJECTED : APPROVAL_APPROVED);
	course_settle(rehearsal, task->course);
}
