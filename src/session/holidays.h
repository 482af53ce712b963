/* Holiday calendars that a policy names: the dates in them. */
#ifndef SESSION_HOLIDAYS_H
#define SESSION_HOLIDAYS_H

#include "base/instant.h"

/* The dates in the text of a calendar, of the years that matter: a PolicyFiles.holidays. ERROR_INVALID where it is none. */
GArray *holidays_read(GBytes *calendar, GError **error);

#endif
