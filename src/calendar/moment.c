/* Three forms, told apart by their lengths and what ends them. */
#include "calendar/moment.h"

#include "base/error.h"

#include <string.h>

#define DATE_LENGTH 10  /* 2026-12-04 */
#define LOCAL_LENGTH 16 /* 2026-12-04 14:00 */

static gboolean two_digits(const char *text, int limit, int *number)
{
	*number = (text[0] - '0') * 10 + (text[1] - '0');
	return g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) && *number < limit;
}

static gboolean parse_local(const Calendar *calendar, const char *text, gint64 *instant)
{
	Date date;
	int hour, minute;
	g_autofree char *day = g_strndup(text, DATE_LENGTH);
	if (strlen(text) != LOCAL_LENGTH || !strchr(" T", text[DATE_LENGTH]) || text[13] != ':' || !date_parse(day, &date, NULL) ||
	    !two_digits(text + 11, 24, &hour) || !two_digits(text + 14, 60, &minute))
		return FALSE;
	*instant = zone_instant(calendar_zone(calendar), date, hour * 3600 + minute * 60);
	return TRUE;
}

gboolean moment_parse(const Calendar *calendar, const char *text, gint64 *instant, GError **error)
{
	Date date;
	gint64 found = INSTANT_NONE;
	if (date_parse(text, &date, NULL))
		found = calendar_next_work(calendar, zone_instant(calendar_zone(calendar), date, 0));
	else if (!parse_local(calendar, text, &found) && !instant_parse(text, &found, NULL))
		found = INSTANT_NONE;
	if (found == INSTANT_NONE) {
		error_set(error, ERROR_USAGE, "%s: wanted a date (2026-12-04), a local time (\"2026-12-04 14:00\") or one with its zone (2026-12-04T14:00:00+01:00)",
		          text);
		return FALSE;
	}
	*instant = found;
	return TRUE;
}
