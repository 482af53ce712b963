/* Answers for which zone a TZID means. Names go before descriptions: the system's rules of a zone are newer than those that a mail program wrote down.
 *
 * A description is a list of onsets: from that local time on, that offset. Both are precise enough for absences; in the hour that is doubled in autumn
 * the later offset counts. */
#include "ics/feed_zones.h"

#include <string.h>

#include "calendar/zone.h"
#include "ics/ical.h"
#include "ics/windows_zones.h"

#define ZONES_MAX    500
#define PARTS_MAX    100 /* of one zone */
#define ONSETS_MAX   2000
#define OFFSET_MAX   (26 * 3600)
#define ONSETS_UNTIL 2100
#define RULES_FROM   1970 /* Outlook's begin in 1601 */

/* From that local time (seconds since 1970 as though it were UTC) on. */
typedef struct {
	gint64 civil;
	int from, offset;
} Onset;

typedef struct {
	Zone *zone;     /* of a name that is known; else NULL */
	GArray *onsets; /* of Onset, in order; NULL where `zone` is not */
} FeedZone;

/* STANDARD or DAYLIGHT. */
typedef struct {
	IcsTime start;
	gboolean started, told; /* DTSTART and TZOFFSETTO were read */
	int from, to;
	char *rule;
	GArray *dates; /* of IcsTime: RDATE */
} Part;

struct FeedZones {
	GHashTable *described; /* TZID -> FeedZone */
	GHashTable *named;     /* TZID -> FeedZone, or one without zone and onsets: not known */
	/* the one being read */
	char *tzid;
	GPtrArray *parts; /* of Part */
	gboolean in_part;
};

static void feed_zone_free(gpointer data)
{
	FeedZone *zone = data;
	g_clear_pointer(&zone->zone, zone_unref);
	g_clear_pointer(&zone->onsets, g_array_unref);
	g_free(zone);
}

static void part_free(gpointer data)
{
	Part *part = data;
	g_free(part->rule);
	g_array_unref(part->dates);
	g_free(part);
}

FeedZones *feed_zones_new(void)
{
	FeedZones *zones = g_new0(FeedZones, 1);
	zones->described = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, feed_zone_free);
	zones->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, feed_zone_free);
	zones->parts = g_ptr_array_new_with_free_func(part_free);
	return zones;
}

void feed_zones_free(FeedZones *zones)
{
	if (zones == NULL)
		return;
	g_hash_table_unref(zones->described);
	g_hash_table_unref(zones->named);
	g_ptr_array_unref(zones->parts);
	g_free(zones->tzid);
	g_free(zones);
}

gboolean feed_zones_begin(FeedZones *zones, const char *component)
{
	if (strcmp(component, "VTIMEZONE") == 0) {
		g_clear_pointer(&zones->tzid, g_free);
		g_ptr_array_set_size(zones->parts, 0);
		return g_hash_table_size(zones->described) < ZONES_MAX;
	}
	Part *part = g_new0(Part, 1);
	part->dates = g_array_new(FALSE, FALSE, sizeof(IcsTime));
	g_ptr_array_add(zones->parts, part);
	zones->in_part = TRUE;
	return zones->parts->len <= PARTS_MAX;
}

/* "+0100", "-033000". FALSE, *offset unchanged: anything else. */
static gboolean read_offset(const char *text, int *offset)
{
	char *end = NULL;
	if (*text != '+' && *text != '-')
		return FALSE;
	const gsize length = strlen(text + 1);
	const guint64 number = g_ascii_strtoull(text + 1, &end, 10);
	if (!g_ascii_isdigit(text[1]) || *end != '\0' || (length != 4 && length != 6))
		return FALSE;
	const int hms = (int)(length == 4 ? number * 100 : number);
	const int seconds = hms / 10000 * 3600 + hms / 100 % 100 * 60 + hms % 100;
	*offset = *text == '-' ? -seconds : seconds;
	return seconds <= OFFSET_MAX;
}

static void read_dates(GArray *dates, const char *values)
{
	g_auto(GStrv) parts = g_strsplit(values, ",", ONSETS_MAX);
	for (gsize i = 0; parts[i] != NULL; i++) {
		IcsTime time;
		if (dates->len < ONSETS_MAX && ics_time_parse(parts[i], FALSE, &time))
			g_array_append_val(dates, time);
	}
}

void feed_zones_property(FeedZones *zones, const IcsProperty *property)
{
	if (!zones->in_part) {
		if (strcmp(property->name, "TZID") == 0 && zones->tzid == NULL)
			zones->tzid = g_strstrip(g_strdup(property->value));
		return;
	}
	Part *part = g_ptr_array_index(zones->parts, zones->parts->len - 1);
	if (strcmp(property->name, "DTSTART") == 0)
		part->started = ics_time_parse(property->value, FALSE, &part->start);
	else if (strcmp(property->name, "TZOFFSETFROM") == 0)
		read_offset(property->value, &part->from);
	else if (strcmp(property->name, "TZOFFSETTO") == 0)
		part->told = read_offset(property->value, &part->to);
	else if (strcmp(property->name, "RDATE") == 0)
		read_dates(part->dates, property->value);
	else if (strcmp(property->name, "RRULE") == 0 && part->rule == NULL)
		part->rule = g_ascii_strup(property->value, -1);
}

static void add_onset(FeedZone *zone, const Part *part, gint64 civil)
{
	const Onset onset = {civil, part->from, part->to};
	if (zone->onsets->len < ONSETS_MAX)
		g_array_append_val(zone->onsets, onset);
}

/* A rule says what happens each year; that it began before 1970 is no matter. */
static Date rule_start(Date start)
{
	int year, month, day;
	date_get_ymd(start, &year, &month, &day);
	return date_from_ymd(MAX(year, RULES_FROM), month, month == 2 ? MIN(day, 28) : day);
}

/* The instant in the value of UNTIL; INSTANT_NONE where there is none. */
static gint64 rule_until(const char *rule)
{
	const char *until = strstr(rule, "UNTIL=");
	if (until == NULL)
		return INSTANT_NONE;
	until += strlen("UNTIL=");
	g_autofree char *text = g_strndup(until, strcspn(until, ";"));
	IcsTime time;
	return ics_time_parse(text, FALSE, &time) ? ics_time_civil(&time) : INSTANT_NONE;
}

static void add_rule_onsets(FeedZone *zone, const Part *part)
{
	g_autoptr(GArray) dates = g_array_new(FALSE, FALSE, sizeof(Date));
	guint left = ONSETS_MAX;
	const gint64 until = rule_until(part->rule);
	if (!g_str_has_prefix(part->rule, "FREQ=YEARLY") && strstr(part->rule, ";FREQ=YEARLY") == NULL)
		return;
	ics_rule_dates(part->rule, rule_start(part->start.date), date_from_ymd(ONSETS_UNTIL, 1, 1), &left, dates);
	for (guint i = 0; i < dates->len; i++) {
		const IcsTime time = {ICS_FLOATING, g_array_index(dates, Date, i), part->start.second};
		if (until == INSTANT_NONE || ics_time_civil(&time) - part->from <= until)
			add_onset(zone, part, ics_time_civil(&time));
	}
}

static int compare_onsets(gconstpointer a, gconstpointer b)
{
	const gint64 first = ((const Onset *)a)->civil, second = ((const Onset *)b)->civil;
	return (first > second) - (first < second);
}

static FeedZone *describe(const GPtrArray *parts)
{
	FeedZone *zone = g_new0(FeedZone, 1);
	zone->onsets = g_array_new(FALSE, FALSE, sizeof(Onset));
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = g_ptr_array_index(parts, i);
		if (!part->started || !part->told)
			continue;
		add_onset(zone, part, ics_time_civil(&part->start));
		for (guint k = 0; k < part->dates->len; k++)
			add_onset(zone, part, ics_time_civil(&g_array_index(part->dates, IcsTime, k)));
		if (part->rule != NULL)
			add_rule_onsets(zone, part);
	}
	g_array_sort(zone->onsets, compare_onsets);
	return zone;
}

void feed_zones_end(FeedZones *zones, const char *component)
{
	zones->in_part = FALSE;
	if (strcmp(component, "VTIMEZONE") != 0 || zones->tzid == NULL)
		return;
	FeedZone *zone = describe(zones->parts);
	if (zone->onsets->len == 0) {
		feed_zone_free(zone);
		return;
	}
	g_hash_table_replace(zones->described, g_strdup(zones->tzid), zone);
}

/* The name, or what stands behind each of its slashes, as the system knows it. */
static Zone *find_iana(const char *tzid)
{
	for (const char *name = tzid; name != NULL; name = strchr(name, '/')) {
		name += *name == '/';
		Zone *zone = strlen(name) < 64 ? zone_new(name, NULL) : NULL;
		if (zone != NULL)
			return zone;
	}
	return NULL;
}

static Zone *find_named(const char *tzid)
{
	Zone *zone = find_iana(tzid);
	const char *iana = zone == NULL ? windows_zone_iana(tzid) : NULL;
	return iana != NULL ? zone_new(iana, NULL) : zone;
}

/* NULL: nobody knows it. */
static const FeedZone *find(FeedZones *zones, const char *tzid)
{
	const FeedZone *known = g_hash_table_lookup(zones->named, tzid);
	if (known == NULL && g_hash_table_size(zones->named) < ZONES_MAX) {
		FeedZone *named = g_new0(FeedZone, 1);
		named->zone = find_named(tzid);
		g_hash_table_insert(zones->named, g_strdup(tzid), named);
		known = named;
	}
	return known != NULL && known->zone != NULL ? known : g_hash_table_lookup(zones->described, tzid);
}

static int offset_at(const FeedZone *zone, gint64 civil)
{
	int offset = g_array_index(zone->onsets, Onset, 0).from;
	for (guint i = 0; i < zone->onsets->len && g_array_index(zone->onsets, Onset, i).civil <= civil; i++)
		offset = g_array_index(zone->onsets, Onset, i).offset;
	return offset;
}

gboolean feed_zones_instant(FeedZones *zones, const char *tzid, Date date, int second, gint64 *instant)
{
	g_autofree char *name = g_strstrip(g_strdup(tzid));
	const FeedZone *zone = find(zones, name);
	if (zone == NULL)
		return FALSE;
	const IcsTime time = {ICS_ZONED, date, second};
	const gint64 civil = ics_time_civil(&time);
	*instant = zone->zone != NULL ? zone_instant(zone->zone, date, second) : civil - offset_at(zone, civil);
	return TRUE;
}
