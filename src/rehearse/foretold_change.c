/* Both lists are put in one order, in which the same reminders meet. */
#include "rehearse/foretold_change.h"

#include "base/instant.h"

#include <string.h>

const char *foretold_change_name(ForetoldChangeType type)
{
	static const char *const names[] = {[FORETOLD_MORE] = "more", [FORETOLD_FEWER] = "fewer", [FORETOLD_MOVED] = "moved"};
	return names[type];
}

static int compare_numbers(gint64 a, gint64 b)
{
	return a < b ? -1 : a > b;
}

static const char *id_of(const Person *person)
{
	return person ? person->directory_id : NULL;
}

/* 0 where both are the same reminder. */
static int compare_what(const Rehearsed *a, const Rehearsed *b)
{
	int order = g_strcmp0(a->invoice, b->invoice);
	order = order ? order : g_strcmp0(a->stage, b->stage);
	order = order ? order : g_strcmp0(id_of(a->approver), id_of(b->approver));
	order = order ? order : g_strcmp0(a->rung, b->rung);
	order = order ? order : compare_numbers(a->occurrence, b->occurrence);
	order = order ? order : g_strcmp0(id_of(a->person), id_of(b->person));
	order = order ? order : compare_numbers(a->send, b->send);
	return order ? order : g_strcmp0(a->hook, b->hook);
}

/* What goes twice meets in the order of time. */
static gint compare_reminders(gconstpointer a, gconstpointer b)
{
	int order = compare_what(a, b);
	return order ? order : compare_numbers(((const Rehearsed *)a)->at, ((const Rehearsed *)b)->at);
}

static void note(GArray *changes, ForetoldChangeType type, const Rehearsed *reminder, gint64 before)
{
	const ForetoldChange change = {type, *reminder, before};
	g_array_append_val(changes, change);
}

static gint compare_changes(gconstpointer a, gconstpointer b)
{
	const Rehearsed *first = &((const ForetoldChange *)a)->reminder, *second = &((const ForetoldChange *)b)->reminder;
	int order = compare_numbers(first->at, second->at);
	order = order ? order : g_strcmp0(first->person->mail, second->person->mail);
	return order ? order : compare_what(first, second);
}

GArray *foretold_compare(GArray *before, GArray *after)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(ForetoldChange));
	g_array_sort(before, compare_reminders);
	g_array_sort(after, compare_reminders);
	guint i = 0, j = 0;
	while (i < before->len || j < after->len) {
		const Rehearsed *old = i < before->len ? &g_array_index(before, Rehearsed, i) : NULL;
		const Rehearsed *new = j < after->len ? &g_array_index(after, Rehearsed, j) : NULL;
		const int order = !old ? 1 : !new ? -1 : compare_what(old, new);
		if (order < 0)
			note(changes, FORETOLD_FEWER, old, INSTANT_NONE);
		else if (order > 0)
			note(changes, FORETOLD_MORE, new, INSTANT_NONE);
		else if (old->at != new->at)
			note(changes, FORETOLD_MOVED, new, old->at);
		i += order <= 0;
		j += order >= 0;
	}
	g_array_sort(changes, compare_changes);
	return changes;
}

Json *foretold_change_record(const ForetoldChange *change)
{
	Json *record = foretold_record(&change->reminder);
	js_object_set_string(record, "change", foretold_change_name(change->type));
	js_object_set_instant(record, "before", change->before);
	return record;
}

/* --- by rung --- */

static gint compare_rungs(gconstpointer a, gconstpointer b)
{
	return strcmp(((const ForetoldRungChange *)a)->rung, ((const ForetoldRungChange *)b)->rung);
}

static ForetoldRungChange *change_of(GArray *rungs, const char *name)
{
	for (guint i = 0; i < rungs->len; i++)
		if (!strcmp(g_array_index(rungs, ForetoldRungChange, i).rung, name))
			return &g_array_index(rungs, ForetoldRungChange, i);
	const ForetoldRungChange none = {.rung = name};
	g_array_append_val(rungs, none);
	return &g_array_index(rungs, ForetoldRungChange, rungs->len - 1);
}

static void count_move(ForetoldRungChange *rung, gint64 seconds)
{
	if (seconds < 0) {
		rung->earlier++;
		rung->most_earlier = MAX(rung->most_earlier, -seconds);
	} else {
		rung->later++;
		rung->most_later = MAX(rung->most_later, seconds);
	}
}

GArray *foretold_by_rung(const GArray *changes)
{
	GArray *rungs = g_array_new(FALSE, FALSE, sizeof(ForetoldRungChange));
	for (guint i = 0; i < changes->len; i++) {
		const ForetoldChange *change = &g_array_index(changes, ForetoldChange, i);
		ForetoldRungChange *rung = change_of(rungs, change->reminder.rung ? change->reminder.rung : "");
		rung->more += change->type == FORETOLD_MORE;
		rung->fewer += change->type == FORETOLD_FEWER;
		if (change->type == FORETOLD_MOVED)
			count_move(rung, change->reminder.at - change->before);
	}
	g_array_sort(rungs, compare_rungs);
	return rungs;
}
