/* Answers for the arithmetic of working time (DESIGN.md 2): going from instant to instant over a calendar's working days.
 *
 * Everything walks over dates and asks timeline.c for each date's intervals. These are ascending from date to date too, since the
 * step from local time to UTC never goes back. An interval of date d lies between the first midnight of d and that of d + 1; so
 * what holds or follows an instant t begins at t's local date, and what holds or precedes it ends at the date after (a repeated
 * hour around midnight may show t one date late). */
#include "calendar/timeline.h"

#include <stdlib.h>

#define SEARCH_DAYS   3653 /* without any work: ten years */
#define SECONDS_A_DAY 86400

/* A working day and a local time on it, in seconds; 86400 = its closing midnight. */
typedef struct {
	Date date;
	int second;
} DayTime;

gboolean calendar_is_working_day(const Calendar *calendar, Date date)
{
	return timeline_day(calendar, date).count > 0;
}

Date calendar_date(const Calendar *calendar, gint64 instant)
{
	Date date;
	int second;
	zone_local(calendar->zone, instant, &date, &second);
	return date;
}

static gint64 search_next_work(const Calendar *calendar, gint64 t, Date *date)
{
	const Date from = calendar_date(calendar, t);
	for (int i = 0; i <= SEARCH_DAYS; i++) {
		*date = date_add_days(from, i);
		const DayWork day = timeline_day(calendar, *date);
		for (guint k = 0; k < day.count; k++) {
			if (day.intervals[k].end > t)
				return MAX(day.intervals[k].start, t);
		}
	}
	return INSTANT_NONE;
}

/* The least working instant at or after t, and its date; kept, since the same is asked for over and over. */
static gint64 find_next_work(const Calendar *calendar, gint64 t, Date *date)
{
	NextWork *kept = &((Calendar *)calendar)->next[(guint64)(t / 60) % NEXT_WORKS];
	if (t == INSTANT_NONE || kept->t != t) {
		kept->found = search_next_work(calendar, t, &kept->date);
		kept->t = t;
	}
	*date = kept->date;
	return kept->found;
}

/* t where it is working or an interval's end, else the last end before; and the date whose interval that is. */
static gint64 find_prev_close(const Calendar *calendar, gint64 t, Date *date)
{
	const Date from = date_add_days(calendar_date(calendar, t), 1);
	for (int i = 0; i <= SEARCH_DAYS; i++) {
		*date = date_add_days(from, -i);
		const DayWork day = timeline_day(calendar, *date);
		for (guint k = day.count; k > 0; k--) {
			if (day.intervals[k - 1].start <= t)
				return MIN(day.intervals[k - 1].end, t);
		}
	}
	return INSTANT_NONE;
}

gint64 calendar_next_work(const Calendar *calendar, gint64 t)
{
	Date date;
	return find_next_work(calendar, t, &date);
}

gint64 calendar_prev_close(const Calendar *calendar, gint64 t)
{
	Date date;
	return find_prev_close(calendar, t, &date);
}

gboolean calendar_is_working(const Calendar *calendar, gint64 instant)
{
	return instant != INSTANT_NONE && calendar_next_work(calendar, instant) == instant;
}

/* The n-th working day after (n < 0: before) a working day; DATE_NONE where ten years hold none. */
static Date step_working_days(const Calendar *calendar, Date date, int n)
{
	const int step = n < 0 ? -1 : 1;
	int idle = 0;
	for (int left = abs(n); left > 0 && idle <= SEARCH_DAYS; idle++) {
		date = date_add_days(date, step);
		if (timeline_day(calendar, date).count > 0) {
			left--;
			idle = 0;
		}
		if (left == 0)
			return date;
	}
	return n == 0 ? date : DATE_NONE;
}

/* That local time on that working day, fitted into its intervals, of which an end counts as inside. */
static gint64 fit(const Calendar *calendar, DayTime time)
{
	const gint64 wanted = zone_instant(calendar->zone, time.date, time.second);
	const DayWork day = timeline_day(calendar, time.date);
	for (guint i = 0; i < day.count; i++) {
		if (wanted <= day.intervals[i].end)
			return MAX(day.intervals[i].start, wanted);
	}
	return day.intervals[day.count - 1].end;
}

/* The local time of an instant as seen from the working day it belongs to: its end may be the next day's midnight. */
static int second_seen_from(const Calendar *calendar, gint64 instant, Date date)
{
	Date local;
	int second;
	zone_local(calendar->zone, instant, &local, &second);
	return CLAMP((local.day - date.day) * SECONDS_A_DAY + second, 0, SECONDS_A_DAY);
}

/* Where going `days` working days from t begins, and the working day that belongs to. */
static gint64 find_origin(const Calendar *calendar, gint64 t, int days, Date *date)
{
	return days < 0 ? find_prev_close(calendar, t, date) : find_next_work(calendar, t, date);
}

Date calendar_working_day_from(const Calendar *calendar, gint64 t, int days)
{
	Date date;
	const gint64 from = find_origin(calendar, t, days, &date);
	return from == INSTANT_NONE ? DATE_NONE : step_working_days(calendar, date, days);
}

static gint64 go_working_days(const Calendar *calendar, gint64 t, int days)
{
	Date date;
	const gint64 from = find_origin(calendar, t, days, &date);
	if (from == INSTANT_NONE)
		return INSTANT_NONE;
	const DayTime there = {step_working_days(calendar, date, days), second_seen_from(calendar, from, date)};
	return date_is_set(there.date) ? fit(calendar, there) : INSTANT_NONE;
}

gint64 calendar_add_working_days(const Calendar *calendar, gint64 t, int days)
{
	DaysAdded *kept = &((Calendar *)calendar)->added[((guint64)(t / 60) + (guint64)days * 31) % DAYS_ADDED];
	if (t == INSTANT_NONE || kept->t != t || kept->days != days)
		*kept = (DaysAdded){t, go_working_days(calendar, t, days), days};
	return kept->found;
}

static gint64 consume_forward(const Calendar *calendar, gint64 t, gint64 seconds)
{
	Date date;
	gint64 at = find_next_work(calendar, t, &date);
	for (int idle = 0; at != INSTANT_NONE && idle <= SEARCH_DAYS; idle++) {
		const DayWork day = timeline_day(calendar, date);
		for (guint i = 0; i < day.count; i++) {
			const gint64 start = MAX(day.intervals[i].start, at);
			const gint64 end = day.intervals[i].end;
			if (start > end)
				continue;
			if (seconds <= end - start)
				return start + seconds;
			seconds -= end - start;
			idle = 0;
		}
		date = date_add_days(date, 1);
	}
	return INSTANT_NONE;
}

static gint64 consume_backward(const Calendar *calendar, gint64 t, gint64 seconds)
{
	Date date;
	const gint64 at = find_prev_close(calendar, t, &date);
	for (int idle = 0; at != INSTANT_NONE && idle <= SEARCH_DAYS; idle++) {
		const DayWork day = timeline_day(calendar, date);
		for (guint i = day.count; i > 0; i--) {
			const gint64 start = day.intervals[i - 1].start;
			const gint64 end = MIN(day.intervals[i - 1].end, at);
			if (start > end)
				continue;
			if (seconds <= end - start)
				return end - seconds;
			seconds -= end - start;
			idle = 0;
		}
		date = date_add_days(date, -1);
	}
	return INSTANT_NONE;
}

gint64 calendar_add_working_seconds(const Calendar *calendar, gint64 t, gint64 seconds)
{
	return seconds < 0 ? consume_backward(calendar, t, -seconds) : consume_forward(calendar, t, seconds);
}

gint64 calendar_add_days(const Calendar *calendar, gint64 t, int days)
{
	Date date;
	int second;
	if (t == INSTANT_NONE)
		return INSTANT_NONE;
	zone_local(calendar->zone, t, &date, &second);
	date = date_add_days(date, days);
	return date_is_set(date) ? zone_instant(calendar->zone, date, second) : INSTANT_NONE;
}

gint64 calendar_working_seconds_between(const Calendar *calendar, gint64 from, gint64 to)
{
	if (from > to)
		return calendar_working_seconds_between(calendar, to, from);
	const gint64 last = calendar_date(calendar, to).day + G_GINT64_CONSTANT(1);
	gint64 sum = 0;
	for (Date date = calendar_date(calendar, from); date_is_set(date) && date.day <= last; date = date_add_days(date, 1)) {
		const DayWork day = timeline_day(calendar, date);
		for (guint i = 0; i < day.count; i++) {
			const gint64 start = MAX(day.intervals[i].start, from);
			const gint64 end = MIN(day.intervals[i].end, to);
			sum += MAX(end - start, 0);
		}
	}
	return sum;
}

gint64 calendar_close_of_work(const Calendar *calendar, Date date)
{
	for (int i = 0; i <= SEARCH_DAYS; i++) {
		const DayWork day = timeline_day(calendar, date_add_days(date, -i));
		if (day.count > 0)
			return day.intervals[day.count - 1].end;
	}
	return INSTANT_NONE;
}

static gboolean holds(DayWork day, gint64 instant)
{
	for (guint i = 0; i < day.count; i++) {
		if (day.intervals[i].start <= instant && instant < day.intervals[i].end)
			return TRUE;
	}
	return FALSE;
}

/* The date's first slot at or after t; INSTANT_NONE where it has none left. The day's first start stands in where none is inside
 * an interval: were one inside but before t, that start would be before t too. */
static gint64 slot_on_date(const Calendar *calendar, const GArray *slots, Date date, gint64 t)
{
	const DayWork day = timeline_day(calendar, date);
	for (guint i = 0; i < slots->len; i++) {
		const gint64 slot = zone_instant(calendar->zone, date, g_array_index(slots, int, i));
		if (slot >= t && holds(day, slot))
			return slot;
	}
	return day.count > 0 && day.intervals[0].start >= t ? day.intervals[0].start : INSTANT_NONE;
}

gint64 calendar_next_slot(const Calendar *calendar, const GArray *slots, gint64 t)
{
	Date date;
	const gint64 working = find_next_work(calendar, t, &date);
	if (slots == NULL || slots->len == 0 || working == INSTANT_NONE)
		return working;
	for (int i = 0; i <= SEARCH_DAYS; i++) {
		const gint64 slot = slot_on_date(calendar, slots, date_add_days(date, i), working);
		if (slot != INSTANT_NONE)
			return slot;
	}
	return INSTANT_NONE;
}
