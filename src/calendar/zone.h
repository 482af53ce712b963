/* Time zones: between UTC instants and local civil times (DESIGN.md 2).
 *
 * A local time is a Date and seconds since local midnight, 0 <= s <= 86400 (86400 = the next midnight).
 * One that does not exist means the first instant after the gap; one that exists twice, the earlier.
 */
#ifndef CALENDAR_ZONE_H
#define CALENDAR_ZONE_H

#include "base/instant.h"

typedef struct Zone Zone;

/* An IANA zone by name; NULL with ERROR_INVALID where the system's tzdata has none of that name. */
Zone *zone_new(const char *name, GError **error);
Zone *zone_ref(Zone *zone);
void zone_unref(Zone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zone, zone_unref)

const char *zone_name(const Zone *zone);
void zone_local(const Zone *zone, gint64 instant, Date *date, int *second_of_day);
gint64 zone_instant(const Zone *zone, Date date, int second_of_day);

/* Reads "2026-12-28 16:05" (also with seconds, or "T" for the blank) or "2026-12-28", its midnight, as local time. FALSE, *instant unchanged: anything else. */
gboolean zone_parse(const Zone *zone, const char *text, gint64 *instant);

/* Seconds east of UTC at that instant. */
int zone_offset(const Zone *zone, gint64 instant);

#endif
