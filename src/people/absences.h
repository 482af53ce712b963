/* Who is away when: what the record holds of it (`akkoord absence`) and calendars say (session/feeds.h), laid over the people that the directory gives. It is read once a pass. */
#ifndef PEOPLE_ABSENCES_H
#define PEOPLE_ABSENCES_H

#include "session/session.h"

/* Gives the person (known by directory id) the absences that hold and are not over, in the place of those they have, with the uid of each one's own deputy; that one's address
 * where they have no uid. */
gboolean absences_overlay(Session *session, Person *person, GError **error);

/* *away: whether somebody of the record is absent at `at`. */
gboolean absences_is_away(Session *session, const Person *person, gint64 at, gboolean *away, GError **error);

/* When after `now` an absence of anybody next begins or ends; INSTANT_NONE: never, as far as is known. */
gboolean absences_next_change(Session *session, gint64 now, gint64 *next, GError **error);
/* The same of that person. */
gboolean absences_next_change_of(Session *session, const Person *person, gint64 now, gint64 *next, GError **error);

#endif
