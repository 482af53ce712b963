/* One way to leave an approval, whoever ends it. */
#include "service/leaving.h"

#include "service/closing.h"
#include "service/reminder_event.h"

#include <string.h>

gboolean leaving_take_back(Session *session, const char *approval, const char *person, const char *why, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		const gboolean is_theirs = !g_strcmp0(message->person, person) && strcmp(message->kind, "invite-cancel");
		if (is_theirs && closing_message_waits(message) && !closing_withdraw_message(session, message, why, why, now, error))
			return FALSE;
	}
	return messages != NULL;
}

/* Who leaves, as the event said before it was taken. */
typedef struct {
	char *actor, *invoice, *person;
} Leaver;

static void leaver_clear(Leaver *leaver)
{
	g_free(leaver->actor);
	g_free(leaver->invoice);
	g_free(leaver->person);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Leaver, leaver_clear)

/* What was put off for them is not for them any more. */
static gboolean drop_planned(Session *session, const Leaver *leaver, const char *approval, const char *why, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) reminders = store_reminders(session_store(session), approval, error);
	for (guint i = 0; reminders && i < reminders->len; i++) {
		const ReminderRow *reminder = reminders->pdata[i];
		const gboolean is_theirs = !strcmp(reminder->state, "planned") && !g_strcmp0(reminder->person, leaver->person);
		if (is_theirs && !store_append(session_store(session), reminder_superseded(reminder, why, now, leaver->actor, leaver->invoice), NULL, error))
			return FALSE;
	}
	return reminders != NULL;
}

gboolean leaving_record(Session *session, const char *approval, Event *left, const char *dropped, gint64 now, GError **error)
{
	g_auto(Leaver) leaver = {g_strdup(left->actor), g_strdup(left->invoice), g_strdup(js_object_get_string(left->data, "person"))};
	js_object_set_string(left->data, "approval", approval);
	return store_append(session_store(session), left, NULL, error) &&
	       leaving_take_back(session, approval, leaver.person, "approver-left", now, error) &&
	       drop_planned(session, &leaver, approval, dropped, now, error);
}
