/* Rule 5, never twice and never lost.
 *
 * A message exists once message.queued is committed; `sending` is committed before its first byte, and nothing but the outcome stamps
 * it. Whoever finds a message in `sending` knows that a sender died in it: it is uncertain, and is sent once more with the same
 * Message-ID. Only the process that holds the lock "sending" sends.
 */
#include "pass/sending.h"

#include "mail/deliver.h"
#include "people/people.h"
#include "service/approval_case.h"
#include "service/closing.h"
#include "service/holding.h"

#include <string.h>

#define SEND_BATCH 50

/* The hour of the hourly budget. */
#define BUDGET_WINDOW_S 3600

/* An uncertain message is sent once more after so long. */
#define UNCERTAIN_RETRY_S 300
#define MAX_UNCERTAIN 2

static gboolean wake_approvals(Session *session, const char *message, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_message_approvals(session_store(session), message, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		g_autoptr(Approval) approval = store_approval(session_store(session), approvals->pdata[i], error);
		if (!approval)
			return FALSE;
		if (approval->state == APPROVAL_PENDING &&
		    !store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval->id, now, error))
			return FALSE;
	}
	return approvals != NULL;
}

static Event *outcome_event(const MessageRow *message, const Delivery *delivery, gint64 now)
{
	static const char *const types[] = {"message.accepted", "message.deferred", "message.refused", "message.uncertain"};
	DeliveryOutcome outcome = delivery->outcome;
	gint64 next_try = INSTANT_NONE;
	if (outcome == DELIVERY_DEFERRED)
		next_try = delivery_next_try(now, message->attempts + 1, message->id);
	if (outcome == DELIVERY_DEFERRED && next_try == INSTANT_NONE)
		outcome = DELIVERY_REFUSED;
	if (outcome == DELIVERY_UNCERTAIN && message->doubts + 1 < MAX_UNCERTAIN)
		next_try = now + UNCERTAIN_RETRY_S;
	Event *event = event_new(types[outcome], now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_integer(event->data, "attempt", message->attempts + 1);
	js_object_set_instant(event->data, "next_try", next_try);
	if (delivery->reply)
		js_object_set_line(event_private(event), "reply", delivery->reply);
	return event;
}

static gboolean append_outcome(Session *session, const MessageRow *message, const Delivery *delivery, gint64 now, GError **error)
{
	return store_append(session_store(session), outcome_event(message, delivery, now), NULL, error) &&
	       (strcmp(message->kind, "mail") || wake_approvals(session, message->id, now, error));
}

/* Rule 8: checked once more before its first byte. The claim of the attempt is committed with it. */
static gboolean claim_attempt(Session *session, const MessageRow *message, gint64 now, gboolean *still, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(MessageRow) fresh = store_message(store, message->id, error);
	if (!fresh)
		return FALSE;
	*still = !strcmp(fresh->state, message->state);
	gboolean stale = FALSE;
	if (*still && !closing_withdraw_stale(session, fresh, now, &stale, error))
		return FALSE;
	gboolean stopped = FALSE;
	if (*still && !stale && !holding_stop_message(session, fresh, now, &stopped, error))
		return FALSE;
	*still = *still && !stale && !stopped;
	if (!*still)
		return TRUE;
	Event *event = event_new("message.sending", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_integer(event->data, "attempt", message->attempts + 1);
	return store_append(store, event, NULL, error);
}

/* A sender died in it. */
static gboolean found_in_sending(Session *session, const MessageRow *message, gint64 now, GError **error)
{
	Delivery died = {.outcome = DELIVERY_UNCERTAIN};
	MessageRow before = *message;
	before.attempts = message->attempts ? message->attempts - 1 : 0;
	gboolean ok = store_begin(session_store(session), error) && append_outcome(session, &before, &died, now, error);
	return session_end(session, ok, error);
}

static const char *const outcomes[] = {"accepted", "deferred", "refused", "uncertain"};

static guint *outcome_count(SendCount *count, DeliveryOutcome outcome)
{
	switch (outcome) {
	case DELIVERY_ACCEPTED:
		return &count->accepted;
	case DELIVERY_DEFERRED:
		return &count->deferred;
	case DELIVERY_REFUSED:
		return &count->refused;
	case DELIVERY_UNCERTAIN:
		break;
	}
	return &count->uncertain;
}

typedef struct {
	Session *session;
	MailTransport *transport;
	gint64 now;
	SendCount *count;
	SentVisit visit;
	gpointer user_data;
	guint left; /* of the hourly budget */
	const MessageRow *tried; /* handed over, with this outcome, which is still to be committed; NULL: none */
	Delivery delivery;
} Sending;

static void hand_over(Sending *sending, const MessageRow *message)
{
	Delivery *delivery = &sending->delivery;
	sending->tried = message;
	mail_transport_deliver(sending->transport, message->id, message->to, message->bytes, delivery);
	(*outcome_count(sending->count, delivery->outcome))++;
	sending->count->server_down |= delivery->server_down;
	if (delivery->outcome != DELIVERY_ACCEPTED)
		g_warning("message %s: %s", message->id, delivery->reply ? delivery->reply : "not delivered");
}

static gboolean append_tried(const Sending *sending, GError **error)
{
	return !sending->tried || append_outcome(sending->session, sending->tried, &sending->delivery, sending->now, error);
}

static void forget_tried(Sending *sending)
{
	sending->tried = NULL;
	delivery_clear(&sending->delivery);
	sending->delivery = (Delivery){0};
}

/* Once the outcome is committed. */
static void tell_tried(Sending *sending)
{
	if (sending->tried && sending->visit)
		sending->visit(sending->tried, outcomes[sending->delivery.outcome], sending->user_data);
	forget_tried(sending);
}

static gboolean settle(Sending *sending, GError **error)
{
	if (!sending->tried)
		return TRUE;
	gboolean ok = store_begin(session_store(sending->session), error) && append_tried(sending, error);
	if (!session_end(sending->session, ok, error))
		return FALSE;
	tell_tried(sending);
	return TRUE;
}

static gboolean is_anytime(const Policy *policy, const Stage *stage, const char *rung)
{
	const Ladder *ladder = policy_ladder(policy, stage->ladder);
	for (guint i = 0; ladder && i < ladder->rungs->len; i++) {
		const Rung *candidate = ladder->rungs->pdata[i];
		if (!strcmp(candidate->name, rung))
			return candidate->anytime;
	}
	return FALSE;
}

/* An entry's REQUEST carries what every rung owes that person for its approvals. */
static gboolean travels_in(const ReminderRow *reminder, const MessageRow *message)
{
	if (!strcmp(message->kind, "invite-request"))
		return !strcmp(reminder->channel, "invite") && !strcmp(reminder->state, "claimed") && !strcmp(reminder->person, message->person);
	return !g_strcmp0(reminder->message, message->id);
}

/* Whether a rung that takes any time travels in the message. */
static gboolean find_anytime(Session *session, const Policy *policy, const MessageRow *message, gboolean *anytime, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_message_approvals(session_store(session), message->id, error);
	*anytime = FALSE;
	for (guint i = 0; approvals && i < approvals->len; i++) {
		g_autoptr(ApprovalCase) about = approval_case_load(session, approvals->pdata[i], error);
		g_autoptr(GPtrArray) reminders = about ? store_reminders(session_store(session), approvals->pdata[i], error) : NULL;
		if (!reminders)
			return FALSE;
		for (guint j = 0; j < reminders->len; j++) {
			const ReminderRow *reminder = reminders->pdata[j];
			*anytime |= travels_in(reminder, message) && is_anytime(policy, about->stage, reminder->rung);
		}
	}
	return approvals != NULL;
}

/* That of the first approval that the message speaks of; NULL where it has none, or speaks of none. */
static gboolean find_administration(Session *session, const char *message, char **administration, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_message_approvals(session_store(session), message, error);
	return approvals && (!approvals->len || store_administration(session_store(session), approvals->pdata[0], administration, error));
}

/* Rule 1: nothing is handed over outside the recipient's working time, however long it waited for a mail server or for us. */
static gboolean find_hour(Session *session, const MessageRow *message, gint64 now, gint64 *hour, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	g_autoptr(PersonRow) recipient = policy ? store_person(session_store(session), message->person, error) : NULL;
	if (!recipient)
		return FALSE;
	g_autofree char *administration = NULL;
	if (!find_administration(session, message->id, &administration, error))
		return FALSE;
	gboolean anytime = FALSE;
	gint64 work = calendar_next_work(people_calendar(session, policy, administration, recipient->person), now);
	if (work != now && work != INSTANT_NONE && !find_anytime(session, policy, message, &anytime, error))
		return FALSE;
	*hour = work == INSTANT_NONE || anytime ? now : work;
	return TRUE;
}

static gboolean put_off(Session *session, const MessageRow *message, gint64 now, gint64 hour, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(MessageRow) fresh = store_message(store, message->id, error);
	if (!fresh)
		return FALSE;
	if (strcmp(fresh->state, message->state))
		return TRUE;
	Event *event = event_new("message.waits", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_instant(event->data, "next_try", hour);
	return store_append(store, event, NULL, error);
}

/* The claim of a message and the outcome of the one before it share a commit. Nothing is begun any more once the brake is pulled. */
static gboolean claim(Sending *sending, const MessageRow *message, gboolean *still, GError **error)
{
	Store *store = session_store(sending->session);
	gboolean *paused = &sending->count->paused;
	gboolean ok = store_begin(store, error) && append_tried(sending, error) && store_paused(store, paused, NULL, error) &&
	              (*paused || claim_attempt(sending->session, message, sending->now, still, error));
	if (!session_end(sending->session, ok, error))
		return FALSE;
	tell_tried(sending);
	return TRUE;
}

static gboolean send_one(Sending *sending, const MessageRow *message, GError **error)
{
	if (!strcmp(message->state, "sending"))
		return found_in_sending(sending->session, message, sending->now, error);
	gint64 hour;
	if (!find_hour(sending->session, message, sending->now, &hour, error))
		return FALSE;
	if (hour > sending->now) {
		gboolean waits = store_begin(session_store(sending->session), error) && put_off(sending->session, message, sending->now, hour, error);
		return session_end(sending->session, waits, error);
	}
	gboolean still = FALSE;
	sending->count->held_up |= !sending->left && strcmp(message->kind, "notice");
	if (sending->count->held_up && strcmp(message->kind, "notice"))
		return TRUE;
	if (!claim(sending, message, &still, error))
		return FALSE;
	if (still) {
		sending->left -= sending->left > 0 ? 1 : 0;
		hand_over(sending, message);
	}
	return TRUE;
}

static gboolean has_to_stop(const Sending *sending)
{
	return sending->count->server_down || sending->count->paused;
}

/* What was handed over last is recorded, whatever became of the next. */
static gboolean send_batch(Sending *sending, const GPtrArray *messages, GError **error)
{
	gboolean ok = TRUE, held_up = sending->count->held_up;
	for (guint i = 0; ok && i < messages->len && !has_to_stop(sending) && held_up == sending->count->held_up; i++)
		ok = send_one(sending, messages->pdata[i], error);
	gboolean settled = settle(sending, ok ? error : NULL);
	forget_tried(sending);
	return settled && ok;
}

/* --- no more than so many an hour --- */

/* How many may still go at `now`, and when one more may where that is none. */
static gboolean find_budget(Session *session, gint64 now, guint *left, gint64 *more_at, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	guint tried;
	gint64 first;
	if (!policy || !store_count_tried(session_store(session), now - BUDGET_WINDOW_S + 1, &tried, &first, error))
		return FALSE;
	*left = tried < policy->hourly_budget ? policy->hourly_budget - tried : 0;
	*more_at = *left || first == INSTANT_NONE ? now : first + BUDGET_WINDOW_S;
	return TRUE;
}

static gboolean append_alarm(Session *session, gint64 now, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return FALSE;
	Event *event = event_new("budget.reached", now, NULL, NULL);
	js_object_set_integer(event->data, "budget", policy->hourly_budget);
	return store_append(session_store(session), event, NULL, error);
}

/* The admins hear of it once an hour at most. */
static gboolean raise_alarm(Session *session, gint64 now, GError **error)
{
	gint64 last;
	if (!store_last_alarm(session_store(session), &last, error))
		return FALSE;
	if (last != INSTANT_NONE && now - last < BUDGET_WINDOW_S)
		return TRUE;
	g_warning("the hourly budget of mails is used up: the rest waits, and nothing is lost (hourly_budget in the policy)");
	return session_end(session, store_begin(session_store(session), error) && append_alarm(session, now, error), error);
}

gboolean sending_next(Session *session, gint64 now, gint64 *at, GError **error)
{
	gboolean paused;
	guint left;
	gint64 more_at;
	if (!store_paused(session_store(session), &paused, NULL, error) || !store_next_message_try(session_store(session), at, error))
		return FALSE;
	if (paused)
		*at = INSTANT_NONE;
	if (*at == INSTANT_NONE)
		return TRUE;
	if (!find_budget(session, now, &left, &more_at, error))
		return FALSE;
	*at = MAX(*at, more_at);
	return TRUE;
}

/* All that is due; what is held up by the budget stays due, so that then only notices are read on. */
static gboolean send_all(Sending *sending, GError **error)
{
	g_autoptr(MailTransport) transport = NULL;
	Store *store = session_store(sending->session);
	while (!has_to_stop(sending)) {
		g_autoptr(GPtrArray) messages = sending->count->held_up ? store_notices_to_send(store, sending->now, SEND_BATCH, error)
		                                                        : store_messages_to_send(store, sending->now, SEND_BATCH, error);
		if (!messages)
			return FALSE;
		if (!messages->len)
			return TRUE;
		if (!transport && !(transport = mail_transport_new(session_settings(sending->session), error)))
			return FALSE;
		sending->transport = transport;
		if (!send_batch(sending, messages, error))
			return FALSE;
	}
	return TRUE;
}

gboolean sending_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error)
{
	gint64 more_at;
	Sending sending = {.session = session, .now = now, .count = count, .visit = visit, .user_data = user_data};
	if (!store_paused(session_store(session), &count->paused, NULL, error) || !find_budget(session, now, &sending.left, &more_at, error) ||
	    !send_all(&sending, error))
		return FALSE;
	return !count->held_up || raise_alarm(session, now, error);
}
