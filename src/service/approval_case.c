/* Gathers what stands in several tables about one approval. */
#include "service/approval_case.h"

void approval_case_free(ApprovalCase *about)
{
	if (!about)
		return;
	approval_free(about->approval);
	stage_free(about->stage);
	invoice_row_free(about->invoice);
	person_row_free(about->approver);
	g_clear_pointer(&about->approvals, g_ptr_array_unref);
	g_clear_pointer(&about->held, g_array_unref);
	g_free(about);
}

static Stage *stage_of(Store *store, const Approval *approval, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(store, approval->invoice, error);
	for (guint i = 0; stages && i < stages->len; i++)
		if (((const Stage *)stages->pdata[i])->ordinal == approval->stage)
			return g_ptr_array_steal_index(stages, i);
	return NULL;
}

ApprovalCase *approval_case_load(Session *session, const char *approval, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(ApprovalCase) about = g_new0(ApprovalCase, 1);
	about->approval = store_approval(store, approval, error);
	if (!about->approval)
		return NULL;
	about->invoice = store_invoice(store, about->approval->invoice, error);
	about->approver = about->invoice ? store_person(store, about->approval->person, error) : NULL;
	about->stage = about->approver ? stage_of(store, about->approval, error) : NULL;
	about->approvals = about->stage ? store_approvals(store, about->approval->invoice, error) : NULL;
	about->held = about->approvals ? store_holds(store, about->approval->invoice, error) : NULL;
	return about->held ? g_steal_pointer(&about) : NULL;
}

SelectorContext approval_case_context(const ApprovalCase *about)
{
	const GPtrArray *centres = about->invoice->facts->cost_references;
	guint centre = (guint)about->approval->centre;
	return (SelectorContext){
		.facts = about->invoice->facts,
		.cost_centre = centre < centres->len ? centres->pdata[centre] : NULL,
		.approver = about->approver->person,
	};
}

gboolean approval_case_item(const ApprovalCase *about, MailItem *item, GError **error)
{
	const InvoiceFacts *facts = about->invoice->facts;
	*item = (MailItem){
		.invoice = about->invoice->id,
		.approval = about->approval->id,
		.supplier = facts->supplier.name,
		.number = facts->number,
		.credit_note = facts->kind == INVOICE_KIND_CREDIT_NOTE,
		.due = facts->due_date,
		.deadline = about->approval->deadline,
		.opened = about->approval->start,
		.next_at = INSTANT_NONE,
		.why = about->stage->name,
	};
	return invoice_facts_amount(facts, &item->amount, error);
}

void open_stage_free(OpenStage *open)
{
	if (!open)
		return;
	stage_free(open->stage);
	g_ptr_array_unref(open->approvals);
	g_free(open);
}

OpenStage *open_stage_load(Session *session, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), invoice, error);
	g_autoptr(GPtrArray) all = stages ? store_approvals(session_store(session), invoice, error) : NULL;
	if (!all)
		return NULL;
	OpenStage *open = g_new0(OpenStage, 1);
	open->approvals = g_ptr_array_new_with_free_func((GDestroyNotify)approval_free);
	const Stage *last = stages->len ? stages->pdata[stages->len - 1] : NULL;
	if (last && last->closed == INSTANT_NONE)
		open->stage = g_ptr_array_steal_index(stages, stages->len - 1);
	for (guint i = all->len; open->stage && i-- > 0;)
		if (((const Approval *)all->pdata[i])->stage == open->stage->ordinal)
			g_ptr_array_insert(open->approvals, 0, g_ptr_array_steal_index(all, i));
	return open;
}
