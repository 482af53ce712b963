/* An hour of the week. Pure. */
#ifndef CALENDAR_WEEK_TIME_H
#define CALENDAR_WEEK_TIME_H

#include "calendar/calendar.h"

typedef struct {
	int weekday; /* as date_weekday(): 1 = Monday */
	int second;  /* of the local day */
} WeekTime;

/* "Mon 09:00": an English weekday of three letters and HH:MM, up to 23:59. */
gboolean week_time_parse(const char *text, WeekTime *time);

/* The Monday of that date's week. */
Date week_monday(Date date);

/* When it comes in the week of that Monday by the calendar: then, or where nobody works then, when work begins next. INSTANT_NONE: never. */
gint64 week_time_in(const Calendar *calendar, Date monday, WeekTime time);

/* "2026-W48" (ISO 8601): the week of that date. Owned by the caller. */
char *week_name(Date date);

#endif
