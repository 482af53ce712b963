/* Working calendars and their arithmetic: DESIGN.md 2, to the letter. Pure. */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include "base/instant.h"
#include "calendar/zone.h"

typedef struct Calendar Calendar;

/* A calendar without work or holidays in that zone. Reference counted; built, then only read, but by one thread at a time: what was worked
 * out is kept inside. */
Calendar *calendar_new(const char *name, Zone *zone);
Calendar *calendar_ref(Calendar *calendar);
void calendar_unref(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_unref)

/* Adds one line of `work`: "Mon-Fri 08:30-12:30", "Mon,Wed 08:00-24:00", "Fri 08:00-15:00". ERROR_INVALID:
 * unknown day, wrapping range, start not before end, beyond 24:00, overlap with an interval there already. */
gboolean calendar_add_work(Calendar *calendar, const char *text, GError **error);
void calendar_add_holiday(Calendar *calendar, Date date);

/* Slots as seconds of the local day, ascending; none = at once. Text form "09:00". */
gboolean calendar_slots_parse(const char *const *texts, GArray **seconds, GError **error);

const char *calendar_name(const Calendar *calendar);

/* All of `work` in one form whatever the lines were: "Mon-Thu 08:30-12:30, Mon-Thu 13:00-17:30, Fri 08:00-15:00"; NULL where there is none. Owned by the
 * caller. */
char *calendar_work_format(const Calendar *calendar);
const GArray *calendar_holidays(const Calendar *calendar); /* of Date, ascending, each once; borrowed */

Zone *calendar_zone(const Calendar *calendar); /* borrowed */
gboolean calendar_has_work(const Calendar *calendar);
gboolean calendar_is_working_day(const Calendar *calendar, Date date);
gboolean calendar_is_working(const Calendar *calendar, gint64 instant); /* inside a half-open interval */
guint calendar_holidays_in_year(const Calendar *calendar, int year);

/* All of these need calendar_has_work(); INSTANT_NONE where no working time is found within 10 years. */
gint64 calendar_next_work(const Calendar *calendar, gint64 t);
gint64 calendar_prev_close(const Calendar *calendar, gint64 t);
gint64 calendar_add_working_days(const Calendar *calendar, gint64 t, int days);
gint64 calendar_add_working_seconds(const Calendar *calendar, gint64 t, gint64 seconds);
gint64 calendar_add_days(const Calendar *calendar, gint64 t, int days); /* same local time */
gint64 calendar_working_seconds_between(const Calendar *calendar, gint64 from, gint64 to); /* the same either way round */

/* The working day on which calendar_add_working_days(t, days) lands; DATE_NONE where that is INSTANT_NONE. */
Date calendar_working_day_from(const Calendar *calendar, gint64 t, int days);

/* Close of work of that date; where it is no working day, of the last working day before it. */
gint64 calendar_close_of_work(const Calendar *calendar, Date date);

/* The date on which the instant falls, locally. */
Date calendar_date(const Calendar *calendar, gint64 instant);

/* The next slot at or after t, t already in working time (next_work is applied first). `slots`: seconds of day
 * (GArray of int), NULL or empty = t itself. A working day with no slot inside an interval has one, its first start. */
gint64 calendar_next_slot(const Calendar *calendar, const GArray *slots, gint64 t);

#endif
