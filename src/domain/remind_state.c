/* Facts that follow from a RemindState alone; nothing is decided here. */
#include "domain/remind_state.h"

#include <string.h>

/* Rule 10: working days past the deadline after which the admins are told. */
#define OVERDUE_DAYS 10

const Asked *remind_approver(const RemindState *state)
{
	return &g_array_index(state->asked, Asked, 0);
}

const Asked *remind_asked(const RemindState *state, const char *person)
{
	for (guint i = 0; i < state->asked->len; i++) {
		const Asked *asked = &g_array_index(state->asked, Asked, i);
		if (asked->person == person || !strcmp(asked->person, person))
			return asked;
	}
	return NULL;
}

gboolean asked_is_own(const Asked *asked, const char *rung, guint occurrence)
{
	return asked->rung && asked->occurrence == occurrence && !strcmp(asked->rung, rung);
}

static gboolean is_before(const GArray *since, guint place, gint64 unrolled)
{
	return since && unrolled < g_array_index(since, gint64, place);
}

gboolean remind_is_passed(const RemindState *state, guint place, gint64 unrolled)
{
	return unrolled < remind_approver(state)->since || is_before(state->since, place, unrolled);
}

/* Where everybody who is asked is absent there is nobody to warn. */
static gboolean is_anybody_there(const RemindState *state)
{
	for (guint i = 0; i < state->asked->len; i++)
		if (!g_array_index(state->asked, Asked, i).absent)
			return TRUE;
	return FALSE;
}

gint64 remind_fair_warning(const RemindState *state, const Calendar *calendar)
{
	if (!is_anybody_there(state))
		return state->anchors.at[ANCHOR_START];
	if (state->fair_from == INSTANT_NONE)
		return INSTANT_NONE;
	return calendar_next_work(calendar, span_apply(remind_approver(state)->calendar, state->fair_from, state->grace));
}

gboolean remind_was_told(const RemindState *state)
{
	Tone tone;
	for (guint i = 0; i < state->asked->len; i++) {
		const Asked *asked = &g_array_index(state->asked, Asked, i);
		if ((i == 0 || asked->deputy) && remind_history_tone(state->history, asked->person, &tone))
			return TRUE;
	}
	return FALSE;
}

gboolean remind_acts(const RemindState *state, guint place, gint64 unrolled)
{
	return state->reminders && rung_acts(state->ladder->rungs->pdata[place]) && !remind_is_passed(state, place, unrolled) &&
	       !is_before(state->acts_since, place, unrolled);
}

gint64 remind_acts_at(const RemindState *state, guint place, gint64 unrolled)
{
	const Calendar *calendar = remind_approver(state)->calendar;
	gint64 fair = remind_fair_warning(state, calendar);
	gint64 fires = rung_fires(state->ladder->rungs->pdata[place], calendar, state->slots, unrolled);
	return fair == INSTANT_NONE || fires == INSTANT_NONE ? INSTANT_NONE : MAX(fair, fires);
}

static gboolean is_span(Span a, Span b)
{
	return a.amount == b.amount && a.unit == b.unit && a.back == b.back;
}

static gboolean is_worked_out(const WorkedOut *known, const WorkedOut *wanted)
{
	return known->calendar == wanted->calendar && known->anchor == wanted->anchor && known->occurrence == wanted->occurrence &&
	       known->at.anchor == wanted->at.anchor && is_span(known->at.offset, wanted->at.offset) && is_span(known->every, wanted->every);
}

gint64 remind_unrolled(const RemindState *state, guint place, guint occurrence)
{
	const Rung *rung = state->ladder->rungs->pdata[place];
	if (occurrence && (!rung->repeats || (rung->times && occurrence >= rung->times)))
		return INSTANT_NONE;
	WorkedOut wanted = {
		.calendar = remind_approver(state)->calendar,
		.at = rung->at,
		.every = rung->every,
		.anchor = state->anchors.at[rung->at.anchor],
		.occurrence = occurrence,
	};
	WorkedOut *known = remind_history_worked_out(state->history, place, occurrence);
	if (is_worked_out(known, &wanted))
		return known->result;
	wanted.result = rung_unrolled(rung, wanted.calendar, &state->anchors, occurrence);
	*known = wanted;
	return wanted.result;
}

gint64 remind_overdue_from(const RemindState *state)
{
	WorkedOut wanted = {
		.calendar = remind_approver(state)->calendar,
		.at = {.anchor = ANCHOR_DEADLINE, .offset = {.amount = OVERDUE_DAYS, .unit = UNIT_WORKING_DAY}},
		.anchor = state->anchors.at[ANCHOR_DEADLINE],
	};
	WorkedOut *known = remind_history_worked_out(state->history, state->ladder->rungs->len, 0);
	if (is_worked_out(known, &wanted))
		return known->result;
	wanted.result = time_expression_apply(wanted.calendar, wanted.at, &state->anchors);
	*known = wanted;
	return wanted.result;
}

gboolean remind_next_come(const RemindState *state, guint place, gint64 now, guint *occurrence, gint64 *unrolled)
{
	const Rung *rung = state->ladder->rungs->pdata[place];
	guint first = remind_history_first_untouched(state->history, rung->name);
	for (*occurrence = MAX(*occurrence, first);; (*occurrence)++) {
		*unrolled = remind_unrolled(state, place, *occurrence);
		if (*unrolled == INSTANT_NONE || *unrolled > now)
			return FALSE;
		if (!remind_history_touched(state->history, rung->name, *occurrence))
			return TRUE;
	}
}
