/* What is wanted is recorded as planned; the next pass sends it as it sends any other, counted and merged like these. */
#include "service/demand.h"

#include "base/error.h"
#include "domain/reminder.h"
#include "people/people.h"
#include "service/decision.h"
#include "service/holding.h"
#include "service/overview.h"
#include "service/reminder_event.h"

#include <string.h>

void demand_result_clear(DemandResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
}

typedef struct {
	Session *session;
	const Policy *policy;
	const InvoiceRow *invoice;
	const Approval *approval;
	GPtrArray *reminders; /* of ReminderRow: the approval's */
	char *actor;
	gint64 now;
	DemandResult *result;
} Demand;

static void note_first(DemandResult *result, gint64 instant)
{
	result->first = result->first == INSTANT_NONE ? instant : MIN(result->first, instant);
}

/* *waits: one was wanted for them before and did not leave yet. */
static gboolean find_waiting(const Demand *demand, const char *person, gboolean *waits, GError **error)
{
	*waits = FALSE;
	for (guint i = 0; i < demand->reminders->len && !*waits; i++) {
		const ReminderRow *row = demand->reminders->pdata[i];
		if (strcmp(row->rung, RUNG_MANUAL) || strcmp(row->person, person))
			continue;
		*waits = !strcmp(row->state, "planned");
		g_autoptr(GError) unwritten = NULL;
		g_autoptr(MessageRow) message = row->message ? store_message(session_store(demand->session), row->message, &unwritten) : NULL;
		if (unwritten && error_kind(unwritten) != ERROR_NOT_FOUND) {
			g_propagate_error(error, g_steal_pointer(&unwritten));
			return FALSE;
		}
		*waits |= row->message && (!message || message->next_try != INSTANT_NONE);
		if (*waits)
			note_first(demand->result, MAX(row->fires, demand->now));
	}
	return TRUE;
}

static gboolean plan_one(const Demand *demand, const char *person, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(demand->session), person, error);
	if (!row)
		return FALSE;
	Calendar *calendar = people_calendar(demand->session, demand->policy, demand->invoice->administration, row->person);
	gint64 fires = calendar_next_work(calendar, demand->now);
	note_first(demand->result, fires);
	demand->result->asked++;
	const ManualReminder manual = {demand->approval->id, person, "mail", fires};
	Event *event = reminder_manual(&manual, demand->reminders, demand->now, demand->actor, demand->invoice->id);
	return store_append(session_store(demand->session), event, NULL, error);
}

static gboolean want(const Demand *demand, const char *person, GError **error)
{
	gboolean waits;
	if (!find_waiting(demand, person, &waits, error))
		return FALSE;
	demand->result->waiting += waits ? 1 : 0;
	return waits || plan_one(demand, person, error);
}

static gboolean want_for_approval(Demand *demand, const Approval *approval, GError **error)
{
	Store *store = session_store(demand->session);
	g_autoptr(GPtrArray) reminders = store_reminders(store, approval->id, error);
	g_autoptr(GPtrArray) asked = reminders ? store_asked(store, approval->id, error) : NULL;
	if (!asked)
		return FALSE;
	demand->approval = approval;
	demand->reminders = reminders;
	if (!want(demand, approval->person, error))
		return FALSE;
	for (guint i = 0; i < asked->len; i++) {
		const AskedRow *row = asked->pdata[i];
		if (row->ended == INSTANT_NONE && !want(demand, row->person, error))
			return FALSE;
	}
	return store_wakeup_set(store, WAKEUP_APPROVAL, approval->id, demand->now, error);
}

static gboolean want_for_all(Demand *demand, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(demand->session), demand->invoice->id, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && !want_for_approval(demand, approval, error))
			return FALSE;
	}
	if (approvals && !demand->result->asked && !demand->result->waiting)
		error_set(error, ERROR_CONFLICT, "invoice %s: nobody is asked yet", demand->result->label);
	return approvals && (demand->result->asked || demand->result->waiting);
}

static gboolean may_be_reminded(const Demand *demand, GError **error)
{
	gint64 until;
	if (demand->invoice->state != INVOICE_OPEN) {
		error_set(error, ERROR_CONFLICT, "invoice %s: it is %s", demand->result->label, invoice_state_name(demand->invoice->state));
		return FALSE;
	}
	if (!holding_settle(demand->session, demand->invoice->id, demand->now, &until, error))
		return FALSE;
	if (until == INSTANT_NONE)
		return TRUE;
	g_autofree char *when = overview_time(demand->session, until);
	error_set(error, ERROR_CONFLICT, "invoice %s: it is on hold until %s", demand->result->label, when);
	return FALSE;
}

static gboolean demand_in_transaction(Demand *demand, const char *reference, const char *who, GError **error)
{
	Store *store = session_store(demand->session);
	g_autoptr(GError) failure = NULL;
	g_autoptr(InvoiceRow) invoice = store_invoice_find(store, reference, error);
	demand->policy = invoice ? session_policy(demand->session, NULL, error) : NULL;
	if (!demand->policy)
		return FALSE;
	demand->invoice = invoice;
	demand->result->invoice = g_strdup(invoice->id);
	demand->result->label = invoice_label(invoice);
	g_autoptr(PersonRow) person = store_person_by_name(store, who, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autofree char *actor = g_strdup(person ? person->id : "cli");
	demand->actor = actor;
	return may_be_reminded(demand, error) && want_for_all(demand, error) && store_paused(store, &demand->result->paused, NULL, error);
}

gboolean demand_remind(Session *session, const char *reference, const char *who, DemandResult *result, GError **error)
{
	Demand demand = {.session = session, .now = session_now(session), .result = result};
	result->first = INSTANT_NONE;
	return session_end(session, store_begin(session_store(session), error) && demand_in_transaction(&demand, reference, who, error), error);
}
