/* From a calendar's text to absences, in two steps: the walk keeps of each event what can matter (and of a meeting's description and guests' names nothing), then each
 * event is followed through its repetitions.
 *
 * An occurrence that has an event of its own (RECURRENCE-ID) is told by that event alone. */
#include "ics/feed_absences.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "ics/content.h"
#include "ics/event_people.h"
#include "ics/event_times.h"

#define SIZE_MAX_BYTES   (10 * 1024 * 1024)
#define LINE_MAX_BYTES   (64 * 1024)
#define EVENTS_MAX       50000
#define ABSENCES_MAX     200000
#define OCCURRENCES_MAX  1000000
#define DAY_S            86400
#define UID_SHOWN_LENGTH 60

/* What is read of an event. */
static const char *const event_properties[] = {
	"UID",      "DTSTART",       "DTEND",  "DURATION", "RRULE",    "RDATE",     "EXDATE",
	"EXRULE",   "RECURRENCE-ID", "STATUS", "TRANSP",   "ATTENDEE", "ORGANIZER", "X-MICROSOFT-CDO-BUSYSTATUS",
	"X-AKKOORD-DEPUTY", NULL,
};

typedef struct {
	GPtrArray *events; /* of GPtrArray of IcsProperty */
	GPtrArray *event;  /* the one being read; NULL: none is */
	FeedZones *zones;
	gboolean in_zone, cancels;
	gint64 refresh_s;
} Reading;

static void properties_free(gpointer properties)
{
	g_ptr_array_unref(properties);
}

static void reading_clear(Reading *reading)
{
	g_clear_pointer(&reading->events, g_ptr_array_unref);
	g_clear_pointer(&reading->event, g_ptr_array_unref);
	g_clear_pointer(&reading->zones, feed_zones_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

void ics_absence_free(IcsAbsence *absence)
{
	if (absence == NULL)
		return;
	g_free(absence->address);
	g_free(absence->deputy);
	g_free(absence);
}

void ics_absences_free(IcsAbsences *absences)
{
	if (absences == NULL)
		return;
	g_ptr_array_unref(absences->absences);
	g_free(absences);
}

/* ---- the walk ---- */

static const char *begin(Reading *reading, const char *name, guint depth)
{
	if (depth == 0)
		reading->cancels = FALSE;
	if (depth == 1 && strcmp(name, "VEVENT") == 0)
		reading->event = g_ptr_array_new_with_free_func((GDestroyNotify)ics_property_free);
	if (depth == 1)
		reading->in_zone = strcmp(name, "VTIMEZONE") == 0;
	const gboolean of_zone = depth == 1 || (depth == 2 && (strcmp(name, "STANDARD") == 0 || strcmp(name, "DAYLIGHT") == 0));
	if (reading->in_zone && of_zone && !feed_zones_begin(reading->zones, name))
		return "too many time zones";
	return NULL;
}

/* Events of nobody are kept where they stand for an occurrence of another. */
static const char *end(Reading *reading, const char *name, guint depth)
{
	if (reading->in_zone && depth <= 2)
		feed_zones_end(reading->zones, name);
	if (depth == 1)
		reading->in_zone = FALSE;
	if (depth != 1 || reading->event == NULL)
		return NULL;
	g_autoptr(GPtrArray) event = g_steal_pointer(&reading->event);
	if (!event_has_people(event) && event_property(event, "RECURRENCE-ID") == NULL)
		return NULL;
	if (reading->events->len == EVENTS_MAX)
		return "more than 50,000 events of people";
	if (reading->cancels)
		g_ptr_array_add(event, ics_property_parse("STATUS:CANCELLED"));
	g_ptr_array_add(reading->events, g_steal_pointer(&event));
	return NULL;
}

static gsize name_length(const char *line)
{
	return strcspn(line, ";:");
}

static gboolean is_wanted(const char *line)
{
	for (gsize i = 0; event_properties[i] != NULL; i++) {
		if (strlen(event_properties[i]) == name_length(line) && g_ascii_strncasecmp(line, event_properties[i], name_length(line)) == 0)
			return TRUE;
	}
	return FALSE;
}

static void read_refresh(Reading *reading, const IcsProperty *property)
{
	IcsDuration duration;
	if ((strcmp(property->name, "REFRESH-INTERVAL") == 0 || strcmp(property->name, "X-PUBLISHED-TTL") == 0) &&
	    ics_duration_parse(property->value, &duration))
		reading->refresh_s = MAX(reading->refresh_s, duration.days * (gint64)DAY_S + duration.seconds);
	if (strcmp(property->name, "METHOD") == 0)
		reading->cancels = ics_property_says(property, "CANCEL");
}

static const char *property(Reading *reading, const char *line, guint depth)
{
	const gboolean of_event = reading->event != NULL && depth == 2 && is_wanted(line);
	const gboolean of_zone = reading->in_zone && depth <= 3;
	if (!of_event && !of_zone && depth != 1)
		return NULL;
	if (strlen(line) > LINE_MAX_BYTES)
		return of_event || of_zone ? "a property is longer than 64 KiB" : NULL;
	g_autoptr(IcsProperty) read = ics_property_parse(line);
	if (read == NULL)
		return of_event ? "a property that cannot be read" : NULL;
	if (of_zone)
		feed_zones_property(reading->zones, read);
	else if (of_event)
		g_ptr_array_add(reading->event, g_steal_pointer(&read));
	else
		read_refresh(reading, read);
	return NULL;
}

static const char *visit(ContentKind kind, const char *text, guint depth, gpointer user_data)
{
	if (kind == CONTENT_PROPERTY)
		return property(user_data, text, depth);
	return kind == CONTENT_BEGIN ? begin(user_data, text, depth) : end(user_data, text, depth);
}

/* ---- the events ---- */

typedef struct {
	Occurrences occurrences;
	GHashTable *overrides; /* of char *: occurrences that have an event of their own */
	GPtrArray *found;      /* of IcsAbsence */
} Following;

static const char *uid_of(const GPtrArray *event)
{
	const IcsProperty *uid = event_property(event, "UID");
	return uid != NULL ? uid->value : "";
}

/* The event as the admin can find it; its summary is nobody's business. */
static gboolean refuse(const GPtrArray *event, const char *wrong, GError **error)
{
	g_autofree char *uid = text_clean_line(uid_of(event));
	g_autofree char *shown = g_utf8_substring(uid, 0, MIN(g_utf8_strlen(uid, -1), UID_SHOWN_LENGTH));
	const IcsProperty *start = event_property(event, "DTSTART");
	g_autofree char *when = text_clean_line(start != NULL ? start->value : "?");
	g_autofree char *day = g_utf8_substring(when, 0, MIN(g_utf8_strlen(when, -1), UID_SHOWN_LENGTH));
	error_set(error, ERROR_INVALID, "event of %s, UID \"%s\": %s", day, shown, wrong);
	return FALSE;
}

static gboolean is_override(const GPtrArray *event)
{
	return event_property(event, "RECURRENCE-ID") != NULL;
}

static gboolean note_override(Following *following, const GPtrArray *event, GError **error)
{
	const IcsProperty *id = event_property(event, "RECURRENCE-ID");
	if (id == NULL || *uid_of(event) == '\0')
		return TRUE;
	const char *range = ics_property_parameter(id, "RANGE");
	if (range != NULL && g_ascii_strcasecmp(range, "THISANDFUTURE") == 0)
		return refuse(event, "RECURRENCE-ID with RANGE=THISANDFUTURE is not understood", error);
	IcsMoment moment;
	const char *wrong = event_moment(&following->occurrences, id, &moment);
	if (wrong != NULL)
		return refuse(event, wrong, error);
	g_hash_table_add(following->overrides, moment_key(uid_of(event), &moment));
	return TRUE;
}

static void add_absences(Following *following, const GPtrArray *people, const char *deputy, const IcsSpan *span)
{
	for (guint i = 0; i < people->len; i++) {
		IcsAbsence *absence = g_new0(IcsAbsence, 1);
		absence->address = g_strdup(g_ptr_array_index(people, i));
		absence->civil = span->civil;
		absence->from = span->from;
		absence->until = span->until;
		absence->deputy = g_strdup(deputy);
		g_ptr_array_add(following->found, absence);
	}
}

static gboolean is_replaced(const Following *following, const GPtrArray *event, const IcsSpan *span)
{
	const IcsMoment moment = {span->civil, span->from};
	g_autofree char *key = moment_key(uid_of(event), &moment);
	return !is_override(event) && g_hash_table_contains(following->overrides, key);
}

static gboolean follow(Following *following, const GPtrArray *event, GError **error)
{
	if (event_is_no_absence(event))
		return TRUE;
	g_autoptr(GPtrArray) people = event_people(event);
	if (people->len == 0)
		return TRUE;
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(IcsSpan));
	const char *wrong = event_spans(&following->occurrences, event, spans);
	g_autofree char *deputy = event_deputy(event);
	for (guint i = 0; i < spans->len && wrong == NULL; i++) {
		const IcsSpan *span = &g_array_index(spans, IcsSpan, i);
		if (!is_replaced(following, event, span))
			add_absences(following, people, deputy, span);
		if (following->found->len > ABSENCES_MAX)
			wrong = "the calendar holds more than 200,000 absences";
	}
	return wrong == NULL || refuse(event, wrong, error);
}

typedef gboolean (*EventFunc)(Following *following, const GPtrArray *event, GError **error);

static gboolean each(Following *following, const GPtrArray *events, EventFunc func, GError **error)
{
	for (guint i = 0; i < events->len; i++) {
		if (!func(following, g_ptr_array_index(events, i), error))
			return FALSE;
	}
	return TRUE;
}

/* ---- what they add up to ---- */

static int compare(gconstpointer a, gconstpointer b)
{
	const IcsAbsence *first = *(IcsAbsence *const *)a, *second = *(IcsAbsence *const *)b;
	const int by_address = strcmp(first->address, second->address);
	const int by_deputy = g_strcmp0(first->deputy, second->deputy);
	if (by_address != 0)
		return by_address;
	if (first->civil != second->civil)
		return first->civil ? -1 : 1;
	if (first->from != second->from)
		return first->from < second->from ? -1 : 1;
	return by_deputy != 0 ? by_deputy : (first->until > second->until) - (first->until < second->until);
}

static gboolean touches(const IcsAbsence *first, const IcsAbsence *second)
{
	return strcmp(first->address, second->address) == 0 && first->civil == second->civil && second->from <= first->until &&
	       g_strcmp0(first->deputy, second->deputy) == 0;
}

static GPtrArray *merged(GPtrArray *found)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)ics_absence_free);
	g_ptr_array_sort(found, compare);
	for (guint i = 0; i < found->len; i++) {
		IcsAbsence *next = g_ptr_array_index(found, i);
		IcsAbsence *last = all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;
		if (last != NULL && touches(last, next)) {
			last->until = MAX(last->until, next->until);
			ics_absence_free(next);
			continue;
		}
		g_ptr_array_add(all, next);
	}
	g_ptr_array_set_free_func(found, NULL);
	g_ptr_array_set_size(found, 0);
	return all;
}

IcsAbsences *ics_absences_read(const char *text, gsize length, gint64 from, gint64 until, GError **error)
{
	g_auto(Reading) reading = {.events = g_ptr_array_new_with_free_func(properties_free), .zones = feed_zones_new()};
	if (!content_walk(text, length, SIZE_MAX_BYTES, visit, &reading, error))
		return NULL;
	g_autoptr(GHashTable) overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)ics_absence_free);
	Following following = {{reading.zones, from, until, OCCURRENCES_MAX}, overrides, found};
	if (!each(&following, reading.events, note_override, error) || !each(&following, reading.events, follow, error))
		return NULL;
	IcsAbsences *absences = g_new0(IcsAbsences, 1);
	absences->absences = merged(found);
	absences->refresh_s = reading.refresh_s;
	return absences;
}
