/* Of an event's properties: whose absence it is, if it is one. */
#ifndef ICS_EVENT_PEOPLE_H
#define ICS_EVENT_PEOPLE_H

#include "ics/property.h"

/* An event: GPtrArray of IcsProperty. The first property of that name, borrowed; NULL = it has none. */
const IcsProperty *event_property(const GPtrArray *event, const char *name);

gboolean event_has_people(const GPtrArray *event); /* any ATTENDEE or ORGANIZER */

/* It is cancelled, or shown as free. */
gboolean event_is_no_absence(const GPtrArray *event);

/* The addresses of those who are absent, of char *, folded to lower case, each once. */
GPtrArray *event_people(const GPtrArray *event);

/* The uid that X-AKKOORD-DEPUTY names; NULL = nobody. Owned by the caller. */
char *event_deputy(const GPtrArray *event);

#endif
