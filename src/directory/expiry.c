/* The forms of an account's end. What cannot be read ends no account: nobody is taken off an approval for a slip of the pen. */
#include "directory/expiry.h"
#include "base/instant.h"

#include <string.h>

#define DAY_S          86400
#define UNITS_A_SECOND 10000000              /* of 100 ns */
#define FROM_1601_S    G_GINT64_CONSTANT(11644473600) /* until 1970 */
#define NEVER          G_MAXINT64

static gint64 interval_instant(const char *value)
{
	gint64 units = 0;

	if (!g_ascii_string_to_signed(value, 10, 1, NEVER - 1, &units, NULL))
		return INSTANT_NONE;
	return units / UNITS_A_SECOND - FROM_1601_S;
}

static gint64 days_instant(const char *value)
{
	gint64 days = 0;

	return g_ascii_string_to_signed(value, 10, 1, G_MAXINT32, &days, NULL) ? days * DAY_S : INSTANT_NONE;
}

/* --- generalizedTime --- */

/* Takes `count` digits; FALSE where they are not there or the number is beyond `most`. */
static gboolean take_number(const char **text, guint count, int most, int *number)
{
	int value = 0;

	for (guint i = 0; i < count; i++) {
		if (!g_ascii_isdigit((*text)[i]))
			return FALSE;
		value = value * 10 + g_ascii_digit_value((*text)[i]);
	}
	*text += count;
	*number = value;
	return value <= most;
}

/* The fraction of the last unit that is written, in seconds; TRUE where there is none. */
static gboolean take_fraction(const char **text, int unit_s, int *seconds)
{
	gint64 share = 0, of = 1;

	if (**text != '.' && **text != ',')
		return TRUE;
	if (!g_ascii_isdigit(*++*text))
		return FALSE;
	for (; g_ascii_isdigit(**text); (*text)++) {
		if (of >= 1000000)
			continue;
		share = share * 10 + g_ascii_digit_value(**text);
		of *= 10;
	}
	*seconds = (int)(share * unit_s / of);
	return TRUE;
}

/* "Z", "+0200" or "-05", to the end of the text. */
static gboolean take_zone(const char **text, int *east_s)
{
	const char sign = **text;
	int hours = 0, minutes = 0;

	if (sign != '\0')
		(*text)++;
	if (sign != 'Z') {
		if ((sign != '+' && sign != '-') || !take_number(text, 2, 23, &hours))
			return FALSE;
		if (**text != '\0' && !take_number(text, 2, 59, &minutes))
			return FALSE;
	}
	*east_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return **text == '\0';
}

static gint64 time_instant(const char *text)
{
	int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction_s = 0, east_s = 0, unit_s = 3600;

	if (!take_number(&text, 4, 9999, &year) || !take_number(&text, 2, 12, &month) || !take_number(&text, 2, 31, &day) ||
	    !take_number(&text, 2, 23, &hour))
		return INSTANT_NONE;
	if (g_ascii_isdigit(*text)) {
		unit_s = 60;
		if (!take_number(&text, 2, 59, &minute))
			return INSTANT_NONE;
	}
	if (unit_s == 60 && g_ascii_isdigit(*text)) {
		unit_s = 1;
		if (!take_number(&text, 2, 60, &second))
			return INSTANT_NONE;
	}
	const Date date = date_from_ymd(year, month, day);
	if (!take_fraction(&text, unit_s, &fraction_s) || !take_zone(&text, &east_s) || !date_is_set(date))
		return INSTANT_NONE;
	return (gint64)date.day * DAY_S + hour * 3600 + minute * 60 + second + fraction_s - east_s;
}

gint64 expiry_read(const char *attribute, const char *value)
{
	if (g_ascii_strcasecmp(attribute, "accountExpires") == 0)
		return interval_instant(value);
	if (g_ascii_strcasecmp(attribute, "shadowExpire") == 0)
		return days_instant(value);
	return time_instant(value);
}
