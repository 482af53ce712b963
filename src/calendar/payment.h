/* Payment runs: the days of the week on which finance pays, and by when an invoice must be decided to be paid on time. Pure. */
#ifndef CALENDAR_PAYMENT_H
#define CALENDAR_PAYMENT_H

#include "calendar/calendar.h"

/* The anchor `payment` (DESIGN.md 2): close of work on the last working day before the last run on or before the due date. `run_days` is a
 * set: 1 << 0 is Monday, 1 << 6 Sunday. A run takes place on its day, whether that is worked or not. INSTANT_NONE where there are no runs
 * or no due date. */
gint64 payment_close(const Calendar *calendar, guint run_days, Date due);

#endif
