/* Rule 5, never twice and never lost.
 *
 * A message exists once message.queued is committed; `sending` is committed before its first byte, and nothing but the outcome stamps it. Whoever finds a message in
 * `sending` knows that a sender died in it: it is uncertain, and is sent once more with the same Message-ID. Only the process that holds the lock "sending" sends.
 *
 * Claims and outcomes are committed together, some of each, and the pool's threads never wait for that: each has one message in hand and one to come. So at most twice
 * as many messages as there are connections are `sending` at any time, and that is what a kill makes uncertain: more would save commits and cost second copies. What is to come
 * and stays so since every connection is busy for long is taken back, so that nothing is handed over long after rule 8 was asked of it. A message that is uncertain already is
 * not claimed before a connection is free for it: a second doubt would be its last. Two messages to one recipient never go side by side: the later could arrive first. The
 * first message of a run goes alone, so that a server that is down costs one attempt.
 */
#include "sending/sending.h"

#include "mail/pool.h"
#include "sending/attempt.h"
#include "sending/breaker.h"
#include "sending/budget.h"
#include "sending/calling.h"
#include "sending/hours.h"
#include "sending/withholding.h"
#include "session/keys.h"

#include <string.h>

#define DUE_BATCH 200

/* Who waits so long for a connection is taken back. */
#define PATIENCE_US G_USEC_PER_SEC

/* An outcome waits so long for others to be committed with. */
#define COMPANY_US 20000

typedef struct {
	MessageRow *row;
	gint64 hour; /* before which it is not handed over */
} Due;

typedef struct {
	Session *session;
	gint64 now;
	SendCount *count;
	SentVisit visit;
	gpointer user_data;
	MailPool *pool;        /* NULL: nothing was due yet */
	AllowList *allowed;    /* read with it; NULL: everybody */
	guint left;            /* of the hourly budget */
	GPtrArray *due;        /* of Due, to be looked at */
	gboolean all_seen;     /* nothing else is due */
	GHashTable *under_way; /* id -> MessageRow as it was before it was claimed; until its outcome is committed */
	GHashTable *recipients; /* of those that the pool has */
	GPtrArray *back;       /* of Parcel: outcomes to be committed */
	gboolean answered;     /* the server did, in this run */
	gboolean stalled;      /* every connection is busy for long */
	gboolean failed;
} Sending;

static void due_free(gpointer data)
{
	Due *due = data;
	message_row_free(due->row);
	g_free(due);
}

static void row_free(gpointer row)
{
	message_row_free(row);
}

static const char *recipient_of(const MessageRow *row)
{
	return row->person ? row->person : row->id;
}

static gboolean has_to_stop(const Sending *sending)
{
	return sending->failed || sending->count->server_down || sending->count->paused;
}

/* --- what is due --- */

static gboolean add_due(const Sending *sending, MessageRow *row, guint place, GError **error)
{
	Due *due = g_new0(Due, 1);
	*due = (Due){row, sending->now};
	g_ptr_array_insert(sending->due, (gint)place, due);
	return !strcmp(row->state, "sending") || hours_find(sending->session, row, sending->now, &due->hour, error);
}

/* What is held up by the budget stays due, so that then only notices are read on. */
static gboolean find_due(Sending *sending, GError **error)
{
	if (sending->due->len || sending->all_seen || has_to_stop(sending))
		return TRUE;
	Store *store = session_store(sending->session);
	guint limit = DUE_BATCH + g_hash_table_size(sending->under_way);
	g_autoptr(GPtrArray) rows = sending->count->held_up ? store_notices_to_send(store, sending->now, limit, error)
	                                                    : store_messages_to_send(store, sending->now, limit, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		if (g_hash_table_contains(sending->under_way, ((MessageRow *)rows->pdata[i])->id))
			continue;
		if (!add_due(sending, g_steal_pointer(&rows->pdata[i]), sending->due->len, error))
			return FALSE;
	}
	sending->all_seen = !sending->due->len;
	return rows != NULL;
}

/* How many the pool may have at once of such a message. */
static guint most_of(const Sending *sending, const MessageRow *row)
{
	guint width = mail_pool_width(sending->pool);
	return !sending->answered ? 1 : sending->stalled || row->doubts ? width : 2 * width;
}

/* `out`: how many the pool has. */
static gboolean has_room(const Sending *sending, const Due *due, guint out)
{
	return out < most_of(sending, due->row) && !g_hash_table_contains(sending->recipients, recipient_of(due->row));
}

static guint count_out(const Sending *sending)
{
	return g_hash_table_size(sending->under_way) - sending->back->len;
}

static gboolean can_claim(const Sending *sending)
{
	for (guint i = 0; !has_to_stop(sending) && i < sending->due->len; i++)
		if (has_room(sending, sending->due->pdata[i], count_out(sending)))
			return TRUE;
	return FALSE;
}

/* --- what comes back --- */

static void take_in(Sending *sending, Parcel *parcel)
{
	const MessageRow *row = g_hash_table_lookup(sending->under_way, parcel->id);
	const Delivery *delivery = &parcel->delivery;
	g_ptr_array_add(sending->back, parcel);
	g_hash_table_remove(sending->recipients, recipient_of(row));
	if (!parcel->begun) {
		sending->left++;
		return;
	}
	sending->stalled = FALSE;
	sending->count->server_down |= delivery->server_down;
	if (delivery->outcome != DELIVERY_ACCEPTED)
		g_warning("message %s: %s", parcel->id, delivery->reply ? delivery->reply : "not delivered");
}

/* How many outcomes are worth a commit: so many that the pool has half of what it may have, or where nothing more can be claimed one for each connection. */
static guint count_wanted(const Sending *sending)
{
	guint out = g_hash_table_size(sending->under_way), width = mail_pool_width(sending->pool);
	if (!can_claim(sending))
		return MIN(out, width);
	return out > width ? out - width : 0;
}

static void collect(Sending *sending)
{
	guint wanted = count_wanted(sending);
	Parcel *parcel = NULL;
	while (sending->back->len < wanted && (parcel = mail_pool_take(sending->pool, sending->back->len ? COMPANY_US : PATIENCE_US)))
		take_in(sending, parcel);
	if (wanted && !sending->back->len) {
		sending->stalled = TRUE;
		mail_pool_recall(sending->pool);
	}
	while ((parcel = mail_pool_take(sending->pool, 0)))
		take_in(sending, parcel);
}

/* --- what is committed --- */

static gboolean append_outcome(Sending *sending, const Parcel *parcel, GError **error)
{
	const MessageRow *row = g_hash_table_lookup(sending->under_way, parcel->id);
	if (!parcel->begun)
		return attempt_take_back(sending->session, row, sending->now, error);
	if (parcel->delivery.server_down)
		return attempt_end(sending->session, row, &parcel->delivery, sending->now, error) &&
		       breaker_trip(sending->session, row->id, sending->now, error);
	gboolean is_first = !sending->answered;
	sending->answered = TRUE;
	return attempt_end(sending->session, row, &parcel->delivery, sending->now, error) && (!is_first || breaker_mend(sending->session, error));
}

static gboolean append_outcomes(Sending *sending, GError **error)
{
	for (guint i = 0; i < sending->back->len; i++)
		if (!append_outcome(sending, sending->back->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean look_at(Sending *sending, const Due *due, GPtrArray *claimed, GError **error)
{
	const MessageRow *row = due->row;
	MessageRow *fresh = NULL;
	gboolean withheld;
	if (!strcmp(row->state, "sending"))
		return attempt_died(sending->session, row, sending->now, error);
	if (due->hour > sending->now)
		return attempt_put_off(sending->session, row, sending->now, due->hour, error);
	sending->count->held_up |= !sending->left && strcmp(row->kind, "notice");
	if (sending->count->held_up && strcmp(row->kind, "notice"))
		return TRUE;
	if (!attempt_claim(sending->session, row, sending->allowed, sending->now, &fresh, &withheld, error))
		return FALSE;
	sending->count->withheld += withheld ? 1 : 0;
	if (!fresh)
		return TRUE;
	sending->left -= sending->left > 0 ? 1 : 0;
	g_ptr_array_add(claimed, fresh);
	g_hash_table_add(sending->recipients, g_strdup(recipient_of(fresh)));
	return TRUE;
}

/* Nothing is begun any more once the brake is pulled. */
static gboolean claim_some(Sending *sending, GPtrArray *claimed, GError **error)
{
	gboolean held_up = sending->count->held_up;
	if (!can_claim(sending))
		return TRUE;
	if (!store_paused(session_store(sending->session), &sending->count->paused, NULL, error))
		return FALSE;
	for (guint i = 0; i < sending->due->len && !has_to_stop(sending) && held_up == sending->count->held_up;) {
		if (!has_room(sending, sending->due->pdata[i], count_out(sending) + claimed->len)) {
			i++;
			continue;
		}
		Due *due = g_ptr_array_steal_index(sending->due, i);
		gboolean ok = look_at(sending, due, claimed, error);
		due_free(due);
		if (!ok)
			return FALSE;
	}
	if (held_up != sending->count->held_up)
		g_ptr_array_set_size(sending->due, 0);
	return TRUE;
}

const char *sending_outcome_name(DeliveryOutcome outcome)
{
	static const char *const outcomes[] = {"accepted", "deferred", "refused", "uncertain"};
	return outcomes[outcome];
}

void sending_count_outcome(SendCount *count, DeliveryOutcome outcome)
{
	guint *const counts[] = {&count->accepted, &count->deferred, &count->refused, &count->uncertain};
	(*counts[outcome])++;
}

/* Its outcome is committed. */
static void tell(Sending *sending, const Parcel *parcel, MessageRow *row)
{
	if (!parcel->begun) {
		add_due(sending, row, 0, NULL);
		return;
	}
	sending_count_outcome(sending->count, parcel->delivery.outcome);
	if (sending->visit)
		sending->visit(row, sending_outcome_name(parcel->delivery.outcome), sending->user_data);
	message_row_free(row);
}

/* `committed`: or they are lost, and will be found in `sending`. */
static void let_go(Sending *sending, gboolean committed)
{
	for (guint i = 0; i < sending->back->len; i++) {
		const Parcel *parcel = sending->back->pdata[i];
		g_autofree gpointer id = NULL;
		gpointer row;
		g_hash_table_steal_extended(sending->under_way, parcel->id, &id, &row);
		if (committed)
			tell(sending, parcel, row);
		else
			message_row_free(row);
	}
	g_ptr_array_set_size(sending->back, 0);
}

/* The row keeps no bytes: the parcel has them. */
static void give(const Sending *sending, MessageRow *row)
{
	Parcel *parcel = parcel_new(row->id, row->to, row->bytes);
	g_clear_pointer(&row->bytes, g_bytes_unref);
	g_hash_table_insert(sending->under_way, g_strdup(row->id), row);
	mail_pool_give(sending->pool, parcel);
}

/* One commit. */
static gboolean turn(Sending *sending, GError **error)
{
	g_autoptr(GPtrArray) claimed = g_ptr_array_new_with_free_func(row_free);
	if (!sending->back->len && !can_claim(sending))
		return TRUE;
	gboolean ok = store_begin(session_store(sending->session), error) && append_outcomes(sending, error) && claim_some(sending, claimed, error);
	if (!session_end(sending->session, ok, error))
		return FALSE;
	let_go(sending, TRUE);
	for (guint i = 0; i < claimed->len; i++)
		give(sending, g_steal_pointer(&claimed->pdata[i]));
	return TRUE;
}

/* --- the run --- */

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

static gboolean open_pool(Sending *sending, GError **error)
{
	SecretKey key;
	if (sending->pool)
		return TRUE;
	if (!keys_current(sending->session, sending->now, &key, error))
		return FALSE;
	if (read_list(sending))
		sending->pool = mail_pool_new(session_settings(sending->session), error);
	if (sending->pool)
		mail_pool_sign(sending->pool, &key);
	return sending->pool != NULL;
}

static gboolean hand_over_due(Sending *sending, GError **error)
{
	while (find_due(sending, error)) {
		if (!g_hash_table_size(sending->under_way) && (has_to_stop(sending) || !sending->due->len))
			return TRUE;
		if (!open_pool(sending, error))
			return sending->count->server_down;
		collect(sending);
		if (!turn(sending, error))
			return FALSE;
	}
	return FALSE;
}

/* What was handed over is recorded, whatever went wrong. */
static void wind_up(Sending *sending)
{
	sending->failed = TRUE;
	if (sending->pool)
		mail_pool_recall(sending->pool);
	while (g_hash_table_size(sending->under_way)) {
		collect(sending);
		if (!turn(sending, NULL))
			let_go(sending, FALSE);
	}
}

static gboolean send_all(Sending *sending, GError **error)
{
	sending->due = g_ptr_array_new_with_free_func(due_free);
	sending->back = g_ptr_array_new_with_free_func((GDestroyNotify)parcel_free);
	sending->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_free);
	sending->recipients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gboolean ok = hand_over_due(sending, error);
	if (!ok)
		wind_up(sending);
	g_clear_pointer(&sending->pool, mail_pool_free);
	g_clear_pointer(&sending->allowed, allow_list_free);
	g_ptr_array_unref(sending->due);
	g_ptr_array_unref(sending->back);
	g_hash_table_unref(sending->under_way);
	g_hash_table_unref(sending->recipients);
	return ok;
}

gboolean sending_next(Session *session, gint64 now, gint64 *at, GError **error)
{
	gboolean paused;
	guint left;
	gint64 more_at, try_at;
	if (!store_paused(session_store(session), &paused, NULL, error) || !store_next_message_try(session_store(session), at, error))
		return FALSE;
	if (paused)
		*at = INSTANT_NONE;
	if (*at == INSTANT_NONE)
		return TRUE;
	if (!budget_find(session, now, &left, &more_at, error) || !breaker_find(session, now, &try_at, error))
		return FALSE;
	*at = MAX(*at, MAX(more_at, try_at));
	return TRUE;
}

/* *alone: the server was down, and is not tried yet. */
static gboolean is_left_alone(const Sending *sending, gboolean *alone, GError **error)
{
	gint64 due;
	if (!breaker_find(sending->session, sending->now, &sending->count->try_at, error) ||
	    !store_next_message_try(session_store(sending->session), &due, error))
		return FALSE;
	*alone = sending->count->try_at > sending->now && due != INSTANT_NONE && due <= sending->now;
	sending->count->server_down |= *alone;
	return TRUE;
}

gboolean sending_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error)
{
	gint64 more_at;
	gboolean alone;
	Sending sending = {.session = session, .now = now, .count = count, .visit = visit, .user_data = user_data};
	if (!calling_run(session, now, count, visit, user_data, error) || !store_paused(session_store(session), &count->paused, NULL, error) ||
	    !budget_find(session, now, &sending.left, &more_at, error) || !is_left_alone(&sending, &alone, error))
		return FALSE;
	if (!alone && !send_all(&sending, error))
		return FALSE;
	if (count->server_down && !breaker_find(session, now, &count->try_at, error))
		return FALSE;
	return !count->held_up || budget_raise_alarm(session, now, error);
}
