/* Reminders and who they speak to: their names in the record, made and released here. What becomes of them is remind.c's. */
#include "domain/reminder.h"

#include <string.h>

static const char *const reminder_states[] = {"planned", "claimed", "superseded", "passed"};

const char *role_name(RecipientRole role)
{
	return role == ROLE_TO ? "to" : "cc";
}

const char *send_name(SendFlags channel, const char *hook)
{
	return channel == SEND_HOOK ? hook : channel == SEND_INVITE ? "invite" : "mail";
}

void send_parse(const char *name, SendFlags *channel, const char **hook)
{
	*channel = !strcmp(name, "mail") ? SEND_MAIL : !strcmp(name, "invite") ? SEND_INVITE : SEND_HOOK;
	*hook = *channel == SEND_HOOK ? g_intern_string(name) : NULL;
}

const char *reminder_state_name(ReminderState state)
{
	return reminder_states[state];
}

gboolean reminder_state_parse(const char *name, ReminderState *state)
{
	for (guint i = 0; i < G_N_ELEMENTS(reminder_states); i++)
		if (!g_strcmp0(name, reminder_states[i])) {
			*state = (ReminderState)i;
			return TRUE;
		}
	return FALSE;
}

static void recipient_clear(gpointer data)
{
	g_free(((Recipient *)data)->person);
}

RungRecipients *rung_recipients_new(gboolean known)
{
	RungRecipients *recipients = g_new0(RungRecipients, 1);
	recipients->known = known;
	recipients->recipients = g_array_new(FALSE, FALSE, sizeof(Recipient));
	g_array_set_clear_func(recipients->recipients, recipient_clear);
	return recipients;
}

/* Who is named twice is spoken to once; `to` wins over `cc`. */
void rung_recipients_add(RungRecipients *recipients, const char *person, RecipientRole role, Calendar *calendar)
{
	for (guint i = 0; i < recipients->recipients->len; i++) {
		Recipient *known = &g_array_index(recipients->recipients, Recipient, i);
		if (strcmp(known->person, person))
			continue;
		known->role = MIN(known->role, role);
		return;
	}
	Recipient recipient = {.person = g_strdup(person), .role = role, .calendar = calendar};
	g_array_append_val(recipients->recipients, recipient);
}

void rung_recipients_free(RungRecipients *recipients)
{
	if (!recipients)
		return;
	g_array_unref(recipients->recipients);
	g_free(recipients);
}
