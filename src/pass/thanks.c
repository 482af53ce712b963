/* What is owed is gone with the transaction that queues the message, so that it is told once. */
#include "pass/thanks.h"

#include "base/error.h"
#include "pass/waking.h"
#include "people/absences.h"
#include "people/people.h"
#include "service/approval_case.h"
#include "service/posting.h"

#include <string.h>

/* One person's. */
typedef struct {
	Session *session;
	const Policy *policy;
	PersonRow *person;
	GPtrArray *owed;  /* of OwedRow */
	GPtrArray *cases; /* of ApprovalCase: what the items borrow from */
	GPtrArray *names; /* of char *: likewise */
	GPtrArray *ids;   /* of the approvals, borrowed */
	GArray *items;    /* of MailItem */
	gboolean decided; /* one of them themselves */
	gboolean asked;   /* all were theirs to decide too */
	gint64 now;
} Thanks;

static void thanks_clear(Thanks *thanks)
{
	g_clear_pointer(&thanks->person, person_row_free);
	g_clear_pointer(&thanks->owed, g_ptr_array_unref);
	g_clear_pointer(&thanks->cases, g_ptr_array_unref);
	g_clear_pointer(&thanks->names, g_ptr_array_unref);
	g_clear_pointer(&thanks->ids, g_ptr_array_unref);
	g_clear_pointer(&thanks->items, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Thanks, thanks_clear)

static void free_case(gpointer about)
{
	approval_case_free(about);
}

static gboolean load(Thanks *thanks, const char *person, GError **error)
{
	Store *store = session_store(thanks->session);
	thanks->cases = g_ptr_array_new_with_free_func(free_case);
	thanks->names = g_ptr_array_new_with_free_func(g_free);
	thanks->ids = g_ptr_array_new();
	thanks->items = g_array_new(FALSE, FALSE, sizeof(MailItem));
	thanks->asked = TRUE;
	thanks->policy = session_policy(thanks->session, NULL, error);
	thanks->person = thanks->policy ? store_person(store, person, error) : NULL;
	thanks->owed = thanks->person ? store_thanks_owed(store, person, error) : NULL;
	for (guint i = 0; thanks->owed && i < thanks->owed->len; i++) {
		const OwedRow *row = thanks->owed->pdata[i];
		ApprovalCase *about = row->approval ? approval_case_load(thanks->session, row->approval, error) : NULL;
		if (row->approval && !about)
			return FALSE;
		if (about)
			g_ptr_array_add(thanks->cases, about);
	}
	return thanks->owed != NULL;
}

static Calendar *calendar_of(const Thanks *thanks)
{
	const ApprovalCase *first = thanks->cases->pdata[0];
	return people_calendar(thanks->session, thanks->policy, first->invoice->administration, thanks->person->person);
}

/* --- what became of it --- */

static const Approval *approval_of(const ApprovalCase *about, const char *id)
{
	for (guint i = 0; id && i < about->approvals->len; i++)
		if (!strcmp(((const Approval *)about->approvals->pdata[i])->id, id))
			return about->approvals->pdata[i];
	return NULL;
}

/* The last that was said of its stage, or of the whole invoice while the stage was open. */
static const DecisionRow *closing_decision(const Thanks *thanks, const ApprovalCase *about, const GPtrArray *decisions, gboolean *own)
{
	const DecisionRow *last = NULL;
	for (guint i = 0; i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		const Approval *approval = approval_of(about, decision->approval);
		if (decision->at > about->stage->closed || (decision->approval && (!approval || approval->stage != about->approval->stage)))
			continue;
		*own |= !g_strcmp0(decision->person, thanks->person->id);
		last = decision;
	}
	return last;
}

static gboolean fill_outcome(Thanks *thanks, const ApprovalCase *about, MailItem *item, GError **error)
{
	gboolean own = FALSE;
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(thanks->session), about->invoice->id, error);
	const DecisionRow *decision = decisions ? closing_decision(thanks, about, decisions, &own) : NULL;
	g_autoptr(PersonRow) decider = decision && decision->person ? store_person(session_store(thanks->session), decision->person, error) : NULL;
	if (!decisions || (decision && decision->person && !decider))
		return FALSE;
	item->outcome = !decision || !strcmp(decision->decision, "withdraw") ? OUTCOME_LAPSED
	                : !strcmp(decision->decision, "approve")             ? OUTCOME_APPROVED
	                                                                     : OUTCOME_REJECTED;
	item->outcome_at = about->stage->closed;
	if (decider && item->outcome != OUTCOME_LAPSED) {
		g_ptr_array_add(thanks->names, g_strdup(decider->person->name ? decider->person->name : person_label(decider->person)));
		item->outcome_by = thanks->names->pdata[thanks->names->len - 1];
	}
	thanks->decided |= own;
	return TRUE;
}

/* As the mails before told them: "approval needed", or "for information". */
static gboolean was_asked(const Thanks *thanks, const ApprovalCase *about, gboolean *was, GError **error)
{
	g_autoptr(GPtrArray) asked = store_asked(session_store(thanks->session), about->approval->id, error);
	*was = !strcmp(about->approval->person, thanks->person->id);
	for (guint i = 0; asked && i < asked->len; i++)
		*was |= !strcmp(((const AskedRow *)asked->pdata[i])->person, thanks->person->id);
	return asked != NULL;
}

static gboolean add_item(Thanks *thanks, const ApprovalCase *about, GError **error)
{
	MailItem item;
	gboolean asked;
	if (!approval_case_item(about, &item, error) || !fill_outcome(thanks, about, &item, error) || !was_asked(thanks, about, &asked, error))
		return FALSE;
	item.informing = TRUE;
	item.deadline = INSTANT_NONE;
	thanks->asked &= asked;
	g_array_append_val(thanks->items, item);
	return TRUE;
}

/* --- telling --- */

static gboolean compose(const Thanks *thanks, const char *id, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(thanks->session, error);
	g_autofree char *message_id = mail_message_id(session_settings(thanks->session), id);
	g_autofree char *thread = NULL;
	g_autoptr(GError) failure = NULL;
	if (thanks->ids->len == 1)
		thread = posting_thread(thanks->session, thanks->ids->pdata[0], thanks->person->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	const MailRequest request = {
		.recipient = thanks->person->person,
		.calendar = calendar_of(thanks),
		.now = thanks->now,
		.items = (const MailItem *)thanks->items->data,
		.n_items = thanks->items->len,
		.message_id = message_id,
		.thread_id = thread,
		.asked = thanks->asked,
		.decided = thanks->decided,
	};
	return style && mail_compose_done(style, &request, mail, error);
}

/* `why`: a word. */
static gboolean drop(const Thanks *thanks, const char *why, GError **error)
{
	Event *event = event_new("thanks.dropped", thanks->now, NULL, NULL);
	Json *approvals = js_array_new();
	for (guint i = 0; i < thanks->ids->len; i++)
		js_array_append_string(approvals, thanks->ids->pdata[i]);
	js_object_set_string(event->data, "person", thanks->person->id);
	js_object_set(event->data, "approvals", approvals);
	js_object_set_string(event->data, "why", why);
	return store_append(session_store(thanks->session), event, NULL, error);
}

static gboolean post(Thanks *thanks, GError **error)
{
	g_autofree char *id = session_new_id("m");
	g_autoptr(GError) failure = NULL;
	ComposedMail mail = {0};
	for (guint i = 0; i < thanks->cases->len; i++)
		if (!add_item(thanks, thanks->cases->pdata[i], error))
			return FALSE;
	if (!compose(thanks, id, &mail, &failure)) {
		if (error_kind(failure) == ERROR_INVALID || error_kind(failure) == ERROR_PERMANENT) {
			g_warning("person %s is not told what is done: %s", thanks->person->id, failure->message);
			return drop(thanks, "unwritable", error);
		}
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	const Posting posting = {.id = id, .kind = "done", .person = thanks->person->id, .approvals = thanks->ids, .not_before = INSTANT_NONE};
	gboolean queued = posting_queue(thanks->session, &posting, &mail, thanks->now, error);
	composed_mail_clear(&mail);
	return queued;
}

static gboolean tell(Thanks *thanks, gboolean away, GError **error)
{
	for (guint i = 0; i < thanks->cases->len; i++)
		g_ptr_array_add(thanks->ids, ((const ApprovalCase *)thanks->cases->pdata[i])->approval->id);
	return (away ? drop(thanks, "absent", error) : post(thanks, error)) &&
	       store_wakeup_set(session_store(thanks->session), WAKEUP_THANKS, thanks->person->id, INSTANT_NONE, error);
}

static gboolean settle(Session *session, const Wakeup *wakeup, gint64 now, GError **error)
{
	g_auto(Thanks) thanks = {.session = session, .now = now};
	gboolean away;
	if (!load(&thanks, wakeup->id, error) || !absences_is_away(session, thanks.person->person, now, &away, error))
		return FALSE;
	if (!thanks.cases->len)
		return store_wakeup_set(session_store(session), WAKEUP_THANKS, wakeup->id, INSTANT_NONE, error);
	Calendar *calendar = calendar_of(&thanks);
	const gint64 since = ((const OwedRow *)thanks.owed->pdata[0])->since;
	gint64 at = calendar_next_slot(calendar, thanks.policy->slots, calendar_next_work(calendar, since));
	if (at != INSTANT_NONE && at <= now)
		at = calendar_next_work(calendar, now); /* that slot went by: without waiting for another */
	if (at == INSTANT_NONE || at > now)
		return store_wakeup_set(session_store(session), WAKEUP_THANKS, wakeup->id, at, error);
	return session_end(session, store_begin(session_store(session), error) && tell(&thanks, away, error), error);
}

gboolean thanks_run(Session *session, gint64 now, GError **error)
{
	return waking_run(session, WAKEUP_THANKS, now, settle, error);
}
