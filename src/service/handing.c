/* One way to hand an approval on, whoever does it: a person, a rung, or Akkoord because somebody is gone. */
#include "service/handing.h"

#include "base/error.h"
#include "people/people.h"
#include "service/approvers.h"
#include "service/asking.h"
#include "service/closing.h"
#include "service/decision.h"
#include "service/news.h"
#include "service/opening.h"

#include <string.h>

/* --- who takes over --- */

/* The directory ids of all who held an approval of the stage. */
static GPtrArray *holders_of(Session *session, const ApprovalCase *about, GError **error)
{
	g_autoptr(GPtrArray) holders = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < about->approvals->len; i++) {
		const Approval *approval = about->approvals->pdata[i];
		if (approval->stage != about->stage->ordinal)
			continue;
		g_autoptr(PersonRow) row = store_person(session_store(session), approval->person, error);
		if (!row)
			return NULL;
		g_ptr_array_add(holders, g_strdup(row->person->directory_id));
	}
	return g_steal_pointer(&holders);
}

/* Whose calendar is whose is asked of the directory too: its answers are kept, and the transaction waits for nobody. */
static gboolean ask_calendars(Session *session, const ApprovalCase *about, const GPtrArray *people, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return FALSE;
	people_calendar(session, policy, about->invoice->administration, about->approver->person);
	for (guint i = 0; i < people->len; i++)
		people_calendar(session, policy, about->invoice->administration, people->pdata[i]);
	return TRUE;
}

/* What the sifting goes by, and what it borrows. */
typedef struct {
	EligibilityTerms terms;
	StageRule rule;
	GPtrArray *before, *holders;
} Checks;

static void checks_clear(Checks *checks)
{
	g_clear_pointer(&checks->before, g_ptr_array_unref);
	g_clear_pointer(&checks->holders, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Checks, checks_clear)

static gboolean checks_load(Session *session, const ApprovalCase *about, Checks *checks, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const StageRule *then = opening_rule_of(session, about->invoice, about->stage, &failure);
	if (!then && !failure)
		error_set(&failure, ERROR_CONFIG, "stage %s is in no policy any more", about->stage->name);
	if (!then) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	checks->rule = *then;
	checks->holders = holders_of(session, about, error);
	checks->before = checks->holders ? approvers_before(session, about->invoice, about->stage->position, error) : NULL;
	if (!checks->before || !approvers_terms(session, then, about->invoice, checks->before, &checks->terms, error))
		return FALSE;
	checks->terms.held_ids = checks->holders;
	return TRUE;
}

Resolution *handing_find(Session *session, const ApprovalCase *about, const GPtrArray *selectors, gboolean fallback, GError **error)
{
	g_auto(Checks) checks = {0};
	if (!checks_load(session, about, &checks, error))
		return NULL;
	checks.rule.approvers = (GPtrArray *)selectors;
	if (!fallback)
		checks.rule.fallback = NULL;
	const SelectorContext context = approval_case_context(about);
	const PeopleSource source = people_source(session);
	answers_begin_seeing(session_answers(session));
	g_autoptr(Resolution) found = approvers_weigh(session, resolve_approvers(&source, &checks.rule, &context, &checks.terms, error), error);
	return found && ask_calendars(session, about, found->approvers, error) ? g_steal_pointer(&found) : NULL;
}

gboolean handing_check(Session *session, const ApprovalCase *about, const Person *person, Eligibility *eligibility, GError **error)
{
	g_auto(Checks) checks = {0};
	if (!checks_load(session, about, &checks, error))
		return FALSE;
	const PeopleSource source = people_source(session);
	*eligibility = resolve_eligibility(&source, person, &checks.terms);
	g_autoptr(GPtrArray) alone = g_ptr_array_new();
	g_ptr_array_add(alone, (gpointer)person);
	return ask_calendars(session, about, alone, error);
}

/* --- what is recorded --- */

gboolean handing_record_search(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, GError **error)
{
	Event *event = event_new("approver.resolved", now, NULL, about->invoice->id);
	event->cause = cause;
	js_object_set_integer(event->data, "stage", about->stage->ordinal);
	js_object_set_integer(event->data, "group", about->approval->group);
	js_object_set_string(event->data, "approval", about->approval->id);
	approvers_tell(found, event);
	return store_append(session_store(session), event, NULL, error);
}

static gboolean end_first(Session *session, const ApprovalCase *about, const Handing *handing, const char *to, gint64 now, GError **error)
{
	if (about->approval->state == APPROVAL_DELEGATED)
		return TRUE;
	Event *event = event_new("approval.delegated", now, handing->actor ? handing->actor->channel : NULL, about->invoice->id);
	event->cause = handing->cause;
	js_object_set_string(event->data, "why", handing->why);
	js_object_set_string(event->data, "to", to);
	js_object_set_instant(event->data, "seen", handing->look ? handing->look->lost : INSTANT_NONE);
	js_object_set_instant(event->data, "missed", handing->look ? handing->look->missed : INSTANT_NONE);
	if (handing->actor) {
		actor_sign(session, handing->actor, event);
		if (g_strcmp0(handing->actor->id, about->approval->person))
			js_object_set_string(event->data, "for", about->approval->person);
	}
	return closing_end_with(session, about->approval, event, now, error);
}

gboolean handing_open(Session *session, const ApprovalCase *about, const Person *heir, const char *id, const Actor *actor, gint64 cause, gint64 now,
                      GError **error)
{
	const Asking asking = {
		.invoice = about->invoice,
		.stage = about->stage->ordinal,
		.group = about->approval->group,
		.centre = about->approval->centre,
		.person = heir,
		.within = about->stage->within,
		.at_least = about->stage->at_least,
		.before = about->stage->before,
		.id = id,
		.replaces = about->approval->id,
		.actor = actor,
		.cause = cause,
	};
	return asking_open(session, &asking, now, error);
}

gboolean handing_record(Session *session, const ApprovalCase *about, const Handing *handing, gint64 now, GError **error)
{
	const Person *heir = handing->heir;
	g_autofree char *id = heir ? session_new_id("a") : NULL;
	return (!handing->found || handing_record_search(session, about, handing->found, handing->cause, now, error)) &&
	       end_first(session, about, handing, id, now, error) &&
	       (!heir || handing_open(session, about, heir, id, handing->actor, handing->cause, now, error)) &&
	       (!handing->tell || news_moved(session, about, heir, now, error)) &&
	       handing_settle(session, about->invoice->id, strcmp(handing->why, "not-mine") ? "too-few" : "not-mine", now, now, error);
}

/* --- whether it can still be decided --- */

/* Where nobody was found to take it over the approval is still asked of somebody; that whoever it is asked of is gone, or that it is asked of nobody, is news. */
static guint gravity_of(const char *why)
{
	return !g_strcmp0(why, STUCK_NO_HEIR) ? 0 : !g_strcmp0(why, STUCK_GONE) ? 1 : 2;
}

static gboolean is_stuck_so(const InvoiceRow *invoice, const char *why)
{
	return invoice->stuck && gravity_of(why) <= gravity_of(invoice->stuck_why);
}

static gboolean become_stuck(Session *session, const InvoiceRow *invoice, const Stage *stage, const char *why, gint64 again, gint64 now, GError **error)
{
	Store *store = session_store(session);
	if (!is_stuck_so(invoice, why)) {
		Event *event = event_new("invoice.stuck", now, NULL, invoice->id);
		js_object_set_line(event->data, "stage", stage->name);
		js_object_set_string(event->data, "why", why);
		if (!store_append(store, event, NULL, error))
			return FALSE;
		g_autofree char *label = invoice_label(invoice);
		g_warning("invoice %s is stuck at stage %s: \"akkoord explain\" says why", label, stage->name);
	}
	return store_wakeup_set(store, WAKEUP_INVOICE, invoice->id, again, error);
}

/* It may be on hold: the next pass sees whether it waits for the end of that, or for nothing. */
static gboolean become_unstuck(Session *session, const InvoiceRow *invoice, gint64 now, GError **error)
{
	Store *store = session_store(session);
	return !invoice->stuck || (store_append(store, event_new("invoice.unstuck", now, NULL, invoice->id), NULL, error) &&
	                           store_wakeup_set(store, WAKEUP_INVOICE, invoice->id, now, error));
}

gboolean handing_settle(Session *session, const char *id, const char *why, gint64 again, gint64 now, GError **error)
{
	g_autoptr(InvoiceRow) invoice = store_invoice(session_store(session), id, error);
	g_autoptr(OpenStage) open = invoice ? open_stage_load(session, id, error) : NULL;
	if (!open || !open->stage)
		return open != NULL;
	return stage_can_be_met(open->stage, open->approvals) ? become_unstuck(session, invoice, now, error)
	                                                      : become_stuck(session, invoice, open->stage, why, again, now, error);
}

/* --- what a rung does --- */

gboolean handing_reassign(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, const char **outcome,
                          GError **error)
{
	const Person *heir = found->approvers->len ? found->approvers->pdata[0] : NULL;
	const Handing handing = {.why = "rung", .heir = heir, .found = found, .cause = cause, .tell = TRUE};
	*outcome = heir ? "done" : "nobody";
	if (heir)
		return handing_record(session, about, &handing, now, error);
	return handing_record_search(session, about, found, cause, now, error) &&
	       become_stuck(session, about->invoice, about->stage, STUCK_NO_HEIR, INSTANT_NONE, now, error);
}

/* --- who is gone --- */

gboolean handing_keep(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, GError **error)
{
	if (is_stuck_so(about->invoice, STUCK_GONE))
		return TRUE;
	return handing_record_search(session, about, found, cause, now, error) &&
	       become_stuck(session, about->invoice, about->stage, STUCK_GONE, INSTANT_NONE, now, error);
}

static gboolean is_lost(Session *session, const Approval *approval, gboolean *lost, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(SightingRow) sighting = store_sighting(session_store(session), approval->person, &failure);
	*lost = approval->state == APPROVAL_PENDING && sighting && sighting->lost != INSTANT_NONE;
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean handing_resume(Session *session, const InvoiceRow *invoice, gint64 now, GError **error)
{
	g_autoptr(OpenStage) open = open_stage_load(session, invoice->id, error);
	gboolean lost = FALSE;
	for (guint i = 0; open && i < open->approvals->len && !lost; i++)
		if (!is_lost(session, open->approvals->pdata[i], &lost, error))
			return FALSE;
	return open && (lost || become_unstuck(session, invoice, now, error));
}
