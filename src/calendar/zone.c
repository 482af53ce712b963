/* Answers for the step between UTC and local civil time.
 *
 * When a zone is made, the instants between 1960 and 2111 at which its offset changes are asked from GTimeZone once, by interval,
 * and kept in ascending order; everything after that is a search in that table. GTimeZone's own conversions are not used: they
 * walk all intervals for each call, and take the later of a doubled local time. Before and after the table its first and last
 * offset go on. A Zone never changes once made. */
#include "calendar/zone.h"

#include "base/error.h"
#include <string.h>

#define SECONDS_A_DAY G_GINT64_CONSTANT(86400)
#define TABLE_FROM    (-3653 * SECONDS_A_DAY) /* ten years on either side of 1970 to 2100 */
#define TABLE_UNTIL   (51500 * SECONDS_A_DAY)
#define OFFSET_LIMIT  (26 * G_GINT64_CONSTANT(3600)) /* no offset from UTC was ever larger */
#define INSTANT_LIMIT (G_MAXINT32 * SECONDS_A_DAY)   /* what a Date can hold */

/* From `start` until the next segment's start. */
typedef struct {
	gint64 start;
	int offset;
} Segment;

struct Zone {
	gatomicrefcount references;
	char *name;
	GArray *segments; /* of Segment; the first starts at G_MININT64 */
};

/* The shape of the names in IANA's list; keeps paths, offsets, POSIX rules and the leap-second tree ("right/") away from
 * GTimeZone. */
static gboolean is_iana_name(const char *name)
{
	static const char *const with_digits[] = {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0", NULL};
	if (!g_ascii_isupper(name[0]))
		return FALSE;
	for (const char *p = name; *p != '\0'; p++) {
		if (!g_ascii_isalnum(*p) && strchr("_+-/", *p) == NULL)
			return FALSE;
	}
	return strchr(name, '/') != NULL || strpbrk(name, "0123456789") == NULL || g_strv_contains(with_digits, name);
}

/* An instant and GTimeZone's interval in which it lies; the intervals ascend with time. */
typedef struct {
	gint64 instant;
	int interval;
} Moment;

/* GTimeZone looks through all its intervals for each answer: asked as seldom as can be. */
static Moment moment_at(GTimeZone *tz, gint64 instant)
{
	return (Moment){instant, g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, instant)};
}

static void add_segment(GArray *segments, gint64 start, int offset)
{
	const Segment segment = {start, offset};
	if (segments->len == 0 || g_array_index(segments, Segment, segments->len - 1).offset != offset)
		g_array_append_val(segments, segment);
}

/* The first instant after `from` that is in another interval, found by halving. */
static Moment search_change(GTimeZone *tz, Moment from, Moment until)
{
	while (until.instant - from.instant > 1) {
		const Moment middle = moment_at(tz, from.instant + (until.instant - from.instant) / 2);
		if (middle.interval == from.interval)
			from = middle;
		else
			until = middle;
	}
	return until;
}

/* Most clocks change on the same weekday of a year as in the year before. FALSE: not so. */
static gboolean guess_change(GTimeZone *tz, Moment from, gint64 year_before, Moment *change)
{
	for (int weeks = 52; weeks <= 53; weeks++) {
		const gint64 instant = year_before + weeks * 7 * SECONDS_A_DAY;
		if (instant <= from.instant)
			continue;
		*change = moment_at(tz, instant);
		if (change->interval == from.interval + 1 && moment_at(tz, instant - 1).interval == from.interval)
			return TRUE;
	}
	return FALSE;
}

/* Adds the changes in (from, until]. */
static void add_changes(GArray *segments, GTimeZone *tz, Moment from, Moment until)
{
	gint64 before[2] = {from.instant, from.instant}; /* the last change but one, and the last */
	while (from.interval != until.interval) {
		Moment change;
		if (!guess_change(tz, from, before[0], &change) || change.instant > until.instant)
			change = search_change(tz, from, until);
		add_segment(segments, change.instant, g_time_zone_get_offset(tz, change.interval));
		before[0] = before[1];
		before[1] = change.instant;
		from = change;
	}
}

Zone *zone_new(const char *name, GError **error)
{
	GTimeZone *tz = is_iana_name(name) ? g_time_zone_new_identifier(name) : NULL;
	if (tz == NULL) {
		error_set(error, ERROR_INVALID, "no such time zone: \"%s\" (wanted: an IANA name such as Europe/Amsterdam)",
		          name);
		return NULL;
	}
	Zone *zone = g_new0(Zone, 1);
	g_atomic_ref_count_init(&zone->references);
	zone->name = g_strdup(name);
	zone->segments = g_array_new(FALSE, FALSE, sizeof(Segment));
	const Moment first = moment_at(tz, TABLE_FROM);
	add_segment(zone->segments, G_MININT64, g_time_zone_get_offset(tz, first.interval));
	add_changes(zone->segments, tz, first, moment_at(tz, TABLE_UNTIL));
	g_time_zone_unref(tz);
	return zone;
}

Zone *zone_ref(Zone *zone)
{
	g_atomic_ref_count_inc(&zone->references);
	return zone;
}

void zone_unref(Zone *zone)
{
	if (zone == NULL || !g_atomic_ref_count_dec(&zone->references))
		return;
	g_array_unref(zone->segments);
	g_free(zone->name);
	g_free(zone);
}

const char *zone_name(const Zone *zone)
{
	return zone->name;
}

/* The index of the segment in which the instant lies. */
static guint segment_at(const Zone *zone, gint64 instant)
{
	guint low = 0;
	guint high = zone->segments->len;
	while (high - low > 1) {
		const guint middle = low + (high - low) / 2;
		if (g_array_index(zone->segments, Segment, middle).start <= instant)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int zone_offset(const Zone *zone, gint64 instant)
{
	return g_array_index(zone->segments, Segment, segment_at(zone, instant)).offset;
}

void zone_local(const Zone *zone, gint64 instant, Date *date, int *second_of_day)
{
	const gint64 local = CLAMP(instant, -INSTANT_LIMIT, INSTANT_LIMIT - SECONDS_A_DAY) + zone_offset(zone, instant);
	gint64 day = local / SECONDS_A_DAY;
	if (local < day * SECONDS_A_DAY)
		day--;
	date->day = (gint32)day;
	*second_of_day = (int)(local - day * SECONDS_A_DAY);
}

gint64 zone_instant(const Zone *zone, Date date, int second_of_day)
{
	const gint64 local = date.day * SECONDS_A_DAY + second_of_day;
	const Segment *segments = (const Segment *)(const void *)zone->segments->data;
	guint i = segment_at(zone, local - OFFSET_LIMIT);
	/* The first segment whose local times reach beyond this one: so the earlier of two, and after a gap its first instant. */
	while (i + 1 < zone->segments->len && segments[i + 1].start + segments[i].offset <= local)
		i++;
	return MAX(segments[i].start, local - segments[i].offset);
}

gboolean zone_parse(const Zone *zone, const char *text, gint64 *instant)
{
	static const gsize date_length = sizeof "2026-12-28" - 1, minute_length = sizeof "2026-12-28 16:05" - 1;
	const gsize length = strlen(text);
	g_autofree char *utc = g_strconcat(text, length == date_length ? "T00:00:00Z" : length == minute_length ? ":00Z" : "Z", NULL);
	if (length > date_length && utc[date_length] == ' ')
		utc[date_length] = 'T';
	gint64 digits;
	if (!instant_parse(utc, &digits, NULL))
		return FALSE;
	*instant = zone_instant(zone, (Date){(gint32)(digits / 86400)}, (int)(digits % 86400));
	return TRUE;
}
