/* Answers for when an event is. Repetition goes by local dates, each with the local time of the first, and only then to instants: so an event stays at nine o'clock when the
 * clocks change. */
#include "ics/event_times.h"

#include <string.h>

#include "ics/event_people.h"
#include "ics/ical.h"

#define SECONDS_A_DAY 86400
#define SLACK_S       (2 * (gint64)SECONDS_A_DAY)
#define ZONE_SPREAD_S (16 * 3600) /* so far apart may a civil time and the instant be that it means */

/* What an event says of its times. */
typedef struct {
	IcsTime start;
	const char *tzid;
	gint64 exact;         /* DTEND: how long it lasts, the same for every occurrence; -1: as `nominal` says */
	IcsDuration nominal;
	GHashTable *excluded; /* of char *: moments as moment_key() has them; what leaves out a whole day as its midnight, civil */
} Times;

static const char *read_time(const char *text, const IcsProperty *property, IcsTime *time)
{
	g_autofree char *clean = g_strstrip(g_strdup(text));
	if (!ics_time_parse(clean, ics_property_parameter(property, "TZID") != NULL, time))
		return "one of its times cannot be read";
	return NULL;
}

static const char *moment_of(const Occurrences *occurrences, const IcsTime *time, const char *tzid, IcsMoment *moment)
{
	moment->civil = time->kind == ICS_DATE || time->kind == ICS_FLOATING;
	moment->at = ics_time_civil(time);
	if (time->kind == ICS_ZONED && !feed_zones_instant(occurrences->zones, tzid, time->date, time->second, &moment->at))
		return "its time zone is not known";
	return NULL;
}

const char *event_moment(const Occurrences *occurrences, const IcsProperty *property, IcsMoment *moment)
{
	IcsTime time;
	const char *wrong = read_time(property->value, property, &time);
	return wrong != NULL ? wrong : moment_of(occurrences, &time, ics_property_parameter(property, "TZID"), moment);
}

char *moment_key(const char *uid, const IcsMoment *moment)
{
	return g_strdup_printf("%d %" G_GINT64_FORMAT " %s", moment->civil, moment->at, uid);
}

static const char *read_end(const Occurrences *occurrences, const IcsProperty *end, Times *times)
{
	IcsTime time;
	IcsMoment from, until;
	const char *wrong = read_time(end->value, end, &time);
	if (wrong == NULL)
		wrong = moment_of(occurrences, &times->start, times->tzid, &from);
	if (wrong == NULL)
		wrong = moment_of(occurrences, &time, ics_property_parameter(end, "TZID"), &until);
	if (wrong != NULL)
		return wrong;
	if ((time.kind == ICS_DATE) != (times->start.kind == ICS_DATE) || from.civil != until.civil)
		return "DTSTART and DTEND are of two kinds";
	times->exact = MAX(until.at - from.at, 0);
	return NULL;
}

static const char *read_length(const Occurrences *occurrences, const GPtrArray *event, Times *times)
{
	const IcsProperty *end = event_property(event, "DTEND");
	const IcsProperty *duration = event_property(event, "DURATION");
	const char *wrong = NULL;
	times->exact = -1;
	if (end != NULL)
		wrong = read_end(occurrences, end, times);
	else if (duration != NULL && !ics_duration_parse(duration->value, &times->nominal))
		wrong = "its DURATION cannot be read";
	if (times->start.kind != ICS_DATE)
		return wrong;
	/* Some programs write the last day as the end, though the end is the day after. */
	times->exact = times->exact >= 0 ? MAX(times->exact, SECONDS_A_DAY) : -1;
	times->nominal.days = MAX(times->nominal.days + (int)((times->nominal.seconds + SECONDS_A_DAY - 1) / SECONDS_A_DAY), 1);
	times->nominal.seconds = 0;
	return wrong;
}

typedef const char *(*ValueFunc)(const Occurrences *occurrences, const IcsProperty *property, const char *value, gpointer user_data);

/* Every value of every property of that name. */
static const char *each_value(const Occurrences *occurrences, const GPtrArray *event, const char *name, ValueFunc func, gpointer user_data)
{
	for (guint i = 0; i < event->len; i++) {
		const IcsProperty *property = g_ptr_array_index(event, i);
		g_auto(GStrv) values = strcmp(property->name, name) == 0 ? g_strsplit(property->value, ",", -1) : NULL;
		for (gsize k = 0; values != NULL && values[k] != NULL; k++) {
			const char *wrong = func(occurrences, property, values[k], user_data);
			if (wrong != NULL)
				return wrong;
		}
	}
	return NULL;
}

static const char *exclude(const Occurrences *occurrences, const IcsProperty *property, const char *value, gpointer user_data)
{
	const Times *times = user_data;
	IcsTime time;
	IcsMoment moment;
	if (*value == '\0')
		return NULL;
	const char *wrong = read_time(value, property, &time);
	if (wrong != NULL)
		return wrong;
	if (times->start.kind == ICS_DATE)
		time = (IcsTime){ICS_DATE, time.date, 0}; /* Exchange writes the time too */
	wrong = moment_of(occurrences, &time, ics_property_parameter(property, "TZID"), &moment);
	if (wrong == NULL)
		g_hash_table_add(times->excluded, moment_key("", &moment));
	return wrong;
}

static const char *read_times(const Occurrences *occurrences, const GPtrArray *event, Times *times)
{
	const IcsProperty *start = event_property(event, "DTSTART");
	if (start == NULL)
		return "DTSTART is missing";
	if (event_property(event, "EXRULE") != NULL)
		return "EXRULE is not understood";
	times->tzid = ics_property_parameter(start, "TZID");
	const char *wrong = read_time(start->value, start, &times->start);
	if (wrong == NULL)
		wrong = read_length(occurrences, event, times);
	return wrong != NULL ? wrong : each_value(occurrences, event, "EXDATE", exclude, times);
}

/* The end of what begins then. */
static const char *end_of(const Occurrences *occurrences, const Times *times, const IcsTime *start, gint64 from, gint64 *until)
{
	IcsTime later = *start;
	IcsMoment end;
	*until = from + times->exact;
	if (times->exact >= 0)
		return NULL;
	later.date = date_add_days(start->date, times->nominal.days);
	if (!date_is_set(later.date))
		return "it never ends";
	const char *wrong = moment_of(occurrences, &later, times->tzid, &end);
	*until = end.at + times->nominal.seconds;
	return wrong;
}

static gboolean is_wanted(const Occurrences *occurrences, const IcsSpan *span)
{
	const gint64 spread = span->civil ? ZONE_SPREAD_S : 0;
	return span->from < span->until && span->from < occurrences->until + spread && span->until > occurrences->from - spread;
}

static gboolean is_excluded(const Times *times, const IcsTime *start, const IcsMoment *begin)
{
	const IcsMoment day = {TRUE, (gint64)start->date.day * SECONDS_A_DAY};
	g_autofree char *itself = moment_key("", begin);
	g_autofree char *whole_day = moment_key("", &day);
	return g_hash_table_contains(times->excluded, itself) || g_hash_table_contains(times->excluded, whole_day);
}

static const char *add_span(const Occurrences *occurrences, const Times *times, const IcsTime *start, GArray *spans)
{
	IcsMoment begin;
	IcsSpan span;
	const char *wrong = moment_of(occurrences, start, times->tzid, &begin);
	if (wrong == NULL)
		wrong = end_of(occurrences, times, start, begin.at, &span.until);
	if (wrong != NULL)
		return wrong;
	span.civil = begin.civil;
	span.from = begin.at;
	if (is_wanted(occurrences, &span) && !is_excluded(times, start, &begin))
		g_array_append_val(spans, span);
	return NULL;
}

/* UNTIL of a rule as a moment of the same kind as the start; G_MAXINT64 where there is none. */
static const char *read_until(const Occurrences *occurrences, const char *rule, const Times *times, gint64 *until)
{
	g_auto(GStrv) parts = g_strsplit(rule, ";", -1);
	*until = G_MAXINT64;
	for (gsize i = 0; parts[i] != NULL; i++) {
		IcsTime time;
		IcsMoment moment;
		if (g_ascii_strncasecmp(parts[i], "UNTIL=", strlen("UNTIL=")) != 0)
			continue;
		if (!ics_time_parse(g_strstrip(parts[i] + strlen("UNTIL=")), times->start.kind == ICS_ZONED, &time))
			return "a rule's UNTIL cannot be read";
		if (time.kind == ICS_DATE) {
			/* the whole day is in it, wherever the event is */
			time.kind = times->start.kind;
			time.second = SECONDS_A_DAY - 1;
		}
		const char *wrong = moment_of(occurrences, &time, times->tzid, &moment);
		if (wrong != NULL)
			return wrong;
		*until = moment.at;
	}
	return NULL;
}

static gboolean is_long_past(const Occurrences *occurrences, const Times *times, gint64 until)
{
	const gint64 length = times->exact >= 0 ? times->exact : times->nominal.days * (gint64)SECONDS_A_DAY + times->nominal.seconds;
	return until < occurrences->from - SLACK_S - length;
}

static const char *add_rule(Occurrences *occurrences, const Times *times, const char *rule, GArray *spans)
{
	g_autoptr(GArray) dates = g_array_new(FALSE, FALSE, sizeof(Date));
	gint64 until;
	const char *wrong = read_until(occurrences, rule, times, &until);
	if (wrong != NULL)
		return wrong;
	if (is_long_past(occurrences, times, until))
		return NULL;
	const gint64 last = MIN(until, occurrences->until + SLACK_S);
	if (last < ics_time_civil(&times->start) - SLACK_S)
		return NULL; /* all of it lies beyond */
	wrong = ics_rule_dates(rule, times->start.date, (Date){(gint32)(last / SECONDS_A_DAY) + 1}, &occurrences->left, dates);
	for (guint i = 0; i < dates->len && wrong == NULL; i++) {
		const IcsTime start = {times->start.kind, g_array_index(dates, Date, i), times->start.second};
		IcsMoment moment;
		wrong = moment_of(occurrences, &start, times->tzid, &moment);
		if (wrong == NULL && moment.at <= until)
			wrong = add_span(occurrences, times, &start, spans);
	}
	return wrong;
}

static const char *add_rules(Occurrences *occurrences, const GPtrArray *event, const Times *times, GArray *spans)
{
	const char *wrong = NULL;
	for (guint i = 0; i < event->len && wrong == NULL; i++) {
		const IcsProperty *property = g_ptr_array_index(event, i);
		g_autofree char *rule = strcmp(property->name, "RRULE") == 0 ? g_ascii_strup(property->value, -1) : NULL;
		if (rule != NULL)
			wrong = add_rule(occurrences, times, rule, spans);
	}
	return wrong;
}

typedef struct {
	const Times *times;
	GArray *spans;
} Adding;

/* One RDATE, as an occurrence of the same length; of a period the beginning counts. */
static const char *add_date(const Occurrences *occurrences, const IcsProperty *property, const char *value, gpointer user_data)
{
	const Adding *adding = user_data;
	g_autofree char *begin = g_strndup(value, strcspn(value, "/"));
	IcsTime time;
	const char *wrong = *value == '\0' ? NULL : read_time(begin, property, &time);
	if (wrong != NULL || *value == '\0')
		return wrong;
	if ((time.kind == ICS_DATE) != (adding->times->start.kind == ICS_DATE))
		return "RDATE and DTSTART are of two kinds";
	Times times = *adding->times;
	times.tzid = ics_property_parameter(property, "TZID");
	return add_span(occurrences, &times, &time, adding->spans);
}

const char *event_spans(Occurrences *occurrences, const GPtrArray *event, GArray *spans)
{
	g_autoptr(GHashTable) excluded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Times times = {.excluded = excluded};
	Adding adding = {&times, spans};
	const char *wrong = read_times(occurrences, event, &times);
	if (wrong == NULL)
		wrong = add_span(occurrences, &times, &times.start, spans);
	if (wrong == NULL)
		wrong = add_rules(occurrences, event, &times, spans);
	return wrong != NULL ? wrong : each_value(occurrences, event, "RDATE", add_date, &adding);
}
