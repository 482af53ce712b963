/* The pass reads only what is due: a wakeup each for the invoices and approvals that something can have changed for. What goes wrong
 * with one of them is logged and looked at again later; it never stops the others. */
#include "service/pass.h"

#include "base/error.h"
#include "service/feeds.h"
#include "service/invite.h"
#include "service/looking.h"
#include "service/notices.h"
#include "service/opening.h"
#include "service/outbox.h"
#include "service/returning.h"
#include "service/take.h"

#define WAKEUP_BATCH 500

/* After an error with one invoice or approval it is looked at again after so long. */
#define FAILED_RETRY_S 600

#define RUNTIME_LAST_PASS "last_pass"
#define RUNTIME_PASS_OPEN "pass_open"

static gboolean concerns_all(const GError *failure)
{
	return error_kind(failure) == ERROR_TRANSIENT || error_kind(failure) == ERROR_BROKEN;
}

static gboolean put_off(Session *session, const Wakeup *wakeup, GError *failure, gint64 now, GError **error)
{
	if (concerns_all(failure)) {
		g_propagate_error(error, g_error_copy(failure));
		return FALSE;
	}
	static const char *const kinds[] = {"invoice", "approval", "notice to"};
	g_warning("%s %s: %s", kinds[wakeup->kind], wakeup->id, failure->message);
	return store_wakeup_set(session_store(session), wakeup->kind, wakeup->id, now + FAILED_RETRY_S, error);
}

/* Rule 10: while it is paused only invoices go on. */
static gboolean next_wakeup(Session *session, gboolean paused, gint64 *at, GError **error)
{
	return paused ? store_wakeup_next_of(session_store(session), WAKEUP_INVOICE, at, error) : store_wakeup_next(session_store(session), at, error);
}

static gboolean handle(Session *session, const Wakeup *wakeup, Outbox *outbox, gint64 now, PassCount *count, GError **error)
{
	if (wakeup->kind == WAKEUP_INVOICE) {
		count->opened++;
		return opening_advance(session, wakeup->id, now, error);
	}
	count->looked_at++;
	return reminding_decide(session, wakeup->id, now, outbox_message_for, outbox, outbox_claims(outbox), error);
}

/* Invoices come before approvals, so what opens in this pass is reminded of in it. A wakeup handled at `now` moves on or goes away; one that stays at `now`
 * would be handled for ever, so each is handled once a pass. */
static gboolean plan(Session *session, Outbox *outbox, gint64 now, PassCount *count, GError **error)
{
	g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gboolean more = TRUE;
	while (more) {
		g_autoptr(GPtrArray) due = store_wakeups_due(session_store(session), now, WAKEUP_BATCH, error);
		if (!due)
			return FALSE;
		more = FALSE;
		for (guint i = 0; i < due->len; i++) {
			const Wakeup *wakeup = due->pdata[i];
			if (count->paused && wakeup->kind != WAKEUP_INVOICE)
				break; /* invoices come first */
			if (!g_hash_table_add(done, g_strdup_printf("%d%s", wakeup->kind, wakeup->id)))
				continue;
			more = TRUE;
			g_autoptr(GError) failure = NULL;
			if (!handle(session, wakeup, outbox, now, count, &failure) && !put_off(session, wakeup, failure, now, error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean tell_admins(Session *session, gint64 now, GError **error)
{
	const Wakeup admins = {.kind = WAKEUP_ADMINS, .id = (char *)WAKEUP_ADMINS_ID};
	g_autoptr(GError) failure = NULL;
	return notices_run(session, now, &failure) || put_off(session, &admins, failure, now, error);
}

static gboolean plan_and_compose(Session *session, gint64 now, PassCount *count, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(Outbox) outbox = outbox_new();
	gint64 open = 0, next;
	if (!store_runtime_get(store, RUNTIME_PASS_OPEN, &open, error) || (open == 1 && !outbox_recover(session, outbox, error)))
		return FALSE;
	answers_forget(session_answers(session));
	if (!feeds_run(session, now, error))
		return FALSE;
	if (!session_policy(session, NULL, error) || !store_paused(store, &count->paused, NULL, error) ||
	    !next_wakeup(session, count->paused, &next, error))
		return FALSE;
	if (open != 1 && (next == INSTANT_NONE || next > now))
		return TRUE; /* most passes: nothing is due, so nothing is written */
	if (!store_runtime_set(store, RUNTIME_PASS_OPEN, 1, error) || (!count->paused && !looking_run(session, now, error)) || !plan(session, outbox, now, count, error) ||
	    !outbox_compose(session, outbox, now, error) ||
	    (!count->paused && (!invites_settle(session, now, error) || !returning_run(session, now, error) || !tell_admins(session, now, error))))
		return FALSE;
	count->reminders = outbox_claims(outbox)->len;
	count->directory_down = answers_were_missed(session_answers(session));
	return store_runtime_set(store, RUNTIME_PASS_OPEN, 0, error);
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
	if (order->parts & PASS_INTAKE && !(lock(session, "intake", error) && take_folders(session, now, &count->taken, error)))
		return FALSE;
	if (order->parts & PASS_PLAN && !(lock(session, "planning", error) && plan_and_compose(session, now, count, error)))
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
	gint64 wakeup, message, feed;
	gboolean paused;
	if (!store_paused(session_store(session), &paused, NULL, error) || !next_wakeup(session, paused, &wakeup, error) ||
	    !sending_next(session, session_now(session), &message, error) || !feeds_next(session, session_now(session), &feed, error))
		return FALSE;
	*at = wakeup == INSTANT_NONE ? message : message == INSTANT_NONE ? wakeup : MIN(wakeup, message);
	if (feed != INSTANT_NONE)
		*at = *at == INSTANT_NONE ? feed : MIN(*at, feed);
	return TRUE;
}
