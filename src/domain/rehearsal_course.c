/* Invoices on their way: routed, stage after stage opened and closed. What opening.c and closing.c do to the store is done here in memory. */
#include "domain/rehearsal_inside.h"

#include "domain/route.h"

#include <string.h>

/* A chain that goes back and forth for ever ends here. */
#define MAX_STAGES 1000

void course_free(gpointer data)
{
	Course *course = data;
	g_free(course->label);
	g_free(course->supplier);
	g_array_unref(course->approved);
	stage_free(course->stage);
	g_ptr_array_unref(course->approvals);
	g_ptr_array_unref(course->tasks);
	g_free(course);
}

gint64 course_held_until(const Course *course, gint64 now)
{
	return hold_until(course->held, now);
}

static Rehearsed rehearsed_course(const Rehearsal *rehearsal, const Course *course, RehearsedKind kind, const char *why)
{
	return (Rehearsed){.at = rehearsal->now, .kind = kind, .invoice = course->label, .deadline = INSTANT_NONE, .why = why};
}

void course_stick(Rehearsal *rehearsal, Course *course, const char *why)
{
	if (!g_strcmp0(course->stuck, why))
		return;
	Rehearsed stuck = rehearsed_course(rehearsal, course, REHEARSED_STUCK, why);
	stuck.stage = course->rule ? course->rule->name : NULL;
	course->stuck = why;
	tell(rehearsal, &stuck);
}

/* --- opening --- */

/* What chains may ask of the supplier's other invoices: those given, and those of the rehearsal. GArray of RouteOther. */
static GArray *find_others(const Rehearsal *rehearsal, const Course *course, gint64 reach)
{
	GArray *others = g_array_new(FALSE, FALSE, sizeof(RouteOther));
	const GPtrArray *theirs = course->supplier ? g_hash_table_lookup(rehearsal->suppliers, course->supplier) : NULL;
	if (course->others)
		g_array_append_vals(others, course->others->data, course->others->len);
	for (guint i = 0; theirs && i < theirs->len; i++) {
		const Course *other = theirs->pdata[i];
		if (other == course || other->rejected || !other->has_amount || other->facts->kind == INVOICE_KIND_CREDIT_NOTE ||
		    other->received < reach || other->received > course->received)
			continue;
		g_array_append_val(others, ((RouteOther){other->label, other->received, other->amount}));
	}
	return others;
}

/* TRUE where it has a chain; stuck where it has none. */
static gboolean route(Rehearsal *rehearsal, Course *course)
{
	const Policy *policy = rehearsal->terms.policy;
	gboolean no_rate = FALSE;
	if (!course->chain) {
		gint64 reach = route_reach(policy, course->administration, course->received);
		g_autoptr(GArray) others = reach < course->received ? find_others(rehearsal, course, reach) : NULL;
		const RouteSubject subject = {course->facts, course->administration, course->received, others};
		course->chain = route_find(policy, &subject, NULL, &no_rate);
	}
	if (!course->chain)
		course_stick(rehearsal, course, no_rate ? "no-rate" : "no-chain");
	return course->chain != NULL;
}

/* Until when the stage waits; INSTANT_NONE: for ever; now or before: it opens. */
static gint64 waits_until(const Rehearsal *rehearsal, const Course *course)
{
	gint64 held = course_held_until(course, rehearsal->now);
	if (held != INSTANT_NONE)
		return held;
	if (course->ordinal == 1 && course->opens > rehearsal->now)
		return course->opens;
	return course->rule->opens_booked ? course->booked : rehearsal->now;
}

/* A group of approvers, and the first cost centre whose they are. */
typedef struct {
	Resolution *found;
	int centre;
} Group;

static void group_free(gpointer data)
{
	Group *group = data;
	resolution_free(group->found);
	g_free(group);
}

static const GPtrArray *people_of(const GPtrArray *groups, guint index)
{
	return ((const Group *)groups->pdata[index])->found->approvers;
}

/* Several cost centres with the same approvers are one group. */
static void add_group(GPtrArray *groups, Resolution *found, int centre)
{
	for (guint i = 0; i < groups->len; i++)
		if (people_are_same(people_of(groups, i), found->approvers)) {
			resolution_free(found);
			return;
		}
	Group *group = g_new0(Group, 1);
	*group = (Group){found, centre};
	g_ptr_array_add(groups, group);
}

/* GPtrArray of Group. NULL = unknown. */
static GPtrArray *find_groups(Rehearsal *rehearsal, const Course *course, GError **error)
{
	g_autoptr(GPtrArray) excluded = g_ptr_array_new();
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(group_free);
	const EligibilityTerms terms = course_terms(rehearsal, course, course->rule, excluded);
	const GPtrArray *centres = course->facts->cost_references;
	for (guint i = 0; i < MAX(centres->len, 1); i++) {
		const SelectorContext context = {.facts = course->facts, .cost_centre = i < centres->len ? centres->pdata[i] : NULL};
		Resolution *resolution = resolve_approvers(rehearsal->terms.people, course->rule, &context, &terms, error);
		if (!resolution)
			return NULL;
		add_group(groups, resolution, (int)i);
	}
	return g_steal_pointer(&groups);
}

/* Somebody in two groups counts in one. */
static gboolean groups_can_be_served(const Course *course, const GPtrArray *groups)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autofree guint *wanted = g_new(guint, groups->len);
	for (guint i = 0; i < groups->len; i++) {
		const GPtrArray *people = people_of(groups, i);
		GPtrArray *ids = g_ptr_array_new();
		for (guint j = 0; j < people->len; j++)
			g_ptr_array_add(ids, ((const Person *)people->pdata[j])->directory_id);
		wanted[i] = need_count(course->rule->need, people->len);
		g_ptr_array_add(all, ids);
	}
	return need_can_be_met(all, wanted);
}

static const char *stuck_reason(const Course *course, const GPtrArray *groups)
{
	for (guint i = 0; i < groups->len; i++) {
		const Resolution *group = ((const Group *)groups->pdata[i])->found;
		if (group->no_rate)
			return "no-rate";
		if (!group->approvers->len)
			return "nobody";
		if (group->approvers->len < need_count(course->rule->need, group->approvers->len))
			return "too-few";
	}
	return groups_can_be_served(course, groups) ? NULL : "too-few";
}

static Stage *stage_of_rule(const Rehearsal *rehearsal, const Course *course, int groups)
{
	const StageRule *rule = course->rule;
	const char *ladder = route_ladder(rehearsal->terms.policy, course->administration, course->chain, rule, course->facts->kind);
	Stage *stage = stage_new();
	stage->ordinal = course->ordinal;
	stage->position = course->position;
	stage->name = g_strdup(rule->name);
	stage->ladder = g_strdup(ladder);
	stage->need = rule->need;
	stage->within = rule->within;
	stage->at_least = rule->at_least;
	g_array_append_vals(stage->before, rule->before->data, rule->before->len);
	stage->groups = groups;
	stage->opened = rehearsal->now;
	return stage;
}

static void open_stage(Rehearsal *rehearsal, Course *course, const GPtrArray *groups)
{
	course->stuck = NULL;
	course->stage = stage_of_rule(rehearsal, course, (int)groups->len);
	for (guint i = 0; i < groups->len; i++) {
		const Group *group = groups->pdata[i];
		const GPtrArray *people = group->found->approvers;
		for (guint j = 0; j < people->len; j++)
			task_open(rehearsal, course, known_person(rehearsal, people->pdata[j]), (int)i, group->centre, NULL);
	}
}

static const StageRule *rule_at(const Chain *chain, int position)
{
	return chain && position < (int)chain->stages->len ? chain->stages->pdata[position] : NULL;
}

gboolean course_advance(Rehearsal *rehearsal, Course *course, GError **error)
{
	if (course->closed || course->stage)
		return TRUE;
	if (!course->has_amount) {
		course_stick(rehearsal, course, "amount");
		return TRUE;
	}
	if (!route(rehearsal, course))
		return TRUE;
	course->rule = rule_at(course->chain, course->position);
	gint64 until = waits_until(rehearsal, course);
	if (until == INSTANT_NONE || until > rehearsal->now) {
		timetable_put(rehearsal, &course->item, until);
		return TRUE;
	}
	g_autoptr(GPtrArray) groups = find_groups(rehearsal, course, error);
	if (!groups)
		return FALSE;
	const char *why = stuck_reason(course, groups);
	if (why)
		course_stick(rehearsal, course, why);
	else
		open_stage(rehearsal, course, groups);
	return TRUE;
}

/* --- closing --- */

static void lapse_others(Rehearsal *rehearsal, Course *course)
{
	for (guint i = 0; i < course->tasks->len; i++) {
		Task *task = course->tasks->pdata[i];
		if (task->approval->state != APPROVAL_PENDING)
			continue;
		Rehearsed lapsed = rehearsed_of(rehearsal, REHEARSED_LAPSED, task);
		lapsed.person = task_approver(task)->person;
		tell(rehearsal, &lapsed);
		task_end(rehearsal, task, APPROVAL_LAPSED);
	}
}

/* What is told of this instant still speaks of the stage and its approvals. */
static void retire_stage(Rehearsal *rehearsal, Course *course)
{
	for (guint i = 0; i < course->tasks->len; i++)
		g_ptr_array_add(rehearsal->ended, course->tasks->pdata[i]);
	g_ptr_array_set_free_func(course->tasks, NULL);
	g_ptr_array_set_size(course->tasks, 0);
	g_ptr_array_set_free_func(course->tasks, task_free);
	g_ptr_array_set_size(course->approvals, 0);
	g_ptr_array_add(rehearsal->stages, g_steal_pointer(&course->stage));
}

static void close_course(Rehearsal *rehearsal, Course *course, const char *why)
{
	const Rehearsed closed = rehearsed_course(rehearsal, course, REHEARSED_CLOSED, why);
	tell(rehearsal, &closed);
	course->closed = TRUE;
	course->rejected = !strcmp(why, "rejected");
}

static void note_approved(Course *course)
{
	for (guint i = 0; i < course->approvals->len; i++) {
		const Approval *approval = course->approvals->pdata[i];
		const ApprovedBy by = {course->position, approval->decider ? approval->decider : approval->person};
		if (approval->state == APPROVAL_APPROVED)
			g_array_append_val(course->approved, by);
	}
}

/* What was approved from there on counts no more: it is asked again. */
static void forget_approved(Course *course, int position)
{
	for (guint i = course->approved->len; i-- > 0;)
		if (g_array_index(course->approved, ApprovedBy, i).position >= position)
			g_array_remove_index(course->approved, i);
}

static void go_to(Rehearsal *rehearsal, Course *course, int position)
{
	course->ordinal++;
	course->position = position;
	course->rule = rule_at(course->chain, position);
	if (course->ordinal <= MAX_STAGES)
		timetable_put(rehearsal, &course->item, rehearsal->now);
}

void course_settle(Rehearsal *rehearsal, Course *course)
{
	StageOutcome outcome = stage_outcome(course->stage, course->approvals);
	const StageRule *rule = course->rule;
	if (outcome == STAGE_GOES_ON)
		return;
	lapse_others(rehearsal, course);
	if (outcome == STAGE_REACHED)
		note_approved(course);
	retire_stage(rehearsal, course);
	if (outcome == STAGE_REACHED && rule_at(course->chain, course->position + 1)) {
		go_to(rehearsal, course, course->position + 1);
	} else if (outcome == STAGE_REJECTED && rule && rule->back_on_reject) {
		forget_approved(course, MAX(course->position - 1, 0));
		go_to(rehearsal, course, MAX(course->position - 1, 0));
	} else {
		close_course(rehearsal, course, outcome == STAGE_REACHED ? "approved" : "rejected");
	}
}

/* --- taking over --- */

static Course *course_new(const RehearsedInvoice *invoice)
{
	Course *course = g_new0(Course, 1);
	course->item = (Item){TURN_COURSE, INSTANT_NONE};
	course->label = g_strdup(invoice->label);
	course->facts = invoice->facts;
	course->received = invoice->received;
	course->opens = invoice->opens;
	course->booked = invoice->booked;
	course->administration = invoice->administration;
	course->held = invoice->held;
	course->others = invoice->others;
	course->supplier = invoice_supplier_key(invoice->facts);
	course->has_amount = invoice_facts_amount(invoice->facts, &course->amount, NULL);
	course->approved = g_array_new(FALSE, FALSE, sizeof(ApprovedBy));
	course->tasks = g_ptr_array_new_with_free_func(task_free);
	course->approvals = g_ptr_array_new();
	course->chain = invoice->chain;
	course->ordinal = MAX(invoice->ordinal, 1);
	course->position = invoice->position;
	course->rule = rule_at(course->chain, course->position);
	return course;
}

static Stage *stage_copy(const Stage *stage)
{
	Stage *copy = stage_new();
	copy->ordinal = stage->ordinal;
	copy->position = stage->position;
	copy->name = g_strdup(stage->name);
	copy->ladder = g_strdup(stage->ladder);
	copy->need = stage->need;
	copy->within = stage->within;
	copy->at_least = stage->at_least;
	g_array_append_vals(copy->before, stage->before->data, stage->before->len);
	copy->groups = stage->groups;
	copy->opened = stage->opened;
	return copy;
}

static void take_approvals(Rehearsal *rehearsal, Course *course, const RehearsedInvoice *invoice)
{
	course->stage = stage_copy(invoice->stage);
	for (guint i = 0; invoice->approvals && i < invoice->approvals->len; i++)
		task_take_over(rehearsal, course, invoice->approvals->pdata[i]);
}

static void note_supplier(Rehearsal *rehearsal, Course *course)
{
	GPtrArray *theirs = course->supplier ? g_hash_table_lookup(rehearsal->suppliers, course->supplier) : NULL;
	if (course->supplier && !theirs) {
		theirs = g_ptr_array_new();
		g_hash_table_insert(rehearsal->suppliers, course->supplier, theirs);
	}
	if (theirs)
		g_ptr_array_add(theirs, course);
}

void rehearsal_add(Rehearsal *rehearsal, const RehearsedInvoice *invoice)
{
	Course *course = course_new(invoice);
	g_ptr_array_add(rehearsal->courses, course);
	note_supplier(rehearsal, course);
	for (guint i = 0; invoice->approved && i < invoice->approved->len; i++) {
		const ApprovedBy *by = &g_array_index(invoice->approved, ApprovedBy, i);
		g_array_append_val(course->approved, ((ApprovedBy){by->position, g_intern_string(by->id)}));
	}
	if (invoice->stage)
		take_approvals(rehearsal, course, invoice);
	else
		timetable_put(rehearsal, &course->item, invoice->received);
}
