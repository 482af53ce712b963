/* A stable UID, REQUEST first, CANCEL last, SEQUENCE never going back; all of it written in the transaction that also holds the message. */
#include "pass/invite.h"

#include "base/error.h"
#include "domain/agenda.h"
#include "domain/reminder.h"
#include "domain/resolve.h"
#include "pass/waking.h"
#include "people/absences.h"
#include "people/people.h"
#include "service/approval_case.h"
#include "service/posting.h"
#include "service/reminder_event.h"

#include <string.h>

/* --- one person's calendar --- */

typedef struct {
	Session *session;
	const Policy *policy;
	PersonRow *person;
	Calendar *calendar;
	GPtrArray *rows;    /* of InviteRow */
	GPtrArray *invited; /* of InvitedRow */
	GArray *entries;    /* of AgendaEntry, as the rows */
	GArray *items;      /* of AgendaItem, as invited */
	gint64 now;
} Settling;

static void settling_clear(Settling *settling)
{
	g_clear_pointer(&settling->person, person_row_free);
	g_clear_pointer(&settling->rows, g_ptr_array_unref);
	g_clear_pointer(&settling->invited, g_ptr_array_unref);
	g_clear_pointer(&settling->entries, g_array_unref);
	g_clear_pointer(&settling->items, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Settling, settling_clear)

static void add_entries(Settling *settling)
{
	settling->entries = g_array_new(FALSE, FALSE, sizeof(AgendaEntry));
	for (guint i = 0; i < settling->rows->len; i++) {
		const InviteRow *row = settling->rows->pdata[i];
		AgendaEntry entry = {.day = row->day, .ends = row->ends, .asked = row->asked, .withdrawn = row->withdrawn};
		g_array_append_val(settling->entries, entry);
	}
}

/* Since when they have nothing to do for it; what falls into an absence of theirs is another's, from the first. */
static gboolean find_end(const Settling *settling, const InvitedRow *row, gint64 *ended, GError **error)
{
	gboolean away;
	if (!absences_is_away(settling->session, settling->person->person, row->deadline, &away, error))
		return FALSE;
	*ended = row->ended == INSTANT_NONE && away ? row->since : row->ended;
	return TRUE;
}

static gboolean add_items(Settling *settling, GError **error)
{
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < settling->rows->len; i++)
		g_hash_table_insert(places, ((const InviteRow *)settling->rows->pdata[i])->uid, GUINT_TO_POINTER(i));
	settling->items = g_array_new(FALSE, FALSE, sizeof(AgendaItem));
	for (guint i = 0; i < settling->invited->len; i++) {
		const InvitedRow *row = settling->invited->pdata[i];
		gpointer place;
		gint64 ended;
		if (!find_end(settling, row, &ended, error))
			return FALSE;
		gboolean listed = row->uid && g_hash_table_lookup_extended(places, row->uid, NULL, &place);
		AgendaItem item = {
			.calendar = people_calendar(settling->session, settling->policy, row->administration, settling->person->person),
			.deadline = row->deadline,
			.since = row->since,
			.moved = row->moved,
			.ended = ended,
			.entry = listed ? (int)GPOINTER_TO_UINT(place) : AGENDA_NO_ENTRY,
		};
		g_array_append_val(settling->items, item);
	}
	return TRUE;
}

/* Of somebody whose own country says nothing it is that of the administration, which the oldest approval tells. */
static void find_calendar(Settling *settling)
{
	const InvitedRow *oldest = settling->invited->len ? settling->invited->pdata[0] : NULL;
	settling->calendar = people_calendar(settling->session, settling->policy, oldest ? oldest->administration : NULL, settling->person->person);
}

static gboolean settling_load(Settling *settling, const char *person, GError **error)
{
	Store *store = session_store(settling->session);
	settling->policy = session_policy(settling->session, NULL, error);
	settling->person = settling->policy ? store_person(store, person, error) : NULL;
	settling->rows = settling->person ? store_invites(store, person, error) : NULL;
	settling->invited = settling->rows ? store_invited(store, person, error) : NULL;
	if (!settling->invited)
		return FALSE;
	find_calendar(settling);
	add_entries(settling);
	return add_items(settling, error);
}

static gboolean find_policy_since(const Settling *settling, gint64 *since, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PolicyRow) row = store_policy_current(session_store(settling->session), &failure);
	*since = row ? row->at : INSTANT_NONE;
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* --- one change of it --- */

typedef struct {
	Settling *settling;
	const AgendaChange *change;
	const InviteRow *row; /* the entry as it stands; NULL: a new one */
	char *uid;
	char *message;    /* NULL: none goes */
	GPtrArray *cases; /* of ApprovalCase */
	GPtrArray *ids;   /* of their approvals, borrowed */
	IcsEvent event;
} Writing;

static void writing_clear(Writing *writing)
{
	g_clear_pointer(&writing->uid, g_free);
	g_clear_pointer(&writing->message, g_free);
	g_clear_pointer(&writing->cases, g_ptr_array_unref);
	g_clear_pointer(&writing->ids, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Writing, writing_clear)

static void free_case(gpointer about)
{
	approval_case_free(about);
}

static gboolean load_cases(Writing *writing, GError **error)
{
	writing->cases = g_ptr_array_new_with_free_func(free_case);
	writing->ids = g_ptr_array_new();
	for (guint i = 0; i < writing->change->items->len; i++) {
		const InvitedRow *invited = writing->settling->invited->pdata[g_array_index(writing->change->items, guint, i)];
		ApprovalCase *about = approval_case_load(writing->settling->session, invited->approval, error);
		if (!about)
			return FALSE;
		g_ptr_array_add(writing->cases, about);
		g_ptr_array_add(writing->ids, about->approval->id);
	}
	return TRUE;
}

static void start_event(Writing *writing)
{
	const AgendaChange *change = writing->change;
	const InviteRow *row = writing->row;
	gboolean cancels = change->action == AGENDA_CANCEL;
	g_autofree char *id = session_new_id("i");
	writing->uid = row ? g_strdup(row->uid) : g_strconcat(id, strchr(session_settings(writing->settling->session)->mail_from_address, '@'), NULL);
	writing->event = (IcsEvent){
		.method = cancels ? ICS_CANCEL : ICS_REQUEST,
		.uid = writing->uid,
		.sequence = row ? row->sequence + 1 : 0,
		.stamp = writing->settling->now,
		.starts = cancels ? row->starts : change->starts,
		.ends = cancels ? row->ends : change->ends,
	};
}

/* What is out of an entry although nothing has ended it comes in another, or waits until they are back. */
static gboolean anything_remains(const Writing *writing)
{
	gboolean remains = FALSE;
	for (guint i = 0; i < writing->change->items->len; i++)
		remains |= ((const InvitedRow *)writing->settling->invited->pdata[g_array_index(writing->change->items, guint, i)])->ended == INSTANT_NONE;
	return remains;
}

static gboolean fill_item(const ApprovalCase *about, MailItem *item, GError **error)
{
	if (!approval_case_item(about, item, error))
		return FALSE;
	item->approver = about->approver->person->name;
	return TRUE;
}

static gboolean compose(const Writing *writing, ComposedMail *mail, GError **error)
{
	const Settling *settling = writing->settling;
	const MailStyle *style = session_mail_style(settling->session, error);
	if (!style)
		return FALSE;
	g_autofree MailItem *items = g_new(MailItem, writing->cases->len);
	for (guint i = 0; i < writing->cases->len; i++)
		if (!fill_item(writing->cases->pdata[i], &items[i], error))
			return FALSE;
	g_autofree char *message_id = mail_message_id(session_settings(settling->session), writing->message);
	MailRequest request = {
		.recipient = settling->person->person,
		.calendar = settling->calendar,
		.tone = TONE_NEW,
		.now = settling->now,
		.items = items,
		.n_items = writing->cases->len,
		.message_id = message_id,
		.updates = writing->row && writing->row->arrived,
		.remains = writing->change->action == AGENDA_CANCEL && anything_remains(writing),
	};
	return mail_compose_invite(style, &request, &writing->event, mail, error);
}

static const char *invoice_of(const Writing *writing)
{
	return writing->cases->len == 1 ? ((const ApprovalCase *)writing->cases->pdata[0])->invoice->id : NULL;
}

/* Composes the event's mail and queues it. */
static gboolean post(const Writing *writing, GError **error)
{
	static const char *const kinds[] = {"invite-request", "invite-update", "invite-cancel"};
	ComposedMail mail = {0};
	if (!compose(writing, &mail, error))
		return FALSE;
	Posting posting = {
		.id = writing->message,
		.kind = kinds[writing->change->action == AGENDA_UPDATE && !writing->row->arrived ? AGENDA_REQUEST : writing->change->action],
		.person = writing->settling->person->id,
		.approvals = writing->ids,
		.invoice = invoice_of(writing),
		.not_before = INSTANT_NONE,
	};
	gboolean queued = posting_queue(writing->settling->session, &posting, &mail, writing->settling->now, error);
	composed_mail_clear(&mail);
	return queued;
}

static Event *change_event(const Writing *writing, const GError *why)
{
	static const char *const types[] = {"invite.requested", "invite.updated", "invite.cancelled"};
	const AgendaChange *change = writing->change;
	Event *event = event_new(types[change->action], writing->settling->now, NULL, invoice_of(writing));
	g_autofree char *day = date_format(change->day);
	Json *approvals = js_array_new();
	for (guint i = 0; i < writing->ids->len; i++)
		js_array_append_string(approvals, writing->ids->pdata[i]);
	js_object_set_string(event->data, "person", writing->settling->person->id);
	js_object_set_string(event->data, "uid", writing->uid);
	js_object_set_string(event->data, "day", change->action == AGENDA_REQUEST ? day : NULL);
	js_object_set_integer(event->data, "sequence", writing->event.sequence);
	js_object_set_string(event->data, "message", writing->message);
	js_object_set_instant(event->data, "starts", writing->event.starts);
	js_object_set_instant(event->data, "ends", writing->event.ends);
	js_object_set(event->data, "approvals", approvals);
	if (why)
		js_object_set_line(event_private(event), "cause", why->message);
	return event;
}

/* What is queued and out of date is not sent any more. */
static gboolean withdraw_queued(const Writing *writing, GError **error)
{
	if (!writing->row || !writing->row->message)
		return TRUE;
	g_autoptr(MessageRow) queued = store_message(session_store(writing->settling->session), writing->row->message, error);
	if (!queued)
		return FALSE;
	if (queued->next_try == INSTANT_NONE || !strcmp(queued->state, "sending"))
		return TRUE;
	Event *event = event_new("message.withdrawn", writing->settling->now, NULL, NULL);
	js_object_set_string(event->data, "message", queued->id);
	js_object_set_string(event->data, "why", "entry-changed");
	return store_append(session_store(writing->settling->session), event, NULL, error);
}

static gboolean is_of_this_mail(const GError *failure)
{
	return error_kind(failure) == ERROR_INVALID || error_kind(failure) == ERROR_PERMANENT;
}

/* A REQUEST that cannot be written is no longer owed: its reminders say why. */
static gboolean drop_request(const Writing *writing, const GError *cause, GError **error)
{
	Store *store = session_store(writing->settling->session);
	for (guint i = 0; i < writing->ids->len; i++) {
		g_autoptr(GPtrArray) reminders = store_reminders(store, writing->ids->pdata[i], error);
		if (!reminders)
			return FALSE;
		for (guint j = 0; j < reminders->len; j++) {
			const ReminderRow *reminder = reminders->pdata[j];
			if (strcmp(reminder->channel, "invite") || strcmp(reminder->state, "claimed") ||
			    strcmp(reminder->person, writing->settling->person->id))
				continue;
			Event *event = reminder_superseded(reminder, WHY_UNWRITABLE, writing->settling->now, NULL, NULL);
			js_object_set_line(event_private(event), "cause", cause->message);
			if (!store_append(store, event, NULL, error))
				return FALSE;
		}
	}
	return TRUE;
}

/* What cannot be written to this person is given up, with a warning; the entry then stays as they have it. */
static gboolean write_change(Writing *writing, GError **error)
{
	const AgendaChange *change = writing->change;
	g_autoptr(GError) failure = NULL;
	writing->message = session_new_id("m");
	if ((change->action == AGENDA_CANCEL && !writing->row->arrived) || !post(writing, &failure))
		g_clear_pointer(&writing->message, g_free);
	if (failure && !is_of_this_mail(failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (failure)
		g_warning("an entry in the calendar of %s %s: %s", person_label(writing->settling->person->person),
		          change->action == AGENDA_REQUEST ? "cannot be asked for" : "stays in a calendar as it is", failure->message);
	if (failure && change->action == AGENDA_REQUEST)
		return drop_request(writing, failure, error);
	return store_append(session_store(writing->settling->session), change_event(writing, failure), NULL, error);
}

static gboolean carry_out(Settling *settling, const AgendaChange *change, GError **error)
{
	g_auto(Writing) writing = {
		.settling = settling,
		.change = change,
		.row = change->entry != AGENDA_NO_ENTRY ? settling->rows->pdata[change->entry] : NULL,
	};
	if (!load_cases(&writing, error))
		return FALSE;
	start_event(&writing);
	return withdraw_queued(&writing, error) && write_change(&writing, error);
}

static gboolean settle(Session *session, const char *person, gint64 now, GError **error)
{
	g_auto(Settling) settling = {.session = session, .now = now};
	gint64 since;
	if (!settling_load(&settling, person, error) || !find_policy_since(&settling, &since, error))
		return FALSE;
	AgendaState state = {
		.calendar = settling.calendar,
		.slots = settling.policy->slots,
		.mode = settling.policy->invites,
		.policy_since = since,
		.items = settling.items,
		.entries = settling.entries,
	};
	g_autoptr(AgendaPlan) plan = agenda_decide(&state, now);
	for (guint i = 0; i < plan->changes->len; i++)
		if (!carry_out(&settling, plan->changes->pdata[i], error))
			return FALSE;
	return store_wakeup_set(session_store(session), WAKEUP_CALENDAR, person, plan->look_again, error);
}

/* --- everybody's that is due --- */

static gboolean settle_one(Session *session, const Wakeup *wakeup, gint64 now, GError **error)
{
	return session_end(session, store_begin(session_store(session), error) && settle(session, wakeup->id, now, error), error);
}

gboolean invites_settle(Session *session, gint64 now, GError **error)
{
	return waking_run(session, WAKEUP_CALENDAR, now, settle_one, error);
}
