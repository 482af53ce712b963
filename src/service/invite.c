/* One event per approval and approver: a stable UID, REQUEST first, CANCEL last, SEQUENCE never going back; all of it written in
 * the transaction that also holds the message. */
#include "service/invite.h"

#include "base/error.h"
#include "service/people.h"
#include "service/posting.h"

#include <string.h>

#define INVITE_LENGTH_S 1800

typedef struct {
	Session *session;
	ApprovalCase *about;
	Calendar *calendar; /* the attendee's */
	const char *message;
	gint64 now;
	gint64 not_before; /* inside the attendee's working time */
} Invite;

static gboolean invite_start(Invite *invite, GError **error)
{
	const Policy *policy = session_policy(invite->session, NULL, error);
	if (!policy)
		return FALSE;
	invite->calendar = people_calendar(invite->session, policy, invite->about->invoice->administration, invite->about->approver->person);
	invite->not_before = calendar_next_work(invite->calendar, invite->now);
	return TRUE;
}

/* Composes the event's mail and queues it. */
static gboolean post(const Invite *invite, IcsEvent *event, const char *kind, GError **error)
{
	const char *approver = invite->about->approver->id;
	const MailStyle *style = session_mail_style(invite->session, error);
	if (!style)
		return FALSE;
	MailItem item = {
		.invoice = invite->about->invoice->id,
		.approval = invite->about->approval->id,
		.supplier = invite->about->invoice->facts->supplier.name,
		.number = invite->about->invoice->facts->number,
		.credit_note = invite->about->invoice->facts->kind == INVOICE_KIND_CREDIT_NOTE,
		.due = invite->about->invoice->facts->due_date,
		.deadline = invite->about->approval->deadline,
		.opened = invite->about->approval->start,
		.approver = invite->about->approver->person->name,
		.next_at = INSTANT_NONE,
		.why = invite->about->stage->name,
	};
	if (!invoice_facts_amount(invite->about->invoice->facts, &item.amount, error))
		return FALSE;
	g_autofree char *message_id = mail_message_id(session_settings(invite->session), invite->message);
	MailRequest request = {
		.recipient = invite->about->approver->person,
		.calendar = invite->calendar,
		.tone = TONE_NEW,
		.now = invite->now,
		.items = &item,
		.n_items = 1,
		.message_id = message_id,
	};
	ComposedMail mail = {0};
	if (!mail_compose_invite(style, &request, event, &mail, error))
		return FALSE;
	g_autoptr(GPtrArray) approvals = g_ptr_array_new();
	g_ptr_array_add(approvals, invite->about->approval->id);
	Posting posting = {
		.id = invite->message,
		.kind = kind,
		.person = approver,
		.approvals = approvals,
		.invoice = invite->about->invoice->id,
		.not_before = invite->not_before,
	};
	gboolean queued = posting_queue(invite->session, &posting, &mail, invite->now, error);
	composed_mail_clear(&mail);
	return queued;
}

static Event *invite_event(const Invite *invite, const char *type, const IcsEvent *event)
{
	Event *record = event_new(type, invite->now, NULL, invite->about->invoice->id);
	js_object_set_string(record->data, "approval", invite->about->approval->id);
	js_object_set_string(record->data, "person", invite->about->approver->id);
	js_object_set_string(record->data, "uid", event->uid);
	js_object_set_integer(record->data, "sequence", event->sequence);
	js_object_set_string(record->data, "message", invite->message);
	js_object_set_instant(record->data, "starts", event->starts);
	js_object_set_instant(record->data, "ends", event->ends);
	return record;
}

static gboolean request(Invite *invite, const char *uid, gint64 sequence, GError **error)
{
	gint64 ends = calendar_prev_close(invite->calendar, invite->about->approval->deadline);
	IcsEvent event = {
		.method = ICS_REQUEST,
		.uid = uid,
		.sequence = sequence,
		.stamp = invite->now,
		.starts = ends - INVITE_LENGTH_S,
		.ends = ends,
	};
	return post(invite, &event, "invite-request", error) &&
	       store_append(session_store(invite->session), invite_event(invite, "invite.requested", &event), NULL, error);
}

gboolean invite_request(Session *session, ApprovalCase *about, const char *message, gint64 now, GError **error)
{
	Invite invite = {.session = session, .about = about, .message = message, .now = now};
	if (!invite_start(&invite, error))
		return FALSE;
	g_autofree char *uid = session_new_id("i");
	g_autofree char *full_uid = g_strconcat(uid, strchr(session_settings(session)->mail_from_address, '@'), NULL);
	return request(&invite, full_uid, 0, error);
}

/* What is queued and out of date is not sent any more. */
static gboolean withdraw_queued(const Invite *invite, const char *message, GError **error)
{
	g_autoptr(MessageRow) queued = store_message(session_store(invite->session), message, error);
	if (!queued)
		return FALSE;
	if (queued->next_try == INSTANT_NONE || !strcmp(queued->state, "sending"))
		return TRUE;
	Event *event = event_new("message.withdrawn", invite->now, NULL, NULL);
	js_object_set_string(event->data, "message", message);
	js_object_set_string(event->data, "why", "deadline-moved");
	return store_append(session_store(invite->session), event, NULL, error);
}

static gboolean follow(Invite *invite, const InviteRow *row, GError **error)
{
	const Policy *policy = session_policy(invite->session, NULL, error);
	if (!policy || !invite_start(invite, error))
		return FALSE;
	if (row->ends == calendar_prev_close(invite->calendar, invite->about->approval->deadline))
		return TRUE;
	g_autofree char *id = session_new_id("m");
	invite->message = id;
	invite->not_before = calendar_next_slot(invite->calendar, policy->slots, invite->not_before);
	return withdraw_queued(invite, row->message, error) && request(invite, row->uid, row->sequence + 1, error);
}

gboolean invite_follow(Session *session, ApprovalCase *about, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) invites = store_invites(session_store(session), about->approval->id, error);
	for (guint i = 0; invites && i < invites->len; i++) {
		const InviteRow *row = invites->pdata[i];
		Invite invite = {.session = session, .about = about, .now = now};
		if (!row->cancelled && !follow(&invite, row, error))
			return FALSE;
	}
	return invites != NULL;
}

/* A REQUEST that was withdrawn after a try may have been uncertain: a CANCEL too many does no harm, an entry that stays does. */
static gboolean may_have_arrived(const MessageRow *request)
{
	static const char *const states[] = {"accepted", "sending", "uncertain", "withdrawn", NULL};
	return g_strv_contains(states, request->state) && request->attempts > 0;
}

static gboolean cancel(Invite *invite, const InviteRow *row, GError **error)
{
	g_autoptr(MessageRow) request = store_message(session_store(invite->session), row->message, error);
	if (!request)
		return FALSE;
	g_autofree char *id = session_new_id("m");
	IcsEvent event = {
		.method = ICS_CANCEL,
		.uid = row->uid,
		.sequence = row->sequence + 1,
		.stamp = invite->now,
		.starts = row->starts,
		.ends = row->ends,
	};
	g_autoptr(GError) failure = NULL;
	if (may_have_arrived(request)) {
		invite->message = id;
		if (!post(invite, &event, "invite-cancel", &failure))
			invite->message = NULL;
	}
	if (failure && error_kind(failure) != ERROR_INVALID && error_kind(failure) != ERROR_PERMANENT) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (failure)
		g_warning("invoice %s: its invite stays in a calendar: %s", invite->about->invoice->id, failure->message);
	return store_append(session_store(invite->session), invite_event(invite, "invite.cancelled", &event), NULL, error);
}

gboolean invite_stands(Session *session, const char *approval, gboolean *owed, GError **error)
{
	g_autoptr(GPtrArray) invites = store_invites(session_store(session), approval, error);
	*owed = FALSE;
	for (guint i = 0; invites && i < invites->len; i++)
		*owed |= !((const InviteRow *)invites->pdata[i])->cancelled;
	return invites != NULL;
}

gboolean invite_cancel(Session *session, const char *approval, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) invites = store_invites(session_store(session), approval, error);
	if (!invites)
		return FALSE;
	for (guint i = 0; i < invites->len; i++) {
		const InviteRow *row = invites->pdata[i];
		if (row->cancelled)
			continue;
		g_autoptr(ApprovalCase) about = approval_case_load(session, approval, error);
		Invite invite = {.session = session, .about = about, .now = now};
		if (!about || !invite_start(&invite, error) || !cancel(&invite, row, error))
			return FALSE;
	}
	return TRUE;
}
