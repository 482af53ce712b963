/* What is in a sender's hand when the brake is pulled is finished; the sender looks once more before each message that it begins. Mails that were queued before are
 * taken back at the end, while nothing can be queued yet: what they said is decided anew with all that came meanwhile, as after downtime. */
#include "pass/brake.h"

#include "base/error.h"
#include "service/closing.h"

#include <string.h>

#define RETURN_BATCH 100

void brake_result_clear(BrakeResult *result)
{
	g_clear_pointer(&result->reason, g_free);
}

static Event *brake_event(Session *session, const char *type, const char *who, const char *reason, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) person = store_person_by_name(session_store(session), who, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	Event *event = event_new(type, session_now(session), person ? person->id : "cli", NULL);
	js_object_set_string(event->data, "person", person ? person->id : NULL);
	js_object_set_line(event_private(event), "by", who);
	js_object_set_line(event_private(event), "reason", reason);
	js_object_set_line(event_private(event), "agent", session_os_user(session));
	return event;
}

static gboolean append(Session *session, const char *type, const char *who, const char *reason, GError **error)
{
	Event *event = brake_event(session, type, who, reason, error);
	return event && store_append(session_store(session), event, NULL, error);
}

static gboolean load(Session *session, gboolean *paused, BrakeResult *result, GError **error)
{
	g_autoptr(PauseRow) pause = NULL;
	if (!store_paused(session_store(session), paused, &pause, error))
		return FALSE;
	result->at = pause ? pause->at : session_now(session);
	result->reason = pause ? g_strdup(pause->reason) : NULL;
	return TRUE;
}

static gboolean pause_in_transaction(Session *session, const char *who, const char *reason, BrakeResult *result, GError **error)
{
	if (!load(session, &result->already, result, error) || result->already)
		return result->already;
	result->reason = g_strdup(reason);
	return append(session, "sending.paused", who, reason, error);
}

gboolean brake_pause(Session *session, const char *who, const char *reason, BrakeResult *result, GError **error)
{
	if (!reason || !*reason) {
		error_set(error, ERROR_USAGE, "a pause needs a reason (--reason)");
		return FALSE;
	}
	return session_end(session, store_begin(session_store(session), error) && pause_in_transaction(session, who, reason, result, error), error);
}

static gboolean is_to_return(const MessageRow *message)
{
	return message_row_reminds(message) && (!strcmp(message->state, "queued") || !strcmp(message->state, "deferred"));
}

/* Some of the mails that wait, from *next on, in the caller's transaction. */
static gboolean return_some(Session *session, const GPtrArray *messages, guint *next, BrakeResult *result, GError **error)
{
	gint64 now = session_now(session);
	for (guint i = 0; i < RETURN_BATCH && *next < messages->len; i++, (*next)++) {
		g_autoptr(MessageRow) message = store_message(session_store(session), messages->pdata[*next], error);
		if (!message)
			return FALSE;
		if (!is_to_return(message))
			continue;
		if (!closing_withdraw_message(session, message, "paused", "sending was paused before its message went", now, error))
			return FALSE;
		result->returned++;
	}
	return TRUE;
}

static gboolean return_mails(Session *session, BrakeResult *result, GError **error)
{
	g_autoptr(GPtrArray) messages = store_waiting_mails(session_store(session), error);
	guint next = 0;
	while (messages && next < messages->len) {
		gboolean ok = store_begin(session_store(session), error) && return_some(session, messages, &next, result, error);
		if (!session_end(session, ok, error))
			return FALSE;
	}
	return messages != NULL;
}

/* Somebody else may have resumed meanwhile. */
static gboolean resume_in_transaction(Session *session, const char *who, BrakeResult *result, GError **error)
{
	gboolean paused;
	if (!store_paused(session_store(session), &paused, NULL, error))
		return FALSE;
	result->already = !paused;
	return !paused || append(session, "sending.resumed", who, NULL, error);
}

gboolean brake_resume(Session *session, const char *who, BrakeResult *result, GError **error)
{
	gboolean paused;
	if (!load(session, &paused, result, error))
		return FALSE;
	result->already = !paused;
	if (!paused)
		return TRUE;
	if (!return_mails(session, result, error))
		return FALSE;
	return session_end(session, store_begin(session_store(session), error) && resume_in_transaction(session, who, result, error), error);
}
