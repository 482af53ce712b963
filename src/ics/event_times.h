/* When an event is, with its repetitions. */
#ifndef ICS_EVENT_TIMES_H
#define ICS_EVENT_TIMES_H

#include "ics/feed_zones.h"

typedef struct {
	FeedZones *zones;
	gint64 from, until; /* what reaches into [from, until) is wanted */
	guint left;         /* how many occurrences may still be found */
} Occurrences;

/* A point in time: an instant, or a local time of whoever is concerned, as seconds since 1970 as though it were UTC. */
typedef struct {
	gboolean civil;
	gint64 at;
} IcsMoment;

/* [from, until), both as `civil` says. */
typedef struct {
	gboolean civil;
	gint64 from, until;
} IcsSpan;

/* The moment in a property's value, its VALUE and TZID understood. NULL, or what is wrong. */
const char *event_moment(const Occurrences *occurrences, const IcsProperty *property, IcsMoment *moment);

/* The same for an occurrence of one event and the RECURRENCE-ID that means it. Owned by the caller. */
char *moment_key(const char *uid, const IcsMoment *moment);

/* Appends the spans of an event (GPtrArray of IcsProperty) that reach into the wanted time, of IcsSpan; DTSTART, DTEND or DURATION, RRULE, RDATE and EXDATE are followed. One
 * without length has none; a whole day without an end is that day. NULL, or what is wrong. */
const char *event_spans(Occurrences *occurrences, const GPtrArray *event, GArray *spans);

#endif
