/* Each absence on record is told of once: absence.over says so in the transaction that queues the mail. One that only a calendar knows counts as told once anything was told
 * after its end, and is told only by the wakeup that waited for that: what a calendar says afterwards of times long gone is no news. */
#include "pass/returning.h"

#include "base/error.h"
#include "domain/resolve.h"
#include "pass/waking.h"
#include "people/absences.h"
#include "people/people.h"
#include "service/approval_case.h"
#include "service/posting.h"
#include "session/feeds.h"

#include <string.h>

/* A wakeup may be late by tries that failed. */
#define LATE_S 86400

/* One person's return. */
typedef struct {
	Session *session;
	const Policy *policy;
	PersonRow *person;
	Calendar *calendar;
	GPtrArray *over;  /* of AbsenceRow: those that they are back from */
	gboolean any;     /* they are back from one of these, or from one that a calendar knows */
	gint64 woken;     /* for when this was planned */
	gint64 since;     /* the first of these began */
	gint64 back;      /* the last of these ended */
	gint64 next;      /* the end of the next one to come; INSTANT_NONE */
	GPtrArray *cases; /* of ApprovalCase: what the items borrow from */
	GPtrArray *names; /* of char *: likewise */
	GPtrArray *lists; /* of GPtrArray of char *: likewise */
	GPtrArray *ids;   /* of the approvals, borrowed */
	GArray *items;    /* of MailItem */
	gint64 now;
} Return;

static void return_clear(Return *back)
{
	g_clear_pointer(&back->person, person_row_free);
	g_clear_pointer(&back->over, g_ptr_array_unref);
	g_clear_pointer(&back->cases, g_ptr_array_unref);
	g_clear_pointer(&back->names, g_ptr_array_unref);
	g_clear_pointer(&back->lists, g_ptr_array_unref);
	g_clear_pointer(&back->ids, g_ptr_array_unref);
	g_clear_pointer(&back->items, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Return, return_clear)

static void free_row(gpointer row)
{
	absence_row_free(row);
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

static void free_case(gpointer about)
{
	approval_case_free(about);
}

/* --- from what they are back --- */

static gint64 end_of(const AbsenceRow *row)
{
	return row->cleared != INSTANT_NONE ? MIN(row->cleared, row->ends) : row->ends;
}

static void note_over(Return *back, gint64 from, gint64 until)
{
	back->since = MIN(back->since, from);
	back->back = MAX(back->back, until);
	back->any = TRUE;
}

static void sort_absence(Return *back, AbsenceRow *row)
{
	const gint64 end = end_of(row);
	if (row->over != INSTANT_NONE || end <= row->starts) {
		absence_row_free(row); /* told, or taken back before it began */
		return;
	}
	if (end > back->now) {
		back->next = back->next == INSTANT_NONE ? end : MIN(back->next, end);
		absence_row_free(row);
		return;
	}
	note_over(back, row->starts, end);
	g_ptr_array_add(back->over, row);
}

static gint64 time_to_tell(const Return *back, gint64 end)
{
	return calendar_next_slot(back->calendar, back->policy->slots, calendar_next_work(back->calendar, end));
}

static void sort_said(Return *back, gint64 from, gint64 until, gint64 told)
{
	if (until > back->now)
		back->next = back->next == INSTANT_NONE ? until : MIN(back->next, until);
	else if (from < until && told < until && time_to_tell(back, until) >= back->woken - LATE_S)
		note_over(back, from, until);
}

/* What calendars say. */
static gboolean load_said(Return *back, GError **error)
{
	const Person *person = back->person->person;
	g_autofree char *address = person->mail ? g_utf8_strdown(person->mail, -1) : NULL;
	g_autoptr(GPtrArray) said = address ? store_feed_absences(session_store(back->session), address, error) : g_ptr_array_new();
	gint64 told;
	if (!said || !store_last_return(session_store(back->session), back->person->id, &told, error))
		return FALSE;
	for (guint i = 0; i < said->len; i++) {
		const IcsAbsence *absence = said->pdata[i];
		const Zone *zone = calendar_zone(back->calendar);
		sort_said(back, feeds_instant(absence, absence->from, zone), feeds_instant(absence, absence->until, zone), told);
	}
	return TRUE;
}

static gboolean load(Return *back, const char *person, GError **error)
{
	Store *store = session_store(back->session);
	back->over = g_ptr_array_new_with_free_func(free_row);
	back->since = G_MAXINT64;
	back->back = back->next = INSTANT_NONE;
	back->policy = session_policy(back->session, NULL, error);
	back->person = back->policy ? store_person(store, person, error) : NULL;
	g_autoptr(GPtrArray) rows = back->person ? store_absences_of(store, person, error) : NULL;
	while (rows && rows->len)
		sort_absence(back, g_ptr_array_steal_index(rows, 0));
	if (!rows)
		return FALSE;
	back->calendar = people_calendar(back->session, back->policy, NULL, back->person->person);
	return load_said(back, error);
}

/* When they are told; INSTANT_NONE: nothing is to be told. */
static gboolean find_time(const Return *back, gint64 *at, GError **error)
{
	gboolean away;
	*at = back->next;
	if (!absences_is_away(back->session, back->person->person, back->now, &away, error))
		return FALSE;
	if (away)
		return absences_next_change_of(back->session, back->person->person, back->now, at, error);
	if (back->any)
		*at = time_to_tell(back, back->back);
	return TRUE;
}

/* --- what there is to tell --- */

static const char *keep_name(Return *back, const char *person, GError **error)
{
	g_autoptr(PersonRow) row = person ? store_person(session_store(back->session), person, error) : NULL;
	if (!row)
		return NULL;
	g_ptr_array_add(back->names, g_strdup(row->person->name ? row->person->name : person_label(row->person)));
	return back->names->pdata[back->names->len - 1];
}

static gboolean find_decider(Return *back, const ApprovalCase *about, MailItem *item, GError **error)
{
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(back->session), about->invoice->id, error);
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		if (!g_strcmp0(decision->approval, about->approval->id) && decision->person && !(item->outcome_by = keep_name(back, decision->person, error)))
			return FALSE;
	}
	return decisions != NULL;
}

static gboolean find_heir(Return *back, const ApprovalCase *about, MailItem *item, GError **error)
{
	for (guint i = 0; i < about->approvals->len; i++) {
		const Approval *approval = about->approvals->pdata[i];
		if (!g_strcmp0(approval->replaces, about->approval->id) && !(item->outcome_by = keep_name(back, approval->person, error)))
			return FALSE;
	}
	return TRUE;
}

/* The last of those who stood in for them. */
static gboolean find_deputy(Return *back, const ApprovalCase *about, MailItem *item, GError **error)
{
	g_autoptr(GPtrArray) asked = store_asked(session_store(back->session), about->approval->id, error);
	for (guint i = 0; asked && i < asked->len; i++) {
		const AskedRow *row = asked->pdata[i];
		if (!strcmp(row->how, "deputy") && row->since < back->back && !(item->stood_in = keep_name(back, row->person, error)))
			return FALSE;
	}
	return asked != NULL;
}

static gboolean find_outcome(Return *back, const ApprovalCase *about, MailItem *item, GError **error)
{
	item->outcome_at = about->approval->closed;
	switch (about->approval->state) {
	case APPROVAL_PENDING:
		return find_deputy(back, about, item, error);
	case APPROVAL_APPROVED:
	case APPROVAL_REJECTED:
		item->outcome = about->approval->state == APPROVAL_APPROVED ? OUTCOME_APPROVED : OUTCOME_REJECTED;
		return find_decider(back, about, item, error);
	case APPROVAL_DELEGATED:
		item->outcome = OUTCOME_HANDED;
		return find_heir(back, about, item, error);
	case APPROVAL_LAPSED:
		item->outcome = OUTCOME_LAPSED;
		break;
	}
	return TRUE;
}

/* Where it was opened for another, beside whom they were put. */
static gboolean find_beside(Return *back, const ApprovalCase *about, MailItem *item, GError **error)
{
	if (!strcmp(about->approval->person, back->person->id))
		return TRUE;
	const char *name = keep_name(back, about->approval->person, error);
	if (!name)
		return FALSE;
	GPtrArray *deciders = g_ptr_array_new();
	g_ptr_array_add(deciders, (char *)name);
	g_ptr_array_add(back->lists, deciders);
	item->deciders = deciders;
	item->added = TRUE;
	return TRUE;
}

static gboolean add_item(Return *back, const ApprovalCase *about, GError **error)
{
	MailItem item;
	if (!approval_case_item(about, &item, error) || !find_outcome(back, about, &item, error) || !find_beside(back, about, &item, error))
		return FALSE;
	item.informing = about->approval->state != APPROVAL_PENDING;
	if (item.informing)
		item.deadline = INSTANT_NONE;
	g_array_append_val(back->items, item);
	g_ptr_array_add(back->ids, about->approval->id);
	return TRUE;
}

/* What they decided themselves meanwhile is no news. */
static gboolean is_own_doing(Return *back, const ApprovalCase *about, gboolean *own, GError **error)
{
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(back->session), about->invoice->id, error);
	*own = FALSE;
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		*own |= !g_strcmp0(decision->approval, about->approval->id) && !g_strcmp0(decision->person, back->person->id);
	}
	return decisions != NULL;
}

static gboolean find_items(Return *back, GError **error)
{
	back->cases = g_ptr_array_new_with_free_func(free_case);
	back->names = g_ptr_array_new_with_free_func(g_free);
	back->lists = g_ptr_array_new_with_free_func(free_list);
	back->ids = g_ptr_array_new();
	back->items = g_array_new(FALSE, FALSE, sizeof(MailItem));
	g_autoptr(GPtrArray) ids = store_approvals_of(session_store(back->session), back->person->id, back->since, error);
	for (guint i = 0; ids && i < ids->len; i++) {
		gboolean own;
		ApprovalCase *about = approval_case_load(back->session, ids->pdata[i], error);
		if (!about)
			return FALSE;
		g_ptr_array_add(back->cases, about);
		if (!is_own_doing(back, about, &own, error))
			return FALSE;
		const gboolean later = about->approval->start >= back->back; /* not while they were away */
		if (!own && !later && !add_item(back, about, error))
			return FALSE;
	}
	return ids != NULL;
}

/* --- telling --- */

static gboolean is_of_this_mail(const GError *failure)
{
	return error_kind(failure) == ERROR_INVALID || error_kind(failure) == ERROR_PERMANENT;
}

static gboolean compose(const Return *back, const char *id, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(back->session, error);
	g_autofree char *message_id = mail_message_id(session_settings(back->session), id);
	const MailRequest request = {
		.recipient = back->person->person,
		.calendar = back->calendar,
		.now = back->now,
		.items = (const MailItem *)back->items->data,
		.n_items = back->items->len,
		.message_id = message_id,
	};
	return style && mail_compose_return(style, &request, mail, error);
}

/* *id: the message's; NULL: there is nothing to tell, or nobody can write to them. */
static gboolean post(const Return *back, char **id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	ComposedMail mail = {0};
	*id = NULL;
	if (!back->items->len)
		return TRUE;
	g_autofree char *message = session_new_id("m");
	if (!compose(back, message, &mail, &failure)) {
		if (!is_of_this_mail(failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		g_warning("%s is not told what happened in their absence: %s", person_label(back->person->person), failure->message);
		return TRUE;
	}
	const Posting posting = {
		.id = message,
		.kind = "return",
		.person = back->person->id,
		.approvals = back->ids,
		.not_before = calendar_next_work(back->calendar, back->now),
	};
	gboolean queued = posting_queue(back->session, &posting, &mail, back->now, error);
	composed_mail_clear(&mail);
	*id = g_steal_pointer(&message);
	return queued;
}

static gboolean tell(Return *back, GError **error)
{
	g_autofree char *message = NULL;
	if (!find_items(back, error) || !post(back, &message, error))
		return FALSE;
	for (guint i = 0; i < back->over->len; i++) {
		Event *event = event_new("absence.over", back->now, NULL, NULL);
		js_object_set_string(event->data, "absence", ((const AbsenceRow *)back->over->pdata[i])->id);
		js_object_set_string(event->data, "person", back->person->id);
		js_object_set_string(event->data, "message", message);
		if (!store_append(session_store(back->session), event, NULL, error))
			return FALSE;
	}
	return store_wakeup_set(session_store(back->session), WAKEUP_RETURN, back->person->id, back->next, error);
}

static gboolean settle(Session *session, const Wakeup *wakeup, gint64 now, GError **error)
{
	const char *person = wakeup->id;
	g_auto(Return) back = {.session = session, .now = now, .woken = wakeup->at};
	gint64 at;
	if (!load(&back, person, error) || !find_time(&back, &at, error))
		return FALSE;
	if (!back.any || at == INSTANT_NONE || at > now)
		return store_wakeup_set(session_store(session), WAKEUP_RETURN, person, at, error);
	return session_end(session, store_begin(session_store(session), error) && tell(&back, error), error);
}

gboolean returning_run(Session *session, gint64 now, GError **error)
{
	return waking_run(session, WAKEUP_RETURN, now, settle, error);
}
