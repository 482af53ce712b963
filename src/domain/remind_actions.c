/* What the rungs do, apart from what they send (DESIGN.md 3, rules 2 and 7). */
#include "domain/remind_actions.h"

static gint compare_actions(gconstpointer a, gconstpointer b)
{
	const RungAction *first = a, *second = b;
	if (first->unrolled != second->unrolled)
		return first->unrolled < second->unrolled ? -1 : 1;
	if (first->rung != second->rung)
		return first->rung < second->rung ? -1 : 1;
	return first->occurrence < second->occurrence ? -1 : first->occurrence > second->occurrence;
}

/* What has come and not acted. */
typedef struct {
	GArray *due;   /* of RungAction */
	gint64 next;   /* the earliest at which another of them acts, INSTANT_NONE: not known */
	gboolean more; /* there are others */
} Unacted;

static void take(const RemindState *state, const RungAction *action, gint64 now, Unacted *unacted)
{
	gint64 at = remind_acts_at(state, action->rung, action->unrolled);
	if (at != INSTANT_NONE && at <= now) {
		g_array_append_val(unacted->due, *action);
		return;
	}
	unacted->more = TRUE;
	if (at != INSTANT_NONE && (unacted->next == INSTANT_NONE || at < unacted->next))
		unacted->next = at;
}

static void collect_rung(const RemindState *state, guint place, gint64 now, Unacted *unacted)
{
	const char *name = ((const Rung *)state->ladder->rungs->pdata[place])->name;
	for (guint occurrence = remind_history_first_unacted(state->history, name);; occurrence++) {
		RungAction action = {place, occurrence, remind_unrolled(state, place, occurrence)};
		if (action.unrolled == INSTANT_NONE || action.unrolled > now)
			return;
		if (remind_acts(state, place, action.unrolled) && !remind_history_has_acted(state->history, name, occurrence))
			take(state, &action, now, unacted);
	}
}

static Unacted collect(const RemindState *state, gint64 now)
{
	Unacted unacted = {.due = g_array_new(FALSE, FALSE, sizeof(RungAction)), .next = INSTANT_NONE};
	for (guint place = 0; place < state->ladder->rungs->len; place++)
		if (rung_acts(state->ladder->rungs->pdata[place]))
			collect_rung(state, place, now, &unacted);
	return unacted;
}

GArray *remind_actions(const RemindState *state, gint64 now)
{
	Unacted unacted = collect(state, now);
	g_array_sort(unacted.due, compare_actions);
	return unacted.due;
}

gboolean remind_actions_wait(const RemindState *state, gint64 now, gint64 *next)
{
	Unacted unacted = collect(state, now);
	gboolean due = unacted.due->len > 0;
	g_array_unref(unacted.due);
	*next = due ? now + UNKNOWN_RETRY_S : unacted.next;
	return due || unacted.more;
}
