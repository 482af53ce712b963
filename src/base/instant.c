/* Instants and civil dates. GDate does the calendar; here are the day count that starts at 1970, the
 * range (years 1 to 9999, whatever is outside is no date) and strict reading and writing. */
#include "base/instant.h"

#include "base/error.h"

#define SECONDS_PER_DAY 86400
#define JULIAN_OF_EPOCH 719163 /* GDate counts from 0001-01-01 = 1 */
#define FIRST_DAY (1 - JULIAN_OF_EPOCH)
#define LAST_DAY 2932896 /* 9999-12-31 */
#define YEAR_MAX 9999

static Date date_from_day(gint64 day)
{
	return day < FIRST_DAY || day > LAST_DAY ? DATE_NONE : (Date){.day = (gint32)day};
}

gboolean date_is_set(Date date)
{
	return date.day >= FIRST_DAY && date.day <= LAST_DAY;
}

Date date_from_ymd(int year, int month, int day)
{
	if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > 31)
		return DATE_NONE;
	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return DATE_NONE;
	GDate date;
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return (Date){.day = (gint32)g_date_get_julian(&date) - JULIAN_OF_EPOCH};
}

void date_get_ymd(Date date, int *year, int *month, int *day)
{
	*year = *month = *day = 0;
	if (!date_is_set(date))
		return;
	GDate civil;
	g_date_clear(&civil, 1);
	g_date_set_julian(&civil, (guint32)(date.day + JULIAN_OF_EPOCH));
	*year = g_date_get_year(&civil);
	*month = (int)g_date_get_month(&civil);
	*day = g_date_get_day(&civil);
}

int date_weekday(Date date)
{
	if (!date_is_set(date))
		return 0;
	return (date.day - FIRST_DAY) % 7 + 1; /* 0001-01-01 is a Monday */
}

Date date_add_days(Date date, int days)
{
	return date_is_set(date) ? date_from_day((gint64)date.day + days) : DATE_NONE;
}

/* Every event holds instants: printf takes ten times as long. */
static char *put_digits(char *at, int value, int count, char then)
{
	for (int i = count - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	at[count] = then;
	return at + count + 1;
}

static char *put_date(char *at, Date date, char then)
{
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	return put_digits(put_digits(put_digits(at, year, 4, '-'), month, 2, '-'), day, 2, then);
}

char *date_format(Date date)
{
	char text[sizeof "2026-12-28"];
	put_date(text, date, '\0');
	return date_is_set(date) ? g_strdup(text) : NULL;
}

/* Reads exactly `count` digits and moves on. */
static gboolean read_digits(const char **cursor, int count, int *value)
{
	int sum = 0;
	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit((*cursor)[i]))
			return FALSE;
		sum = sum * 10 + g_ascii_digit_value((*cursor)[i]);
	}
	*value = sum;
	*cursor += count;
	return TRUE;
}

static gboolean read_char(const char **cursor, char wanted)
{
	if (**cursor != wanted)
		return FALSE;
	(*cursor)++;
	return TRUE;
}

static gboolean read_date(const char **cursor, Date *date)
{
	int year, month, day;
	if (!read_digits(cursor, 4, &year) || !read_char(cursor, '-') || !read_digits(cursor, 2, &month) ||
	    !read_char(cursor, '-') || !read_digits(cursor, 2, &day))
		return FALSE;
	*date = date_from_ymd(year, month, day);
	return date_is_set(*date);
}

/* A fraction is read over: whole seconds are the finest that anything here acts on. */
static gboolean read_fraction(const char **cursor)
{
	if (!read_char(cursor, '.'))
		return TRUE;
	if (!g_ascii_isdigit(**cursor))
		return FALSE;
	while (g_ascii_isdigit(**cursor))
		(*cursor)++;
	return TRUE;
}

/* Seconds since midnight. */
static gboolean read_time(const char **cursor, int *seconds, gboolean *is_leap)
{
	int hour, minute, second;
	if (!read_digits(cursor, 2, &hour) || !read_char(cursor, ':') || !read_digits(cursor, 2, &minute) ||
	    !read_char(cursor, ':') || !read_digits(cursor, 2, &second) || !read_fraction(cursor))
		return FALSE;
	if (hour > 23 || minute > 59 || second > 60)
		return FALSE;
	*seconds = hour * 3600 + minute * 60 + second;
	*is_leap = second == 60;
	return TRUE;
}

static gboolean read_offset(const char **cursor, int *seconds)
{
	*seconds = 0;
	if (read_char(cursor, 'Z') || read_char(cursor, 'z'))
		return TRUE;
	const gboolean west = read_char(cursor, '-');
	int hour, minute;
	if (!west && !read_char(cursor, '+'))
		return FALSE;
	if (!read_digits(cursor, 2, &hour) || !read_char(cursor, ':') || !read_digits(cursor, 2, &minute))
		return FALSE;
	if (hour > 23 || minute > 59)
		return FALSE;
	*seconds = (hour * 60 + minute) * (west ? -60 : 60);
	return TRUE;
}

static gboolean read_instant(const char *text, gint64 *instant)
{
	const char *cursor = text;
	Date date;
	int seconds, offset;
	gboolean is_leap;
	if (!read_date(&cursor, &date) || (!read_char(&cursor, 'T') && !read_char(&cursor, 't')))
		return FALSE;
	if (!read_time(&cursor, &seconds, &is_leap) || !read_offset(&cursor, &offset) || *cursor != '\0')
		return FALSE;
	const gint64 result = (gint64)date.day * SECONDS_PER_DAY + seconds - offset;
	if (result < 0 || result >= ((gint64)LAST_DAY + 1) * SECONDS_PER_DAY)
		return FALSE;
	if (is_leap && result % SECONDS_PER_DAY != 0) /* RFC 3339, 5.7: a leap second is the last of a day in UTC */
		return FALSE;
	*instant = result;
	return TRUE;
}

gboolean instant_parse(const char *text, gint64 *instant, GError **error)
{
	if (text && read_instant(text, instant))
		return TRUE;
	error_set(error, ERROR_INVALID, "\"%s\" is not a time such as 2026-12-28T08:00:00Z", text ? text : "");
	return FALSE;
}

gboolean date_parse(const char *text, Date *date, GError **error)
{
	const char *cursor = text ? text : "";
	Date read;
	if (read_date(&cursor, &read) && *cursor == '\0') {
		*date = read;
		return TRUE;
	}
	error_set(error, ERROR_INVALID, "\"%s\" is not a date such as 2026-12-28", text ? text : "");
	return FALSE;
}

char *instant_format(gint64 instant)
{
	gint64 day = instant / SECONDS_PER_DAY;
	gint64 seconds = instant % SECONDS_PER_DAY;
	if (seconds < 0) {
		seconds += SECONDS_PER_DAY;
		day--;
	}
	const Date date = date_from_day(day);
	if (!date_is_set(date))
		return NULL;
	char text[sizeof "2026-12-28T08:00:00Z"];
	const int s = (int)seconds;
	char *at = put_date(text, date, 'T');
	at = put_digits(put_digits(put_digits(at, s / 3600, 2, ':'), s / 60 % 60, 2, ':'), s % 60, 2, 'Z');
	*at = '\0';
	return g_strdup(text);
}
