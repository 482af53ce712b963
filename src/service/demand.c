/* What is wanted is recorded as planned; the next pass sends it as it sends any other, counted and merged like these. */
#include "service/demand.h"

#include "base/error.h"
#include "domain/administration.h"
#include "domain/reminder.h"
#include "mail/allow_list.h"
#include "people/absences.h"
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
	g_clear_pointer(&result->unable, g_free);
}

typedef struct {
	Session *session;
	const Policy *policy;
	const InvoiceRow *invoice;
	const Approval *approval;
	GPtrArray *reminders; /* of ReminderRow: the approval's */
	const AllowList *allowed; /* NULL: everybody may be written to, or nobody */
	gboolean nobody_allowed;
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

/* Nothing goes to who is absent, or counts as gone or unusable: to ask for it would promise what does not come. */
static gboolean is_able(const Demand *demand, const PersonRow *row, gboolean *able, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean away;
	if (!absences_is_away(demand->session, row->person, demand->now, &away, error))
		return FALSE;
	g_autoptr(SightingRow) sighting = store_sighting(session_store(demand->session), row->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*able = !away && !(sighting && sighting->lost != INSTANT_NONE);
	return TRUE;
}

static void note_unable(DemandResult *result, const Person *person)
{
	const char *name = person_label(person);
	char *names = result->unable ? g_strdup_printf("%s, %s", result->unable, name) : g_strdup(name);
	g_free(result->unable);
	result->unable = names;
}

static gboolean is_held_back(const Demand *demand, const Person *person)
{
	const char *redirect = session_settings(demand->session)->redirect_all_to;
	return demand->nobody_allowed || (demand->allowed && !allow_list_has(demand->allowed, redirect ? redirect : person->mail ? person->mail : ""));
}

static gboolean plan_one(const Demand *demand, const PersonRow *row, GError **error)
{
	Calendar *calendar = people_calendar(demand->session, demand->policy, demand->invoice->administration, row->person);
	gint64 fires = calendar_next_work(calendar, demand->now);
	note_first(demand->result, fires);
	demand->result->asked++;
	demand->result->withheld += is_held_back(demand, row->person) ? 1 : 0;
	const ManualReminder manual = {demand->approval->id, row->id, "mail", fires};
	Event *event = reminder_manual(&manual, demand->reminders, demand->now, demand->actor, demand->invoice->id);
	return store_append(session_store(demand->session), event, NULL, error);
}

static gboolean want(const Demand *demand, const char *person, GError **error)
{
	gboolean waits, able;
	g_autoptr(PersonRow) row = store_person(session_store(demand->session), person, error);
	if (!row || !is_able(demand, row, &able, error))
		return FALSE;
	if (!able) {
		note_unable(demand->result, row->person);
		return TRUE;
	}
	if (!find_waiting(demand, person, &waits, error))
		return FALSE;
	demand->result->waiting += waits ? 1 : 0;
	return waits || plan_one(demand, row, error);
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

static void refuse_nobody(const Demand *demand, GError **error)
{
	const InvoiceRow *invoice = demand->invoice;
	if (demand->result->unable)
		error_set(error, ERROR_CONFLICT, "invoice %s: nobody is reminded: absent, or not to be reached: %s", demand->result->label, demand->result->unable);
	else
		error_set(error, ERROR_CONFLICT, "invoice %s: %s", demand->result->label,
		          invoice->stuck   ? "it is stuck, and nobody is asked: \"akkoord explain\" says why"
		          : invoice->waits ? "nobody is asked before it is booked"
		                           : "nobody is asked yet");
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
		refuse_nobody(demand, error);
	return approvals && (demand->result->asked || demand->result->waiting);
}

static gboolean may_be_reminded(const Demand *demand, GError **error)
{
	gint64 until;
	if (demand->invoice->state != INVOICE_OPEN) {
		error_set(error, ERROR_CONFLICT, "invoice %s: it is %s", demand->result->label, invoice_state_name(demand->invoice->state));
		return FALSE;
	}
	if (!administration_reminds(demand->policy, demand->invoice->administration)) {
		error_set(error, ERROR_CONFLICT, "invoice %s: administration %s has reminders switched off", demand->result->label, demand->invoice->administration);
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

/* A list that cannot be read lets nobody through; the sender says why. */
static AllowList *read_allowed(const Demand *demand, gboolean *nobody)
{
	const char *path = session_settings(demand->session)->mail_allow_list;
	AllowList *list = path ? allow_list_read(path, NULL) : NULL;
	*nobody = path && !list;
	return list;
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
	g_autoptr(AllowList) allowed = read_allowed(demand, &demand->nobody_allowed);
	demand->actor = actor;
	demand->allowed = allowed;
	return may_be_reminded(demand, error) && want_for_all(demand, error) && store_paused(store, &demand->result->paused, NULL, error);
}

gboolean demand_remind(Session *session, const char *reference, const char *who, DemandResult *result, GError **error)
{
	Demand demand = {.session = session, .now = session_now(session), .result = result};
	result->first = INSTANT_NONE;
	return session_end(session, store_begin(session_store(session), error) && demand_in_transaction(&demand, reference, who, error), error);
}
