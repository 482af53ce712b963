/* A hold is one event at its beginning and one at its end; what follows from either stands in the same transaction. Its time is over at `until` however late a pass
 * sees to it, so that nothing depends on when passes are made. */
#include "service/holding.h"

#include "base/error.h"
#include "calendar/moment.h"
#include "people/people.h"
#include "service/closing.h"
#include "service/decision.h"
#include "service/moving.h"
#include "service/opening.h"
#include "service/overview.h"

#include <string.h>

/* An approver holds an invoice no nearer to its due date than so many working days, and one without a due date no longer than so many. */
#define BEFORE_DUE_BD 2
#define WITHOUT_DUE_BD 10

#define FINANCES "invoice %s: finance put it on hold: only finance changes that"

void hold_result_clear(HoldResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
}

/* --- the end --- */

/* What asks for room in a calendar, as against what gives it back. */
static gboolean is_invite(const MessageRow *message)
{
	return !strcmp(message->kind, "invite-request") || !strcmp(message->kind, "invite-update");
}

static gboolean wakes_at_end(const MessageRow *message, gint64 until)
{
	return is_invite(message) && message->next_try == until;
}

static gboolean let_wait(Session *session, const MessageRow *message, gint64 until, gint64 now, GError **error)
{
	Event *event = event_new("message.waits", now, NULL, NULL);
	js_object_set_string(event->data, "message", message->id);
	js_object_set_instant(event->data, "next_try", until);
	return store_append(session_store(session), event, NULL, error);
}

/* Invites that waited for the hold's end wait no more where it came early. */
static gboolean wake_approval(Session *session, const Approval *approval, const HoldRow *hold, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval->id, error);
	for (guint i = 0; messages && hold->until > now && i < messages->len; i++)
		if (wakes_at_end(messages->pdata[i], hold->until) && !let_wait(session, messages->pdata[i], now, now, error))
			return FALSE;
	return messages && store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval->id, now, error);
}

static gboolean wake_pending(Session *session, const HoldRow *hold, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(session), hold->invoice, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && !wake_approval(session, approval, hold, now, error))
			return FALSE;
	}
	return approvals != NULL;
}

/* `person`, `answer`: of who ended it early; NULL. */
static gboolean end_hold(Session *session, const HoldRow *hold, const char *person, const char *answer, gint64 now, GError **error)
{
	Event *event = event_new("invoice.released", now, person, hold->invoice);
	event->cause = hold->seq;
	js_object_set_instant(event->data, "ended", MIN(hold->until, now));
	js_object_set_boolean(event->data, "early", now < hold->until);
	js_object_set_string(event->data, "person", person);
	js_object_set_line(event_private(event), "reason", answer);
	return store_append(session_store(session), event, NULL, error) && moving_deadlines(session, hold->invoice, "hold", now, error) &&
	       wake_pending(session, hold, now, error);
}

/* *hold: the one that lasts at `now`, or NULL; one whose time is over is ended. */
static gboolean find_lasting(Session *session, const char *invoice, gint64 now, HoldRow **hold, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) found = store_hold_lasting(session_store(session), invoice, &failure);
	*hold = NULL;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (found && found->until <= now)
		return end_hold(session, found, NULL, NULL, now, error);
	*hold = g_steal_pointer(&found);
	return TRUE;
}

gboolean holding_settle(Session *session, const char *invoice, gint64 now, gint64 *until, GError **error)
{
	g_autoptr(HoldRow) hold = NULL;
	if (!find_lasting(session, invoice, now, &hold, error))
		return FALSE;
	*until = hold ? hold->until : INSTANT_NONE;
	return TRUE;
}

gboolean holding_end(Session *session, const char *invoice, const char *person, gint64 now, GError **error)
{
	g_autoptr(HoldRow) hold = NULL;
	return find_lasting(session, invoice, now, &hold, error) && (!hold || end_hold(session, hold, person, NULL, now, error));
}

/* --- the beginning --- */

/* Of the message's pending approvals *held are on hold; *until: the earliest end of these. */
static gboolean count_held(Session *session, const char *message, gint64 now, guint *pending, guint *held, gint64 *until, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) carried = store_message_approvals(store, message, error);
	*pending = *held = 0;
	*until = G_MAXINT64;
	for (guint i = 0; carried && i < carried->len; i++) {
		g_autoptr(Approval) approval = store_approval(store, carried->pdata[i], error);
		g_autoptr(GArray) spans = approval ? store_holds(store, approval->invoice, error) : NULL;
		if (!spans)
			return FALSE;
		gint64 end = hold_until(spans, now);
		gboolean is_pending = approval->state == APPROVAL_PENDING;
		*pending += is_pending ? 1 : 0;
		*held += is_pending && end != INSTANT_NONE ? 1 : 0;
		*until = end != INSTANT_NONE ? MIN(*until, end) : *until;
	}
	return carried != NULL;
}

/* A mail that speaks of anything on hold is written anew; an invite, which may speak of a whole day, waits where all that is in it does. */
gboolean holding_stop_message(Session *session, const MessageRow *message, gint64 now, gboolean *stopped, GError **error)
{
	guint pending, held;
	gint64 until;
	gboolean is_mail = message_row_reminds(message);
	*stopped = FALSE;
	if (!is_mail && !is_invite(message))
		return TRUE;
	if (!store_message_has_hold(session_store(session), message->id, stopped, error))
		return FALSE;
	if (!*stopped)
		return TRUE;
	if (!count_held(session, message->id, now, &pending, &held, &until, error))
		return FALSE;
	*stopped = held > 0 && (is_mail || held == pending);
	if (!*stopped)
		return TRUE;
	return is_mail ? closing_withdraw_message(session, message, "on-hold", "other-held", now, error)
	               : let_wait(session, message, until, now, error);
}

static gboolean stop_approval(Session *session, const Approval *approval, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval->id, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		gboolean stopped;
		if (closing_message_waits(messages->pdata[i]) && !holding_stop_message(session, messages->pdata[i], now, &stopped, error))
			return FALSE;
	}
	return messages != NULL;
}

static gboolean stop_queued(Session *session, const char *invoice, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(session), invoice, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && !stop_approval(session, approval, now, error))
			return FALSE;
	}
	return approvals != NULL;
}

gboolean holding_begin(Session *session, Event *held, gint64 until, GError **error)
{
	gint64 now = held->at;
	g_autofree char *invoice = g_strdup(held->invoice);
	js_object_set_instant(held->data, "until", until);
	return store_append(session_store(session), held, NULL, error) && stop_queued(session, invoice, now, error);
}

/* --- who may, and for how long --- */

gint64 holding_latest(Session *session, const InvoiceRow *invoice, const Person *person, gint64 now, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return INSTANT_NONE;
	Calendar *calendar = people_calendar(session, policy, invoice->administration, person);
	gint64 due = opening_anchors(policy, invoice, NULL, calendar, now).at[ANCHOR_DUE];
	return due != INSTANT_NONE ? calendar_add_working_days(calendar, due, -BEFORE_DUE_BD) : calendar_add_working_days(calendar, now, WITHOUT_DUE_BD);
}

gboolean holding_may_replace(const HoldRow *lasting, const Standing *standing, const char *label, GError **error)
{
	if (!lasting || strcmp(lasting->role, "finance") || standing->admin)
		return TRUE;
	error_set(error, ERROR_FORBIDDEN, FINANCES, label);
	return FALSE;
}

typedef struct {
	Session *session;
	const HoldRequest *request;
	HoldResult *result;
	InvoiceRow *invoice;
	Standing standing;
	gint64 now;
} Holding;

static void holding_clear(Holding *holding)
{
	g_clear_pointer(&holding->invoice, invoice_row_free);
	standing_clear(&holding->standing);
}

static gboolean load(Holding *holding, GError **error)
{
	Store *store = session_store(holding->session);
	holding->invoice = store_invoice_find(store, holding->request->invoice, error);
	if (!holding->invoice)
		return FALSE;
	holding->result->invoice = g_strdup(holding->invoice->id);
	holding->result->label = invoice_label(holding->invoice);
	if (holding->invoice->state != INVOICE_OPEN) {
		error_set(error, ERROR_CONFLICT, "invoice %s: it is %s", holding->result->label, invoice_state_name(holding->invoice->state));
		return FALSE;
	}
	return standing_find(holding->session, holding->invoice, holding->request->who, &holding->standing, error);
}

static gboolean parse_until(Holding *holding, GError **error)
{
	const Policy *policy = session_policy(holding->session, NULL, error);
	const char *text = holding->request->until;
	if (!policy)
		return FALSE;
	if (!text) {
		error_set(error, ERROR_USAGE, "invoice %s: a hold needs an end (--until)", holding->request->invoice);
		return FALSE;
	}
	if (!moment_parse(policy_calendar(policy, policy->default_calendar), text, &holding->result->until, error)) {
		g_prefix_error(error, "--until ");
		return FALSE;
	}
	if (holding->result->until > holding->now)
		return TRUE;
	error_set(error, ERROR_USAGE, "--until %s: that is past", text);
	return FALSE;
}

static gboolean lasting_is_finances(const Holding *holding, gboolean *is, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(holding->session), holding->invoice->id, &failure);
	*is = hold && hold->until > holding->now && !strcmp(hold->role, "finance");
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

static void refuse_length(const Holding *holding, gint64 latest, GError **error)
{
	g_autofree char *when = overview_time(holding->session, latest);
	g_autofree char *utc = instant_format(latest);
	if (latest > holding->now)
		error_set(error, ERROR_FORBIDDEN, "invoice %s: %s may hold it until %s (%s) at the latest; finance may for longer", holding->result->label,
		          holding->request->who, when, utc);
	else
		error_set(error, ERROR_FORBIDDEN, "invoice %s: %s may hold it no more: the latest possible was %s (%s), two working days before it is due; finance may",
		          holding->result->label, holding->request->who, when, utc);
}

/* One who is asked needs no directory, as long as the hold is not too long for them. */
static gboolean find_right_to_hold(Holding *holding, GError **error)
{
	gboolean finances;
	gint64 latest = INSTANT_NONE;
	if (!lasting_is_finances(holding, &finances, error))
		return FALSE;
	if (holding->standing.asked) {
		latest = holding_latest(holding->session, holding->invoice, holding->standing.known->person, holding->now, error);
		if (latest == INSTANT_NONE)
			return FALSE;
		if (holding->result->until <= latest && !finances)
			return TRUE;
	}
	g_autoptr(GError) failure = NULL;
	if (standing_be_finance(holding->session, holding->invoice, holding->request->who, &holding->standing, &failure))
		return TRUE;
	if (error_kind(failure) == ERROR_FORBIDDEN && holding->standing.asked && holding->result->until > latest)
		refuse_length(holding, latest, error);
	else if (error_kind(failure) == ERROR_FORBIDDEN && finances)
		error_set(error, ERROR_FORBIDDEN, FINANCES, holding->result->label);
	else
		g_propagate_prefixed_error(error, g_steal_pointer(&failure), "invoice %s: ", holding->result->label);
	return FALSE;
}

static Event *held_event(const Holding *holding, const char *person)
{
	Event *event = event_new("invoice.held", holding->now, person, holding->invoice->id);
	js_object_set_string(event->data, "kind", "hold");
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event->data, "role", standing_role(&holding->standing));
	js_object_set_line(event_private(event), "reason", holding->request->reason);
	return event;
}

static gboolean write_hold(Holding *holding, GError **error)
{
	g_autoptr(HoldRow) lasting = NULL;
	g_autofree char *person = NULL;
	const char *invoice = holding->invoice->id;
	if (!find_lasting(holding->session, invoice, holding->now, &lasting, error) ||
	    !holding_may_replace(lasting, &holding->standing, holding->result->label, error) ||
	    !(person = standing_record(holding->session, &holding->standing, holding->now, error)))
		return FALSE;
	return (!lasting || end_hold(holding->session, lasting, person, NULL, holding->now, error)) &&
	       holding_begin(holding->session, held_event(holding, person), holding->result->until, error);
}

static gboolean hold(Holding *holding, GError **error)
{
	if (!holding->request->reason || !*holding->request->reason) {
		error_set(error, ERROR_USAGE, "invoice %s: a hold needs a reason (--reason)", holding->request->invoice);
		return FALSE;
	}
	if (!parse_until(holding, error) || !load(holding, error) || !find_right_to_hold(holding, error))
		return FALSE;
	gboolean ok = store_begin(session_store(holding->session), error) && write_hold(holding, error);
	return session_end(holding->session, ok, error);
}

gboolean holding_hold(Session *session, const HoldRequest *request, HoldResult *result, GError **error)
{
	Holding holding = {.session = session, .request = request, .result = result, .now = session_now(session)};
	gboolean held = hold(&holding, error);
	holding_clear(&holding);
	return held;
}

/* --- release --- */

/* The requester to whom a question went knows the answer. */
static gboolean was_asked_as_requester(const Holding *holding, const HoldRow *hold)
{
	const char *requester = holding->invoice->facts->requester;
	const Person *person = holding->standing.known ? holding->standing.known->person : NULL;
	if (!person || !requester || g_strcmp0(hold->asked, "requester"))
		return FALSE;
	return !g_ascii_strcasecmp(requester, person->uid ? person->uid : "") || !g_ascii_strcasecmp(requester, person->mail ? person->mail : "");
}

static gboolean find_right_to_release(Holding *holding, const HoldRow *hold, GError **error)
{
	gboolean finances = !strcmp(hold->role, "finance");
	if (was_asked_as_requester(holding, hold) || (holding->standing.asked && !finances))
		return TRUE;
	if (standing_be_finance(holding->session, holding->invoice, holding->request->who, &holding->standing, error))
		return TRUE;
	g_prefix_error(error, "invoice %s: %s: ", holding->result->label, finances ? "finance put it on hold" : "nobody asks for their approval");
	return FALSE;
}

static gboolean not_on_hold(const Holding *holding, GError **error)
{
	error_set(error, ERROR_CONFLICT, "invoice %s: it is not on hold", holding->result->label);
	return FALSE;
}

static gboolean write_release(Holding *holding, gint64 seq, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(holding->session), holding->invoice->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!hold || hold->seq != seq)
		return not_on_hold(holding, error);
	holding->result->until = MIN(hold->until, holding->now);
	holding->result->ended_before = hold->until <= holding->now;
	g_autofree char *person = standing_record(holding->session, &holding->standing, holding->now, error);
	return person && end_hold(holding->session, hold, holding->result->ended_before ? NULL : person, holding->request->reason, holding->now, error);
}

static gboolean release(Holding *holding, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (!load(holding, error))
		return FALSE;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(holding->session), holding->invoice->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!hold)
		return not_on_hold(holding, error);
	if (!find_right_to_release(holding, hold, error))
		return FALSE;
	gboolean ok = store_begin(session_store(holding->session), error) && write_release(holding, hold->seq, error);
	return session_end(holding->session, ok, error);
}

gboolean holding_release(Session *session, const HoldRequest *request, HoldResult *result, GError **error)
{
	Holding holding = {.session = session, .request = request, .result = result, .now = session_now(session)};
	gboolean released = release(&holding, error);
	holding_clear(&holding);
	return released;
}
