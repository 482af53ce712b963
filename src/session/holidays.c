/* Calendars repeat for ever; a policy knows their days from before any invoice to after any due date. */
#include "session/holidays.h"

#include "ics/ical.h"

#define FROM  date_from_ymd(1990, 1, 1)
#define UNTIL date_from_ymd(2060, 12, 31)

GArray *holidays_read(GBytes *calendar, GError **error)
{
	gsize length;
	const char *text = g_bytes_get_data(calendar, &length);
	return ics_holidays(text ? text : "", length, FROM, UNTIL, error);
}
