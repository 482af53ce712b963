/* Whose an approval is that is handed on by hand, and who may do that. The record answers first, so that who may not do it hears so while a directory is down. */
#include "service/delegating_whose.h"

#include "base/error.h"
#include "people/people.h"
#include "people/roles.h"
#include "service/decision.h"
#include "service/overview.h"
#include "service/refilling.h"

#include <string.h>

char *delegating_name(const Person *person)
{
	return g_strdup(person_label(person));
}

PersonRow *delegating_known(Session *session, const char *name, GError **error)
{
	g_autoptr(GError) failure = NULL;
	PersonRow *row = store_person_by_name(session_store(session), name, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (!row)
		error_set(error, ERROR_NOT_FOUND, "%s: nobody of that uid or address was ever asked to approve anything", name);
	return row;
}

gboolean delegating_load_invoice(Delegating *delegating, GError **error)
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

/* What the doer did already, as the events tell it. */
typedef struct {
	const char *doer, *to; /* opaque ids; `to` NULL: it was handed back */
	int began;
	gint64 at;
} Earlier;

static gboolean note_earlier(const Event *event, gpointer user_data)
{
	Earlier *earlier = user_data;
	const Json *data = event->data;
	const char *person = js_object_get_string(data, "person");
	gboolean matches;
	if (earlier->to)
		matches = !strcmp(event->type, "approval.opened") && !g_strcmp0(js_object_get_string(data, "by"), earlier->doer) &&
		          !g_strcmp0(person, earlier->to) && js_object_get_integer(data, "stage", 0) >= earlier->began;
	else
		matches = (!strcmp(event->type, "approval.delegated") || !strcmp(event->type, "approver.left")) &&
		          !g_strcmp0(js_object_get_string(data, "why"), "not-mine") && !g_strcmp0(person, earlier->doer) &&
		          js_object_get_integer(data, "stage", earlier->began) >= earlier->began;
	if (matches)
		earlier->at = event->at;
	return TRUE;
}

/* The same again changes nothing, whatever became of it since. */
gboolean delegating_find_done(Delegating *delegating, gboolean *done, GError **error)
{
	Store *store = session_store(delegating->session);
	const DelegateRequest *request = delegating->request;
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) doer = store_person_by_name(store, request->who, &failure);
	g_autoptr(PersonRow) to = doer && request->to ? store_person_by_name(store, request->to, &failure) : NULL;
	Earlier earlier = {doer ? doer->id : NULL, to ? to->id : NULL, delegating->invoice->began, INSTANT_NONE};
	*done = FALSE;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!doer || (request->to && !to))
		return TRUE;
	if (!store_events(store, delegating->invoice->id, 0, note_earlier, &earlier, error))
		return FALSE;
	*done = earlier.at != INSTANT_NONE;
	if (!*done)
		return TRUE;
	delegating->result->already = TRUE;
	delegating->result->at = earlier.at;
	delegating->result->by = delegating_name(doer->person);
	delegating->result->from = delegating->whose ? delegating_name(delegating->whose->person) : NULL;
	delegating->result->to = to ? delegating_name(to->person) : NULL;
	return TRUE;
}

/* --- whose it is, and who hands it on --- */

const Approval *delegating_pending(const OpenStage *open, const char *person)
{
	for (guint i = 0; i < open->approvals->len; i++) {
		const Approval *approval = open->approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && !strcmp(approval->person, person))
			return approval;
	}
	return NULL;
}

static gboolean lacks_somebody(const Delegating *delegating)
{
	const OpenStage *open = delegating->open;
	return delegating->invoice->stuck && open->stage && !stage_can_be_met(open->stage, open->approvals);
}

/* The approval of theirs that nobody has now, in a stage that lacks somebody. */
static const Approval *vacant_of(const Delegating *delegating, const char *person)
{
	const GPtrArray *approvals = delegating->open->approvals;
	for (guint i = 0; lacks_somebody(delegating) && i < approvals->len; i++) {
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
	if (!lacks_somebody(delegating))
		return NULL;
	for (int group = 0; !found && group < open->stage->groups; group++)
		if (stage_group_wants(open->stage, open->approvals, group))
			found = refilling_vacancy(open, group);
	for (int group = 0; !found && group < open->stage->groups; group++)
		found = refilling_vacancy(open, group);
	return found;
}

gboolean delegating_is_closed(const Delegating *delegating, GError **error)
{
	const InvoiceRow *invoice = delegating->invoice;
	if (invoice->state == INVOICE_OPEN)
		return FALSE;
	g_autofree char *when = overview_time(delegating->session, invoice->closed);
	error_set(error, ERROR_CONFLICT, "invoice %s: there is nothing to hand on: it was %s on %s", delegating->result->label, invoice_state_name(invoice->state),
	          when);
	return TRUE;
}

void delegating_not_theirs(const Delegating *delegating, const char *who, GError **error)
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

void delegating_be_oneself(Delegating *delegating)
{
	delegating->actor.id = g_strdup(delegating->whose->id);
	delegating->actor.person = person_copy(delegating->whose->person);
}

/* What an admin hands on. */
const Approval *delegating_find_for_admin(Delegating *delegating, GError **error)
{
	if (!be_admin(delegating, error))
		return NULL;
	const Approval *found = delegating_pending(delegating->open, delegating->whose->id);
	if (!found)
		found = vacant_of(delegating, delegating->whose->id);
	if (!found)
		delegating_not_theirs(delegating, delegating->request->whom, error);
	return found;
}

/* A deputy stands in for the approver in this too; who was added by a rung does not. */
static gboolean is_deputy(const Delegating *delegating, const Approval *approval, gboolean *is, GError **error)
{
	g_autoptr(GPtrArray) asked = store_asked(session_store(delegating->session), approval->id, error);
	for (guint i = 0; asked && i < asked->len; i++) {
		const AskedRow *row = asked->pdata[i];
		*is |= row->ended == INSTANT_NONE && !strcmp(row->how, "deputy") && !strcmp(row->person, delegating->whose->id);
	}
	return asked != NULL;
}

static gboolean find_stood_in_for(const Delegating *delegating, const Approval **found, GError **error)
{
	*found = NULL;
	for (guint i = 0; delegating->whose && !*found && i < delegating->open->approvals->len; i++) {
		const Approval *approval = delegating->open->approvals->pdata[i];
		gboolean is = FALSE;
		if (approval->state == APPROVAL_PENDING && !is_deputy(delegating, approval, &is, error))
			return FALSE;
		*found = is ? approval : NULL;
	}
	return TRUE;
}

/* What is one's own; where nobody has it, what an admin gives to somebody. */
const Approval *delegating_find_own(Delegating *delegating, GError **error)
{
	const Approval *own = delegating->whose ? delegating_pending(delegating->open, delegating->whose->id) : NULL;
	if (!own && !find_stood_in_for(delegating, &own, error))
		return NULL;
	if (own) {
		delegating_be_oneself(delegating);
		return own;
	}
	const Approval *vacant = any_vacant(delegating);
	if (!vacant)
		delegating_not_theirs(delegating, delegating->request->who, error);
	else if (be_admin(delegating, error))
		return vacant;
	return NULL;
}

gboolean delegating_load_whose(Delegating *delegating, GError **error)
{
	const DelegateRequest *request = delegating->request;
	g_autoptr(GError) failure = NULL;
	delegating->whose = delegating_known(delegating->session, request->whom ? request->whom : request->who, &failure);
	/* an admin gives what nobody has, and need never have been asked for anything */
	if (failure && !(error_kind(failure) == ERROR_NOT_FOUND && !request->whom && any_vacant(delegating))) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}
