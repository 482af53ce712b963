/* Rule 5, never twice and never lost.
 *
 * A message exists once message.queued is committed; `sending` is committed before its first byte, and nothing but the outcome stamps it. Whoever finds a message in
 * `sending` knows that a sender died in it: it is uncertain, and is sent once more with the same Message-ID. Only the process that holds the lock "sending" sends. How many go at
 * once, and what goes before what: lane.h.
 */
#include "sending/sending.h"

#include "sending/breaker.h"
#include "sending/budget.h"
#include "sending/exchange.h"
#include "sending/hours.h"
#include "sending/lane_calls.h"
#include "sending/lane_mails.h"
#include "sending/withholding.h"

#include <string.h>

#define DUE_BATCH 200

/* --- what is due --- */

static gboolean add_due(const Sending *sending, Lane *lane, MessageRow *row, GError **error)
{
	Due *due = lane_add(lane, row, lane->due->len, sending->now);
	return !strcmp(row->state, "sending") || hours_find(sending->session, row, sending->now, &due->hour, error);
}

/* What is held up by the budget stays due, so that then only notices are read on. */
static gboolean find_due_of(const Sending *sending, Lane *lane, GError **error)
{
	if (lane->due->len || lane->all_seen || lane->is_down)
		return TRUE;
	guint limit = DUE_BATCH + g_hash_table_size(lane->under_way);
	g_autoptr(GPtrArray) rows = lane->kind->list(lane, sending->now, limit, sending->count->held_up, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		if (g_hash_table_contains(lane->under_way, ((MessageRow *)rows->pdata[i])->id))
			continue;
		if (!add_due(sending, lane, g_steal_pointer(&rows->pdata[i]), error))
			return FALSE;
	}
	lane->all_seen = !lane->due->len;
	return rows != NULL;
}

static gboolean find_due(const Sending *sending, GError **error)
{
	for (guint i = 0; i < sending->lanes->len && !exchange_has_to_stop(sending); i++)
		if (!find_due_of(sending, sending->lanes->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean is_done(const Sending *sending)
{
	const gboolean stops = exchange_has_to_stop(sending);
	for (guint i = 0; i < sending->lanes->len; i++) {
		const Lane *lane = sending->lanes->pdata[i];
		if (g_hash_table_size(lane->under_way) || (!stops && !lane->is_down && lane->due->len))
			return FALSE;
	}
	return TRUE;
}

/* --- the run --- */

static gboolean open_lanes(const Sending *sending, GError **error)
{
	for (guint i = 0; i < sending->lanes->len; i++) {
		Lane *lane = sending->lanes->pdata[i];
		if (lane->is_open || !lane->due->len)
			continue;
		if (!lane->kind->open(lane, sending->back, sending->now, error))
			return FALSE;
		lane->is_open = TRUE;
	}
	return TRUE;
}

static void recall(const Sending *sending)
{
	for (guint i = 0; i < sending->lanes->len; i++) {
		const Lane *lane = sending->lanes->pdata[i];
		if (lane->pool)
			mail_pool_recall(lane->pool);
	}
}

/* What was claimed and is not on its way goes back: it was not begun. */
static void note_stop(Sending *sending)
{
	if (sending->count->stopped || !session_is_stopping(sending->session))
		return;
	sending->count->stopped = TRUE;
	recall(sending);
}

static gboolean hand_over_due(Sending *sending, GError **error)
{
	while (find_due(sending, error)) {
		note_stop(sending);
		if (is_done(sending))
			return TRUE;
		if (!open_lanes(sending, error))
			return FALSE;
		exchange_collect(sending);
		if (!exchange_commit(sending, error))
			return FALSE;
	}
	return FALSE;
}

/* What was handed over is recorded, whatever went wrong. */
static void wind_up(Sending *sending)
{
	sending->failed = TRUE;
	recall(sending);
	while (!is_done(sending)) {
		exchange_collect(sending);
		if (!exchange_commit(sending, NULL))
			exchange_forget(sending);
	}
}

static gboolean send_all(Sending *sending, GError **error)
{
	sending->back = g_async_queue_new();
	gboolean ok = hand_over_due(sending, error);
	if (!ok)
		wind_up(sending);
	g_ptr_array_set_size(sending->lanes, 0);
	g_async_queue_unref(sending->back);
	return ok;
}

/* The list fails closed: as a server that is down; the admins cannot be told by mail. */
static gboolean read_list(Sending *sending)
{
	g_autoptr(GError) failure = NULL;
	if (withholding_read(sending->session, &sending->allowed, &failure))
		return TRUE;
	g_warning("nothing is sent: %s", failure->message);
	sending->count->server_down = TRUE;
	return FALSE;
}

/* The lane of what is due at `at`, unless its server was down and is not tried yet, which *try_at says; takes it. */
static gboolean add_lane(const Sending *sending, Lane *lane, gint64 at, gint64 *try_at, GError **error)
{
	gboolean found = breaker_find(sending->session, lane->name, sending->now, try_at, error);
	if (found && at != INSTANT_NONE && at <= sending->now && *try_at <= sending->now)
		g_ptr_array_add(sending->lanes, lane);
	else
		lane_free(lane);
	return found;
}

static gboolean add_lanes(const Sending *sending, GError **error)
{
	Store *store = session_store(sending->session);
	SendCount *count = sending->count;
	gint64 at, try_at;
	if (!store_next_mail_try(store, &at, error) || !add_lane(sending, lane_of_mails(sending->session), at, &count->try_at, error))
		return FALSE;
	count->server_down |= count->try_at > sending->now && at != INSTANT_NONE && at <= sending->now;
	g_autoptr(GPtrArray) channels = store_channels_in_use(store, error);
	for (guint i = 0; channels && i < channels->len; i++) {
		const ChannelUse *use = channels->pdata[i];
		if (!add_lane(sending, lane_of_calls(sending->session, use->channel), use->at, &try_at, error))
			return FALSE;
	}
	return channels != NULL;
}

static void free_lane(gpointer lane)
{
	lane_free(lane);
}

gboolean sending_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error)
{
	gint64 more_at;
	g_autoptr(GPtrArray) lanes = g_ptr_array_new_with_free_func(free_lane);
	Sending sending = {.session = session, .now = now, .count = count, .visit = visit, .user_data = user_data, .lanes = lanes};
	if (!store_paused(session_store(session), &count->paused, NULL, error) || !budget_find(session, now, &sending.left, &more_at, error) ||
	    !add_lanes(&sending, error))
		return FALSE;
	gboolean ok = !lanes->len || count->paused || !read_list(&sending) || send_all(&sending, error);
	allow_list_free(sending.allowed);
	if (!ok || (count->server_down && !breaker_find(session, LANE_OF_MAILS, now, &count->try_at, error)))
		return FALSE;
	return !count->held_up || budget_raise_alarm(session, now, error);
}

/* --- when --- */

/* *at: the earlier of it and when a lane's server may be tried with what waits from `due` on. */
static gboolean find_next(Session *session, const char *lane, gint64 due, gint64 now, gint64 *at, GError **error)
{
	gint64 try_at;
	if (due == INSTANT_NONE)
		return TRUE;
	if (!breaker_find(session, lane, now, &try_at, error))
		return FALSE;
	*at = *at == INSTANT_NONE ? MAX(due, try_at) : MIN(*at, MAX(due, try_at));
	return TRUE;
}

static gboolean find_next_call(Session *session, gint64 now, gint64 *at, GError **error)
{
	g_autoptr(GPtrArray) channels = store_channels_in_use(session_store(session), error);
	for (guint i = 0; channels && i < channels->len; i++) {
		const ChannelUse *use = channels->pdata[i];
		g_autofree char *lane = lane_of_calls_name(use->channel);
		if (!find_next(session, lane, use->at, now, at, error))
			return FALSE;
	}
	return channels != NULL;
}

gboolean sending_next(Session *session, gint64 now, gint64 *at, GError **error)
{
	gboolean paused;
	guint left;
	gint64 mail_at, more_at;
	*at = INSTANT_NONE;
	if (!store_paused(session_store(session), &paused, NULL, error) || !store_next_mail_try(session_store(session), &mail_at, error))
		return FALSE;
	if (paused)
		return TRUE;
	if (!find_next(session, LANE_OF_MAILS, mail_at, now, at, error) || !find_next_call(session, now, at, error))
		return FALSE;
	if (*at == INSTANT_NONE)
		return TRUE;
	if (!budget_find(session, now, &left, &more_at, error))
		return FALSE;
	*at = MAX(*at, more_at);
	return TRUE;
}
