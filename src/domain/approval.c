/* Stages and approvals: their names, their counting, and what an approval's end means for its stage. */
#include "domain/approval.h"

#include <stdlib.h>
#include <string.h>

static const char *const approval_states[] = {"pending", "approved", "rejected", "delegated", "lapsed"};

const char *approval_state_name(ApprovalState state)
{
	return approval_states[state];
}

gboolean approval_state_parse(const char *name, ApprovalState *state)
{
	for (guint i = 0; i < G_N_ELEMENTS(approval_states); i++)
		if (name && !strcmp(name, approval_states[i])) {
			*state = (ApprovalState)i;
			return TRUE;
		}
	return FALSE;
}

Stage *stage_new(void)
{
	Stage *stage = g_new0(Stage, 1);
	stage->opened = stage->closed = INSTANT_NONE;
	stage->before = g_array_new(FALSE, FALSE, sizeof(TimeExpression));
	stage->groups = 1;
	return stage;
}

void stage_free(Stage *stage)
{
	if (!stage)
		return;
	g_free(stage->invoice);
	g_free(stage->chain);
	g_free(stage->name);
	g_free(stage->ladder);
	g_free(stage->outcome);
	g_array_unref(stage->before);
	g_free(stage);
}

Approval *approval_new(void)
{
	Approval *approval = g_new0(Approval, 1);
	approval->start = approval->deadline = approval->closed = INSTANT_NONE;
	return approval;
}

void approval_free(Approval *approval)
{
	if (!approval)
		return;
	g_free(approval->id);
	g_free(approval->invoice);
	g_free(approval->person);
	g_clear_pointer(&approval->beside, g_ptr_array_unref);
	g_free(approval->decider);
	g_free(approval->replaces);
	g_free(approval->handed);
	g_free(approval);
}

char *need_format(Need need)
{
	switch (need.type) {
	case NEED_ANY:
		return g_strdup("any");
	case NEED_ALL:
		return g_strdup("all");
	case NEED_NUMBER:
		break;
	}
	return g_strdup_printf("%u", need.number);
}

gboolean need_parse(const char *text, Need *need)
{
	if (!text)
		return FALSE;
	if (!strcmp(text, "any")) {
		*need = (Need){.type = NEED_ANY};
		return TRUE;
	}
	if (!strcmp(text, "all")) {
		*need = (Need){.type = NEED_ALL};
		return TRUE;
	}
	guint64 number;
	if (!g_ascii_string_to_unsigned(text, 10, 1, 1000, &number, NULL))
		return FALSE;
	*need = (Need){.type = NEED_NUMBER, .number = (guint)number};
	return TRUE;
}

guint need_count(Need need, guint opened)
{
	switch (need.type) {
	case NEED_ANY:
		return 1;
	case NEED_ALL:
		return MAX(opened, 1);
	case NEED_NUMBER:
		break;
	}
	return need.number;
}

/* Who counts where: person -> group, counted from 1. */
typedef struct {
	const GPtrArray *groups;
	GHashTable *seats;
	GHashTable *tried; /* people, in the search for one seat */
} Seating;

/* One more person for that group, at the price of others moving to another of theirs (an augmenting path). */
static gboolean seat_one(Seating *seating, guint group)
{
	const GPtrArray *people = seating->groups->pdata[group];
	for (guint i = 0; i < people->len; i++)
		if (!g_hash_table_contains(seating->seats, people->pdata[i]))
			return g_hash_table_insert(seating->seats, people->pdata[i], GUINT_TO_POINTER(group + 1));
	for (guint i = 0; i < people->len; i++) {
		guint taken = GPOINTER_TO_UINT(g_hash_table_lookup(seating->seats, people->pdata[i])) - 1;
		if (taken == group || !g_hash_table_add(seating->tried, people->pdata[i]) || !seat_one(seating, taken))
			continue;
		g_hash_table_replace(seating->seats, people->pdata[i], GUINT_TO_POINTER(group + 1));
		return TRUE;
	}
	return FALSE;
}

gboolean need_can_be_met(const GPtrArray *groups, const guint *wanted)
{
	g_autoptr(GHashTable) seats = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) tried = g_hash_table_new(g_str_hash, g_str_equal);
	Seating seating = {groups, seats, tried};
	for (guint group = 0; group < groups->len; group++)
		for (guint seat = 0; seat < wanted[group]; seat++) {
			g_hash_table_remove_all(tried);
			if (!seat_one(&seating, group))
				return FALSE;
		}
	return TRUE;
}

static const Stage *last_of(const GPtrArray *stages)
{
	return stages->len ? stages->pdata[stages->len - 1] : NULL;
}

static int position_after(const Stage *stage)
{
	if (!g_strcmp0(stage->outcome, "rejected"))
		return MAX(stage->position - 1, 0);
	return !stage->outcome || !strcmp(stage->outcome, "reached") ? stage->position + 1 : 0;
}

gboolean stage_next(const GPtrArray *stages, int began, int *ordinal, int *position)
{
	const Stage *last = last_of(stages);
	*ordinal = last ? last->ordinal + 1 : 1;
	*position = last && last->ordinal >= began ? position_after(last) : 0;
	return !last || last->closed != INSTANT_NONE;
}

gboolean stage_counts_before(const GPtrArray *stages, int began, const Stage *stage, int position)
{
	if (stage->ordinal < began || stage->position >= position)
		return FALSE;
	for (guint i = 0; i < stages->len; i++) {
		const Stage *other = stages->pdata[i];
		if (other->ordinal > stage->ordinal && other->position <= stage->position)
			return FALSE;
	}
	return TRUE;
}

/* Distinct persons who approved in that group: one who decided two approvals of a stage counts once. */
static guint group_approved(const GPtrArray *approvals, int group)
{
	g_autoptr(GHashTable) persons = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->group == group && approval->state == APPROVAL_APPROVED)
			g_hash_table_add(persons, approval->decider ? approval->decider : approval->person);
	}
	return g_hash_table_size(persons);
}

/* How many people the group opened with. */
static guint group_opened(const GPtrArray *approvals, int group)
{
	g_autoptr(GHashTable) persons = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->group == group && !approval->replaces)
			g_hash_table_add(persons, approval->person);
	}
	return g_hash_table_size(persons);
}

/* How many more are wanted of the group. */
static guint group_lacks(const Stage *stage, const GPtrArray *approvals, int group)
{
	guint needed = need_count(stage->need, group_opened(approvals, group));
	guint approved = group_approved(approvals, group);
	return needed > approved ? needed - approved : 0;
}

StageOutcome stage_outcome(const Stage *stage, const GPtrArray *approvals)
{
	for (guint i = 0; i < approvals->len; i++)
		if (((const Approval *)approvals->pdata[i])->state == APPROVAL_REJECTED)
			return STAGE_REJECTED;
	for (int group = 0; group < stage->groups; group++)
		if (group_lacks(stage, approvals, group))
			return STAGE_GOES_ON;
	return STAGE_REACHED;
}

/* --- who can still do what is wanted --- */

/* Which approval each person would decide. Pending ones only; nobody twice. */
typedef struct {
	const GPtrArray *approvals;
	const Approval *filled; /* as if it was decided already; NULL */
	GHashTable *spent;      /* persons who decided, set */
	GHashTable *taken;      /* person -> Approval */
	GHashTable *served;     /* of Approval, set */
	GHashTable *tried;      /* persons, in the search for one more */
	GHashTable *visited;    /* approvals, likewise */
} Serving;

static gboolean serve(Serving *serving, const Approval *approval);

static gboolean waits(const Serving *serving, const Approval *approval, int group)
{
	return approval->group == group && approval->state == APPROVAL_PENDING && approval != serving->filled &&
	       !g_hash_table_contains(serving->served, approval);
}

static gboolean serve_group(Serving *serving, int group)
{
	for (guint i = 0; i < serving->approvals->len; i++)
		if (waits(serving, serving->approvals->pdata[i], group) && serve(serving, serving->approvals->pdata[i]))
			return TRUE;
	return FALSE;
}

/* Who holds a person takes another, or lets another approval of its group go before. */
static gboolean yield(Serving *serving, const Approval *holder)
{
	if (serve(serving, holder))
		return TRUE;
	if (!serve_group(serving, holder->group))
		return FALSE;
	g_hash_table_remove(serving->served, holder);
	return TRUE;
}

static gboolean serve_with(Serving *serving, const Approval *approval, const char *person)
{
	if (g_hash_table_contains(serving->spent, person) || !g_hash_table_add(serving->tried, (gpointer)person))
		return FALSE;
	const Approval *holder = g_hash_table_lookup(serving->taken, person);
	if (holder && !yield(serving, holder))
		return FALSE;
	g_hash_table_replace(serving->taken, (gpointer)person, (gpointer)approval);
	g_hash_table_add(serving->served, (gpointer)approval);
	return TRUE;
}

static gboolean serve(Serving *serving, const Approval *approval)
{
	if (!g_hash_table_add(serving->visited, (gpointer)approval))
		return FALSE;
	if (serve_with(serving, approval, approval->person))
		return TRUE;
	for (guint i = 0; approval->beside && i < approval->beside->len; i++)
		if (serve_with(serving, approval, approval->beside->pdata[i]))
			return TRUE;
	return FALSE;
}

static gboolean serve_all(Serving *serving, const Stage *stage)
{
	for (int group = 0; group < stage->groups; group++) {
		guint wanted = group_lacks(stage, serving->approvals, group);
		wanted -= wanted && serving->filled && serving->filled->group == group;
		for (guint i = 0; i < wanted; i++) {
			g_hash_table_remove_all(serving->tried);
			g_hash_table_remove_all(serving->visited);
			if (!serve_group(serving, group))
				return FALSE;
		}
	}
	return TRUE;
}

/* Once `person` decided `filled` (both NULL: as it is). */
static gboolean can_be_met(const Stage *stage, const GPtrArray *approvals, const Approval *filled, const char *person)
{
	g_autoptr(GHashTable) spent = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) served = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) tried = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) visited = g_hash_table_new(NULL, NULL);
	Serving serving = {approvals, filled, spent, taken, served, tried, visited};
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_APPROVED)
			g_hash_table_add(spent, approval->decider ? approval->decider : approval->person);
	}
	if (person)
		g_hash_table_add(spent, (gpointer)person);
	return serve_all(&serving, stage);
}

gboolean stage_can_be_met(const Stage *stage, const GPtrArray *approvals)
{
	return can_be_met(stage, approvals, NULL, NULL);
}

guint stage_group_wants(const Stage *stage, const GPtrArray *approvals, int group)
{
	guint lacks = group_lacks(stage, approvals, group), pending = 0;
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		pending += approval->group == group && approval->state == APPROVAL_PENDING;
	}
	return lacks > pending ? lacks - pending : 0;
}

static gboolean is_own(const Approval *approval, const char *person)
{
	return !strcmp(approval->person, person);
}

gboolean approval_is_for(const Approval *approval, const char *person)
{
	return is_own(approval, person) ||
	       (approval->beside && g_ptr_array_find_with_equal_func(approval->beside, person, g_str_equal, NULL));
}

/* Of theirs, or of those that they were put beside. */
static const Approval *approval_among(const Stage *stage, const GPtrArray *approvals, const char *person, gboolean own, gboolean leaves_the_rest)
{
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING || is_own(approval, person) != own || !approval_is_for(approval, person))
			continue;
		if (!leaves_the_rest || can_be_met(stage, approvals, approval, person))
			return approval;
	}
	return NULL;
}

const Approval *stage_approval_for(const Stage *stage, const GPtrArray *approvals, const char *person)
{
	const Approval *found = NULL;
	for (guint i = 0; i < 4 && !found; i++)
		found = approval_among(stage, approvals, person, i % 2 == 0, i < 2);
	return found;
}
