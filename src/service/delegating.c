/* What is asked first needs no directory, so that who may not do it hears so while one is down. */
#include "service/delegating.h"

#include "base/error.h"
#include "service/closing.h"
#include "service/decision.h"
#include "service/handing.h"
#include "service/people.h"
#include "service/refilling.h"
#include "service/roles.h"

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

typedef struct {
	Session *session;
	const DelegateRequest *request;
	DelegateResult *result;
	InvoiceRow *invoice;
	OpenStage *open;
	PersonRow *whose; /* whose approval it is; NULL: nobody has it */
	Actor actor;
	gint64 now;
} Delegating;

static void delegating_clear(Delegating *delegating)
{
	g_clear_pointer(&delegating->invoice, invoice_row_free);
	g_clear_pointer(&delegating->open, open_stage_free);
	g_clear_pointer(&delegating->whose, person_row_free);
	actor_clear(&delegating->actor);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Delegating, delegating_clear)

static char *name_of(const Person *person)
{
	return g_strdup(person_label(person));
}

static PersonRow *find_known(Session *session, const char *name, GError **error)
{
	g_autoptr(GError) failure = NULL;
	PersonRow *row = store_person_by_name(session_store(session), name, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (!row)
		error_set(error, ERROR_NOT_FOUND, "%s: nobody of that uid or address was ever asked to approve anything", name);
	return row;
}

static gboolean load_invoice(Delegating *delegating, GError **error)
{
	Session *session = delegating->session;
	delegating->invoice = store_invoice_find(session_store(session), delegating->request->invoice, error);
	delegating->open = delegating->invoice ? open_stage_load(session, delegating->invoice->id, error) : NULL;
	if (!delegating->open)
		return FALSE;
	DelegateResult *result = delegating->result;
	result->invoice = g_strdup(delegating->invoice->id);
	result->label = invoice_label(delegating->invoice);
	result->state = delegating->invoice->state;
	result->stuck = delegating->invoice->stuck != 0;
	if (delegating->open->stage)
		result->stage = g_strdup(delegating->open->stage->name);
	return TRUE;
}

/* --- what was done before --- */

/* The approval that opened in the place of that one, for that person (NULL: for anybody). */
static const Approval *successor_of(const GPtrArray *approvals, const char *approval, const char *person)
{
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *candidate = approvals->pdata[i];
		if (!g_strcmp0(candidate->replaces, approval) && (!person || !strcmp(candidate->person, person)))
			return candidate;
	}
	return NULL;
}

static gboolean was_before(Delegating *delegating, gint64 at)
{
	delegating->result->already = TRUE;
	delegating->result->at = at;
	return TRUE;
}

/* The same again changes nothing, whatever became of it since. */
static gboolean find_done(Delegating *delegating, const char *why, gboolean *done, GError **error)
{
	Store *store = session_store(delegating->session);
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) to = delegating->request->to ? store_person_by_name(store, delegating->request->to, &failure) : NULL;
	g_autoptr(GPtrArray) approvals = failure ? NULL : store_approvals(store, delegating->invoice->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*done = FALSE;
	for (guint i = approvals->len; i-- > 0 && !*done;) {
		const Approval *approval = approvals->pdata[i];
		const Approval *next = to ? successor_of(approvals, approval->id, to->id) : NULL;
		if (approval->stage < delegating->invoice->began || strcmp(approval->person, delegating->whose->id) || g_strcmp0(approval->handed, why) ||
		    (delegating->request->to && !next))
			continue;
		*done = was_before(delegating, next ? next->start : approval->closed);
		if (next)
			delegating->result->to = name_of(to->person);
	}
	return TRUE;
}

/* --- whose it is, and who hands it on --- */

static const Approval *pending_of(const OpenStage *open, const char *person)
{
	for (guint i = 0; i < open->approvals->len; i++) {
		const Approval *approval = open->approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && !strcmp(approval->person, person))
			return approval;
	}
	return NULL;
}

/* The approval of theirs that nobody has now, in a stage that lacks somebody. */
static const Approval *vacant_of(const Delegating *delegating, const char *person)
{
	const GPtrArray *approvals = delegating->open->approvals;
	for (guint i = 0; delegating->invoice->stuck && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_DELEGATED && !strcmp(approval->person, person) && !successor_of(approvals, approval->id, NULL))
			return approval;
	}
	return NULL;
}

static const Approval *any_vacant(const Delegating *delegating)
{
	const OpenStage *open = delegating->open;
	const Approval *found = NULL;
	for (int group = 0; open->stage && delegating->invoice->stuck && !found && group < open->stage->groups; group++)
		if (stage_group_wants(open->stage, open->approvals, group))
			found = refilling_vacancy(open, group);
	for (int group = 0; open->stage && delegating->invoice->stuck && !found && group < open->stage->groups; group++)
		found = refilling_vacancy(open, group);
	return found;
}

static gboolean is_closed(const Delegating *delegating, GError **error)
{
	const InvoiceRow *invoice = delegating->invoice;
	if (invoice->state == INVOICE_OPEN)
		return FALSE;
	g_autofree char *when = instant_format(invoice->closed);
	error_set(error, ERROR_CONFLICT, "invoice %s: there is nothing to hand on: it was %s at %s", delegating->result->label, invoice_state_name(invoice->state),
	          when);
	return TRUE;
}

static void not_theirs(const Delegating *delegating, const char *who, GError **error)
{
	g_autoptr(GString) asked = g_string_new(NULL);
	for (guint i = 0; i < delegating->open->approvals->len; i++) {
		const Approval *approval = delegating->open->approvals->pdata[i];
		g_autoptr(PersonRow) row = approval->state == APPROVAL_PENDING ? store_person(session_store(delegating->session), approval->person, NULL) : NULL;
		if (row)
			g_string_append_printf(asked, "%s%s", asked->len ? ", " : "", person_label(row->person));
	}
	error_set(error, ERROR_FORBIDDEN, "invoice %s: it is not for %s to hand on: asked is %s", delegating->result->label, who,
	          asked->len ? asked->str : "nobody now");
}

static gboolean be_admin(Delegating *delegating, GError **error)
{
	const DelegateRequest *request = delegating->request;
	if (!request->reason || !*request->reason) {
		error_set(error, ERROR_USAGE, "invoice %s: what is done for somebody else needs a reason (--reason)", request->invoice);
		return FALSE;
	}
	delegating->actor.person = roles_admin(delegating->session, delegating->invoice->administration, request->who, error);
	return delegating->actor.person != NULL;
}

static void be_oneself(Delegating *delegating)
{
	delegating->actor.id = g_strdup(delegating->whose->id);
	delegating->actor.person = person_copy(delegating->whose->person);
}

/* What an admin hands on. */
static const Approval *find_for_admin(Delegating *delegating, GError **error)
{
	if (!be_admin(delegating, error))
		return NULL;
	const Approval *found = pending_of(delegating->open, delegating->whose->id);
	if (!found)
		found = vacant_of(delegating, delegating->whose->id);
	if (!found)
		not_theirs(delegating, delegating->request->whom, error);
	return found;
}

/* What is one's own; where nobody has it, what an admin gives to somebody. */
static const Approval *find_own(Delegating *delegating, GError **error)
{
	const Approval *own = delegating->whose ? pending_of(delegating->open, delegating->whose->id) : NULL;
	if (own) {
		be_oneself(delegating);
		return own;
	}
	const Approval *vacant = any_vacant(delegating);
	if (!vacant)
		not_theirs(delegating, delegating->request->who, error);
	else if (be_admin(delegating, error))
		return vacant;
	return NULL;
}

static gboolean load_whose(Delegating *delegating, GError **error)
{
	const DelegateRequest *request = delegating->request;
	g_autoptr(GError) failure = NULL;
	delegating->whose = find_known(delegating->session, request->whom ? request->whom : request->who, &failure);
	/* an admin gives what nobody has, and need never have been asked for anything */
	if (failure && !(error_kind(failure) == ERROR_NOT_FOUND && !request->whom && any_vacant(delegating))) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}

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
	delegating->result->by = name_of(delegating->actor.person);
	delegating->result->from = name_of(from->person);
	delegating->result->to = name_of(heir);
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
	if (!load_invoice(&delegating, error) || !load_whose(&delegating, error))
		return FALSE;
	const gboolean asked = delegating.whose && pending_of(delegating.open, delegating.whose->id);
	if (delegating.whose && !asked && !find_done(&delegating, "delegate", &done, error))
		return FALSE;
	if (done) {
		result->by = g_strdup(request->who);
		result->from = name_of(delegating.whose->person);
		return TRUE;
	}
	if (is_closed(&delegating, error))
		return FALSE;
	const Approval *approval = request->whom ? find_for_admin(&delegating, error) : find_own(&delegating, error);
	return approval && hand_on(&delegating, approval, error);
}

/* --- not mine --- */

static gboolean leave(Delegating *delegating, const Approval *approval, GError **error)
{
	Session *session = delegating->session;
	Event *event = event_new("approver.left", delegating->now, delegating->actor.channel, delegating->invoice->id);
	actor_sign(session, &delegating->actor, event);
	js_object_set_string(event->data, "approval", approval->id);
	js_object_set_string(event->data, "why", "not-mine");
	g_autoptr(GPtrArray) messages = store_append(session_store(session), event, NULL, error)
	                                    ? store_messages_of_approval(session_store(session), approval->id, error)
	                                    : NULL;
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (closing_message_waits(message) && !g_strcmp0(message->person, delegating->actor.id) && strcmp(message->kind, "invite-cancel") &&
		    !closing_withdraw_message(session, message, "approver-left", "approver-left", delegating->now, error))
			return FALSE;
	}
	return messages && end_result(delegating, error);
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
	if (!load_invoice(delegating, error))
		return FALSE;
	delegating->whose = find_known(delegating->session, delegating->request->who, error);
	if (!delegating->whose)
		return FALSE;
	be_oneself(delegating);
	delegating->result->by = name_of(delegating->whose->person);
	delegating->result->from = name_of(delegating->whose->person);
	if (!give_back(delegating, TRUE, &count, error) || (!count && !give_back(delegating, FALSE, &count, error)))
		return FALSE;
	if (count)
		return TRUE;
	if (!find_done(delegating, "not-mine", &done, error))
		return FALSE;
	if (!done && !is_closed(delegating, error))
		not_theirs(delegating, delegating->request->who, error);
	return done;
}

gboolean delegating_not_mine(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error)
{
	g_auto(Delegating) delegating = delegating_new(session, request, result);
	gboolean ok = store_begin(session_store(session), error) && not_mine(&delegating, error);
	return session_end(session, ok, error);
}
