/* Claims and outcomes are committed together, some of each. A lane that waits for its server holds up no other: a turn begins as soon as one of them has enough. */
#include "sending/exchange.h"

#include "sending/attempt.h"
#include "sending/breaker.h"

#include <string.h>

#define PATIENCE_US G_USEC_PER_SEC

/* An outcome waits so long for others to be committed with. */
#define COMPANY_US 20000

gboolean exchange_has_to_stop(const Sending *sending)
{
	return sending->failed || sending->count->paused || sending->count->stopped;
}

/* --- what comes back --- */

static Lane *lane_of(const Sending *sending, const Parcel *parcel)
{
	for (guint i = 0; i < sending->lanes->len; i++) {
		Lane *lane = sending->lanes->pdata[i];
		if (lane->pool == parcel->pool)
			return lane;
	}
	g_assert_not_reached();
}

/* What the server of a channel says names people, and stands in the side record alone. */
static void log_outcome(const Lane *lane, const Parcel *parcel)
{
	const Delivery *delivery = &parcel->delivery;
	if (delivery->outcome == DELIVERY_ACCEPTED)
		return;
	if (lane->channel)
		g_warning("message %s: channel %s: %s", parcel->id, lane->channel, attempt_outcome_name(delivery->outcome));
	else
		g_warning("message %s: %s", parcel->id, delivery->reply ? delivery->reply : "not delivered");
}

static void take_in(Sending *sending, Parcel *parcel)
{
	Lane *lane = lane_of(sending, parcel);
	lane_take(lane, parcel);
	if (!parcel->begun) {
		sending->left++;
		return;
	}
	sending->count->server_down |= parcel->delivery.server_down && !lane->channel;
	log_outcome(lane, parcel);
}

static gboolean can_claim(const Sending *sending, const Lane *lane)
{
	return !exchange_has_to_stop(sending) && lane_can_claim(lane);
}

static gboolean can_claim_any(const Sending *sending)
{
	for (guint i = 0; i < sending->lanes->len; i++)
		if (can_claim(sending, sending->lanes->pdata[i]))
			return TRUE;
	return FALSE;
}

static guint count_back(const Sending *sending)
{
	guint count = 0;
	for (guint i = 0; i < sending->lanes->len; i++)
		count += ((const Lane *)sending->lanes->pdata[i])->back->len;
	return count;
}

/* Whether one lane has what it wants, or none has anything to do. */
static gboolean has_enough(const Sending *sending)
{
	gboolean is_idle = TRUE;
	for (guint i = 0; i < sending->lanes->len; i++) {
		const Lane *lane = sending->lanes->pdata[i];
		if (lane->wanted >= 0 && (int)lane->back->len >= lane->wanted)
			return TRUE;
		is_idle &= lane->wanted < 0;
	}
	return is_idle;
}

void exchange_collect(Sending *sending)
{
	Parcel *parcel = NULL;
	for (guint i = 0; i < sending->lanes->len; i++)
		lane_find_wanted(sending->lanes->pdata[i], can_claim(sending, sending->lanes->pdata[i]));
	while (!has_enough(sending) && (parcel = mail_pool_take(sending->back, count_back(sending) ? COMPANY_US : PATIENCE_US)))
		take_in(sending, parcel);
	for (guint i = 0; i < sending->lanes->len; i++)
		lane_find_stalled(sending->lanes->pdata[i]);
	while ((parcel = mail_pool_take(sending->back, 0)))
		take_in(sending, parcel);
}

/* --- what is committed --- */

static gboolean append_outcome(const Sending *sending, Lane *lane, const Parcel *parcel, GError **error)
{
	const MessageRow *row = g_hash_table_lookup(lane->under_way, parcel->id);
	const Delivery *delivery = &parcel->delivery;
	if (!parcel->begun)
		return attempt_take_back(sending->session, row, sending->now, error);
	if (!attempt_end(sending->session, row, delivery, sending->now, error))
		return FALSE;
	if (delivery->server_down)
		return breaker_trip(sending->session, lane->name, row->id, delivery->retry_after_s, sending->now, error);
	gboolean is_first = !lane->answered;
	lane->answered = TRUE;
	return !is_first || breaker_mend(sending->session, lane->name, error);
}

static gboolean append_outcomes(const Sending *sending, Lane *lane, GError **error)
{
	for (guint i = 0; i < lane->back->len; i++)
		if (!append_outcome(sending, lane, lane->back->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean claim(Sending *sending, Lane *lane, const MessageRow *row, GError **error)
{
	MessageRow *fresh = NULL;
	gboolean withheld, settled = FALSE;
	if (lane->kind->settle && !lane->kind->settle(lane, row, sending->allowed, sending->now, &settled, error))
		return FALSE;
	if (settled)
		return TRUE;
	if (!attempt_claim(sending->session, row, lane->kind->withholds ? sending->allowed : NULL, sending->now, &fresh, &withheld, error))
		return FALSE;
	sending->count->withheld += withheld ? 1 : 0;
	if (!fresh)
		return TRUE;
	sending->left -= sending->left > 0 ? 1 : 0;
	lane_claim(lane, fresh);
	return TRUE;
}

static gboolean look_at(Sending *sending, Lane *lane, const Due *due, GError **error)
{
	const MessageRow *row = due->row;
	if (!strcmp(row->state, "sending"))
		return attempt_died(sending->session, row, sending->now, error);
	if (due->hour > sending->now)
		return attempt_put_off(sending->session, row, sending->now, due->hour, error);
	sending->count->held_up |= !sending->left && strcmp(row->kind, "notice");
	if (sending->count->held_up && strcmp(row->kind, "notice"))
		return TRUE;
	return claim(sending, lane, row, error);
}

/* Until the budget is used up: from then on other things are due. */
static gboolean claim_of(Sending *sending, Lane *lane, GError **error)
{
	const gboolean held_up = sending->count->held_up;
	for (guint i = 0; i < lane->due->len && held_up == sending->count->held_up;) {
		if (!lane_has_room(lane, lane->due->pdata[i], lane_count_out(lane) + lane->claimed->len)) {
			i++;
			continue;
		}
		Due *due = g_ptr_array_steal_index(lane->due, i);
		gboolean ok = look_at(sending, lane, due, error);
		due_free(due);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* Nothing is begun any more once the brake is pulled. */
static gboolean claim_some(Sending *sending, GError **error)
{
	const gboolean held_up = sending->count->held_up;
	if (!can_claim_any(sending))
		return TRUE;
	if (!store_paused(session_store(sending->session), &sending->count->paused, NULL, error))
		return FALSE;
	for (guint i = 0; i < sending->lanes->len && !exchange_has_to_stop(sending) && held_up == sending->count->held_up; i++)
		if (!claim_of(sending, sending->lanes->pdata[i], error))
			return FALSE;
	for (guint i = 0; i < sending->lanes->len && held_up != sending->count->held_up; i++)
		g_ptr_array_set_size(((Lane *)sending->lanes->pdata[i])->due, 0);
	return TRUE;
}

static void count_outcome(SendCount *count, DeliveryOutcome outcome)
{
	guint *const counts[] = {&count->accepted, &count->deferred, &count->refused, &count->uncertain};
	(*counts[outcome])++;
}

/* Its outcome is committed; takes the row. */
static void tell(const Sending *sending, Lane *lane, const Parcel *parcel, MessageRow *row)
{
	if (!parcel->begun) {
		lane_add(lane, row, 0, sending->now);
		return;
	}
	count_outcome(sending->count, parcel->delivery.outcome);
	if (sending->visit)
		sending->visit(row, attempt_outcome_name(parcel->delivery.outcome), sending->user_data);
	message_row_free(row);
}

static void let_go(const Sending *sending, Lane *lane)
{
	for (guint i = 0; i < lane->back->len; i++) {
		const Parcel *parcel = lane->back->pdata[i];
		tell(sending, lane, parcel, lane_steal_row(lane, parcel));
	}
	g_ptr_array_set_size(lane->back, 0);
}

static gboolean append_all(Sending *sending, GError **error)
{
	for (guint i = 0; i < sending->lanes->len; i++)
		if (!append_outcomes(sending, sending->lanes->pdata[i], error))
			return FALSE;
	return claim_some(sending, error);
}

/* Always FALSE. */
static gboolean rolled_back(const Sending *sending)
{
	for (guint i = 0; i < sending->lanes->len; i++)
		lane_forget_claimed(sending->lanes->pdata[i]);
	return FALSE;
}

gboolean exchange_commit(Sending *sending, GError **error)
{
	if (!count_back(sending) && !can_claim_any(sending))
		return TRUE;
	gboolean ok = store_begin(session_store(sending->session), error) && append_all(sending, error);
	if (!session_end(sending->session, ok, error))
		return rolled_back(sending);
	for (guint i = 0; i < sending->lanes->len; i++) {
		Lane *lane = sending->lanes->pdata[i];
		let_go(sending, lane);
		lane_give_claimed(lane, session_now(sending->session));
	}
	return TRUE;
}

void exchange_forget(Sending *sending)
{
	for (guint i = 0; i < sending->lanes->len; i++) {
		Lane *lane = sending->lanes->pdata[i];
		for (guint j = 0; j < lane->back->len; j++)
			message_row_free(lane_steal_row(lane, lane->back->pdata[j]));
		g_ptr_array_set_size(lane->back, 0);
	}
}
