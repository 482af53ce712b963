/* What is to change is found first; then it is written, unless the approval was closed meanwhile. A deputy stays until the approver is back, whoever of those before them comes back. */
#include "service/deputies.h"

#include "base/error.h"
#include "domain/reminder.h"
#include "domain/sifting.h"
#include "people/absences.h"
#include "people/looking.h"
#include "people/people.h"
#include "service/approvers.h"
#include "service/closing.h"
#include "service/leaving.h"
#include "service/opening.h"
#include "service/reminder_event.h"
#include "service/waiting.h"

#include <string.h>

#define UNKNOWN_RETRY_S 300

typedef struct {
	Session *session;
	const ApprovalCase *about;
	gint64 now;
	gboolean away;    /* the approver is */
	GPtrArray *asked; /* of AskedRow */
	GPtrArray *stay;  /* of AskedRow: the deputies who are asked and there; borrowed */
	GPtrArray *leave; /* of AskedRow: the others; borrowed */
	const char *why;  /* these leave */
	Person *deputy;   /* who is to stand in; NULL: as it is, or nobody */
	gint64 since;
	gboolean nobody;  /* could be found */
	gboolean unattended; /* that is recorded, of this absence or of one before it */
	gint64 unattended_until;
	gint64 from, back;   /* of the absence of now */
	GPtrArray *lost;  /* of char *, directory ids: whom the directory gives and the record knows to be gone or unusable */
} Settling;

static void settling_clear(Settling *settling)
{
	g_clear_pointer(&settling->asked, g_ptr_array_unref);
	g_clear_pointer(&settling->stay, g_ptr_array_unref);
	g_clear_pointer(&settling->leave, g_ptr_array_unref);
	g_clear_pointer(&settling->deputy, person_free);
	g_clear_pointer(&settling->lost, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Settling, settling_clear)

static gboolean is_deputy(const AskedRow *row)
{
	return row->ended == INSTANT_NONE && !strcmp(row->how, "deputy");
}

static gboolean is_away(const Settling *settling, const char *person, gboolean *away, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(settling->session), person, error);
	return row && absences_is_away(settling->session, row->person, settling->now, away, error);
}

/* --- what is --- */

static gboolean sort_deputies(Settling *settling, GError **error)
{
	for (guint i = 0; i < settling->asked->len; i++) {
		AskedRow *row = settling->asked->pdata[i];
		gboolean away = FALSE;
		if (!is_deputy(row))
			continue;
		if (settling->away && !is_away(settling, row->person, &away, error))
			return FALSE;
		g_ptr_array_add(settling->away && !away ? settling->stay : settling->leave, row);
	}
	settling->why = settling->away ? "absent" : "returned";
	return TRUE;
}

static gboolean load(Settling *settling, GError **error)
{
	const ApprovalCase *about = settling->about;
	settling->stay = g_ptr_array_new();
	settling->leave = g_ptr_array_new();
	if (!absences_is_away(settling->session, about->approver->person, settling->now, &settling->away, error) ||
	    !store_is_idle(session_store(settling->session), about->approval->id, IDLE_NO_DEPUTY, &settling->unattended, &settling->unattended_until, error))
		return FALSE;
	settling->asked = store_asked(session_store(settling->session), about->approval->id, error);
	return settling->asked && sort_deputies(settling, error);
}

/* *later: the absence of now was recorded after somebody began to stand in: it may mean another. */
static gboolean was_set_later(const Settling *settling, gboolean *later, GError **error)
{
	g_autoptr(GPtrArray) rows = store_absences_of(session_store(settling->session), settling->about->approval->person, error);
	*later = FALSE;
	for (guint i = 0; rows && i < rows->len; i++) {
		const AbsenceRow *row = rows->pdata[i];
		if (row->cleared != INSTANT_NONE || row->starts > settling->now || row->ends <= settling->now)
			continue;
		for (guint j = 0; j < settling->stay->len; j++)
			*later |= ((const AskedRow *)settling->stay->pdata[j])->event < row->event;
	}
	return rows != NULL;
}

/* --- who is to --- */

/* As the directory has them now: it may name their usual deputy. Whoever was not found once is not gone: that says nothing of who stands in. */
static gboolean find_absent(const Settling *settling, Person **absent, GError **error)
{
	const Person *recorded = settling->about->approver->person;
	g_auto(PersonLook) look = {0};
	people_look_again(settling->session, recorded->directory_id, &look);
	*absent = NULL;
	if (!look.person) {
		error_set(error, ERROR_UNAVAILABLE, "the directory does not say who usually stands in for %s", person_label(recorded));
		return FALSE;
	}
	g_autoptr(Person) person = g_steal_pointer(&look.person);
	if (!absences_overlay(settling->session, person, error))
		return FALSE;
	*absent = g_steal_pointer(&person);
	return TRUE;
}

/* A stage that is in no policy any more has no fallback. */
static gboolean find_rule(const Settling *settling, const StageRule **rule, GError **error)
{
	static const StageRule none;
	g_autoptr(GError) failure = NULL;
	*rule = opening_rule_of(settling->session, settling->about->invoice, settling->about->stage, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*rule = *rule ? *rule : &none;
	return TRUE;
}

static gboolean resolve(const Settling *settling, const Person *absent, Person **deputy, GError **error)
{
	const ApprovalCase *about = settling->about;
	const StageRule *rule;
	EligibilityTerms terms;
	g_autoptr(GPtrArray) before = approvers_before(settling->session, about->invoice, about->stage->position, error);
	if (!before || !find_rule(settling, &rule, error) || !approvers_terms(settling->session, rule, about->invoice, before, &terms, error))
		return FALSE;
	const PeopleSource source = people_source(settling->session);
	const SelectorContext context = approval_case_context(about);
	terms.held_ids = settling->lost;
	return resolve_deputy(&source, absent, settling->now, rule->fallback, &context, &terms, deputy, error);
}

/* *lost: the record knows that they are, and they still are: they would leave at the next pass, and come back, and leave. */
static gboolean is_lost(const Settling *settling, const Person *person, gboolean *lost, GError **error)
{
	Store *store = session_store(settling->session);
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) known = store_person_by_directory_id(store, person->directory_id, &failure);
	g_autoptr(SightingRow) before = known ? store_sighting(store, known->id, &failure) : NULL;
	*lost = FALSE;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!before)
		return TRUE;
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_ptr_array_add(ids, known->id);
	g_autoptr(GPtrArray) looks = looking_at(settling->session, ids, FALSE, settling->now, error);
	const Look *look = looks ? looks->pdata[0] : NULL;
	*lost = look && look->presence == PRESENCE_LOST;
	if (look && look->presence == PRESENCE_UNKNOWN)
		error_set(error, ERROR_UNAVAILABLE, "the directory does not say whether %s can stand in", person_label(person));
	return look && look->presence != PRESENCE_UNKNOWN;
}

/* The first who may and can. NULL: nobody. */
static gboolean resolve_usable(Settling *settling, const Person *absent, Person **deputy, GError **error)
{
	settling->lost = g_ptr_array_new_with_free_func(g_free);
	for (;;) {
		g_autoptr(Person) found = NULL;
		gboolean lost = FALSE;
		if (!resolve(settling, absent, &found, error) || (found && !is_lost(settling, found, &lost, error)))
			return FALSE;
		if (!lost) {
			*deputy = g_steal_pointer(&found);
			return TRUE;
		}
		g_ptr_array_add(settling->lost, g_strdup(found->directory_id));
	}
}

/* *is: that very person is asked now, as `rows` have it. */
static gboolean is_among(const Settling *settling, const GPtrArray *rows, const Person *person, gboolean *is, GError **error)
{
	*is = FALSE;
	for (guint i = 0; i < rows->len && !*is; i++) {
		const AskedRow *row = rows->pdata[i];
		g_autoptr(PersonRow) known = store_person(session_store(settling->session), row->person, error);
		if (!known)
			return FALSE;
		*is = row->ended == INSTANT_NONE && !g_strcmp0(known->person->directory_id, person->directory_id);
	}
	return TRUE;
}

/* It was recorded of the absence that lasts now, which may have been prolonged since. */
static gboolean is_recorded(const Settling *settling)
{
	return settling->unattended && (settling->unattended_until == INSTANT_NONE || settling->from <= settling->unattended_until);
}

/* Where nobody could stand in before, from now on; else since the absence began. */
static gint64 find_since(const Settling *settling)
{
	return is_recorded(settling) ? settling->now : MAX(settling->from, settling->about->approval->start);
}

/* Who is asked already, beside the approver, needs not be asked again. */
static gboolean take(Settling *settling, Person *found, GError **error)
{
	gboolean stays = FALSE, asked = FALSE;
	settling->nobody = !found;
	if (found && (!is_among(settling, settling->stay, found, &stays, error) || !is_among(settling, settling->asked, found, &asked, error)))
		return FALSE;
	if (stays)
		return TRUE;
	for (; settling->stay->len; settling->why = "deputy-changed")
		g_ptr_array_add(settling->leave, g_ptr_array_steal_index(settling->stay, 0));
	settling->deputy = found && !asked ? person_copy(found) : NULL;
	settling->since = find_since(settling);
	return TRUE;
}

/* The transaction waits for nobody: the directory is asked for their calendar before. */
static void ask_calendar(const Settling *settling)
{
	const Policy *policy = session_policy(settling->session, NULL, NULL);
	if (policy && settling->deputy)
		people_calendar(settling->session, policy, settling->about->invoice->administration, settling->deputy);
}

/* FALSE = unknown. */
static gboolean find_deputy(Settling *settling, GError **error)
{
	g_autoptr(Person) absent = NULL;
	g_autoptr(Person) found = NULL;
	gboolean later = FALSE;
	if (settling->stay->len && !was_set_later(settling, &later, error))
		return FALSE;
	if (!settling->away || (settling->stay->len && !later))
		return TRUE;
	if (!find_absent(settling, &absent, error))
		return FALSE;
	const Absence *absence = person_absence_at(absent, settling->now);
	settling->from = absence ? absence->from : settling->now;
	settling->back = person_back(absent, settling->now);
	if (!resolve_usable(settling, absent, &found, error) || !take(settling, found, error))
		return FALSE;
	ask_calendar(settling);
	return TRUE;
}

/* --- what changes --- */

static gboolean let_leave(const Settling *settling, const AskedRow *row, GError **error)
{
	Event *event = event_new("approver.left", settling->now, NULL, settling->about->invoice->id);
	js_object_set_string(event->data, "person", row->person);
	js_object_set_string(event->data, "why", settling->why);
	return leaving_record(settling->session, settling->about->approval->id, event, WHY_LEFT, settling->now, error);
}

/* What the ladder has to say at first was said when they stood in before, and is not said twice: it is asked for. */
static gboolean tell_again(const Settling *settling, const char *person, const ReminderRow *told, const GPtrArray *others, GError **error)
{
	const Policy *policy = session_policy(settling->session, NULL, error);
	if (!policy)
		return FALSE;
	const Calendar *calendar = people_calendar(settling->session, policy, settling->about->invoice->administration, settling->deputy);
	const ManualReminder manual = {
		.approval = settling->about->approval->id,
		.person = person,
		.channel = told->channel,
		.fires = calendar_next_work(calendar, settling->now),
	};
	return store_append(session_store(settling->session), reminder_manual(&manual, others, settling->now, NULL, settling->about->invoice->id), NULL, error);
}

/* By the same channels as before, each once. */
static gboolean tell_who_was_told(const Settling *settling, const char *person, GError **error)
{
	g_autoptr(GPtrArray) reminders = store_reminders(session_store(settling->session), settling->about->approval->id, error);
	g_autoptr(GPtrArray) channels = g_ptr_array_new();
	for (guint i = 0; reminders && i < reminders->len; i++) {
		const ReminderRow *row = reminders->pdata[i];
		if (strcmp(row->state, "claimed") || strcmp(row->person, person) ||
		    g_ptr_array_find_with_equal_func(channels, row->channel, g_str_equal, NULL))
			continue;
		g_ptr_array_add(channels, row->channel);
		if (!tell_again(settling, person, row, reminders, error))
			return FALSE;
	}
	return reminders != NULL;
}

static gboolean let_join(const Settling *settling, GError **error)
{
	g_autofree char *person = people_record(settling->session, settling->deputy, settling->now, error);
	if (!person)
		return FALSE;
	Event *event = event_new("approver.added", settling->now, NULL, settling->about->invoice->id);
	js_object_set_string(event->data, "approval", settling->about->approval->id);
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event->data, "how", "deputy");
	js_object_set_instant(event->data, "since", settling->since);
	return store_append(session_store(settling->session), event, NULL, error) && tell_who_was_told(settling, person, error);
}

static gboolean append_unattended(const Settling *settling, const char *type, gint64 until, GError **error)
{
	Event *event = event_new(type, settling->now, NULL, settling->about->invoice->id);
	js_object_set_string(event->data, "approval", settling->about->approval->id);
	js_object_set_string(event->data, "why", IDLE_NO_DEPUTY);
	js_object_set_instant(event->data, "until", until);
	return store_append(session_store(settling->session), event, NULL, error);
}

/* Once an absence: whoever is away again, and again without a deputy, is told of again. */
static gboolean note_nobody(const Settling *settling, GError **error)
{
	const gboolean stays = settling->nobody && is_recorded(settling);
	if (settling->unattended && !stays && !append_unattended(settling, "approval.attended", INSTANT_NONE, error))
		return FALSE;
	return !settling->nobody || stays || append_unattended(settling, "approval.idle", settling->back, error);
}

/* They get no reminder: what was put off for then is planned again, and superseded when it comes. */
static gboolean take_back_mails(const Settling *settling, GError **error)
{
	const Approval *approval = settling->about->approval;
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(settling->session), approval->id, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		const gboolean theirs = message_row_reminds(message) && !g_strcmp0(message->person, approval->person);
		if (theirs && closing_message_waits(message) && !closing_withdraw_message(settling->session, message, "absent", "absent", settling->now, error))
			return FALSE;
	}
	return messages != NULL;
}

/* Of an absence that only a calendar knows the record says nothing that would wake anybody. */
static gboolean await_return(const Settling *settling, GError **error)
{
	gint64 next;
	if (!absences_next_change_of(settling->session, settling->about->approver->person, settling->now, &next, error))
		return FALSE;
	return next == INSTANT_NONE || store_wakeup_by(session_store(settling->session), WAKEUP_RETURN, settling->about->approval->person, next, error);
}

static gboolean write_changes(const Settling *settling, GError **error)
{
	const Approval *approval = settling->about->approval;
	g_autoptr(Approval) anew = store_approval(session_store(settling->session), approval->id, error);
	if (!anew || anew->state != APPROVAL_PENDING)
		return anew != NULL;
	for (guint i = 0; i < settling->leave->len; i++)
		if (!let_leave(settling, settling->leave->pdata[i], error))
			return FALSE;
	if ((settling->deputy && !let_join(settling, error)) || !note_nobody(settling, error))
		return FALSE;
	return !settling->away || (take_back_mails(settling, error) && await_return(settling, error));
}

/* Most approvals: nobody is away. */
static gboolean changes(const Settling *settling)
{
	return settling->away || settling->leave->len || settling->unattended;
}

gboolean deputies_settle(Session *session, const ApprovalCase *about, gint64 now, gboolean *known, GError **error)
{
	g_auto(Settling) settling = {.session = session, .about = about, .now = now};
	g_autoptr(GError) failure = NULL;
	*known = TRUE;
	if (!load(&settling, error))
		return FALSE;
	if (!find_deputy(&settling, &failure)) {
		if (people_are_awaited(session)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		waiting_note(session, about->invoice, NULL, failure);
		*known = FALSE;
		return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, about->approval->id, now + UNKNOWN_RETRY_S, error);
	}
	return !changes(&settling) || session_end(session, store_begin(session_store(session), error) && write_changes(&settling, error), error);
}
