/* The time zones that a calendar speaks of: by name where the system knows it, else as its VTIMEZONE describes them. */
#ifndef ICS_FEED_ZONES_H
#define ICS_FEED_ZONES_H

#include "ics/property.h"

typedef struct FeedZones FeedZones;

FeedZones *feed_zones_new(void);
void feed_zones_free(FeedZones *zones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FeedZones, feed_zones_free)

/* What stands in VTIMEZONE components, in order: `begins` and ends of VTIMEZONE, STANDARD and DAYLIGHT by name, and the properties between. FALSE: more than
 * 500 zones, or 100 parts of one. */
gboolean feed_zones_begin(FeedZones *zones, const char *component);
void feed_zones_end(FeedZones *zones, const char *component);
void feed_zones_property(FeedZones *zones, const IcsProperty *property);

/* The instant of a local time in the zone of that TZID. An IANA name counts, also behind a prefix ("/mozilla.org/20050126_1/Europe/Berlin"), then a
 * Windows name, then the VTIMEZONE of that TZID, read until 2100. FALSE, *instant unchanged: nobody knows that zone. */
gboolean feed_zones_instant(FeedZones *zones, const char *tzid, Date date, int second, gint64 *instant);

#endif
