/* Answers for what a calendar is: its weekly pattern, its holidays, and the text forms of both. What they come to in time is in
 * timeline.c, the reckoning with it in worktime.c.
 *
 * The pattern of each weekday is ascending and without overlap, the holidays are ascending and each there once. */
#include "calendar/calendar.h"

#include "base/error.h"
#include "calendar/timeline.h"
#include <stdlib.h>
#include <string.h>

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

Calendar *calendar_new(const char *name, Zone *zone)
{
	Calendar *calendar = g_new0(Calendar, 1);
	g_atomic_ref_count_init(&calendar->references);
	calendar->name = g_strdup(name);
	calendar->zone = zone_ref(zone);
	for (int day = 0; day <= 7; day++)
		calendar->pattern[day] = g_array_new(FALSE, FALSE, sizeof(LocalInterval));
	calendar->holidays = g_array_new(FALSE, FALSE, sizeof(Date));
	calendar->blocks = timeline_cache_new();
	timeline_forget(calendar);
	return calendar;
}

Calendar *calendar_ref(Calendar *calendar)
{
	g_atomic_ref_count_inc(&calendar->references);
	return calendar;
}

void calendar_unref(Calendar *calendar)
{
	if (calendar == NULL || !g_atomic_ref_count_dec(&calendar->references))
		return;
	for (int day = 0; day <= 7; day++)
		g_array_unref(calendar->pattern[day]);
	g_array_unref(calendar->holidays);
	timeline_cache_free(calendar->blocks);
	zone_unref(calendar->zone);
	g_free(calendar->name);
	g_free(calendar);
}

/* Reads "Mon" at *text and moves behind it: 1-7, or 0. */
static int read_weekday(const char **text)
{
	for (int i = 0; i < 7; i++) {
		if (g_str_has_prefix(*text, weekdays[i])) {
			*text += strlen(weekdays[i]);
			return i + 1;
		}
	}
	return 0;
}

/* Reads "Mon-Wed,Fri" up to the blank and moves behind that. NULL, or what is wrong. */
static const char *read_weekdays(const char **text, gboolean chosen[8])
{
	do {
		const int from = read_weekday(text);
		int to = from;
		if (from > 0 && **text == '-') {
			++*text;
			to = read_weekday(text);
		}
		if (from == 0 || to == 0)
			return "a day is one of Mon, Tue, Wed, Thu, Fri, Sat, Sun";
		if (to < from)
			return "days do not wrap around the week's end: write two entries";
		for (int day = from; day <= to; day++) {
			if (chosen[day])
				return "a day stands there twice";
			chosen[day] = TRUE;
		}
	} while (*(*text)++ == ',');
	return (*text)[-1] == ' ' ? NULL : "between days and times stands one blank";
}

/* Reads exactly HH:MM, 00:00 to 24:00, at *text and moves behind it: seconds of the day, or -1. */
static int read_time(const char **text)
{
	const char *t = *text;
	for (int i = 0; i < 5; i++) {
		if (i == 2 ? t[i] != ':' : !g_ascii_isdigit(t[i]))
			return -1;
	}
	const int hours = g_ascii_digit_value(t[0]) * 10 + g_ascii_digit_value(t[1]);
	const int minutes = g_ascii_digit_value(t[3]) * 10 + g_ascii_digit_value(t[4]);
	const int seconds = hours * HOUR + minutes * MINUTE;
	if (minutes > 59 || seconds > DAY)
		return -1;
	*text += 5;
	return seconds;
}

static const char *read_work(const char *text, gboolean chosen[8], LocalInterval *interval)
{
	const char *wrong = read_weekdays(&text, chosen);
	if (wrong != NULL)
		return wrong;
	interval->start = read_time(&text);
	const gboolean dashed = interval->start >= 0 && *text++ == '-';
	interval->end = dashed ? read_time(&text) : -1;
	if (interval->end < 0 || *text != '\0')
		return "times are HH:MM-HH:MM, up to 24:00";
	return interval->start < interval->end ? NULL : "the start must be before the end";
}

static gboolean overlaps(const GArray *pattern, const LocalInterval *interval)
{
	for (guint i = 0; i < pattern->len; i++) {
		const LocalInterval *there = &g_array_index(pattern, LocalInterval, i);
		if (interval->start < there->end && there->start < interval->end)
			return TRUE;
	}
	return FALSE;
}

static void insert_interval(GArray *pattern, const LocalInterval *interval)
{
	guint place = 0;
	while (place < pattern->len && g_array_index(pattern, LocalInterval, place).start < interval->start)
		place++;
	g_array_insert_vals(pattern, place, interval, 1);
}

gboolean calendar_add_work(Calendar *calendar, const char *text, GError **error)
{
	gboolean chosen[8] = {FALSE};
	LocalInterval interval = {0, 0};
	const char *wrong = read_work(text, chosen, &interval);
	for (int day = 1; day <= 7 && wrong == NULL; day++) {
		if (chosen[day] && overlaps(calendar->pattern[day], &interval))
			wrong = "it overlaps an interval already there";
	}
	if (wrong != NULL) {
		error_set(error, ERROR_INVALID, "working time \"%s\": %s (wanted: such as \"Mon-Fri 08:30-17:30\")", text, wrong);
		return FALSE;
	}
	for (int day = 1; day <= 7; day++) {
		if (chosen[day])
			insert_interval(calendar->pattern[day], &interval);
	}
	timeline_forget(calendar);
	return TRUE;
}

/* How many holidays lie before the date. */
static guint holidays_before(const Calendar *calendar, Date date)
{
	guint low = 0;
	guint high = calendar->holidays->len;
	while (low < high) {
		const guint middle = low + (high - low) / 2;
		if (g_array_index(calendar->holidays, Date, middle).day < date.day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void calendar_add_holiday(Calendar *calendar, Date date)
{
	const guint place = holidays_before(calendar, date);
	if (place < calendar->holidays->len && g_array_index(calendar->holidays, Date, place).day == date.day)
		return;
	g_array_insert_val(calendar->holidays, place, date);
	timeline_forget(calendar);
}

guint calendar_holidays_in_year(const Calendar *calendar, int year)
{
	return holidays_before(calendar, date_from_ymd(year + 1, 1, 1)) - holidays_before(calendar, date_from_ymd(year, 1, 1));
}

static int compare_seconds(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

gboolean calendar_slots_parse(const char *const *texts, GArray **seconds, GError **error)
{
	g_autoptr(GArray) slots = g_array_new(FALSE, FALSE, sizeof(int));
	for (gsize i = 0; texts[i] != NULL; i++) {
		const char *text = texts[i];
		const int slot = read_time(&text);
		if (slot < 0 || slot >= DAY || *text != '\0') {
			error_set(error, ERROR_INVALID, "slot \"%s\": a slot is a time of day such as \"09:00\"", texts[i]);
			return FALSE;
		}
		g_array_append_val(slots, slot);
	}
	g_array_sort(slots, compare_seconds);
	*seconds = g_steal_pointer(&slots);
	return TRUE;
}

const char *calendar_name(const Calendar *calendar)
{
	return calendar->name;
}

static gboolean is_same_pattern(const GArray *a, const GArray *b)
{
	return a->len == b->len && (a->len == 0 || !memcmp(a->data, b->data, a->len * sizeof(LocalInterval)));
}

/* "Mon-Thu 08:30-12:30, " for each interval of the days, which all have that pattern. */
static void append_days(GString *text, int first, int last, const GArray *pattern)
{
	for (guint i = 0; i < pattern->len; i++) {
		const LocalInterval *interval = &g_array_index(pattern, LocalInterval, i);
		g_string_append_printf(text, "%s%s%s%s %02d:%02d-%02d:%02d", text->len ? ", " : "", weekdays[first - 1], last > first ? "-" : "",
		                       last > first ? weekdays[last - 1] : "", interval->start / HOUR, interval->start % HOUR / MINUTE,
		                       interval->end / HOUR, interval->end % HOUR / MINUTE);
	}
}

char *calendar_work_format(const Calendar *calendar)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int first = 1, last; first <= 7; first = last + 1) {
		for (last = first; last < 7 && is_same_pattern(calendar->pattern[first], calendar->pattern[last + 1]); last++)
			;
		append_days(text, first, last, calendar->pattern[first]);
	}
	return text->len ? g_strdup(text->str) : NULL;
}

const GArray *calendar_holidays(const Calendar *calendar)
{
	return calendar->holidays;
}

Zone *calendar_zone(const Calendar *calendar)
{
	return calendar->zone;
}

gboolean calendar_has_work(const Calendar *calendar)
{
	for (int day = 1; day <= 7; day++) {
		if (calendar->pattern[day]->len > 0)
			return TRUE;
	}
	return FALSE;
}
