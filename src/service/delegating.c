/* The directory is asked who takes over, then all is recorded in one transaction, as it stands by then. */
#include "service/delegating_whose.h"

#include "base/error.h"
#include "domain/reminder.h"
#include "people/people.h"
#include "service/handing.h"
#include "service/leaving.h"

#include <string.h>

void delegate_result_clear(DelegateResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
	g_clear_pointer(&result->stage, g_free);
	g_clear_pointer(&result->by, g_free);
	g_clear_pointer(&result->from, g_free);
	g_clear_pointer(&result->to, g_free);
}

static void delegating_clear(Delegating *delegating)
{
	g_clear_pointer(&delegating->invoice, invoice_row_free);
	g_clear_pointer(&delegating->open, open_stage_free);
	g_clear_pointer(&delegating->whose, person_row_free);
	actor_clear(&delegating->actor);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Delegating, delegating_clear)

/* --- delegate --- */

/* What nobody has is given only as long as the stage lacks somebody. */
static gboolean is_still(const ApprovalCase *about, const Approval *was)
{
	gboolean lacks = was->state != APPROVAL_DELEGATED || about->invoice->stuck;
	return lacks && about->approval->state == was->state && about->stage->closed == INSTANT_NONE;
}

static gboolean end_result(Delegating *delegating, GError **error)
{
	g_autoptr(InvoiceRow) after = store_invoice(session_store(delegating->session), delegating->invoice->id, error);
	if (!after)
		return FALSE;
	delegating->result->state = after->state;
	delegating->result->stuck = after->stuck != 0;
	delegating->result->at = delegating->now;
	return TRUE;
}

static gboolean record(Delegating *delegating, const Approval *approval, const Person *heir, const char *why, GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(delegating->session, approval->id, error);
	if (!about)
		return FALSE;
	if (!is_still(about, approval)) {
		error_set(error, ERROR_TRANSIENT, "invoice %s: it was decided or handed on meanwhile", delegating->result->label);
		return FALSE;
	}
	if (!actor_record(delegating->session, &delegating->actor, delegating->now, error))
		return FALSE;
	const gboolean own = !g_strcmp0(delegating->actor.id, about->approval->person);
	const gboolean pending = about->approval->state == APPROVAL_PENDING;
	const Handing handing = {.why = why, .heir = heir, .actor = &delegating->actor, .tell = pending && !own};
	return handing_record(delegating->session, about, &handing, delegating->now, error) && end_result(delegating, error);
}

static Person *find_heir(Delegating *delegating, const Approval *approval, GError **error)
{
	Eligibility eligibility;
	g_autoptr(Person) heir = people_named(delegating->session, delegating->request->to, error);
	g_autoptr(ApprovalCase) about = heir ? approval_case_load(delegating->session, approval->id, error) : NULL;
	if (!about || !handing_check(delegating->session, about, heir, &eligibility, error))
		return NULL;
	if (eligibility == ELIGIBLE)
		return g_steal_pointer(&heir);
	error_set(error, ERROR_FORBIDDEN, "invoice %s: %s cannot take it over: %s", delegating->result->label, person_label(heir), eligibility_name(eligibility));
	return NULL;
}

static gboolean hand_on(Delegating *delegating, const Approval *approval, GError **error)
{
	g_autoptr(Person) heir = find_heir(delegating, approval, error);
	g_autoptr(PersonRow) from = heir ? store_person(session_store(delegating->session), approval->person, error) : NULL;
	if (!from)
		return FALSE;
	delegating->result->by = delegating_name(delegating->actor.person);
	delegating->result->from = delegating_name(from->person);
	delegating->result->to = delegating_name(heir);
	gboolean ok = store_begin(session_store(delegating->session), error) && record(delegating, approval, heir, "delegate", error);
	return session_end(delegating->session, ok, error);
}

static Delegating delegating_new(Session *session, const DelegateRequest *request, DelegateResult *result)
{
	return (Delegating){
		.session = session,
		.request = request,
		.result = result,
		.actor = {.name = request->who, .reason = request->reason, .channel = request->channel, .assurance = request->assurance},
		.now = session_now(session),
	};
}

gboolean delegating_delegate(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error)
{
	g_auto(Delegating) delegating = delegating_new(session, request, result);
	gboolean done = FALSE;
	if (!delegating_load_invoice(&delegating, error) || !delegating_load_whose(&delegating, error))
		return FALSE;
	const gboolean asked = delegating.whose && delegating_pending(delegating.open, delegating.whose->id);
	if (!asked && !delegating_find_done(&delegating, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	if (delegating_is_closed(&delegating, error))
		return FALSE;
	const Approval *approval = request->whom ? delegating_find_for_admin(&delegating, error) : delegating_find_own(&delegating, error);
	return approval && hand_on(&delegating, approval, error);
}

/* --- not mine --- */

static gboolean leave(Delegating *delegating, const Approval *approval, GError **error)
{
	Event *event = event_new("approver.left", delegating->now, delegating->actor.channel, delegating->invoice->id);
	actor_sign(delegating->session, &delegating->actor, event);
	js_object_set_string(event->data, "why", "not-mine");
	return leaving_record(delegating->session, approval->id, event, WHY_NOT_MINE, delegating->now, error) && end_result(delegating, error);
}

/* All of theirs, else all that they were put beside. */
static gboolean give_back(Delegating *delegating, gboolean own, guint *count, GError **error)
{
	const char *id = delegating->whose->id;
	for (guint i = 0; i < delegating->open->approvals->len; i++) {
		const Approval *approval = delegating->open->approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING || !approval_is_for(approval, id) || g_str_equal(approval->person, id) != own)
			continue;
		(*count)++;
		if (!(own ? record(delegating, approval, NULL, "not-mine", error) : leave(delegating, approval, error)))
			return FALSE;
	}
	return TRUE;
}

static gboolean not_mine(Delegating *delegating, GError **error)
{
	guint count = 0;
	gboolean done = FALSE;
	if (!delegating_load_invoice(delegating, error))
		return FALSE;
	delegating->whose = delegating_known(delegating->session, delegating->request->who, error);
	if (!delegating->whose)
		return FALSE;
	delegating_be_oneself(delegating);
	if (!give_back(delegating, TRUE, &count, error) || (!count && !give_back(delegating, FALSE, &count, error)))
		return FALSE;
	if (!count && !delegating_find_done(delegating, &done, error))
		return FALSE;
	if (count) {
		delegating->result->by = delegating_name(delegating->whose->person);
		delegating->result->from = delegating_name(delegating->whose->person);
		return TRUE;
	}
	if (!done && !delegating_is_closed(delegating, error))
		delegating_not_theirs(delegating, delegating->request->who, error);
	return done;
}

gboolean delegating_not_mine(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error)
{
	g_auto(Delegating) delegating = delegating_new(session, request, result);
	gboolean ok = store_begin(session_store(session), error) && not_mine(&delegating, error);
	return session_end(session, ok, error);
}
