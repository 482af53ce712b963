/* Reading is done once, so that what is played by two policies is the same record. */
#include "rehearse/rehearsing_record.h"
#include "service/remind_case.h"

#include "base/error.h"
#include "domain/administration.h"
#include "domain/anchors.h"
#include "domain/route.h"
#include "service/reminding.h"

#include <string.h>

/* An approval of the open stage. Persons are named by their directory ids. */
typedef struct {
	Approval *approval;
	const Person *person;
	const char *decider; /* directory id, interned; NULL */
	GArray *beside;        /* of RehearsedBeside */
	GArray *reminders;     /* of Reminder; those planned without a calendar */
	GPtrArray *actions;    /* of RungActionRow */
	GPtrArray *planned;    /* of const Person *: who the planned reminders are for, in that order */
	GPtrArray *invited;    /* of const char *, interned */
	gint64 fair_from;
	GHashTable *since;     /* rung (interned) -> gint64 *: when the policy in force first held it; NULL: none is younger than the approval */
} RecordedTask;

typedef struct {
	Session *session;
	const PeopleSource *people;
	GHashTable *known; /* opaque id -> Person */
	GPtrArray *ids;    /* of char *: the open invoices */
	GHashTable *open;  /* the same, borrowed, as a set */
	GHashTable *invited; /* opaque id -> set of approvals */
} Loading;

static void task_free(gpointer data)
{
	RecordedTask *task = data;
	approval_free(task->approval);
	g_clear_pointer(&task->beside, g_array_unref);
	g_clear_pointer(&task->reminders, g_array_unref);
	g_clear_pointer(&task->planned, g_ptr_array_unref);
	g_clear_pointer(&task->actions, g_ptr_array_unref);
	g_clear_pointer(&task->invited, g_ptr_array_unref);
	g_clear_pointer(&task->since, g_hash_table_unref);
	g_free(task);
}

static void invoice_free(gpointer data)
{
	RecordedInvoice *invoice = data;
	g_free(invoice->label);
	invoice_row_free(invoice->row);
	g_clear_pointer(&invoice->stages, g_ptr_array_unref);
	g_clear_pointer(&invoice->held, g_array_unref);
	g_clear_pointer(&invoice->approved, g_array_unref);
	g_clear_pointer(&invoice->others, g_array_unref);
	g_clear_pointer(&invoice->supplier, g_ptr_array_unref);
	g_clear_pointer(&invoice->tasks, g_ptr_array_unref);
	g_free(invoice);
}

char *rehearsing_label(const InvoiceFacts *facts)
{
	return g_strdup_printf("%s/%s", facts->supplier.name ? facts->supplier.name : "?", facts->number ? facts->number : "?");
}

/* --- people --- */

/* Somebody of the record, borrowed; they are looked up again as a pass does. */
static const Person *find_person(Loading *loading, const char *id, GError **error)
{
	Person *known = g_hash_table_lookup(loading->known, id);
	if (known)
		return known;
	g_autoptr(PersonRow) row = store_person(session_store(loading->session), id, error);
	if (!row)
		return NULL;
	const PeopleSource *source = loading->people;
	g_autoptr(GPtrArray) again = NULL;
	const char *directory_id = row->person->directory_id;
	if (directory_id && !g_str_has_prefix(directory_id, "mail:") && !source->again(source->user_data, directory_id, &again, NULL, error))
		return NULL;
	known = person_copy(again && again->len ? again->pdata[0] : row->person);
	if (!known->directory_id)
		known->directory_id = g_strdup(id); /* erased */
	g_hash_table_insert(loading->known, g_strdup(id), known);
	return known;
}

static const char *find_id(Loading *loading, const char *id, GError **error)
{
	const Person *person = find_person(loading, id, error);
	return person ? g_intern_string(person->directory_id) : NULL;
}

/* --- one approval --- */

/* The approvals for which an entry stands in that person's calendar, or is owed: a set of their ids, borrowed. */
static GHashTable *find_invited(Loading *loading, const char *person, GError **error)
{
	GHashTable *invited = g_hash_table_lookup(loading->invited, person);
	if (invited)
		return invited;
	g_autoptr(GPtrArray) rows = store_invited(session_store(loading->session), person, error);
	if (!rows)
		return NULL;
	invited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const InvitedRow *row = rows->pdata[i];
		if (row->ended == INSTANT_NONE)
			g_hash_table_add(invited, g_strdup(row->approval));
	}
	g_hash_table_insert(loading->invited, g_strdup(person), invited);
	return invited;
}

static gboolean note_invited(Loading *loading, RecordedTask *task, const ReminderRow *row, const Reminder *reminder, GError **error)
{
	if (reminder->channel != SEND_INVITE || reminder->state != REMINDER_CLAIMED)
		return TRUE;
	GHashTable *invited = find_invited(loading, row->person, error);
	if (invited && g_hash_table_contains(invited, task->approval->id) && !g_ptr_array_find(task->invited, reminder->person, NULL))
		g_ptr_array_add(task->invited, (gpointer)reminder->person);
	return invited != NULL;
}

static gboolean load_reminders(Loading *loading, RecordedTask *task, GError **error)
{
	g_autoptr(GPtrArray) rows = store_reminders(session_store(loading->session), task->approval->id, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		const ReminderRow *row = rows->pdata[i];
		const Person *person = find_person(loading, row->person, error);
		if (!person)
			return FALSE;
		const Reminder reminder = reminder_from_row(row, g_intern_string(person->directory_id));
		g_array_append_val(task->reminders, reminder);
		if (reminder.state == REMINDER_PLANNED)
			g_ptr_array_add(task->planned, (gpointer)person);
		if (!note_invited(loading, task, row, &reminder, error))
			return FALSE;
	}
	return rows != NULL;
}

static void note_since(RecordedTask *task, const Ladder *ladder, const GArray *since)
{
	task->since = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = ladder->rungs->pdata[i];
		gint64 at = since ? g_array_index(since, gint64, i) : 0;
		g_hash_table_insert(task->since, (gpointer)g_intern_string(rung->name), g_memdup2(&at, sizeof at));
	}
}

static gboolean load_beside(Loading *loading, RecordedTask *task, GError **error)
{
	g_autoptr(GPtrArray) rows = store_asked(session_store(loading->session), task->approval->id, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		const AskedRow *row = rows->pdata[i];
		const RehearsedBeside beside = {
			.person = row->ended == INSTANT_NONE ? find_person(loading, row->person, error) : task->person,
			.since = row->since,
			.deputy = !strcmp(row->how, "deputy"),
			.rung = g_intern_string(row->rung),
			.occurrence = row->occurrence,
		};
		if (!beside.person)
			return FALSE;
		if (row->ended == INSTANT_NONE)
			g_array_append_val(task->beside, beside);
	}
	return rows != NULL;
}

/* What is claimed and still on its way counts as if it arrived now. */
static gboolean was_told(const RecordedTask *task)
{
	for (guint i = 0; i < task->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(task->reminders, Reminder, i);
		if (reminder->state == REMINDER_CLAIMED && reminder->channel != SEND_INVITE && reminder->person == g_intern_string(task->person->directory_id))
			return TRUE;
	}
	return FALSE;
}

/* Who is asked, since when, and how the policy in force has the ladder; a ladder that is gone from it has nothing to say. */
static gboolean load_case(Loading *loading, RecordedTask *task, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(ApprovalCase) about = approval_case_load(loading->session, task->approval->id, error);
	if (!about)
		return FALSE;
	g_autoptr(RemindCase) remind_case = remind_case_load(loading->session, about, session_now(loading->session), &failure);
	if (!remind_case && error_kind(failure) != ERROR_CONFIG) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	task->fair_from = remind_case ? remind_case->state.fair_from : INSTANT_NONE;
	if (task->fair_from == INSTANT_NONE && was_told(task))
		task->fair_from = session_now(loading->session);
	if (remind_case)
		note_since(task, remind_case->state.ladder, remind_case->state.since);
	return TRUE;
}

static gboolean load_pending(Loading *loading, RecordedTask *task, GError **error)
{
	task->actions = store_rung_actions(session_store(loading->session), task->approval->id, error);
	return task->actions && load_reminders(loading, task, error) && load_beside(loading, task, error) &&
	       load_case(loading, task, error);
}

static RecordedTask *load_task(Loading *loading, Approval *approval, GError **error)
{
	RecordedTask *task = g_new0(RecordedTask, 1);
	task->approval = approval;
	task->beside = g_array_new(FALSE, FALSE, sizeof(RehearsedBeside));
	task->reminders = g_array_new(FALSE, FALSE, sizeof(Reminder));
	task->planned = g_ptr_array_new();
	task->invited = g_ptr_array_new();
	task->fair_from = INSTANT_NONE;
	task->person = find_person(loading, approval->person, error);
	if (task->person && approval->decider && !(task->decider = find_id(loading, approval->decider, error)))
		task->person = NULL;
	if (task->person && (approval->state != APPROVAL_PENDING || load_pending(loading, task, error)))
		return task;
	task_free(task);
	return NULL;
}

/* --- one invoice --- */

static const Stage *open_stage(const RecordedInvoice *invoice)
{
	const Stage *last = invoice->stages->len ? invoice->stages->pdata[invoice->stages->len - 1] : NULL;
	return last && last->closed == INSTANT_NONE ? last : NULL;
}

static gboolean load_tasks(Loading *loading, RecordedInvoice *invoice, GPtrArray *approvals, GError **error)
{
	const Stage *stage = open_stage(invoice);
	for (guint i = 0; stage && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->stage != stage->ordinal)
			continue;
		Approval *own = store_approval(session_store(loading->session), approval->id, error);
		RecordedTask *task = own ? load_task(loading, own, error) : NULL;
		if (!task)
			return FALSE;
		g_ptr_array_add(invoice->tasks, task);
	}
	return TRUE;
}

static const Approval *approval_called(const GPtrArray *approvals, const char *id)
{
	for (guint i = 0; i < approvals->len; i++)
		if (!g_strcmp0(((const Approval *)approvals->pdata[i])->id, id))
			return approvals->pdata[i];
	return NULL;
}

static const Stage *stage_called(const RecordedInvoice *invoice, int ordinal)
{
	for (guint i = 0; i < invoice->stages->len; i++)
		if (((const Stage *)invoice->stages->pdata[i])->ordinal == ordinal)
			return invoice->stages->pdata[i];
	return NULL;
}

/* A chain that starts anew counts from the next stage on. */
static int began_of(const RecordedInvoice *invoice)
{
	return invoice->row->chain ? invoice->row->began : G_MAXINT;
}

static void find_place(RecordedInvoice *invoice)
{
	const Stage *open = open_stage(invoice);
	if (!open) {
		stage_next(invoice->stages, began_of(invoice), &invoice->ordinal, &invoice->position);
		return;
	}
	invoice->ordinal = open->ordinal;
	invoice->position = open->position;
}

/* As approvers_before() has it. */
static gboolean load_approved(Loading *loading, RecordedInvoice *invoice, const GPtrArray *approvals, GError **error)
{
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(loading->session), invoice->row->id, error);
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		const Approval *approval = approval_called(approvals, decision->approval);
		const Stage *stage = approval ? stage_called(invoice, approval->stage) : NULL;
		if (!stage || !decision->person || g_strcmp0(decision->decision, "approve") || !stage_counts_before(invoice->stages, began_of(invoice), stage, invoice->position))
			continue;
		const ApprovedBy approved = {stage->position, find_id(loading, decision->person, error)};
		if (!approved.id)
			return FALSE;
		g_array_append_val(invoice->approved, approved);
	}
	return decisions != NULL;
}

/* As it was when it was routed, for where the policy rehearsed has it no more. */
static gboolean load_chain(Loading *loading, RecordedInvoice *invoice, GError **error)
{
	const InvoiceRow *row = invoice->row;
	const Policy *routed = row->chain ? session_policy_at(loading->session, row->policy_version, error) : NULL;
	invoice->chain = routed ? policy_chain(routed, row->chain) : NULL;
	return routed || !row->chain;
}

/* What chains may ask of them; those that are open are in the rehearsal. */
static gboolean load_supplier(Loading *loading, RecordedInvoice *invoice, GError **error)
{
	const InvoiceRow *row = invoice->row;
	if (row->chain || !row->supplier_key)
		return TRUE;
	invoice->others = g_array_new(FALSE, FALSE, sizeof(RouteOther));
	invoice->supplier = store_supplier_invoices(session_store(loading->session), row->supplier_key, row->id, 0, row->received, error);
	for (guint i = 0; invoice->supplier && i < invoice->supplier->len; i++) {
		const SupplierInvoice *other = invoice->supplier->pdata[i];
		const RouteOther known = {other->id, other->received, other->amount};
		if (!g_hash_table_contains(loading->open, other->id))
			g_array_append_val(invoice->others, known);
	}
	return invoice->supplier != NULL;
}

static gboolean load_course(Loading *loading, RecordedInvoice *invoice, GPtrArray *approvals, GError **error)
{
	find_place(invoice);
	return load_tasks(loading, invoice, approvals, error) && load_approved(loading, invoice, approvals, error);
}

static RecordedInvoice *load_invoice(Loading *loading, const char *id, GError **error)
{
	Store *store = session_store(loading->session);
	RecordedInvoice *invoice = g_new0(RecordedInvoice, 1);
	invoice->approved = g_array_new(FALSE, FALSE, sizeof(ApprovedBy));
	invoice->tasks = g_ptr_array_new_with_free_func(task_free);
	invoice->row = store_invoice(store, id, error);
	invoice->label = invoice->row ? rehearsing_label(invoice->row->facts) : NULL;
	invoice->stages = invoice->row ? store_stages(store, id, error) : NULL;
	invoice->held = invoice->stages ? store_holds(store, id, error) : NULL;
	g_autoptr(GPtrArray) approvals = invoice->held ? store_approvals(store, id, error) : NULL;
	if (approvals && load_chain(loading, invoice, error) && load_supplier(loading, invoice, error) && load_course(loading, invoice, approvals, error))
		return invoice;
	invoice_free(invoice);
	return NULL;
}

static gboolean note_invoice(const InvoiceRow *row, gpointer user_data)
{
	Loading *loading = user_data;
	char *id = g_strdup(row->id);
	g_ptr_array_add(loading->ids, id);
	g_hash_table_add(loading->open, id);
	return TRUE;
}

/* What a rehearsal borrows of one invoice. */
typedef struct {
	GPtrArray *approvals; /* of RehearsedApproval */
	GPtrArray *since;     /* of GArray */
} Lent;

static void lent_free(gpointer data)
{
	Lent *lent = data;
	g_ptr_array_unref(lent->approvals);
	g_ptr_array_unref(lent->since);
	g_free(lent);
}

void rehearsing_record_free(RehearsingRecord *record)
{
	if (!record)
		return;
	g_ptr_array_unref(record->invoices);
	g_ptr_array_unref(record->lent);
	g_hash_table_unref(record->people);
	g_free(record);
}

RehearsingRecord *rehearsing_record_load(Session *session, const PeopleSource *people, GError **error)
{
	g_autoptr(RehearsingRecord) record = g_new0(RehearsingRecord, 1);
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	record->invoices = g_ptr_array_new_with_free_func(invoice_free);
	record->lent = g_ptr_array_new_with_free_func(lent_free);
	record->people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)person_free);
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) invited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
	Loading loading = {session, people, record->people, ids, set, invited};
	const InvoiceFilter open = {.only_open = TRUE};
	if (!store_invoices(session_store(session), &open, note_invoice, &loading, error))
		return NULL;
	for (guint i = 0; i < ids->len; i++) {
		RecordedInvoice *invoice = load_invoice(&loading, ids->pdata[i], error);
		if (!invoice)
			return NULL;
		g_ptr_array_add(record->invoices, invoice);
	}
	return g_steal_pointer(&record);
}

/* --- into a rehearsal --- */

typedef struct {
	Rehearsal *rehearsal;
	const Policy *policy;
	gint64 from;
	const RecordedInvoice *invoice;
	const Administration *administration;
	const Ladder *ladder; /* of the open stage; NULL: there is none, or the policy has it not */
	Lent *lent;
} Adding;

/* What waits goes by the dates and slots of this policy, as it will at the next pass. */
static void follow_dates(const Adding *adding, const RecordedTask *task, Reminder *planned)
{
	guint place;
	const Rung *rung = adding->ladder ? ladder_rung(adding->ladder, planned->rung, &place) : NULL;
	if (!rung)
		return;
	Calendar *calendar = rehearsal_calendar(adding->rehearsal, adding->administration, task->person);
	Anchors anchors = anchors_of(adding->policy, adding->invoice->row->facts, adding->invoice->row->received, adding->invoice->held, calendar, task->approval->start);
	anchors.at[ANCHOR_DEADLINE] = task->approval->deadline;
	const gint64 unrolled = rung_unrolled(rung, calendar, &anchors, planned->occurrence);
	if (unrolled == INSTANT_NONE)
		return;
	planned->unrolled = unrolled;
	planned->fires = rung_fires(rung, planned->calendar, adding->policy->slots, unrolled);
}

static RemindHistory *history_of(const Adding *adding, const RecordedTask *task)
{
	RemindHistory *history = remind_history_new();
	guint planned = 0;
	for (guint i = 0; i < task->reminders->len; i++) {
		Reminder reminder = g_array_index(task->reminders, Reminder, i);
		if (reminder.state == REMINDER_PLANNED) {
			reminder.calendar = rehearsal_calendar(adding->rehearsal, adding->administration, task->planned->pdata[planned++]);
			follow_dates(adding, task, &reminder);
		}
		remind_history_add(history, &reminder);
	}
	for (guint i = 0; i < task->actions->len; i++) {
		const RungActionRow *action = task->actions->pdata[i];
		remind_history_acted(history, action->rung, action->occurrence);
	}
	return history;
}

/* A rung that the policy in force has not counts from when the other is applied. */
static const GArray *since_of(const Adding *adding, const RecordedTask *task)
{
	GArray *since = g_array_new(FALSE, TRUE, sizeof(gint64));
	g_ptr_array_add(adding->lent->since, since);
	for (guint i = 0; i < adding->ladder->rungs->len; i++) {
		const Rung *rung = adding->ladder->rungs->pdata[i];
		const gint64 *known = task->since ? g_hash_table_lookup(task->since, g_intern_string(rung->name)) : NULL;
		const gint64 at = known ? *known : adding->from;
		g_array_append_val(since, at);
	}
	return since;
}

static void lend_approval(const Adding *adding, const RecordedTask *task)
{
	const gboolean pending = task->approval->state == APPROVAL_PENDING;
	const RehearsedApproval approval = {
		.id = task->approval->id,
		.person = task->person,
		.group = task->approval->group,
		.centre = task->approval->centre,
		.state = task->approval->state,
		.decider = task->decider,
		.replaces = task->approval->replaces,
		.start = task->approval->start,
		.deadline = task->approval->deadline,
		.beside = task->beside,
		.history = pending ? history_of(adding, task) : NULL,
		.fair_from = task->fair_from,
		.invited = task->invited,
		.since = pending && adding->ladder ? since_of(adding, task) : NULL,
	};
	g_ptr_array_add(adding->lent->approvals, g_memdup2(&approval, sizeof approval));
}

static const Administration *administration_of(const Adding *adding)
{
	const InvoiceRow *row = adding->invoice->row;
	if (!row->chain)
		return administration_find(adding->policy, row->facts, row->via, NULL);
	return row->administration ? policy_administration(adding->policy, row->administration) : NULL;
}

static const Chain *chain_of(const Adding *adding)
{
	const Chain *current = adding->invoice->row->chain ? policy_chain(adding->policy, adding->invoice->row->chain) : NULL;
	return current ? current : adding->invoice->chain;
}

static void add_invoice(Adding *adding)
{
	const RecordedInvoice *invoice = adding->invoice;
	const Stage *stage = open_stage(invoice);
	adding->administration = administration_of(adding);
	adding->ladder = stage && stage->ladder ? policy_ladder(adding->policy, stage->ladder) : NULL;
	for (guint i = 0; i < invoice->tasks->len; i++)
		lend_approval(adding, invoice->tasks->pdata[i]);
	const RehearsedInvoice rehearsed = {
		.label = invoice->label,
		.facts = invoice->row->facts,
		.received = invoice->row->received,
		.opens = invoice->row->opens,
		.booked = invoice->row->booked,
		.administration = adding->administration,
		.others = invoice->others,
		.held = invoice->held,
		.chain = chain_of(adding),
		.ordinal = invoice->ordinal,
		.position = invoice->position,
		.stage = stage,
		.approvals = stage ? adding->lent->approvals : NULL,
		.approved = invoice->approved,
	};
	rehearsal_add(adding->rehearsal, &rehearsed);
}

void rehearsing_record_add(const RehearsingRecord *record, Rehearsal *rehearsal, const Policy *policy, gint64 from)
{
	for (guint i = 0; i < record->invoices->len; i++) {
		Adding adding = {.rehearsal = rehearsal, .policy = policy, .from = from, .invoice = record->invoices->pdata[i], .lent = g_new0(Lent, 1)};
		adding.lent->approvals = g_ptr_array_new_with_free_func(g_free);
		adding.lent->since = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
		g_ptr_array_add(record->lent, adding.lent);
		add_invoice(&adding);
	}
}
