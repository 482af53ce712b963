/* Rule 8: a decision and the withdrawal of everything queued for it are one transaction. A mail that carried other approvals too
 * is withdrawn as a whole; theirs are planned again, to go out in a mail that tells the truth. */
#include "service/closing.h"

#include "service/opening.h"
#include "service/reminder_event.h"
#include "service/thanking.h"

#include <string.h>

/* What was uncertain twice is left as it is: it may have arrived. */
gboolean closing_message_waits(const MessageRow *message)
{
	return message->next_try != INSTANT_NONE && strcmp(message->state, "sending");
}

static gboolean return_reminders(Session *session, const char *approval, const char *message, const char *why, gint64 now, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) reminders = store_reminders(store, approval, error);
	if (!reminders)
		return FALSE;
	for (guint i = 0; i < reminders->len; i++) {
		const ReminderRow *reminder = reminders->pdata[i];
		if (strcmp(reminder->state, "claimed") || g_strcmp0(reminder->message, message))
			continue;
		if (!store_append(store, reminder_returned(reminder, why, INSTANT_NONE, now), NULL, error))
			return FALSE;
	}
	return store_wakeup_set(store, WAKEUP_APPROVAL, approval, now, error);
}

gboolean closing_withdraw_message(Session *session, const MessageRow *message, const char *why, const char *returned, gint64 now, GError **error)
{
	Store *store = session_store(session);
	Event *event = event_new("message.withdrawn", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_string(event->data, "why", why);
	if (!store_append(store, event, NULL, error))
		return FALSE;
	g_autoptr(GPtrArray) carried = store_message_approvals(store, message->id, error);
	for (guint i = 0; carried && i < carried->len; i++) {
		g_autoptr(Approval) other = store_approval(store, carried->pdata[i], error);
		if (!other)
			return FALSE;
		if (other->state == APPROVAL_PENDING && !return_reminders(session, other->id, message->id, returned, now, error))
			return FALSE;
	}
	return carried != NULL;
}

static gboolean withdraw_message(Session *session, const MessageRow *message, gint64 now, GError **error)
{
	return closing_withdraw_message(session, message, "approval-ended", "other-decided", now, error);
}

/* It speaks of what is over. */
static gboolean outlives(const MessageRow *message)
{
	return !strcmp(message->kind, "invite-cancel") || !strcmp(message->kind, "news") || !strcmp(message->kind, "done") || !strcmp(message->kind, "return");
}

static gboolean withdraw_messages(Session *session, const char *approval, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval, error);
	if (!messages)
		return FALSE;
	for (guint i = 0; i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (closing_message_waits(message) && !outlives(message) &&
		    !withdraw_message(session, message, now, error))
			return FALSE;
	}
	return TRUE;
}

gboolean closing_withdraw_stale(Session *session, const MessageRow *message, gint64 now, gboolean *stale, GError **error)
{
	*stale = FALSE;
	if (!outlives(message) && !store_message_has_ended(session_store(session), message->id, stale, error))
		return FALSE;
	if (*stale)
		return withdraw_message(session, message, now, error);
	if (!g_str_has_prefix(message->kind, "invite-"))
		return TRUE;
	/* sent again after what followed it, it would stand in a calendar that it was taken out of */
	return store_invite_is_outdated(session_store(session), message->id, stale, error) &&
	       (!*stale || closing_withdraw_message(session, message, "entry-changed", "entry-changed", now, error));
}

gboolean closing_end_approval(Session *session, const Approval *approval, const char *event_type, gint64 cause, gint64 now, GError **error)
{
	Event *event = event_new(event_type, now, NULL, approval->invoice);
	event->cause = cause;
	return closing_end_with(session, approval, event, now, error);
}

gboolean closing_end_with(Session *session, const Approval *approval, Event *event, gint64 now, GError **error)
{
	js_object_set_string(event->data, "approval", approval->id);
	js_object_set_integer(event->data, "stage", approval->stage);
	/* The event wakes the calendars that list it, and the next pass writes what they are told: a decision needs no template and no directory. */
	return store_append(session_store(session), event, NULL, error) && withdraw_messages(session, approval->id, now, error);
}

static gboolean lapse_pending(Session *session, const char *invoice, int ordinal, gint64 cause, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(session), invoice, error);
	if (!approvals)
		return FALSE;
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->stage == ordinal && approval->state == APPROVAL_PENDING &&
		    !closing_end_approval(session, approval, "approval.lapsed", cause, now, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean close_stage(Session *session, const char *invoice, int ordinal, const char *outcome, gint64 cause, gint64 now, GError **error)
{
	if (!lapse_pending(session, invoice, ordinal, cause, now, error))
		return FALSE;
	Event *event = event_new("stage.closed", now, NULL, invoice);
	event->cause = cause;
	js_object_set_integer(event->data, "stage", ordinal);
	js_object_set_string(event->data, "outcome", outcome);
	if (thanking_owe(session, invoice, ordinal, event, error))
		return store_append(session_store(session), event, NULL, error);
	event_free(event);
	return FALSE;
}

static gboolean close_invoice(Session *session, const char *invoice, const char *event_type, gint64 cause, gint64 now, GError **error)
{
	Event *event = event_new(event_type, now, NULL, invoice);
	event->cause = cause;
	return store_append(session_store(session), event, NULL, error);
}

static gboolean after_stage(Session *session, const InvoiceRow *invoice, const Stage *stage, gint64 cause, gint64 now, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (opening_stage_rule(session, invoice, stage->position + 1, &failure))
		return store_wakeup_set(session_store(session), WAKEUP_INVOICE, invoice->id, now, error);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return close_invoice(session, invoice->id, "invoice.approved", cause, now, error);
}

/* Back to the stage before, where the rule says so and there is one. */
static gboolean after_rejection(Session *session, const InvoiceRow *invoice, const Stage *stage, gint64 cause, gint64 now, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const StageRule *rule = opening_rule_of(session, invoice, stage, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (rule && rule->back_on_reject && stage->position > 0)
		return store_wakeup_set(session_store(session), WAKEUP_INVOICE, invoice->id, now, error);
	return close_invoice(session, invoice->id, "invoice.rejected", cause, now, error);
}

static const Stage *stage_by_ordinal(const GPtrArray *stages, int ordinal)
{
	for (guint i = 0; i < stages->len; i++)
		if (((const Stage *)stages->pdata[i])->ordinal == ordinal)
			return stages->pdata[i];
	return NULL;
}

gboolean closing_settle_stage(Session *session, const InvoiceRow *invoice, int ordinal, gint64 cause, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), invoice->id, error);
	g_autoptr(GPtrArray) all = stages ? store_approvals(session_store(session), invoice->id, error) : NULL;
	if (!all)
		return FALSE;
	g_autoptr(GPtrArray) approvals = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		if (((const Approval *)all->pdata[i])->stage == ordinal)
			g_ptr_array_add(approvals, all->pdata[i]);
	const Stage *stage = stage_by_ordinal(stages, ordinal);
	switch (stage_outcome(stage, approvals)) {
	case STAGE_GOES_ON:
		return TRUE;
	case STAGE_REACHED:
		return close_stage(session, invoice->id, ordinal, "reached", cause, now, error) &&
		       after_stage(session, invoice, stage, cause, now, error);
	case STAGE_REJECTED:
		break;
	}
	return close_stage(session, invoice->id, ordinal, "rejected", cause, now, error) && after_rejection(session, invoice, stage, cause, now, error);
}

gboolean closing_end_stage(Session *session, const char *invoice, const char *outcome, gint64 cause, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), invoice, error);
	if (!stages)
		return FALSE;
	const Stage *last = stages->len ? stages->pdata[stages->len - 1] : NULL;
	return !last || last->closed != INSTANT_NONE || close_stage(session, invoice, last->ordinal, outcome, cause, now, error);
}

gboolean closing_withdraw(Session *session, const InvoiceRow *invoice, gint64 cause, gint64 now, GError **error)
{
	return closing_end_stage(session, invoice->id, "withdrawn", cause, now, error) &&
	       close_invoice(session, invoice->id, "invoice.withdrawn", cause, now, error);
}
