/* Absences as calendars say them (session/feeds.h), for people to read beside those on record. */
#ifndef SERVICE_CALENDAR_ABSENCES_H
#define SERVICE_CALENDAR_ABSENCES_H

#include "service/absenting.h"

/* Adds to `records` what each calendar says of that person, NULL: of everybody: what is not over, `all`: all that it says. A person whom the record does not know is called by
 * the address. */
gboolean calendar_absences_add(Session *session, const Person *whose, gboolean all, GPtrArray *records, GError **error);

#endif
