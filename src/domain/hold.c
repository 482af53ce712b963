/* An instant is moved hold by hold, so that one which an earlier hold moved into a later one is moved by what is left of that. */
#include "domain/hold.h"

gint64 hold_shift(const Calendar *calendar, const GArray *held, gint64 instant)
{
	for (guint i = 0; instant != INSTANT_NONE && held && i < held->len; i++) {
		const HeldSpan *span = &g_array_index(held, HeldSpan, i);
		gint64 seconds = instant < span->until ? calendar_working_seconds_between(calendar, MAX(instant, span->from), span->until) : 0;
		if (seconds > 0)
			instant = calendar_add_working_seconds(calendar, instant, seconds);
	}
	return instant;
}

void hold_shift_anchors(const Calendar *calendar, const GArray *held, Anchors *anchors)
{
	anchors->at[ANCHOR_RECEIVED] = hold_shift(calendar, held, anchors->at[ANCHOR_RECEIVED]);
	anchors->at[ANCHOR_START] = hold_shift(calendar, held, anchors->at[ANCHOR_START]);
}

gint64 hold_until(const GArray *held, gint64 instant)
{
	for (guint i = 0; held && i < held->len; i++) {
		const HeldSpan *span = &g_array_index(held, HeldSpan, i);
		if (span->from <= instant && instant < span->until)
			return span->until;
	}
	return INSTANT_NONE;
}

gint64 hold_seconds_within(const Calendar *calendar, HeldSpan held, gint64 from, gint64 until)
{
	gint64 begin = MAX(held.from, from), end = MIN(held.until, until);
	return begin < end ? calendar_working_seconds_between(calendar, begin, end) : 0;
}
