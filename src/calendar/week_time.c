/* An hour of the week. */
#include "calendar/week_time.h"

#include <string.h>

#define DAY_LETTERS 3
#define TEXT_LENGTH 9 /* "Mon 09:00" */

static gboolean read_two(const char *text, int below, int *value)
{
	if (!g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]))
		return FALSE;
	*value = (text[0] - '0') * 10 + text[1] - '0';
	return *value < below;
}

static int read_weekday(const char *text)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	for (int i = 0; i < (int)G_N_ELEMENTS(days); i++)
		if (!strncmp(text, days[i], DAY_LETTERS))
			return i + 1;
	return 0;
}

gboolean week_time_parse(const char *text, WeekTime *time)
{
	int hour, minute;
	if (strlen(text) != TEXT_LENGTH || text[DAY_LETTERS] != ' ' || text[DAY_LETTERS + 3] != ':')
		return FALSE;
	time->weekday = read_weekday(text);
	if (!time->weekday || !read_two(text + DAY_LETTERS + 1, 24, &hour) || !read_two(text + DAY_LETTERS + 4, 60, &minute))
		return FALSE;
	time->second = hour * 3600 + minute * 60;
	return TRUE;
}

Date week_monday(Date date)
{
	return (Date){.day = date.day + 1 - date_weekday(date)};
}

gint64 week_time_in(const Calendar *calendar, Date monday, WeekTime time)
{
	const Date day = {.day = monday.day + time.weekday - 1};
	return calendar_next_work(calendar, zone_instant(calendar_zone(calendar), day, time.second));
}

char *week_name(Date date)
{
	const Date thursday = {.day = week_monday(date).day + 3}; /* whose year is the week's */
	int year, month, day;
	date_get_ymd(thursday, &year, &month, &day);
	const Date first = date_from_ymd(year, 1, 1);
	return g_strdup_printf("%04d-W%02d", year, (thursday.day - first.day) / 7 + 1);
}
