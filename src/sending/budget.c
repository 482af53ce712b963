#include "sending/budget.h"

#define WINDOW_S 3600 /* the hour */

gboolean budget_find(Session *session, gint64 now, guint *left, gint64 *more_at, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	guint tried;
	gint64 first;
	if (!policy || !store_count_tried(session_store(session), now - WINDOW_S + 1, &tried, &first, error))
		return FALSE;
	*left = tried < policy->hourly_budget ? policy->hourly_budget - tried : 0;
	*more_at = *left || first == INSTANT_NONE ? now : first + WINDOW_S;
	return TRUE;
}

static gboolean append_alarm(Session *session, gint64 now, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return FALSE;
	Event *event = event_new("budget.reached", now, NULL, NULL);
	js_object_set_integer(event->data, "budget", policy->hourly_budget);
	return store_append(session_store(session), event, NULL, error);
}

gboolean budget_raise_alarm(Session *session, gint64 now, GError **error)
{
	gint64 last;
	if (!store_last_alarm(session_store(session), &last, error))
		return FALSE;
	if (last != INSTANT_NONE && now - last < WINDOW_S)
		return TRUE;
	g_warning("the hourly budget of mails is used up: the rest waits, and nothing is lost (hourly_budget in the policy)");
	return session_end(session, store_begin(session_store(session), error) && append_alarm(session, now, error), error);
}
