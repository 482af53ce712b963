/* Answers for what a date's work is in UTC: the weekly pattern without the holidays, carried over by the zone.
 *
 * Worked out for 64 days at a time and kept, since rules ask for the same weeks over and over. The cache is direct-mapped: a
 * block's place follows from its number, so 1,024 of them hold 179 years without a collision, and memory is bounded however far
 * one looks. It is filled through a const Calendar, which is why a calendar belongs to one thread at a time; so are the answers that worktime.c keeps. */
#include "calendar/timeline.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_DAYS  64
#define BLOCK_COUNT 1024

struct Block {
	gint32 number;               /* of its first date, in blocks since 1970 */
	guint first[BLOCK_DAYS + 1]; /* the intervals of its day i are those from first[i] to before first[i + 1] */
	WorkInterval intervals[];
};

Block **timeline_cache_new(void)
{
	return g_new0(Block *, BLOCK_COUNT);
}

static void clear_blocks(Block **blocks)
{
	for (guint i = 0; i < BLOCK_COUNT; i++)
		g_clear_pointer(&blocks[i], g_free);
}

void timeline_forget(Calendar *calendar)
{
	clear_blocks(calendar->blocks);
	for (guint i = 0; i < NEXT_WORKS; i++)
		calendar->next[i].t = INSTANT_NONE;
	for (guint i = 0; i < DAYS_ADDED; i++)
		calendar->added[i].t = INSTANT_NONE;
}

void timeline_cache_free(Block **blocks)
{
	clear_blocks(blocks);
	g_free(blocks);
}

static int compare_dates(const void *a, const void *b)
{
	const gint32 first = ((const Date *)a)->day;
	const gint32 second = ((const Date *)b)->day;
	return (first > second) - (first < second);
}

static gboolean is_holiday(const Calendar *calendar, Date date)
{
	return calendar->holidays->len > 0 &&
	       bsearch(&date, calendar->holidays->data, calendar->holidays->len, sizeof date, compare_dates) != NULL;
}

/* Appends the date's intervals to `into`; what a gap leaves without length does not exist. Returns how many. */
static guint work_of_date(const Calendar *calendar, Date date, WorkInterval *into)
{
	const GArray *pattern = calendar->pattern[date_weekday(date)];
	guint count = 0;
	if (pattern->len == 0 || is_holiday(calendar, date))
		return 0;
	for (guint i = 0; i < pattern->len; i++) {
		const LocalInterval *local = &g_array_index(pattern, LocalInterval, i);
		const gint64 start = zone_instant(calendar->zone, date, local->start);
		const gint64 end = zone_instant(calendar->zone, date, local->end);
		if (start < end)
			into[count++] = (WorkInterval){start, end};
	}
	return count;
}

static Block *block_new(const Calendar *calendar, gint32 number)
{
	const Date first = {number * BLOCK_DAYS};
	guint most = 0;
	for (int i = 0; i < BLOCK_DAYS; i++)
		most += calendar->pattern[date_weekday(date_add_days(first, i))]->len;
	Block *block = (Block *)g_malloc(sizeof(Block) + most * sizeof(WorkInterval));
	block->number = number;
	guint count = 0;
	for (int i = 0; i < BLOCK_DAYS; i++) {
		block->first[i] = count;
		count += work_of_date(calendar, date_add_days(first, i), block->intervals + count);
	}
	block->first[BLOCK_DAYS] = count;
	return block;
}

DayWork timeline_day(const Calendar *calendar, Date date)
{
	if (!date_is_set(date))
		return (DayWork){NULL, 0};
	const gint32 number = (date.day >= 0 ? date.day : date.day - BLOCK_DAYS + 1) / BLOCK_DAYS;
	Block **place = &calendar->blocks[(guint)number % BLOCK_COUNT];
	if (*place == NULL || (*place)->number != number) {
		g_free(*place);
		*place = block_new(calendar, number);
	}
	const Block *block = *place;
	const int day = date.day - number * BLOCK_DAYS;
	return (DayWork){block->intervals + block->first[day], block->first[day + 1] - block->first[day]};
}
