/* One open invoice as the summary of the week names it: whom it waits for, and why. */
#ifndef PASS_WEEK_ROWS_H
#define PASS_WEEK_ROWS_H

#include "pass/week_figures.h"

/* `open` has its invoice; the rest is filled in, and what it points to is the figures'. FALSE: the store failed. */
gboolean week_row_fill(WeekFigures *figures, MailOpen *open, GError **error);

/* How it names somebody; the figures'. */
const char *week_row_name(WeekFigures *figures, const Person *person);

#endif
