/* Invariants: nothing but attempt_claim() makes a message `sending`, and nothing but what follows here ends that; whoever finds one in `sending` and did not claim
 * it knows that a sender died in it. */
#include "sending/attempt.h"

#include "sending/withholding.h"
#include "service/closing.h"
#include "service/holding.h"

#include <string.h>

/* An uncertain message is sent once more after so long. */
#define UNCERTAIN_RETRY_S 300
#define MAX_UNCERTAIN 2

/* NULL without an error: it is not as it was when it was listed. */
static MessageRow *load_unchanged(Session *session, const MessageRow *listed, GError **error)
{
	g_autoptr(MessageRow) fresh = store_message(session_store(session), listed->id, error);
	return fresh && !strcmp(fresh->state, listed->state) ? g_steal_pointer(&fresh) : NULL;
}

static gboolean may_go(Session *session, const MessageRow *message, const AllowList *allowed, gint64 now, gboolean *may, gboolean *withheld, GError **error)
{
	gboolean stale, stopped;
	*may = FALSE;
	if (!closing_withdraw_stale(session, message, now, &stale, error))
		return FALSE;
	if (stale)
		return TRUE;
	if (!holding_stop_message(session, message, now, &stopped, error))
		return FALSE;
	if (!stopped && !withholding_stop_message(session, allowed, message, now, withheld, error))
		return FALSE;
	*may = !stopped && !*withheld;
	return TRUE;
}

static Event *attempt_event(const char *type, const MessageRow *message, guint attempt, gint64 now)
{
	Event *event = event_new(type, now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_integer(event->data, "attempt", attempt);
	return event;
}

gboolean attempt_claim(Session *session, const MessageRow *listed, const AllowList *allowed, gint64 now, MessageRow **claimed, gboolean *withheld, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(MessageRow) fresh = load_unchanged(session, listed, &failure);
	gboolean may = FALSE;
	*claimed = NULL;
	*withheld = FALSE;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (fresh && !may_go(session, fresh, allowed, now, &may, withheld, error))
		return FALSE;
	if (!may)
		return TRUE;
	if (!store_append(session_store(session), attempt_event("message.sending", fresh, fresh->attempts + 1, now), NULL, error))
		return FALSE;
	*claimed = g_steal_pointer(&fresh);
	return TRUE;
}

const char *attempt_outcome_name(DeliveryOutcome outcome)
{
	static const char *const names[] = {"accepted", "deferred", "refused", "uncertain"};
	return names[outcome];
}

static Event *outcome_event(const MessageRow *message, const Delivery *delivery, gint64 now)
{
	static const char *const types[] = {"message.accepted", "message.deferred", "message.refused", "message.uncertain"};
	DeliveryOutcome outcome = delivery->outcome;
	gint64 next_try = INSTANT_NONE;
	if (outcome == DELIVERY_DEFERRED)
		next_try = delivery_next_try(now, message->attempts + 1, message->id);
	if (next_try != INSTANT_NONE)
		next_try = MAX(next_try, now + delivery->retry_after_s);
	if (outcome == DELIVERY_DEFERRED && next_try == INSTANT_NONE)
		outcome = DELIVERY_REFUSED;
	if (outcome == DELIVERY_UNCERTAIN && message->doubts + 1 < MAX_UNCERTAIN)
		next_try = now + UNCERTAIN_RETRY_S;
	Event *event = attempt_event(types[outcome], message, message->attempts + 1, now);
	js_object_set_instant(event->data, "next_try", next_try);
	if (delivery->reply)
		js_object_set_line(event_private(event), "reply", delivery->reply);
	return event;
}

gboolean attempt_end(Session *session, const MessageRow *message, const Delivery *delivery, gint64 now, GError **error)
{
	return store_append(session_store(session), outcome_event(message, delivery, now), NULL, error) &&
	       (!message_row_reminds(message) || store_wakeup_of_message(session_store(session), message->id, now, error));
}

gboolean attempt_take_back(Session *session, const MessageRow *message, gint64 now, GError **error)
{
	Event *event = attempt_event("message.unsent", message, message->attempts, now);
	js_object_set_string(event->data, "state", message->state);
	js_object_set_instant(event->data, "tried", message->tried);
	return store_append(session_store(session), event, NULL, error);
}

gboolean attempt_died(Session *session, const MessageRow *message, gint64 now, GError **error)
{
	const Delivery died = {.outcome = DELIVERY_UNCERTAIN};
	MessageRow before = *message;
	before.attempts = message->attempts ? message->attempts - 1 : 0;
	return attempt_end(session, &before, &died, now, error);
}

gboolean attempt_put_off(Session *session, const MessageRow *listed, gint64 now, gint64 until, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(MessageRow) fresh = load_unchanged(session, listed, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	if (!fresh)
		return !failure;
	Event *event = event_new("message.waits", now, NULL, NULL);
	js_object_set_string(event->data, "message", fresh->id);
	js_object_set_instant(event->data, "next_try", until);
	return store_append(session_store(session), event, NULL, error);
}
