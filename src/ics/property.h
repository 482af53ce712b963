/* One property of an iCalendar text (RFC 5545, 3.1) and the values that a time stands in. */
#ifndef ICS_PROPERTY_H
#define ICS_PROPERTY_H

#include "base/instant.h"

typedef struct {
	char *name;            /* upper case */
	GHashTable *parameters; /* char * upper case -> char *, without quotes, ^' ^n ^^ read (RFC 6868); of several of one name the first */
	char *value;
} IcsProperty;

/* From one unfolded line; NULL where it is none. */
IcsProperty *ics_property_parse(const char *line);
void ics_property_free(IcsProperty *property);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IcsProperty, ics_property_free)
const char *ics_property_parameter(const IcsProperty *property, const char *name); /* borrowed; NULL = it has none */
gboolean ics_property_says(const IcsProperty *property, const char *value);        /* without regard to case and blanks around */

typedef enum {
	ICS_DATE,     /* a whole day, wherever one is */
	ICS_FLOATING, /* a local time, wherever one is */
	ICS_UTC,
	ICS_ZONED,    /* a local time of the zone that the property names */
} IcsTimeKind;

typedef struct {
	IcsTimeKind kind;
	Date date;
	int second; /* of the day; 0 of an ICS_DATE. A leap second is the second before */
} IcsTime;

/* "20261224", "20261224T090000", "20261224T090000Z" of the years 1600-9999; `zoned`: a TZID stands beside it. FALSE, *time unchanged: anything else. */
gboolean ics_time_parse(const char *text, gboolean zoned, IcsTime *time);

/* Seconds since 1970-01-01 of the civil time, as though it were UTC. */
gint64 ics_time_civil(const IcsTime *time);

typedef struct {
	int days;       /* nominal: the same local time so many days later */
	gint64 seconds; /* exact, after that */
} IcsDuration;

/* "P1W", "P3D", "P1DT12H", "PT30M" (RFC 5545, 3.3.6), at most 100 years. FALSE, *duration unchanged: anything else, and what goes back. */
gboolean ics_duration_parse(const char *text, IcsDuration *duration);

#endif
