/* One answer ends an outage, whatever else went unanswered. */
#include "pass/outage.h"

#include "base/secret.h"
#include "service/overview.h"
#include "session/feeds.h"

#include <string.h>

#define RUNTIME_HEARD "directory_heard"

/* A server that is started anew is no news. */
#define OUTAGE_LEAST_S 900
#define CALENDAR_LEAST_S 3600

/* Takes the event. */
static gboolean record_event(Session *session, Event *event, GError **error)
{
	if (!store_begin(session_store(session), error)) {
		event_free(event);
		return FALSE;
	}
	return session_end(session, store_append(session_store(session), event, NULL, error), error);
}

static gboolean record(Session *session, const char *type, gint64 since, gint64 now, GError **error)
{
	Event *event = event_new(type, now, NULL, NULL);
	js_object_set_instant(event->data, "since", since);
	return record_event(session, event, error);
}

static gboolean hear(Session *session, gint64 heard, gint64 silent, gint64 now, GError **error)
{
	return store_runtime_set(session_store(session), RUNTIME_HEARD, heard, error) &&
	       (silent == INSTANT_NONE || record(session, "directory.answers", silent, now, error));
}

/* Of a store that never heard of it, from now on. */
static gboolean miss(Session *session, gint64 silent, gint64 now, GError **error)
{
	const gint64 least = MAX(session_settings(session)->cache_fresh_s, OUTAGE_LEAST_S);
	gint64 heard = INSTANT_NONE;
	if (silent != INSTANT_NONE)
		return TRUE;
	if (!store_runtime_get(session_store(session), RUNTIME_HEARD, &heard, error))
		return FALSE;
	if (heard == INSTANT_NONE || heard > now)
		return store_runtime_set(session_store(session), RUNTIME_HEARD, now, error);
	if (now - heard < least)
		return TRUE;
	g_autofree char *since = overview_time(session, heard);
	g_warning("the directory has not answered since %s: what it said before serves while it may", since);
	return record(session, "directory.silent", heard, now, error);
}

gboolean outage_settle(Session *session, gint64 now, GError **error)
{
	const Answers *answers = session_answers(session);
	const gint64 heard = answers_heard(answers);
	gint64 silent;
	if (heard == INSTANT_NONE && !answers_were_missed(answers))
		return TRUE;
	if (!store_outage(session_store(session), &silent, error))
		return FALSE;
	return heard != INSTANT_NONE ? hear(session, heard, silent, now, error) : miss(session, silent, now, error);
}

/* --- calendars --- */

static Event *calendar_event(const char *type, const char *calendar, gint64 since, gint64 now)
{
	Event *event = event_new(type, now, NULL, NULL);
	js_object_set_string(event->data, "calendar", calendar);
	js_object_set_instant(event->data, "since", since);
	return event;
}

static gboolean record_unread(Session *session, const FeedRow *row, const char *calendar, gint64 now, GError **error)
{
	Event *event = calendar_event("calendar.silent", calendar, row->failing, now);
	g_autofree char *label = feed_label(row->url);
	js_object_set_line(event_private(event), "label", label);
	return record_event(session, event, error);
}

/* *index: its place among those that last. */
static gboolean lasts(const GPtrArray *outages, const char *calendar, guint *index)
{
	for (*index = 0; *index < outages->len; (*index)++)
		if (!strcmp(((const CalendarOutage *)outages->pdata[*index])->calendar, calendar))
			return TRUE;
	return FALSE;
}

/* What stays of `outages` is of calendars that can be read, or are read no more. */
static gboolean settle_calendar(Session *session, const FeedRow *row, GPtrArray *outages, gint64 now, GError **error)
{
	char calendar[SHA256_HEX_SIZE];
	guint index;
	if (row->failing == INSTANT_NONE)
		return TRUE;
	sha256_hex(row->url, strlen(row->url), calendar);
	if (lasts(outages, calendar, &index)) {
		g_ptr_array_remove_index(outages, index);
		return TRUE;
	}
	return now - row->failing < CALENDAR_LEAST_S || record_unread(session, row, calendar, now, error);
}

gboolean outage_settle_calendars(Session *session, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) outages = store_calendar_outages(session_store(session), error);
	g_autoptr(GPtrArray) rows = outages ? store_feeds(session_store(session), error) : NULL;
	for (guint i = 0; rows && i < rows->len; i++)
		if (!settle_calendar(session, rows->pdata[i], outages, now, error))
			return FALSE;
	for (guint i = 0; rows && i < outages->len; i++) {
		const CalendarOutage *over = outages->pdata[i];
		if (!record_event(session, calendar_event("calendar.answers", over->calendar, over->since, now), error))
			return FALSE;
	}
	return rows != NULL;
}
