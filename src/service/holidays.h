/* Holiday calendars that a policy names: the dates in them. */
#ifndef SERVICE_HOLIDAYS_H
#define SERVICE_HOLIDAYS_H

#include "base/instant.h"

/* A PolicyHolidays for a policy in a file: user_data is its path (const char *). */
GArray *holidays_beside(const char *name, gpointer path, GError **error);

/* The dates in the text of a calendar, of the years that matter. ERROR_INVALID where it is none. */
GArray *holidays_read(GBytes *calendar, GError **error);

#endif
