/* The sifting is domain/sifting.h's; here stands what it goes by, from the policy in force, the invoice and the record. */
#include "service/approvers.h"

#include "service/people.h"

Resolution *approvers_find(Session *session, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre, const GPtrArray *approved_before,
                           GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return NULL;
	EligibilityTerms terms = {
		.rates = policy->rates,
		.requester = invoice->facts->requester,
		.allow_self = policy->allow_self,
		.authority_required = rule->authority_required,
		.excluded_ids = rule->distinct ? (GPtrArray *)approved_before : NULL,
	};
	if (!invoice_facts_amount(invoice->facts, &terms.amount, error))
		return NULL;
	const SelectorContext context = {.facts = invoice->facts, .cost_centre = cost_centre};
	const PeopleSource source = people_source(session);
	return resolve_approvers(&source, rule, &context, &terms, error);
}

static int stage_of(const GPtrArray *approvals, const char *id)
{
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (!g_strcmp0(approval->id, id))
			return approval->stage;
	}
	return 0;
}

GPtrArray *approvers_before(Session *session, const char *invoice, int began, GError **error)
{
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(session), invoice, error);
	g_autoptr(GPtrArray) approvals = decisions ? store_approvals(session_store(session), invoice, error) : NULL;
	if (!approvals)
		return NULL;
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		if (g_strcmp0(decision->decision, "approve") || !decision->person || stage_of(approvals, decision->approval) < began)
			continue;
		g_autoptr(PersonRow) row = store_person(session_store(session), decision->person, error);
		if (!row)
			return NULL;
		g_ptr_array_add(ids, g_strdup(row->person->directory_id));
	}
	return g_steal_pointer(&ids);
}
