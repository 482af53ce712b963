/* The directory is asked before each transaction; in it the approval is read anew, since it may have been decided meanwhile. */
#include "service/succession.h"

#include "base/error.h"
#include "domain/reminder.h"
#include "people/people.h"
#include "service/handing.h"
#include "service/leaving.h"
#include "service/opening.h"
#include "service/waiting.h"

#define UNKNOWN_AGAIN_S 300
#define LOST_AGAIN_S    3600

/* One approval under way. */
typedef struct {
	Session *session;
	ApprovalCase *about;
	GPtrArray *looks; /* of Look: the approver, then who stands beside them */
	gint64 now;
} Succession;

static const Look *look_at(const Succession *succession, guint index)
{
	return succession->looks->pdata[index];
}

/* --- looking --- */

static GPtrArray *ids_of(const ApprovalCase *about)
{
	GPtrArray *ids = g_ptr_array_new();
	const GPtrArray *beside = about->approval->beside;
	g_ptr_array_add(ids, about->approval->person);
	for (guint i = 0; beside && i < beside->len; i++)
		g_ptr_array_add(ids, beside->pdata[i]);
	return ids;
}

static gboolean any_is(const Succession *succession, Presence presence)
{
	for (guint i = 0; i < succession->looks->len; i++)
		if (look_at(succession, i)->presence == presence)
			return TRUE;
	return FALSE;
}

static gboolean any_waits(const Succession *succession)
{
	for (guint i = 0; i < succession->looks->len; i++)
		if (look_at(succession, i)->presence == PRESENCE_LOST && !look_at(succession, i)->cleared)
			return TRUE;
	return FALSE;
}

/* --- waiting --- */

/* Of what is on its way to somebody who is lost. */
static gboolean take_back(const Succession *succession, GError **error)
{
	for (guint i = 0; i < succession->looks->len; i++) {
		const Look *look = look_at(succession, i);
		if (look->presence == PRESENCE_LOST &&
		    !leaving_take_back(succession->session, succession->about->approval->id, look->id, "approver-gone", succession->now, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean sleep_until(const Succession *succession, gint64 at, GError **error)
{
	return store_wakeup_set(session_store(succession->session), WAKEUP_APPROVAL, succession->about->approval->id, at, error);
}

/* In a transaction of its own. */
static gboolean wait_for(const Succession *succession, gint64 at, GError **error)
{
	gboolean ok = store_begin(session_store(succession->session), error) && take_back(succession, error) && sleep_until(succession, at, error);
	return session_end(succession->session, ok, error);
}

/* Whoever was not lost when the pass counted is counted by the next. */
static gboolean wait_for_guard(const Succession *succession, GError **error)
{
	gint64 held;
	return store_change_hold(session_store(succession->session), &held, error) &&
	       wait_for(succession, held == INSTANT_NONE ? succession->now : succession->now + LOST_AGAIN_S, error);
}

/* --- handing on --- */

/* Leaves out of the stage what is asked of nobody who is there: the approval itself, and others whose approver is lost too. */
static gboolean leave_out(const Succession *succession, Approval *one, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(SightingRow) sighting = store_sighting(session_store(succession->session), one->person, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	const gboolean lost = sighting && sighting->lost != INSTANT_NONE;
	if (!g_strcmp0(one->id, succession->about->approval->id) || (lost && one->state == APPROVAL_PENDING))
		one->state = APPROVAL_DELEGATED;
	return TRUE;
}

/* Whether the stage can be met by the others. */
static gboolean can_do_without(const Succession *succession, gboolean *can, GError **error)
{
	g_autoptr(OpenStage) open = open_stage_load(succession->session, succession->about->approval->invoice, error);
	for (guint i = 0; open && i < open->approvals->len; i++)
		if (!leave_out(succession, open->approvals->pdata[i], error))
			return FALSE;
	*can = open && open->stage && stage_can_be_met(open->stage, open->approvals);
	return open != NULL;
}

/* The first of those beside the approver who may take it over; NULL without an error: none. */
static gboolean find_beside(const Succession *succession, Person **heir, GError **error)
{
	for (guint i = 1; i < succession->looks->len && !*heir; i++) {
		if (look_at(succession, i)->presence == PRESENCE_LOST)
			continue;
		g_autoptr(PersonRow) row = store_person(session_store(succession->session), look_at(succession, i)->id, error);
		g_auto(PersonLook) look = {0};
		Eligibility eligibility;
		if (!row)
			return FALSE;
		people_look_again(succession->session, row->person->directory_id, &look);
		if (look.answer != ANSWER_USABLE || !look.person)
			continue;
		if (!handing_check(succession->session, succession->about, look.person, &eligibility, error))
			return FALSE;
		if (eligibility == ELIGIBLE)
			*heir = g_steal_pointer(&look.person);
	}
	return TRUE;
}

/* What the directory says about who takes over. */
typedef struct {
	Resolution *found;
	Person *heir;   /* NULL: nobody may */
	gboolean spare; /* the stage does without */
} Heirs;

static void heirs_clear(Heirs *heirs)
{
	g_clear_pointer(&heirs->found, resolution_free);
	g_clear_pointer(&heirs->heir, person_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Heirs, heirs_clear)

static gboolean find_by_selectors(const Succession *succession, gboolean fallback, Heirs *heirs, GError **error)
{
	const ApprovalCase *about = succession->about;
	const StageRule *rule = opening_rule_of(succession->session, about->invoice, about->stage, error);
	if (!rule && error && !*error)
		error_set(error, ERROR_CONFIG, "stage %s is in no policy any more", about->stage->name);
	g_clear_pointer(&heirs->found, resolution_free);
	heirs->found = rule ? handing_find(succession->session, about, rule->approvers, fallback, error) : NULL;
	if (heirs->found && heirs->found->approvers->len)
		heirs->heir = person_copy(heirs->found->approvers->pdata[0]);
	return heirs->found != NULL;
}

static gboolean find_heirs(const Succession *succession, Heirs *heirs, GError **error)
{
	if (!find_by_selectors(succession, FALSE, heirs, error))
		return FALSE;
	if (!heirs->heir && !find_beside(succession, &heirs->heir, error))
		return FALSE;
	if (!heirs->heir && !can_do_without(succession, &heirs->spare, error))
		return FALSE;
	return heirs->heir || heirs->spare || find_by_selectors(succession, TRUE, heirs, error);
}

/* In the caller's transaction. */
static gboolean hand_on_as_it_stands(const Succession *succession, const Heirs *heirs, GError **error)
{
	Session *session = succession->session;
	const Look *look = look_at(succession, 0);
	g_autoptr(ApprovalCase) about = approval_case_load(session, succession->about->approval->id, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING)
		return TRUE;
	const Handing handing = {.why = look->why, .heir = heirs->heir, .found = heirs->found, .look = look, .cause = look->event};
	if (heirs->heir || heirs->spare)
		return handing_record(session, about, &handing, succession->now, error);
	return handing_keep(session, about, heirs->found, look->event, succession->now, error) && take_back(succession, error) &&
	       sleep_until(succession, succession->now + LOST_AGAIN_S, error);
}

static gboolean hand_on(const Succession *succession, GError **error)
{
	g_auto(Heirs) heirs = {0};
	g_autoptr(GError) failure = NULL;
	if (!find_heirs(succession, &heirs, &failure)) {
		if (error_kind(failure) == ERROR_TRANSIENT || error_kind(failure) == ERROR_BROKEN) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (!people_are_awaited(succession->session))
			waiting_note(succession->session, succession->about->invoice, NULL, failure);
		return wait_for(succession, succession->now + UNKNOWN_AGAIN_S, error);
	}
	gboolean ok = store_begin(session_store(succession->session), error) && hand_on_as_it_stands(succession, &heirs, error);
	return session_end(succession->session, ok, error);
}

/* --- leaving --- */

static gboolean leave(const Succession *succession, const Look *look, GError **error)
{
	Event *event = event_new("approver.left", succession->now, NULL, succession->about->invoice->id);
	event->cause = look->event;
	js_object_set_string(event->data, "person", look->id);
	js_object_set_string(event->data, "why", look->why);
	return leaving_record(succession->session, succession->about->approval->id, event, WHY_LEFT, succession->now, error);
}

static gboolean is_beside(const ApprovalCase *about, const char *person)
{
	return about->approval->state == APPROVAL_PENDING && g_strcmp0(about->approval->person, person) && approval_is_for(about->approval, person);
}

/* In the caller's transaction. */
static gboolean let_go_as_it_stands(const Succession *succession, GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(succession->session, succession->about->approval->id, error);
	for (guint i = 1; about && i < succession->looks->len; i++) {
		const Look *look = look_at(succession, i);
		if (look->presence == PRESENCE_LOST && is_beside(about, look->id) && !leave(succession, look, error))
			return FALSE;
	}
	return about != NULL;
}

static gboolean let_go(Succession *succession, ApprovalCase **about, GError **error)
{
	gboolean ok = store_begin(session_store(succession->session), error) && let_go_as_it_stands(succession, error);
	ApprovalCase *anew = session_end(succession->session, ok, error) ? approval_case_load(succession->session, (*about)->approval->id, error) : NULL;
	if (!anew)
		return FALSE;
	approval_case_free(*about);
	succession->about = *about = anew;
	return TRUE;
}

/* --- all of it --- */

static gboolean resume(const Succession *succession, GError **error)
{
	gboolean ok = store_begin(session_store(succession->session), error) &&
	              handing_resume(succession->session, succession->about->invoice, succession->now, error);
	return session_end(succession->session, ok, error);
}

/* Whoever was found in this pass needs no second look, unless something was wrong with them. */
static gboolean is_fresh(Session *session, const ApprovalCase *about, const GPtrArray *ids, gint64 now, gboolean *fresh, GError **error)
{
	*fresh = about->approval->start == now;
	for (guint i = 0; *fresh && i < ids->len; i++) {
		g_autoptr(GError) failure = NULL;
		g_autoptr(SightingRow) sighting = store_sighting(session_store(session), ids->pdata[i], &failure);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		*fresh = sighting == NULL;
	}
	return TRUE;
}

gboolean succession_settle(Session *session, ApprovalCase **about, gint64 now, gboolean *settled, GError **error)
{
	g_autoptr(GPtrArray) ids = ids_of(*about);
	gboolean fresh;
	*settled = FALSE;
	if (!is_fresh(session, *about, ids, now, &fresh, error) || fresh)
		return fresh;
	g_autoptr(GPtrArray) looks = looking_at(session, ids, FALSE, now, error);
	Succession succession = {session, *about, looks, now};
	*settled = TRUE;
	if (!looks)
		return FALSE;
	if (any_is(&succession, PRESENCE_UNKNOWN))
		return wait_for(&succession, now + UNKNOWN_AGAIN_S, error);
	if (any_waits(&succession))
		return wait_for_guard(&succession, error);
	if (look_at(&succession, 0)->presence == PRESENCE_LOST)
		return hand_on(&succession, error);
	*settled = FALSE;
	if (any_is(&succession, PRESENCE_LOST) && !let_go(&succession, about, error))
		return FALSE;
	return g_strcmp0((*about)->invoice->stuck_why, STUCK_GONE) || resume(&succession, error);
}
