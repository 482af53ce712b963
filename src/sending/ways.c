/* A channel is a courtesy, the mail is what counts: whatever keeps a call from being made turns it into a mail. */
#include "sending/ways.h"

#include "mail/call.h"
#include "sending/withholding.h"
#include "service/reminder_event.h"

#include <string.h>

typedef struct {
	Session *session;
	const Policy *policy;
	GPtrArray *claims;
	MessageFor message_for;
	gpointer user_data;
	gint64 now;
	AllowList *allowed; /* NULL: everybody */
	gboolean closed;    /* nobody, since the list cannot be read */
} Ways;

static gboolean is_mail(const char *channel)
{
	return !strcmp(channel, "mail");
}

gboolean ways_trial_stops(Session *session, const AllowList *list, const Person *person)
{
	return session_settings(session)->redirect_all_to || (list && (!person->mail || !allow_list_has(list, person->mail)));
}

/* Why that person cannot be called: a word of domain/reminder.h; NULL: they can. */
static const char *obstacle(const Ways *ways, const char *name, const Person *person)
{
	const Settings *settings = session_settings(ways->session);
	const Channel *channel = policy_channel(ways->policy, name);
	const ChannelAccess *access = settings_channel(settings, name);
	if (!channel || !access || !channel_access_allows(access, channel->url))
		return WHY_NO_CHANNEL;
	if (ways->closed || ways_trial_stops(ways->session, ways->allowed, person))
		return WHY_TRIAL;
	return call_address(channel, person) ? NULL : WHY_NO_ADDRESS;
}

/* Whether the rung says it by mail as well, or another rung of the approval does now. */
static gboolean has_mail(const Ways *ways, const GPtrArray *reminders, const Claim *claim)
{
	for (guint i = 0; i < ways->claims->len; i++) {
		const Claim *other = ways->claims->pdata[i];
		if (is_mail(other->channel) && !strcmp(other->approval, claim->approval) && !strcmp(other->person, claim->person))
			return TRUE;
	}
	for (guint i = 0; i < reminders->len; i++) {
		const ReminderRow *row = reminders->pdata[i];
		if (is_mail(row->channel) && !strcmp(row->rung, claim->rung) && row->occurrence == claim->occurrence && !strcmp(row->person, claim->person))
			return TRUE;
	}
	return FALSE;
}

static const ReminderRow *row_of(const GPtrArray *reminders, const Claim *claim)
{
	for (guint i = 0; i < reminders->len; i++) {
		const ReminderRow *row = reminders->pdata[i];
		if (!strcmp(row->channel, claim->channel) && !strcmp(row->rung, claim->rung) && row->occurrence == claim->occurrence && !strcmp(row->person, claim->person))
			return row;
	}
	return NULL;
}

static gboolean claim_mail(const Ways *ways, const ReminderRow *row, const Claim *claim, GError **error)
{
	Claim *mail = claim_copy(claim, "mail", ways->message_for(claim->person, "mail", ways->user_data));
	g_ptr_array_add(ways->claims, mail);
	return store_append(session_store(ways->session), reminder_claimed_instead(row, mail->channel, mail->message, ways->now), NULL, error);
}

static gboolean give_up(const Ways *ways, const Claim *claim, const char *why, GError **error)
{
	Store *store = session_store(ways->session);
	g_autoptr(GPtrArray) reminders = store_reminders(store, claim->approval, error);
	const ReminderRow *row = reminders ? row_of(reminders, claim) : NULL;
	if (!row)
		return reminders != NULL;
	return store_append(store, reminder_superseded(row, why, ways->now, NULL, NULL), NULL, error) &&
	       (has_mail(ways, reminders, claim) || claim_mail(ways, row, claim, error));
}

/* *goes: it stays as it is. */
static gboolean settle(const Ways *ways, const Claim *claim, gboolean *goes, GError **error)
{
	*goes = TRUE;
	if (is_mail(claim->channel))
		return TRUE;
	g_autoptr(PersonRow) row = store_person(session_store(ways->session), claim->person, error);
	const char *why = row ? obstacle(ways, claim->channel, row->person) : NULL;
	*goes = !why;
	return row && (!why || give_up(ways, claim, why, error));
}

static gboolean settle_all(const Ways *ways, GError **error)
{
	for (guint i = 0; i < ways->claims->len;) {
		gboolean goes;
		if (!settle(ways, ways->claims->pdata[i], &goes, error))
			return FALSE;
		if (goes)
			i++;
		else
			g_ptr_array_remove_index(ways->claims, i);
	}
	return TRUE;
}

static gboolean any_call(const GPtrArray *claims)
{
	for (guint i = 0; i < claims->len; i++)
		if (!is_mail(((const Claim *)claims->pdata[i])->channel))
			return TRUE;
	return FALSE;
}

gboolean ways_settle(Session *session, GPtrArray *claims, MessageFor message_for, gpointer user_data, gint64 now, GError **error)
{
	Ways ways = {session, session_policy(session, NULL, error), claims, message_for, user_data, now, NULL, FALSE};
	if (!ways.policy || !any_call(claims))
		return ways.policy != NULL;
	ways.closed = !withholding_read(session, &ways.allowed, NULL);
	gboolean ok = session_end(session, store_begin(session_store(session), error) && settle_all(&ways, error), error);
	allow_list_free(ways.allowed);
	return ok;
}
