/* The sifting is domain/sifting.h's; here stands what it goes by, from the policy in force, the invoice and the record. */
#include "service/approvers.h"

#include "base/error.h"
#include "people/people.h"

Resolution *approvers_find(Session *session, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre, const GPtrArray *approved_before,
                           GError **error)
{
	EligibilityTerms terms;
	if (!approvers_terms(session, rule, invoice, approved_before, &terms, error))
		return NULL;
	const SelectorContext context = {.facts = invoice->facts, .cost_centre = cost_centre};
	const PeopleSource source = people_source(session);
	answers_begin_seeing(session_answers(session));
	return approvers_weigh(session, resolve_approvers(&source, rule, &context, &terms, error), error);
}

Resolution *approvers_weigh(Session *session, Resolution *found, GError **error)
{
	const AnswersSeen seen = answers_seen(session_answers(session));
	if (!found)
		return NULL;
	found->as_of = seen.oldest;
	found->stale = seen.stale;
	if (found->approvers->len || !seen.stale)
		return found;
	resolution_free(found);
	error_set(error, ERROR_UNAVAILABLE, "the directory does not answer, and by what it said before there is nobody");
	return NULL;
}

gboolean approvers_terms(Session *session, const StageRule *rule, const InvoiceRow *invoice, const GPtrArray *approved_before, EligibilityTerms *terms,
                         GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return FALSE;
	*terms = (EligibilityTerms){
		.rates = policy->rates,
		.requester = invoice->facts->requester,
		.allow_self = policy->allow_self,
		.authority_required = rule->authority_required,
		.excluded_ids = rule->distinct ? (GPtrArray *)approved_before : NULL,
	};
	return invoice_facts_amount(invoice->facts, &terms->amount, error);
}

void approvers_tell(const Resolution *resolution, Event *event)
{
	Json *steps = js_array_new(), *dropped = js_array_new();
	for (guint i = 0; i < resolution->steps->len; i++)
		js_array_append_string(steps, resolution->steps->pdata[i]);
	for (guint i = 0; i < resolution->dropped->len; i++) {
		const DroppedPerson *person = resolution->dropped->pdata[i];
		Json *item = js_object_new();
		js_object_set_line(item, "who", person->who);
		js_object_set_string(item, "why", eligibility_word(person->why));
		js_array_append(dropped, item);
	}
	js_object_set_integer(event->data, "found", (gint64)resolution->approvers->len);
	js_object_set_instant(event->data, "as_of", resolution->as_of);
	if (resolution->stale)
		js_object_set_boolean(event->data, "stale", TRUE);
	js_object_set_boolean(event->data, "fallback", resolution->fallback);
	js_object_set(event_private(event), "steps", steps);
	js_object_set(event_private(event), "dropped", dropped);
}

static const Approval *approval_of(const GPtrArray *approvals, const char *id)
{
	for (guint i = 0; i < approvals->len; i++)
		if (!g_strcmp0(((const Approval *)approvals->pdata[i])->id, id))
			return approvals->pdata[i];
	return NULL;
}

static const Stage *stage_of(const GPtrArray *stages, const Approval *approval)
{
	for (guint i = 0; approval && i < stages->len; i++)
		if (((const Stage *)stages->pdata[i])->ordinal == approval->stage)
			return stages->pdata[i];
	return NULL;
}

GPtrArray *approvers_before(Session *session, const InvoiceRow *invoice, int position, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) decisions = store_decisions(store, invoice->id, error);
	g_autoptr(GPtrArray) approvals = decisions ? store_approvals(store, invoice->id, error) : NULL;
	g_autoptr(GPtrArray) stages = approvals ? store_stages(store, invoice->id, error) : NULL;
	if (!stages)
		return NULL;
	int began = invoice->chain ? invoice->began : G_MAXINT; /* its chain starts anew */
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		const Stage *stage = stage_of(stages, approval_of(approvals, decision->approval));
		if (!stage || !decision->person || g_strcmp0(decision->decision, "approve") || !stage_counts_before(stages, began, stage, position))
			continue;
		g_autoptr(PersonRow) row = store_person(store, decision->person, error);
		if (!row)
			return NULL;
		g_ptr_array_add(ids, g_strdup(row->person->directory_id));
	}
	return g_steal_pointer(&ids);
}
