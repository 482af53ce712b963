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

/* Of one rung, those of which the instant has come; in *next the earliest at which another of them acts. */
static void collect(const RemindState *state, guint place, gint64 now, GArray *due, gint64 *next)
{
	const Rung *rung = state->ladder->rungs->pdata[place];
	for (guint occurrence = remind_history_first_unacted(state->history, rung->name);; occurrence++) {
		gint64 unrolled = remind_unrolled(state, place, occurrence);
		if (unrolled == INSTANT_NONE || unrolled > now)
			return;
		if (remind_history_has_acted(state->history, rung->name, occurrence))
			continue;
		gint64 at = remind_acts_at(state, place, unrolled);
		if (at == INSTANT_NONE)
			continue;
		if (at <= now)
			g_array_append_val(due, ((RungAction){place, occurrence, unrolled}));
		else if (*next == INSTANT_NONE || at < *next)
			*next = at;
	}
}

static GArray *collect_all(const RemindState *state, gint64 now, gint64 *next)
{
	GArray *due = g_array_new(FALSE, FALSE, sizeof(RungAction));
	*next = INSTANT_NONE;
	for (guint place = 0; place < state->ladder->rungs->len; place++)
		if (rung_acts(state->ladder->rungs->pdata[place]))
			collect(state, place, now, due, next);
	return due;
}

GArray *remind_actions(const RemindState *state, gint64 now)
{
	gint64 next;
	GArray *due = collect_all(state, now, &next);
	g_array_sort(due, compare_actions);
	return due;
}

gint64 remind_actions_next(const RemindState *state, gint64 now)
{
	gint64 next;
	g_autoptr(GArray) due = collect_all(state, now, &next);
	return due->len ? now + UNKNOWN_RETRY_S : next;
}
