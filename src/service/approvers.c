/* Finding and sifting: disabled and mail-less people drop out, then the requester, then who approved an earlier stage; who lacks the
 * authority is replaced by the first manager up the line who has it; nobody left: the fallback. Every step is kept for `explain`.
 */
#include "service/approvers.h"

#include "base/error.h"
#include "codec/idn.h"
#include "service/people.h"

#define MAX_CLIMB 20

void resolution_free(Resolution *resolution)
{
	if (!resolution)
		return;
	g_ptr_array_unref(resolution->approvers);
	g_ptr_array_unref(resolution->dropped);
	g_ptr_array_unref(resolution->steps);
	g_free(resolution);
}

static Resolution *resolution_new(void)
{
	Resolution *resolution = g_new0(Resolution, 1);
	resolution->approvers = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	resolution->dropped = g_ptr_array_new_with_free_func(g_free);
	resolution->steps = g_ptr_array_new_with_free_func(g_free);
	return resolution;
}

static const char *person_label(const Person *person)
{
	return person->uid ? person->uid : person->mail ? person->mail : person->directory_id;
}

static gboolean is_in(const GPtrArray *people, const Person *person)
{
	for (guint i = 0; i < people->len; i++)
		if (!g_strcmp0(((const Person *)people->pdata[i])->directory_id, person->directory_id))
			return TRUE;
	return FALSE;
}

static void admit(Resolution *resolution, const Person *person)
{
	if (!is_in(resolution->approvers, person))
		g_ptr_array_add(resolution->approvers, person_copy(person));
}

static void drop(Resolution *resolution, const Person *person, Eligibility eligibility)
{
	resolution->no_rate = resolution->no_rate || eligibility == NOT_ELIGIBLE_NO_RATE;
	g_ptr_array_add(resolution->dropped, g_strdup_printf("%s: %s", person_label(person), eligibility_name(eligibility)));
}

/* An address that no server of today takes is none. */
static Eligibility eligibility_of(const Person *person, const EligibilityTerms *terms)
{
	g_autofree char *address = person->mail ? idn_mail_address(person->mail, NULL) : NULL;
	Eligibility eligibility = person_eligibility(person, terms);
	return address || eligibility == NOT_ELIGIBLE_DISABLED ? eligibility : NOT_ELIGIBLE_NO_MAIL;
}

/* The first manager up the line who may decide where `person` lacks the authority. Nobody: the line ended, or looped. */
static gboolean climb_to_authority(Session *session, const Person *person, const EligibilityTerms *terms, Resolution *resolution,
                                   GError **error)
{
	g_autoptr(GPtrArray) line = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	g_ptr_array_add(line, person_copy(person));
	while (line->len <= MAX_CLIMB) {
		g_autoptr(GPtrArray) managers = NULL;
		const Person *below = line->pdata[line->len - 1];
		if (!people_manager(session, below, &managers, resolution->steps, error))
			return FALSE;
		if (!managers->len || is_in(line, managers->pdata[0])) {
			g_ptr_array_add(resolution->dropped, g_strdup_printf("%s: %s, and nobody up the line has it", person_label(person),
			                                                     eligibility_name(NOT_ELIGIBLE_AUTHORITY)));
			return TRUE;
		}
		const Person *manager = managers->pdata[0];
		const Eligibility eligibility = eligibility_of(manager, terms);
		if (eligibility == NOT_ELIGIBLE_NO_RATE) {
			drop(resolution, manager, eligibility);
			return TRUE;
		}
		if (eligibility == ELIGIBLE) {
			g_ptr_array_add(resolution->steps, g_strdup_printf("%s lacks the authority; %s, up the line, has it",
			                                                   person_label(person), person_label(manager)));
			admit(resolution, manager);
			return TRUE;
		}
		g_ptr_array_add(line, person_copy(manager));
	}
	return TRUE;
}

static gboolean sift(Session *session, const GPtrArray *found, const EligibilityTerms *terms, Resolution *resolution, GError **error)
{
	for (guint i = 0; i < found->len; i++) {
		const Person *person = found->pdata[i];
		Eligibility eligibility = eligibility_of(person, terms);
		if (eligibility == ELIGIBLE)
			admit(resolution, person);
		else if (eligibility != NOT_ELIGIBLE_AUTHORITY)
			drop(resolution, person, eligibility);
		else if (!climb_to_authority(session, person, terms, resolution, error))
			return FALSE;
	}
	return TRUE;
}

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
	SelectorContext context = {.facts = invoice->facts, .cost_centre = cost_centre};
	g_autoptr(Resolution) resolution = resolution_new();
	g_autoptr(GPtrArray) found = NULL;
	if (!people_resolve_all(session, rule->approvers, &context, &found, resolution->steps, error) ||
	    !sift(session, found, &terms, resolution, error))
		return NULL;
	if (!resolution->approvers->len && rule->fallback && rule->fallback->len) {
		g_autoptr(GPtrArray) others = NULL;
		resolution->fallback = TRUE;
		if (!people_resolve_all(session, rule->fallback, &context, &others, resolution->steps, error) ||
		    !sift(session, others, &terms, resolution, error))
			return NULL;
	}
	return g_steal_pointer(&resolution);
}

gboolean approvers_are_same(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (!is_in(b, a->pdata[i]))
			return FALSE;
	return TRUE;
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
