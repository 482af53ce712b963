/* A message is its event and its bytes, written together. */
#include "service/posting.h"

#include <string.h>

static void set_strings(Json *data, const char *key, const GPtrArray *strings)
{
	if (!strings)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < strings->len; i++)
		js_array_append_string(array, strings->pdata[i]);
	js_object_set(data, key, array);
}

gboolean posting_queue(Session *session, const Posting *posting, const ComposedMail *mail, gint64 now, GError **error)
{
	Event *event = event_new("message.queued", now, NULL, posting->invoice);
	js_object_set_string(event->data, "message", posting->id);
	js_object_set_string(event->data, "kind", posting->kind);
	js_object_set_string(event->data, "channel", posting->channel);
	js_object_set_string(event->data, "person", posting->person);
	js_object_set_instant(event->data, "not_before", posting->not_before);
	set_strings(event->data, "approvals", posting->approvals);
	set_strings(event->data, "facts", posting->facts);
	g_autofree char *message_id = posting->channel ? g_strdup(posting->id) : mail_message_id(session_settings(session), posting->id);
	Json *side = event_private(event);
	js_object_set_line(side, "to", mail->to);
	js_object_set_line(side, "subject", mail->subject);
	js_object_set_line(side, "message_id", message_id);
	return store_append_message_with(session_store(session), event, mail->bytes, mail->files, NULL, error);
}

static gboolean went(const MessageRow *message)
{
	static const char *const states[] = {"withdrawn", "withheld", "refused", NULL};
	return !g_strv_contains(states, message->state);
}

char *posting_thread(Session *session, const char *approval, const char *person, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (strcmp(message->kind, "mail") || strcmp(message->person, person) || !went(message))
			continue;
		g_autoptr(GPtrArray) carried = store_message_approvals(session_store(session), message->id, error);
		if (!carried)
			return NULL;
		if (carried->len == 1)
			return g_strdup(message->message_id);
	}
	return NULL;
}
