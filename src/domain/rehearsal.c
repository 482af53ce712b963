/* Passes in memory, from instant to instant: what is on the timetable for one is done in the order of a pass (answers, stages, approvals, sending), again while that brings
 * up more for the same instant; then it is told. Invariant: an item is on the timetable at most once, at its `wake`. */
#include "domain/rehearsal_inside.h"

/* --- the timetable --- */

static gint compare_instants(gconstpointer a, gconstpointer b, gpointer user_data)
{
	(void)user_data;
	const gint64 *first = a, *second = b;
	return *first < *second ? -1 : *first > *second;
}

static void free_kinds(gpointer data)
{
	GPtrArray **kinds = data;
	for (guint kind = 0; kind < TURN_KINDS; kind++)
		g_ptr_array_unref(kinds[kind]);
	g_free(kinds);
}

/* The lists of an instant, one a kind. */
static GPtrArray **timetable_at(Rehearsal *rehearsal, gint64 instant)
{
	GPtrArray **kinds = g_tree_lookup(rehearsal->timetable, &instant);
	if (kinds)
		return kinds;
	kinds = g_new(GPtrArray *, TURN_KINDS);
	for (guint kind = 0; kind < TURN_KINDS; kind++)
		kinds[kind] = g_ptr_array_new();
	g_tree_insert(rehearsal->timetable, g_memdup2(&instant, sizeof instant), kinds);
	return kinds;
}

void timetable_put(Rehearsal *rehearsal, Item *item, gint64 instant)
{
	const RehearsalTerms *terms = &rehearsal->terms;
	gint64 at = instant == INSTANT_NONE ? INSTANT_NONE : MAX(instant, rehearsal->now);
	if (at != INSTANT_NONE && terms->passes)
		at = terms->passes(rehearsal->sent ? MAX(at, rehearsal->now + 1) : at, terms->user_data);
	if (at != INSTANT_NONE && at > terms->until)
		at = INSTANT_NONE;
	if (at == item->wake)
		return;
	item->wake = at;
	if (at != INSTANT_NONE)
		g_ptr_array_add(timetable_at(rehearsal, at)[item->kind], item);
}

/* --- making one --- */

Rehearsal *rehearsal_new(const RehearsalTerms *terms)
{
	Rehearsal *rehearsal = g_new0(Rehearsal, 1);
	rehearsal->terms = *terms;
	rehearsal->now = terms->from;
	rehearsal->timetable = g_tree_new_full(compare_instants, NULL, g_free, free_kinds);
	rehearsal->known = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, known_free);
	rehearsal->recipients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)rung_recipients_free);
	rehearsal->courses = g_ptr_array_new_with_free_func(course_free);
	rehearsal->suppliers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	rehearsal->ended = g_ptr_array_new_with_free_func(task_free);
	rehearsal->stages = g_ptr_array_new_with_free_func((GDestroyNotify)stage_free);
	rehearsal->drafts = g_ptr_array_new();
	rehearsal->invites = g_array_new(FALSE, FALSE, sizeof(Claim));
	rehearsal->calls = g_array_new(FALSE, FALSE, sizeof(Claim));
	rehearsal->entries = g_ptr_array_new_with_free_func(diary_entry_free);
	rehearsal->told = g_array_new(FALSE, FALSE, sizeof(Rehearsed));
	return rehearsal;
}

void rehearsal_free(Rehearsal *rehearsal)
{
	if (!rehearsal)
		return;
	g_tree_unref(rehearsal->timetable);
	g_array_unref(rehearsal->told);
	g_array_unref(rehearsal->invites);
	g_array_unref(rehearsal->calls);
	g_ptr_array_unref(rehearsal->drafts);
	g_ptr_array_unref(rehearsal->entries);
	g_ptr_array_unref(rehearsal->ended);
	g_hash_table_unref(rehearsal->suppliers);
	g_ptr_array_unref(rehearsal->courses);
	g_ptr_array_unref(rehearsal->stages);
	g_hash_table_unref(rehearsal->recipients);
	g_hash_table_unref(rehearsal->known);
	g_free(rehearsal);
}

Calendar *rehearsal_calendar(Rehearsal *rehearsal, const Administration *administration, const Person *person)
{
	return known_calendar(rehearsal, known_person(rehearsal, person), administration);
}

/* --- running it --- */

static gboolean do_item(Rehearsal *rehearsal, Item *item, GError **error)
{
	switch (item->kind) {
	case TURN_ANSWER:
		task_answer(rehearsal, (const Answer *)item);
		return TRUE;
	case TURN_COURSE:
		return course_advance(rehearsal, (Course *)item, error);
	case TURN_TASK:
		return task_run(rehearsal, (Task *)item, error);
	case TURN_CALENDAR:
	case TURN_KINDS:
		break;
	}
	invite_follow_entry(rehearsal, (Entry *)item);
	return TRUE;
}

/* Also what is added to the list meanwhile. Who has another instant by now is not meant. */
static gboolean do_list(Rehearsal *rehearsal, const GPtrArray *items, guint *next, GError **error)
{
	for (; *next < items->len; (*next)++) {
		Item *item = items->pdata[*next];
		if (item->wake != rehearsal->now)
			continue;
		item->wake = INSTANT_NONE;
		if (!do_item(rehearsal, item, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_done(GPtrArray *const *kinds, const guint *next)
{
	for (guint kind = 0; kind < TURN_KINDS; kind++)
		if (next[kind] < kinds[kind]->len)
			return FALSE;
	return TRUE;
}

static gboolean run_passes(Rehearsal *rehearsal, GPtrArray *const *kinds, GError **error)
{
	guint next[TURN_KINDS] = {0};
	while (!is_done(kinds, next)) {
		rehearsal->sent = FALSE;
		for (guint kind = 0; kind < TURN_CALENDAR; kind++)
			if (!do_list(rehearsal, kinds[kind], &next[kind], error))
				return FALSE;
		rehearsal->sent = TRUE;
		send_all(rehearsal);
		invite_claims(rehearsal);
		if (!do_list(rehearsal, kinds[TURN_CALENDAR], &next[TURN_CALENDAR], error))
			return FALSE;
	}
	rehearsal->sent = FALSE;
	return TRUE;
}

gboolean rehearsal_run(Rehearsal *rehearsal, RehearsalVisit visit, gpointer user_data, GError **error)
{
	const RehearsalTerms *terms = &rehearsal->terms;
	for (GTreeNode *node; (node = g_tree_node_first(rehearsal->timetable));) {
		rehearsal->now = *(const gint64 *)g_tree_node_key(node);
		if (terms->progress)
			terms->progress(rehearsal->now, terms->user_data);
		gboolean known = run_passes(rehearsal, g_tree_node_value(node), error);
		tell_all(rehearsal, visit, user_data);
		if (!known)
			return FALSE;
		g_tree_remove(rehearsal->timetable, &rehearsal->now);
	}
	return TRUE;
}
