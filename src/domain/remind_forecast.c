/* What is still to come, for explain and for the mails' "what happens next". */
#include "domain/remind_state.h"

static gint compare_fires(gconstpointer a, gconstpointer b)
{
	const Reminder *first = a, *second = b;
	return first->fires < second->fires ? -1 : first->fires > second->fires;
}

static gboolean is_to_come(const RemindState *state, guint place, guint occurrence, gint64 unrolled, gint64 now)
{
	const Rung *rung = state->ladder->rungs->pdata[place];
	return unrolled > now ||
	       !(remind_is_passed(state, place, unrolled) || remind_history_touched(state->history, rung->name, occurrence));
}

static void forecast_rung(const RemindState *state, guint place, gint64 now, guint horizon, GArray *coming)
{
	const Rung *rung = state->ladder->rungs->pdata[place];
	const Asked *approver = remind_approver(state);
	guint found = 0;
	for (guint occurrence = 0; found < horizon; occurrence++) {
		gint64 unrolled = remind_unrolled(state, place, occurrence);
		if (unrolled == INSTANT_NONE)
			return;
		if (!is_to_come(state, place, occurrence, unrolled, now))
			continue;
		Reminder reminder = {
			.rung = g_intern_string(rung->name),
			.occurrence = occurrence,
			.person = g_intern_string(approver->person),
			.channel = SEND_MAIL,
			.tone = rung->tone,
			.unrolled = unrolled,
			.fires = MAX(rung_fires(rung, approver->calendar, state->slots, unrolled), now),
		};
		g_array_append_val(coming, reminder);
		found++;
	}
}

GArray *remind_forecast(const RemindState *state, gint64 now, guint horizon)
{
	GArray *coming = g_array_new(FALSE, FALSE, sizeof(Reminder));
	for (guint place = 0; state->reminders && place < state->ladder->rungs->len; place++)
		forecast_rung(state, place, now, horizon, coming);
	g_array_sort(coming, compare_fires);
	return coming;
}
