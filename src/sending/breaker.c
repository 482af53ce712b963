#include "sending/breaker.h"

#include "mail/deliver.h"

#define FAILURES "mail_failures"
#define TRY_AT   "mail_try_at"

static gboolean count_failures(Session *session, gint64 *failures, GError **error)
{
	if (!store_runtime_get(session_store(session), FAILURES, failures, error))
		return FALSE;
	*failures = MAX(*failures, 0);
	return TRUE;
}

gboolean breaker_find(Session *session, gint64 now, gint64 *at, GError **error)
{
	gint64 failures, try_at;
	if (!count_failures(session, &failures, error) || !store_runtime_get(session_store(session), TRY_AT, &try_at, error))
		return FALSE;
	/* a clock that was ahead keeps nobody waiting */
	*at = failures && try_at > now && try_at <= now + DELIVERY_LONGEST_PAUSE_S ? try_at : now;
	return TRUE;
}

gboolean breaker_trip(Session *session, const char *message, gint64 now, GError **error)
{
	Store *store = session_store(session);
	gint64 failures;
	if (!count_failures(session, &failures, error))
		return FALSE;
	failures = MIN(failures + 1, G_MAXINT16);
	return store_runtime_set(store, FAILURES, failures, error) &&
	       store_runtime_set(store, TRY_AT, now + delivery_pause_s((guint)failures, message), error);
}

gboolean breaker_mend(Session *session, GError **error)
{
	gint64 failures;
	return count_failures(session, &failures, error) && (!failures || store_runtime_set(session_store(session), FAILURES, 0, error));
}
