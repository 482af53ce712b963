/* Calendars of absences (`absences` in akkoord.conf): fetched now and then, and what they say laid over people (DESIGN.md 3, rule 6).
 *
 * A calendar that cannot be read is unknown, not "all present": what it said last counts for directory.cache.stale_ok; then nobody's absence is known, and rungs wait. */
#ifndef SESSION_FEEDS_H
#define SESSION_FEEDS_H

#include "session/session.h"

/* Starts reading what is due (at most every 15 minutes, a file in every pass) and takes in what has come: waits for files, and for what was never read or is stale, a few seconds; for
 * nothing else. Whoever is absent, or present, otherwise than before is looked at in this pass. One process does this, the one that plans. */
gboolean feeds_run(Session *session, gint64 now, GError **error);

/* Before a process ends: waits for what is under way, as long as its timeouts say. */
gboolean feeds_finish(Session *session, gint64 now, GError **error);

/* When there is something to start or to take in; INSTANT_NONE: there are no calendars. */
gboolean feeds_next(Session *session, gint64 now, gint64 *at, GError **error);

/* Reads up to eight of them now, whole, and keeps nothing of it: of FeedReading, what became of each. */
GPtrArray *feeds_check(Session *session, gint64 now);

/* FALSE with ERROR_UNAVAILABLE that names a calendar of which what it says is not known; else with the store's error. */
gboolean feeds_are_known(Session *session, gint64 now, GError **error);

/* Adds to the person's absences (by their address) what the calendars say of [now, …): whole days and times without a zone are those of `zone`. Where it
 * has one already at that time, the deputy of that one stands in. */
gboolean feeds_add_absences(Session *session, Person *person, const Zone *zone, gint64 now, GError **error);
/* *any: whether any calendar says something of that address. */
gboolean feeds_know(Session *session, const Person *person, gboolean *any, GError **error);

/* `at` (its beginning or end) as an instant, where civil in that zone; NULL: UTC. */
gint64 feeds_instant(const IcsAbsence *absence, gint64 at, const Zone *zone);

/* A calendar as people may see it: the path, or of an address, which may be secret, the server. Owned by the caller. */
char *feed_label(const char *source);

#endif
