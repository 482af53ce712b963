/* Left alone, each would be tried at a time of its own, until they all arrive together, the milder after the firmer. */
#include "service/overtaking.h"

#include "service/closing.h"

#include <string.h>

static gboolean is_overtaken(const MessageRow *message, const char *person, gint64 now)
{
	const gboolean waits = !strcmp(message->state, "queued") || !strcmp(message->state, "deferred");
	return waits && !message->doubts && message->queued < now && !strcmp(message->kind, "mail") && !strcmp(message->person, person);
}

gboolean overtaking_take_back(Session *session, const char *approval, const char *person, gint64 now, gboolean *any, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval, error);
	*any = FALSE;
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (!is_overtaken(message, person, now))
			continue;
		if (!closing_withdraw_message(session, message, "overtaken", "overtaken", now, error))
			return FALSE;
		*any = TRUE;
	}
	return messages != NULL;
}
