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

int stages_began(const GPtrArray *stages)
{
	for (guint i = stages->len; i-- > 0;) {
		const Stage *stage = stages->pdata[i];
		if (stage->position == 0)
			return stage->ordinal;
	}
	return 1;
}

/* Distinct persons who approved in that group, and how many were asked there. A person who holds two
 * approvals of a stage counts once. */
static guint group_approved(const GPtrArray *approvals, int group, guint *opened)
{
	g_autoptr(GHashTable) persons = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->group != group)
			continue;
		if (approval->state != APPROVAL_DELEGATED)
			g_hash_table_add(asked, approval->person);
		if (approval->state == APPROVAL_APPROVED)
			g_hash_table_add(persons, approval->person);
	}
	*opened = g_hash_table_size(asked);
	return g_hash_table_size(persons);
}

StageOutcome stage_outcome(const Stage *stage, const GPtrArray *approvals)
{
	for (guint i = 0; i < approvals->len; i++)
		if (((const Approval *)approvals->pdata[i])->state == APPROVAL_REJECTED)
			return STAGE_REJECTED;
	for (int group = 0; group < stage->groups; group++) {
		guint opened;
		guint approved = group_approved(approvals, group, &opened);
		if (approved < need_count(stage->need, opened))
			return STAGE_GOES_ON;
	}
	return STAGE_REACHED;
}

static gboolean approved_in(const GPtrArray *approvals, const char *person)
{
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_APPROVED && !strcmp(approval->person, person))
			return TRUE;
	}
	return FALSE;
}

/* Who can still approve in that group, but for `person`. */
static GPtrArray *others_of_group(const GPtrArray *approvals, int group, const char *person)
{
	GPtrArray *others = g_ptr_array_new();
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->group == group && approval->state == APPROVAL_PENDING && strcmp(approval->person, person) &&
		    !approved_in(approvals, approval->person))
			g_ptr_array_add(others, approval->person);
	}
	return others;
}

/* Whether the others can do the rest once that person approved in that group. */
static gboolean rest_can_be_met(const Stage *stage, const GPtrArray *approvals, int filled, const char *person)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autofree guint *wanted = g_new0(guint, (gsize)stage->groups);
	for (int group = 0; group < stage->groups; group++) {
		guint opened;
		guint approved = group_approved(approvals, group, &opened) + (group == filled);
		guint needed = need_count(stage->need, opened);
		wanted[group] = needed > approved ? needed - approved : 0;
		g_ptr_array_add(groups, others_of_group(approvals, group, person));
	}
	return need_can_be_met(groups, wanted);
}

int stage_group_for(const Stage *stage, const GPtrArray *approvals, const char *person)
{
	int first = -1;
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING || strcmp(approval->person, person))
			continue;
		if (stage->groups == 1 || rest_can_be_met(stage, approvals, approval->group, person))
			return approval->group;
		first = first < 0 ? approval->group : first;
	}
	return first;
}
