/* One answer ends an outage, whatever else went unanswered. */
#include "pass/outage.h"

#define RUNTIME_HEARD "directory_heard"

/* A server that is started anew is no news. */
#define OUTAGE_LEAST_S 900

static gboolean append(Session *session, const char *type, gint64 since, gint64 now, GError **error)
{
	Event *event = event_new(type, now, NULL, NULL);
	js_object_set_instant(event->data, "since", since);
	return store_append(session_store(session), event, NULL, error);
}

static gboolean record(Session *session, const char *type, gint64 since, gint64 now, GError **error)
{
	return session_end(session, store_begin(session_store(session), error) && append(session, type, since, now, error), error);
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
	g_autofree char *since = instant_format(heard);
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
