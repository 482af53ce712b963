/* What a server says names people, and secrets are near: the log has neither. */
#include "sending/lane_calls.h"

#include "domain/reminder.h"
#include "mail/caller.h"
#include "sending/attempt.h"
#include "sending/ways.h"
#include "service/closing.h"

#define AT_ONCE 4

/* While its secrets cannot be read. */
#define PAUSE_S 300

static gpointer open_one(gpointer user_data, GError **error)
{
	(void)error;
	return user_data; /* all threads share the caller */
}

static void carry(gpointer with, Parcel *parcel)
{
	caller_make(with, parcel->id, parcel->bytes, parcel->now, &parcel->delivery);
}

static const PoolWork call_work = {open_one, carry, NULL, FALSE};

static gboolean open_calls(Lane *lane, GAsyncQueue *back, gint64 now, GError **error)
{
	(void)now;
	const ChannelAccess *access = settings_channel(session_settings(lane->session), lane->channel);
	g_autoptr(GError) failure = NULL;
	lane->own = access ? caller_new(access, &failure) : NULL;
	if (failure)
		g_warning("%s", failure->message);
	if (lane->own)
		lane->pool = mail_pool_new(&call_work, lane->own, AT_ONCE, back, error);
	return !lane->own || lane->pool;
}

static void close_calls(Lane *lane)
{
	caller_free(lane->own);
}

static GPtrArray *list_calls(const Lane *lane, gint64 now, guint limit, gboolean held_up, GError **error)
{
	return held_up ? g_ptr_array_new() : store_calls_to_make(session_store(lane->session), lane->channel, now, limit, error);
}

/* What has changed since it was written: a word of domain/reminder.h; NULL: nothing. */
static gboolean find_obstacle(const Lane *lane, const MessageRow *message, const AllowList *allowed, const char **why, GError **error)
{
	g_autoptr(PersonRow) recipient = store_person(session_store(lane->session), message->person, error);
	*why = NULL;
	if (!recipient)
		return FALSE;
	if (ways_trial_stops(lane->session, allowed, recipient->person))
		*why = WHY_TRIAL;
	else if (!settings_channel(session_settings(lane->session), lane->channel))
		*why = WHY_NO_CHANNEL;
	return TRUE;
}

/* Where there is an obstacle its reminders are decided anew, and go another way (ways.h). */
static gboolean settle_call(const Lane *lane, const MessageRow *message, const AllowList *allowed, gint64 now, gboolean *settled, GError **error)
{
	const char *why;
	if (!find_obstacle(lane, message, allowed, &why, error))
		return FALSE;
	*settled = why || !lane->pool;
	if (why)
		return closing_withdraw_message(lane->session, message, why, why, now, error);
	return lane->pool || attempt_put_off(lane->session, message, now, now + PAUSE_S, error);
}

static const LaneKind kind = {.list = list_calls, .open = open_calls, .close = close_calls, .settle = settle_call};

char *lane_of_calls_name(const char *channel)
{
	return g_strconcat("channel ", channel, NULL);
}

Lane *lane_of_calls(Session *session, const char *channel)
{
	g_autofree char *name = lane_of_calls_name(channel);
	return lane_new(&kind, session, name, channel);
}
