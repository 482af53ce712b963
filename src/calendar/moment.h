/* An instant as people write it on a command line. Pure. */
#ifndef CALENDAR_MOMENT_H
#define CALENDAR_MOMENT_H

#include "calendar/calendar.h"

/* "2026-12-04": the start of work that day, of the next working day where it is none. "2026-12-04 14:00", also with a T: local time in the calendar's zone.
 * RFC 3339: as it says. ERROR_USAGE otherwise, and where no work is found. */
gboolean moment_parse(const Calendar *calendar, const char *text, gint64 *instant, GError **error);

#endif
