#include "sending/breaker.h"

#include "mail/deliver.h"

#define FAILURES "failures"
#define FOUND_AT "found_down"
#define TRY_AT   "try_at"

static gboolean get(Session *session, const char *server, const char *what, gint64 *value, GError **error)
{
	g_autofree char *name = g_strjoin(" ", server, what, NULL);
	return store_runtime_get(session_store(session), name, value, error);
}

static gboolean set(Session *session, const char *server, const char *what, gint64 value, GError **error)
{
	g_autofree char *name = g_strjoin(" ", server, what, NULL);
	return store_runtime_set(session_store(session), name, value, error);
}

static gboolean count_failures(Session *session, const char *server, gint64 *failures, GError **error)
{
	if (!get(session, server, FAILURES, failures, error))
		return FALSE;
	*failures = MAX(*failures, 0);
	return TRUE;
}

gboolean breaker_find(Session *session, const char *server, gint64 now, gint64 *at, GError **error)
{
	gint64 failures, found_at, try_at;
	*at = now;
	if (!count_failures(session, server, &failures, error))
		return FALSE;
	if (!failures)
		return TRUE;
	if (!get(session, server, FOUND_AT, &found_at, error) || !get(session, server, TRY_AT, &try_at, error))
		return FALSE;
	if (found_at <= now) /* a clock that was ahead keeps nobody waiting */
		*at = MAX(try_at, now);
	return TRUE;
}

gboolean breaker_trip(Session *session, const char *server, const char *message, gint64 least_s, gint64 now, GError **error)
{
	gint64 failures, try_at;
	if (!breaker_find(session, server, now, &try_at, error) || !count_failures(session, server, &failures, error))
		return FALSE;
	if (try_at == now) {
		failures = MIN(failures + 1, G_MAXINT16);
		try_at = now + delivery_pause_s((guint)failures, message);
	}
	return set(session, server, FAILURES, failures, error) && set(session, server, FOUND_AT, now, error) &&
	       set(session, server, TRY_AT, MAX(try_at, now + least_s), error);
}

gboolean breaker_mend(Session *session, const char *server, GError **error)
{
	gint64 failures;
	return count_failures(session, server, &failures, error) && (!failures || set(session, server, FAILURES, 0, error));
}
