/* Rungs add people or hand the approval on, in the order of remind_actions(). */
#include "service/acting.h"

#include "base/error.h"
#include "people/absences.h"
#include "people/people.h"
#include "service/approvers.h"
#include "service/handing.h"
#include "service/opening.h"
#include "service/waiting.h"

#include <string.h>

/* An action that was due when the directory was asked. */
typedef struct {
	const Rung *rung;
	guint occurrence;
	Resolution *found;
} FoundAction;

static void found_action_free(gpointer data)
{
	FoundAction *found = data;
	resolution_free(found->found);
	g_free(found);
}

static gboolean hands_on(const Rung *rung)
{
	return rung->reassign->len > 0;
}

/* --- who is meant --- */

/* The checks of approver resolution, as the stage's rule has them. */
static Resolution *find_added(Session *session, const ApprovalCase *about, const Rung *rung, GError **error)
{
	const SelectorContext context = approval_case_context(about);
	g_autoptr(GPtrArray) before = approvers_before(session, about->invoice, about->stage->position, error);
	g_autoptr(GError) failure = NULL;
	const StageRule *rule = before ? opening_rule_of(session, about->invoice, about->stage, &failure) : NULL;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (before && !rule)
		error_set(error, ERROR_CONFIG, "stage %s is in no policy any more", about->stage->name);
	EligibilityTerms terms;
	if (!rule || !approvers_terms(session, rule, about->invoice, before, &terms, error))
		return NULL;
	const PeopleSource source = people_source(session);
	answers_begin_seeing(session_answers(session));
	return approvers_weigh(session, resolve_added(&source, rung->add, &context, &terms, session_now(session), error), error);
}

/* Whose calendar is whose is asked of the directory too: its answers are kept, and the transaction waits for nobody. */
static void ask_calendars(Session *session, const ApprovalCase *about, const Resolution *found)
{
	const Policy *policy = session_policy(session, NULL, NULL);
	for (guint i = 0; policy && i < found->approvers->len; i++)
		people_calendar(session, policy, about->invoice->administration, found->approvers->pdata[i]);
}

Resolution *acting_people(Session *session, const ApprovalCase *about, const Rung *rung, GError **error)
{
	return hands_on(rung) ? handing_find(session, about, rung->reassign, TRUE, error) : find_added(session, about, rung, error);
}

/* *waits: the directory does not say now, and will; of what it never will say nobody waits. */
static Resolution *find(Session *session, const ApprovalCase *about, const Rung *rung, gboolean *waits)
{
	g_autoptr(GError) failure = NULL;
	Resolution *found = acting_people(session, about, rung, &failure);
	if (found) {
		ask_calendars(session, about, found);
	} else if (!people_are_awaited(session)) {
		*waits |= error_kind(failure) == ERROR_UNAVAILABLE || error_kind(failure) == ERROR_PERMANENT;
		waiting_note(session, about->invoice, rung->name, failure);
	}
	return found;
}

GPtrArray *acting_find(Session *session, const ApprovalCase *about, const RemindState *state, gint64 now)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(found_action_free);
	g_autoptr(GArray) due = remind_actions(state, now);
	gboolean waits = FALSE;
	for (guint i = 0; i < due->len; i++) {
		const RungAction *action = &g_array_index(due, RungAction, i);
		const Rung *rung = state->ladder->rungs->pdata[action->rung];
		if (waits && hands_on(rung))
			break; /* who is to be added before that still is */
		Resolution *people = find(session, about, rung, &waits);
		if (!people)
			continue;
		FoundAction *found = g_new0(FoundAction, 1);
		*found = (FoundAction){rung, action->occurrence, people};
		g_ptr_array_add(all, found);
		if (hands_on(rung))
			break;
	}
	return all;
}

/* --- what is done --- */

/* What is being carried out, in a transaction. */
typedef struct {
	Session *session;
	const ApprovalCase *about;
	GPtrArray *asked; /* of char *: who is asked by now */
	gint64 now;
} Acting;

static gboolean append_acted(const Acting *acting, const FoundAction *found, const char *outcome, gint64 *seq, GError **error)
{
	Event *event = event_new("rung.acted", acting->now, NULL, acting->about->invoice->id);
	js_object_set_string(event->data, "approval", acting->about->approval->id);
	js_object_set_line(event->data, "rung", found->rung->name);
	js_object_set_integer(event->data, "occurrence", found->occurrence);
	js_object_set_string(event->data, "action", hands_on(found->rung) ? "reassign" : "add");
	js_object_set_string(event->data, "outcome", outcome);
	return store_append(session_store(acting->session), event, seq, error);
}

static gboolean append_added(const Acting *acting, const FoundAction *found, const char *person, gint64 since, gint64 cause, GError **error)
{
	Event *event = event_new("approver.added", acting->now, NULL, acting->about->invoice->id);
	event->cause = cause;
	js_object_set_string(event->data, "approval", acting->about->approval->id);
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event->data, "how", "added");
	js_object_set_instant(event->data, "since", since);
	js_object_set_line(event->data, "rung", found->rung->name);
	js_object_set_integer(event->data, "occurrence", found->occurrence);
	g_ptr_array_add(acting->asked, g_strdup(person));
	return store_append(session_store(acting->session), event, NULL, error);
}

/* Who is away is told on their return, and is woken for it: of an absence that only a calendar knows the record says nothing that would. */
static gboolean await_return(const Acting *acting, const char *person, GError **error)
{
	Store *store = session_store(acting->session);
	gboolean away;
	gint64 next;
	g_autoptr(PersonRow) row = store_person(store, person, error);
	if (!row || !absences_is_away(acting->session, row->person, acting->now, &away, error))
		return FALSE;
	if (!away)
		return TRUE;
	if (!absences_next_change_of(acting->session, row->person, acting->now, &next, error))
		return FALSE;
	return next == INSTANT_NONE || store_wakeup_by(store, WAKEUP_RETURN, person, next, error);
}

/* The ids of those found who are not asked yet: GPtrArray of char *. */
static GPtrArray *new_people(const Acting *acting, const FoundAction *found, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < found->found->approvers->len; i++) {
		char *id = people_record(acting->session, found->found->approvers->pdata[i], acting->now, error);
		if (!id)
			return NULL;
		if (g_ptr_array_find_with_equal_func(acting->asked, id, g_str_equal, NULL))
			g_free(id);
		else
			g_ptr_array_add(ids, id);
	}
	return g_steal_pointer(&ids);
}

static gboolean add(const Acting *acting, const FoundAction *found, gint64 since, GError **error)
{
	g_autoptr(GPtrArray) ids = new_people(acting, found, error);
	if (!ids)
		return FALSE;
	const char *outcome = ids->len ? "done" : found->found->approvers->len ? "already" : "nobody";
	gint64 seq;
	if (!append_acted(acting, found, outcome, &seq, error) ||
	    !handing_record_search(acting->session, acting->about, found->found, seq, acting->now, error))
		return FALSE;
	for (guint i = 0; i < ids->len; i++)
		if (!append_added(acting, found, ids->pdata[i], since, seq, error) || !await_return(acting, ids->pdata[i], error))
			return FALSE;
	return TRUE;
}

/* Where nobody may take it over, it stays where it is. */
static gboolean reassign(const Acting *acting, const FoundAction *found, Acted *acted, GError **error)
{
	const char *outcome = found->found->approvers->len ? "done" : "nobody";
	gint64 seq;
	*acted = found->found->approvers->len ? ACTED_AWAY : ACTED;
	return append_acted(acting, found, outcome, &seq, error) &&
	       handing_reassign(acting->session, acting->about, found->found, seq, acting->now, &outcome, error);
}

static const FoundAction *find_action(const GPtrArray *all, const Rung *rung, guint occurrence)
{
	for (guint i = 0; i < all->len; i++) {
		const FoundAction *found = all->pdata[i];
		if (found->rung == rung && found->occurrence == occurrence)
			return found;
	}
	return NULL;
}

static GPtrArray *ids_of_asked(const RemindState *state)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < state->asked->len; i++)
		g_ptr_array_add(ids, g_strdup(g_array_index(state->asked, Asked, i).person));
	return ids;
}

gboolean acting_record(Session *session, const ApprovalCase *about, const RemindState *state, const GPtrArray *found, gint64 now, Acted *acted, GError **error)
{
	g_autoptr(GPtrArray) asked = ids_of_asked(state);
	g_autoptr(GArray) due = remind_actions(state, now);
	const Acting acting = {session, about, asked, now};
	*acted = ACTED_NOT;
	for (guint i = 0; i < due->len && *acted != ACTED_AWAY; i++) {
		const RungAction *action = &g_array_index(due, RungAction, i);
		const FoundAction *one = find_action(found, state->ladder->rungs->pdata[action->rung], action->occurrence);
		if (!one)
			continue;
		*acted = ACTED;
		if (!(hands_on(one->rung) ? reassign(&acting, one, acted, error) : add(&acting, one, action->unrolled, error)))
			return FALSE;
	}
	return TRUE;
}
