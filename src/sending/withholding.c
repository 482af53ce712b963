/* Held back is a state of the message, not of the person: the list may change while it waits, and it is a decision, a hold or a change that takes such a message back as it takes
 * back any that waits. */
#include "sending/withholding.h"

#include "service/closing.h"

#include <string.h>

gboolean withholding_read(Session *session, AllowList **list, GError **error)
{
	const char *path = session_settings(session)->mail_allow_list;
	*list = path != NULL ? allow_list_read(path, error) : NULL;
	return path == NULL || *list != NULL;
}

/* A redirected mail goes to that address and nowhere else. */
static gboolean may_go(Session *session, const AllowList *list, const MessageRow *message)
{
	const char *redirect = session_settings(session)->redirect_all_to;
	return list == NULL || allow_list_has(list, redirect != NULL ? redirect : message->to);
}

gboolean withholding_stop_message(Session *session, const AllowList *list, const MessageRow *message, gint64 now, gboolean *withheld, GError **error)
{
	*withheld = !may_go(session, list, message);
	if (!*withheld)
		return TRUE;
	Event *event = event_new("message.withheld", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	return store_append(session_store(session), event, NULL, error);
}

/* --- once they may be written to --- */

static gboolean is_decided_anew(const MessageRow *message)
{
	return !strcmp(message->kind, "mail") || !strcmp(message->kind, "invite-request") || !strcmp(message->kind, "invite-update");
}

static gboolean let_go(Session *session, const MessageRow *message, gint64 now, GError **error)
{
	if (is_decided_anew(message))
		return closing_withdraw_message(session, message, "allowed-now", "withheld", now, error);
	Event *event = event_new("message.waits", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_instant(event->data, "next_try", now);
	return store_append(session_store(session), event, NULL, error);
}

static gboolean release_one(Session *session, const AllowList *list, const char *id, gint64 now, GError **error)
{
	g_autoptr(MessageRow) message = store_message(session_store(session), id, error);
	if (!message)
		return FALSE;
	return strcmp(message->state, "withheld") || !may_go(session, list, message) || let_go(session, message, now, error);
}

static gboolean release_all(Session *session, const AllowList *list, const GPtrArray *ids, gint64 now, GError **error)
{
	for (guint i = 0; i < ids->len; i++)
		if (!session_end(session, store_begin(session_store(session), error) && release_one(session, list, ids->pdata[i], now, error), error))
			return FALSE;
	return TRUE;
}

gboolean withholding_release(Session *session, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) ids = store_withheld(session_store(session), error);
	if (!ids || !ids->len)
		return ids != NULL;
	g_autoptr(AllowList) list = NULL;
	return !withholding_read(session, &list, NULL) || release_all(session, list, ids, now, error);
}
