/* The pass reads only what is due: a wakeup each for the invoices and approvals that something can have changed for. What goes wrong
 * with one of them is logged and looked at again later; it never stops the others. */
#include "pass/pass.h"

#include "base/error.h"
#include "pass/incoming.h"
#include "pass/invite.h"
#include "pass/notices.h"
#include "pass/outage.h"
#include "pass/outbox.h"
#include "pass/polling.h"
#include "pass/returning.h"
#include "pass/rounds.h"
#include "pass/summary.h"
#include "pass/thanks.h"
#include "pass/waking.h"
#include "people/looking.h"
#include "people/people.h"
#include "people/roles.h"
#include "sending/withholding.h"
#include "service/opening.h"
#include "service/watched.h"
#include "session/feeds.h"

#define WAKEUP_BATCH 500 /* read at once */
#define TOGETHER     50  /* written at once: others wait no longer than that takes */

#define RUNTIME_LAST_PASS "last_pass"
#define RUNTIME_PASS_OPEN "pass_open"

/* Until when something waits for the directory, and is not tried before. */
#define RUNTIME_WAITS "directory_waits"
#define WAIT_S 300

/* Rule 10: while it is paused only invoices go on. */
static gboolean next_wakeup(Session *session, gboolean paused, gint64 *at, GError **error)
{
	return paused ? store_wakeup_next_of(session_store(session), WAKEUP_INVOICE, at, error) : store_wakeup_next(session_store(session), at, error);
}

/* The part of a pass that decides: what it works with, and on. */
typedef struct {
	Session *session;
	const PassOrder *order;
	PassCount *count;
	Outbox *outbox;
	GHashTable *done; /* of char *: wakeups */
	gint64 now;
} Planning;

static Answers *answers_of(const Planning *planning)
{
	return session_answers(planning->session);
}

static gboolean handle(const Planning *planning, const Wakeup *wakeup, GError **error)
{
	if (wakeup->kind == WAKEUP_INVOICE)
		return opening_advance(planning->session, wakeup->id, planning->now, error);
	Outbox *outbox = planning->outbox;
	return reminding_decide(planning->session, wakeup->id, planning->now, outbox_message_for, outbox, outbox_claims(outbox), error);
}

static void count_done(const Planning *planning, const Wakeup *wakeup)
{
	guint *count = wakeup->kind == WAKEUP_INVOICE ? &planning->count->opened : &planning->count->looked_at;
	(*count)++;
}

/* *waits: it is in want of an answer, and nothing of it was written. */
static gboolean handle_or_put_off(const Planning *planning, const Wakeup *wakeup, gboolean *waits, GError **error)
{
	g_autoptr(GError) failure = NULL;
	answers_begin_try(answers_of(planning));
	gboolean handled = handle(planning, wakeup, &failure);
	*waits = answers_are_incomplete(answers_of(planning));
	if (*waits)
		return TRUE;
	count_done(planning, wakeup);
	return handled || waking_put_off(planning->session, wakeup->kind, wakeup->id, failure, planning->now, error);
}

/* One round: what it did. */
typedef struct {
	GHashTable *tried; /* of char *: wakeups */
	guint waiting;     /* how many stay due for an answer */
	gboolean any;      /* of the last that were due */
} Round;

/* Unless it was handled in this pass, or tried in this round. */
static gboolean plan_one(const Planning *planning, const Wakeup *wakeup, Round *round, GError **error)
{
	g_autofree char *key = g_strdup_printf("%d%s", wakeup->kind, wakeup->id);
	gboolean waits;
	if (g_hash_table_contains(planning->done, key) || !g_hash_table_add(round->tried, g_strdup(key)))
		return TRUE;
	round->any = TRUE;
	if (!handle_or_put_off(planning, wakeup, &waits, error))
		return FALSE;
	round->waiting += waits ? 1 : 0;
	if (!waits)
		g_hash_table_add(planning->done, g_steal_pointer(&key));
	return TRUE;
}

static gboolean plan_some(const Planning *planning, const GPtrArray *due, guint first, Round *round, GError **error)
{
	for (guint i = first; i < MIN(due->len, first + TOGETHER); i++) {
		const Wakeup *wakeup = due->pdata[i];
		if (planning->count->paused && wakeup->kind != WAKEUP_INVOICE)
			break; /* invoices come first */
		if (!plan_one(planning, wakeup, round, error))
			return FALSE;
	}
	return TRUE;
}

/* What was done before one that ends the pass stays done. */
static gboolean plan_together(const Planning *planning, const GPtrArray *due, guint first, Round *round, GError **error)
{
	Store *store = session_store(planning->session);
	if (!store_batch_begin(store, error))
		return FALSE;
	const gboolean ok = plan_some(planning, due, first, round, error);
	return store_batch_end(store, ok ? error : NULL) && ok;
}

/* Some at a time are written together, unless the directory is asked for each: nobody is to wait for that. */
static gboolean plan_all(const Planning *planning, const GPtrArray *due, Round *round, GError **error)
{
	const gboolean asks = answers_mode(answers_of(planning)) != ANSWERS_GATHER;
	for (guint first = 0; first < due->len; first += TOGETHER)
		if (!(asks ? plan_some(planning, due, first, round, error) : plan_together(planning, due, first, round, error)))
			return FALSE;
	return TRUE;
}

/* Invoices come before approvals, so what opens in this pass is reminded of in it. A wakeup handled at `now` moves on or goes away; one that stays at `now`
 * would be handled for ever, so each is handled once a pass. */
static gboolean plan_round(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	g_autoptr(GHashTable) tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Round round = {.tried = tried, .any = TRUE};
	while (round.any) {
		g_autoptr(GPtrArray) due = store_wakeups_due(session_store(planning->session), planning->now, WAKEUP_BATCH + 2 * round.waiting, error);
		round.any = FALSE;
		if (!due || !plan_all(planning, due, &round, error))
			return FALSE;
	}
	return TRUE;
}

/* Whose calendar is whose, who is to be told what goes wrong, and who of those asked is still there. */
static gboolean look_round(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	const Policy *policy = session_policy(planning->session, NULL, error);
	g_autoptr(GError) failure = NULL;
	if (!policy)
		return FALSE;
	answers_begin_try(answers_of(planning));
	people_ask_calendars(planning->session, policy);
	roles_ask(planning->session);
	if (planning->count->paused || looking_run(planning->session, planning->now, &failure) || answers_are_incomplete(answers_of(planning)))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean look_ahead_round(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	return outbox_look_ahead(planning->session, planning->outbox, error);
}

static gboolean tell_round(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	g_autoptr(GError) failure = NULL;
	answers_begin_try(answers_of(planning));
	return notices_run(planning->session, planning->now, &failure) || answers_are_incomplete(answers_of(planning)) ||
	       waking_put_off(planning->session, WAKEUP_ADMINS, WAKEUP_ADMINS_ID, failure, planning->now, error);
}

static gboolean summary_round(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	g_autoptr(GError) failure = NULL;
	answers_begin_try(answers_of(planning));
	return summary_run(planning->session, planning->now, &failure) || answers_are_incomplete(answers_of(planning)) ||
	       waking_put_off(planning->session, WAKEUP_SUMMARY, WAKEUP_SUMMARY_ID, failure, planning->now, error);
}

/* A directory that hangs delays no mail that was planned before; one that answers in time is waited for, so that what the pass takes back is not sent. */
static gboolean send_meanwhile(gpointer user_data, GError **error)
{
	const Planning *planning = user_data;
	const PassOrder *order = planning->order;
	const Policy *policy = session_policy(planning->session, NULL, error);
	gboolean alone;
	if (!policy)
		return FALSE;
	if (!(order->parts & PASS_SEND) || !people_calendars_are_known(planning->session, policy))
		return TRUE;
	return store_lock(session_store(planning->session), "sending", &alone, error) &&
	       (!alone || sending_run(planning->session, planning->now, &planning->count->sent, order->sent, order->user_data, error));
}

static gboolean in_rounds(Planning *planning, RoundWork work, GError **error)
{
	return rounds_run(planning->session, work, send_meanwhile, planning, planning->now, error);
}

/* Where the directory does not answer it is not waited for once a part. */
static gboolean write_messages(Planning *planning, GError **error)
{
	while (outbox_next_part(planning->outbox, answers_were_missed(answers_of(planning))))
		if (!in_rounds(planning, look_ahead_round, error) || !outbox_compose(planning->session, planning->outbox, planning->now, error))
			return FALSE;
	return TRUE;
}

static gboolean plan_and_compose(Planning *planning, GError **error)
{
	Session *session = planning->session;
	if (!in_rounds(planning, look_round, error) || !in_rounds(planning, plan_round, error) ||
	    !outbox_settle_ways(session, planning->outbox, planning->now, error) || !write_messages(planning, error))
		return FALSE;
	if (!outage_settle(session, planning->now, error))
		return FALSE;
	return planning->count->paused || (invites_settle(session, planning->now, error) && returning_run(session, planning->now, error) && thanks_run(session, planning->now, error) && in_rounds(planning, tell_round, error) && in_rounds(planning, summary_round, error));
}

/* Of all that waited in this pass; said once a reason. What waits is tried again then: a pass before that needs nothing of the directory. */
static gboolean settle_waits(const Planning *planning, GError **error)
{
	g_autoptr(GPtrArray) lines = waits_lines(session_waits(planning->session));
	for (guint i = 0; i < lines->len; i++)
		g_warning("%s", (const char *)lines->pdata[i]);
	const GError *missed = answers_missed_why(answers_of(planning));
	planning->count->directory_down = missed != NULL;
	if (missed && !lines->len)
		g_warning("%s: what the directory said before serves", missed->message);
	return !lines->len || !planning->count->directory_down ||
	       store_runtime_set(session_store(planning->session), RUNTIME_WAITS, planning->now + WAIT_S, error);
}

static gboolean find_waits(const Planning *planning, GError **error)
{
	gint64 *until = &planning->count->waits_until;
	if (!store_runtime_get(session_store(planning->session), RUNTIME_WAITS, until, error))
		return FALSE;
	if (*until != INSTANT_NONE && (*until <= planning->now || *until > planning->now + WAIT_S))
		*until = INSTANT_NONE; /* it is over, or of a clock that was ahead */
	planning->count->directory_down |= *until != INSTANT_NONE;
	return TRUE;
}

static gboolean plan(Planning *planning, GError **error)
{
	Session *session = planning->session;
	Store *store = session_store(session);
	PassCount *count = planning->count;
	gint64 open = 0, next;
	if (!store_runtime_get(store, RUNTIME_PASS_OPEN, &open, error) || (open == 1 && !outbox_recover(session, planning->outbox, error)))
		return FALSE;
	if (!feeds_run(session, planning->now, error) || !outage_settle_calendars(session, planning->now, error))
		return FALSE;
	if (!session_policy(session, NULL, error) || !withholding_release(session, planning->now, error) || !store_paused(store, &count->paused, NULL, error) ||
	    !next_wakeup(session, count->paused, &next, error))
		return FALSE;
	if (open != 1 && (next == INSTANT_NONE || next > planning->now))
		return TRUE; /* most passes: nothing is due, so nothing is written */
	if (!store_runtime_set(store, RUNTIME_PASS_OPEN, 1, error) || !plan_and_compose(planning, error))
		return FALSE;
	count->reminders = outbox_claims(planning->outbox)->len;
	return settle_waits(planning, error) && store_runtime_set(store, RUNTIME_PASS_OPEN, 0, error);
}

static gboolean plan_part(Session *session, const PassOrder *order, PassCount *count, GError **error)
{
	g_autoptr(Outbox) outbox = outbox_new();
	g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Planning planning = {session, order, count, outbox, done, order->now};
	answers_forget(session_answers(session));
	answers_sweep(session_answers(session), order->now);
	return plan(&planning, error) && find_waits(&planning, error);
}

/* One process at a time does each part; several processes may share them out (serve --only). */
static gboolean lock(Session *session, const char *part, GError **error)
{
	gboolean got;
	if (!store_lock(session_store(session), part, &got, error))
		return FALSE;
	if (!got)
		error_set(error, ERROR_TRANSIENT, "another Akkoord does the %s of this store already", part);
	return got;
}

gboolean pass_run(Session *session, const PassOrder *order, PassCount *count, GError **error)
{
	gint64 now = order->now;
	answers_forget(session_answers(session));
	session_keep_absences(session, NULL, NULL);
	waits_clear(session_waits(session));
	if (order->parts & PASS_INTAKE && !(lock(session, "intake", error) && take_folders(session, now, &count->taken, error)))
		return FALSE;
	if (order->parts & PASS_INBOUND && !(lock(session, "inbound", error) && incoming_run(session, now, &count->received, error) &&
	                                    polling_run(session, now, &count->received, error)))
		return FALSE;
	if (order->parts & PASS_PLAN && !(lock(session, "planning", error) && plan_part(session, order, count, error)))
		return FALSE;
	if (order->parts & PASS_SEND && !(lock(session, "sending", error) && sending_run(session, now, &count->sent, order->sent, order->user_data, error)))
		return FALSE;
	count->paused |= count->sent.paused;
	return store_runtime_set(session_store(session), RUNTIME_LAST_PASS, now, error);
}

gboolean pass_begin(Session *session, gint64 now, GError **error)
{
	gboolean ok = store_begin(session_store(session), error) && store_wakeup_missing(session_store(session), now, error);
	return session_end(session, ok, error);
}

gboolean pass_next(Session *session, gint64 *at, GError **error)
{
	gint64 wakeup, message, feed, poll = polling_next(session, session_now(session));
	gboolean paused;
	if (!store_paused(session_store(session), &paused, NULL, error) || !next_wakeup(session, paused, &wakeup, error) ||
	    !sending_next(session, session_now(session), &message, error) || !feeds_next(session, session_now(session), &feed, error))
		return FALSE;
	*at = wakeup == INSTANT_NONE ? message : message == INSTANT_NONE ? wakeup : MIN(wakeup, message);
	if (feed != INSTANT_NONE)
		*at = *at == INSTANT_NONE ? feed : MIN(*at, feed);
	if (poll != INSTANT_NONE)
		*at = *at == INSTANT_NONE ? poll : MIN(*at, poll);
	return TRUE;
}
