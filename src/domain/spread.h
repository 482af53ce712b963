/* A pile of work spread over working days, so that nobody gets it all at once. Pure. */
#ifndef DOMAIN_SPREAD_H
#define DOMAIN_SPREAD_H

#include "calendar/calendar.h"

/* The slots of `days` working days (at least one), the first of them at or after `now`: GArray of gint64, ascending. A day without slots (`slots` empty or NULL, or
 * none inside working time) has one, the start of work. Empty where no work is found. */
GArray *spread_instants(const Calendar *calendar, const GArray *slots, gint64 now, guint days);

/* Which of the instants the one at `place` of `count` gets: each gets as many as any other, but for one, the earlier ones first. */
gint64 spread_at(const GArray *instants, guint place, guint count);

#endif
