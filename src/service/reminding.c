/* Around remind_decide(): what it needs is loaded before, what it decided is written after, in one transaction. */
#include "service/reminding.h"

#include "base/error.h"
#include "domain/administration.h"
#include "codec/idn.h"
#include "service/opening.h"
#include "service/people.h"

#include <string.h>

void claim_free(Claim *claim)
{
	if (!claim)
		return;
	g_free(claim->message);
	g_free(claim->approval);
	g_free(claim->person);
	g_free(claim->rung);
	g_free(claim);
}

/* --- the facts --- */

static void free_rung_recipients(gpointer recipients)
{
	rung_recipients_free(recipients);
}

void remind_case_free(RemindCase *remind_case)
{
	if (!remind_case)
		return;
	g_clear_pointer(&remind_case->asked, g_array_unref);
	g_clear_pointer(&remind_case->history, remind_history_free);
	g_clear_pointer(&remind_case->rungs, g_ptr_array_unref);
	g_clear_pointer(&remind_case->since, g_array_unref);
	g_free(remind_case);
}

static Reminder reminder_from_row(const ReminderRow *row)
{
	Reminder reminder = {
		.rung = g_intern_string(row->rung),
		.occurrence = row->occurrence,
		.person = g_intern_string(row->person),
		.role = g_strcmp0(row->role, "cc") ? ROLE_TO : ROLE_CC,
		.unrolled = row->unrolled,
		.fires = row->fires,
	};
	channel_parse(row->channel, &reminder.channel);
	tone_parse(row->tone, &reminder.tone);
	reminder_state_parse(row->state, &reminder.state);
	return reminder;
}

/* What waits goes by the dates and slots that hold now: a deadline may have moved since it was planned. */
static void follow_dates(const RemindState *state, Reminder *planned)
{
	guint place;
	const Rung *rung = ladder_rung(state->ladder, planned->rung, &place);
	const Calendar *calendar = g_array_index(state->asked, Asked, 0).calendar;
	gint64 unrolled = rung ? rung_unrolled(rung, calendar, &state->anchors, planned->occurrence) : INSTANT_NONE;
	if (unrolled == INSTANT_NONE)
		return;
	planned->unrolled = unrolled;
	planned->fires = rung_fires(rung, planned->calendar, state->slots, unrolled);
}

static gboolean load_history(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	g_autoptr(GPtrArray) rows = store_reminders(session_store(session), about->approval->id, error);
	if (!rows)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		Reminder reminder = reminder_from_row(rows->pdata[i]);
		if (reminder.state == REMINDER_PLANNED) {
			g_autoptr(PersonRow) person = store_person(session_store(session), reminder.person, error);
			if (!person)
				return FALSE;
			reminder.calendar = people_calendar(session, remind_case->policy, about->invoice->administration, person->person);
			follow_dates(&remind_case->state, &reminder);
		}
		remind_history_add(remind_case->history, &reminder);
	}
	return TRUE;
}

static gboolean has_rung(const Ladder *ladder, const Rung *rung)
{
	guint place;
	return ladder_rung(ladder, rung->name, &place) != NULL;
}

/* Rule 1: nothing old is caught up on where the ladder got another rung, or a rung another name, after the approval began. */
static gboolean load_since(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	const Ladder *ladder = remind_case->state.ladder;
	g_autoptr(GPtrArray) versions = store_policies(session_store(session), error);
	if (!versions)
		return FALSE;
	if (((const PolicyRow *)versions->pdata[0])->at <= about->approval->start)
		return TRUE;
	remind_case->since = g_array_sized_new(FALSE, TRUE, sizeof(gint64), ladder->rungs->len);
	g_array_set_size(remind_case->since, ladder->rungs->len);
	remind_case->state.since = remind_case->since;
	for (guint i = 0; i < versions->len; i++) {
		const PolicyRow *row = versions->pdata[i];
		const Policy *policy = session_policy_at(session, row->version, error);
		if (!policy)
			return FALSE;
		const Ladder *then = policy_ladder(policy, about->stage->ladder);
		for (guint j = 0; j < ladder->rungs->len; j++)
			if (then && has_rung(then, ladder->rungs->pdata[j]))
				g_array_index(remind_case->since, gint64, j) = row->at;
		if (row->at <= about->approval->start)
			break;
	}
	return TRUE;
}

/* Rule 2: a refused address needs no warning; a deferred mail starts it one working day after its first try. */
static gint64 fair_from_message(const MessageRow *message, Calendar *calendar)
{
	if (!strcmp(message->state, "accepted"))
		return message->accepted;
	if (!strcmp(message->state, "refused"))
		return 0;
	if (!strcmp(message->state, "uncertain"))
		return message->queued;
	if (!strcmp(message->state, "deferred"))
		return calendar_add_working_days(calendar, message->queued, 1);
	return INSTANT_NONE;
}

static gboolean load_fair_warning(Session *session, RemindCase *remind_case, const ApprovalCase *about, GError **error)
{
	RemindState *state = &remind_case->state;
	g_autofree char *address = about->approver->person->mail ? idn_mail_address(about->approver->person->mail, NULL) : NULL;
	if (!address)
		state->fair_from = 0; /* as a refused one: nobody can write to it */
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), about->approval->id, error);
	if (!messages)
		return FALSE;
	for (guint i = 0; i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (strcmp(message->kind, "mail") || strcmp(message->person, about->approval->person))
			continue;
		gint64 from = fair_from_message(message, g_array_index(state->asked, Asked, 0).calendar);
		if (from != INSTANT_NONE && (state->fair_from == INSTANT_NONE || from < state->fair_from))
			state->fair_from = from;
	}
	return TRUE;
}

/* The ladder as the policy in force has it; one that is gone from it has no rungs to come. */
static const Ladder *ladder_of(const Policy *policy, const Stage *stage, GError **error)
{
	const Ladder *ladder = policy_ladder(policy, stage->ladder);
	if (!ladder)
		error_set(error, ERROR_CONFIG, "the policy in force has no ladder %s, which stage %s of invoice %s follows", stage->ladder,
		          stage->name, stage->invoice);
	return ladder;
}

RemindCase *remind_case_load(Session *session, const ApprovalCase *about, GError **error)
{
	g_autoptr(RemindCase) remind_case = g_new0(RemindCase, 1);
	remind_case->asked = g_array_new(FALSE, FALSE, sizeof(Asked));
	remind_case->history = remind_history_new();
	remind_case->policy = session_policy(session, NULL, error);
	RemindState *state = &remind_case->state;
	state->ladder = remind_case->policy ? ladder_of(remind_case->policy, about->stage, error) : NULL;
	if (!state->ladder)
		return NULL;
	Asked approver = {
		.person = about->approval->person,
		.calendar = people_calendar(session, remind_case->policy, about->invoice->administration, about->approver->person),
		.since = about->approval->start,
	};
	g_array_append_val(remind_case->asked, approver);
	state->asked = remind_case->asked;
	state->anchors = opening_anchors(remind_case->policy, about->invoice, about->held, approver.calendar, about->approval->start);
	state->anchors.at[ANCHOR_DEADLINE] = about->approval->deadline;
	state->slots = remind_case->policy->slots;
	state->grace = remind_case->policy->grace;
	state->invites = remind_case->policy->invites;
	state->fair_from = INSTANT_NONE;
	state->reminders = administration_reminds(remind_case->policy, about->invoice->administration);
	state->history = remind_case->history;
	remind_case->rungs = g_ptr_array_new_full(state->ladder->rungs->len, free_rung_recipients);
	g_ptr_array_set_size(remind_case->rungs, (gint)state->ladder->rungs->len);
	state->rungs = remind_case->rungs;
	if (!load_history(session, remind_case, about, error) || !load_fair_warning(session, remind_case, about, error) ||
	    !load_since(session, remind_case, about, error))
		return NULL;
	return g_steal_pointer(&remind_case);
}

/* --- the recipients of the rungs that have come --- */

/* Who a rung speaks to, as the directory answered; recorded under their opaque ids once the transaction has begun. */
typedef struct {
	guint rung;
	gboolean known;
	GPtrArray *to; /* of Person */
	GPtrArray *cc;
} FoundRecipients;

static void found_free(gpointer data)
{
	FoundRecipients *found = data;
	g_clear_pointer(&found->to, g_ptr_array_unref);
	g_clear_pointer(&found->cc, g_ptr_array_unref);
	g_free(found);
}

static FoundRecipients *find_recipients(Session *session, const ApprovalCase *about, const Rung *rung, guint index)
{
	SelectorContext context = {.facts = about->invoice->facts, .approver = about->approver->person};
	FoundRecipients *found = g_new0(FoundRecipients, 1);
	g_autoptr(GError) failure = NULL;
	found->rung = index;
	found->known = people_resolve_all(session, rung->to, &context, &found->to, NULL, &failure) &&
	               people_resolve_all(session, rung->cc, &context, &found->cc, NULL, &failure);
	if (!found->known)
		g_warning("invoice %s, rung %s waits: %s", about->invoice->id, rung->name, failure->message);
	return found;
}

static gboolean add_recipients(Session *session, const RemindCase *remind_case, const ApprovalCase *about, const GPtrArray *people,
                               RecipientRole role, RungRecipients *recipients, gint64 now, GError **error)
{
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		gboolean is_approver = !g_strcmp0(person->directory_id, about->approver->person->directory_id);
		if (!is_approver && (person->disabled || !person->mail))
			continue;
		g_autofree char *id = people_record(session, person, now, error);
		if (!id)
			return FALSE;
		rung_recipients_add(recipients, id, role, people_calendar(session, remind_case->policy, about->invoice->administration, person));
	}
	return TRUE;
}

static gboolean record_recipients(Session *session, RemindCase *remind_case, const ApprovalCase *about, const GPtrArray *all, gint64 now,
                                  GError **error)
{
	for (guint i = 0; i < all->len; i++) {
		const FoundRecipients *found = all->pdata[i];
		RungRecipients *recipients = rung_recipients_new(found->known);
		remind_case->rungs->pdata[found->rung] = recipients;
		if (found->known && (!add_recipients(session, remind_case, about, found->to, ROLE_TO, recipients, now, error) ||
		                     !add_recipients(session, remind_case, about, found->cc, ROLE_CC, recipients, now, error)))
			return FALSE;
	}
	return TRUE;
}

/* --- what was decided --- */

static Event *reminder_event(const ApprovalCase *about, const Reminder *reminder, gint64 now)
{
	g_autofree char *type = g_strdup_printf("reminder.%s", reminder_state_name(reminder->state));
	Event *event = event_new(type, now, NULL, about->invoice->id);
	js_object_set_string(event->data, "approval", about->approval->id);
	js_object_set_line(event->data, "rung", reminder->rung);
	js_object_set_integer(event->data, "occurrence", reminder->occurrence);
	js_object_set_string(event->data, "person", reminder->person);
	js_object_set_string(event->data, "role", role_name(reminder->role));
	js_object_set_string(event->data, "channel", channel_name(reminder->channel));
	js_object_set_string(event->data, "tone", tone_name(reminder->tone));
	js_object_set_instant(event->data, "unrolled", reminder->unrolled);
	js_object_set_instant(event->data, "fires", reminder->fires);
	js_object_set_string(event->data, "why", reminder->why);
	js_object_set_line(event->data, "by", reminder->by);
	return event;
}

static Claim *claim_new(const ApprovalCase *about, const Reminder *reminder, const char *message)
{
	Claim *claim = g_new0(Claim, 1);
	claim->message = g_strdup(message);
	claim->approval = g_strdup(about->approval->id);
	claim->person = g_strdup(reminder->person);
	claim->rung = g_strdup(reminder->rung);
	claim->occurrence = reminder->occurrence;
	claim->tone = reminder->tone;
	return claim;
}

typedef struct {
	MessageFor message_for;
	gpointer user_data;
	GPtrArray *claims;
} Claims;

static gboolean record_plan(Session *session, const ApprovalCase *about, const RemindPlan *plan, const Claims *claims, gint64 now, GError **error)
{
	Store *store = session_store(session);
	for (guint i = 0; i < plan->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(plan->reminders, Reminder, i);
		Event *event = reminder_event(about, reminder, now);
		if (reminder->state == REMINDER_CLAIMED && reminder->channel == SEND_MAIL) {
			const char *message = claims->message_for(reminder->person, claims->user_data);
			js_object_set_string(event->data, "message", message);
			g_ptr_array_add(claims->claims, claim_new(about, reminder, message));
		}
		if (!store_append(store, event, NULL, error))
			return FALSE;
	}
	return store_wakeup_set(store, WAKEUP_APPROVAL, about->approval->id, plan->look_again, error);
}

/* Rule 9: while it is on hold nothing is decided, and nothing is asked of the directory. */
static gboolean sleep_while_held(Session *session, const ApprovalCase *about, gint64 now, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, about->approval->id, hold_until(about->held, now), error);
}

/* `asked_for`: the ladder that `found` is about. What happened to the approval while the directory was asked counts: it is read anew. */
static gboolean decide_in_transaction(Session *session, const char *approval, const Ladder *asked_for, const GPtrArray *found, const Claims *claims,
                                      gint64 now, GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(session, approval, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING)
		return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval, INSTANT_NONE, error);
	if (hold_until(about->held, now) != INSTANT_NONE)
		return sleep_while_held(session, about, now, error);
	g_autoptr(RemindCase) remind_case = remind_case_load(session, about, error);
	if (!remind_case)
		return FALSE;
	if (remind_case->state.ladder != asked_for)
		return TRUE; /* another policy: still due */
	if (!record_recipients(session, remind_case, about, found, now, error))
		return FALSE;
	g_autoptr(RemindPlan) plan = remind_decide(&remind_case->state, now);
	return record_plan(session, about, plan, claims, now, error);
}

static gboolean has_index(const GArray *indexes, guint index)
{
	for (guint i = 0; i < indexes->len; i++)
		if (g_array_index(indexes, guint, i) == index)
			return TRUE;
	return FALSE;
}

/* Rule 6: at every firing people are looked up again, also those for whom a rung was put off. */
static void want_put_off(const RemindState *state, GArray *wanted, gint64 now)
{
	const GArray *planned = remind_history_planned(state->history);
	for (guint i = 0; i < planned->len; i++) {
		const Reminder *reminder = &g_array_index(planned, Reminder, i);
		guint place;
		if (reminder->fires <= now && ladder_rung(state->ladder, reminder->rung, &place) && !has_index(wanted, place))
			g_array_append_val(wanted, place);
	}
}

gboolean reminding_decide(Session *session, const char *approval, gint64 now, MessageFor message_for, gpointer user_data, GPtrArray *claims,
                          GError **error)
{
	g_autoptr(ApprovalCase) about = approval_case_load(session, approval, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING)
		return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval, INSTANT_NONE, error);
	if (hold_until(about->held, now) != INSTANT_NONE)
		return session_end(session, store_begin(session_store(session), error) && sleep_while_held(session, about, now, error), error);
	g_autoptr(RemindCase) remind_case = remind_case_load(session, about, error);
	if (!remind_case)
		return FALSE;
	g_autoptr(GArray) wanted = remind_wanted(&remind_case->state, now);
	want_put_off(&remind_case->state, wanted, now);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(found_free);
	for (guint i = 0; i < wanted->len; i++) {
		guint index = g_array_index(wanted, guint, i);
		g_ptr_array_add(found, find_recipients(session, about, remind_case->state.ladder->rungs->pdata[index], index));
	}
	Claims into = {message_for, user_data, claims};
	guint before = claims->len;
	gboolean ok = store_begin(session_store(session), error) &&
	              decide_in_transaction(session, approval, remind_case->state.ladder, found, &into, now, error);
	if (session_end(session, ok, error))
		return TRUE;
	g_ptr_array_set_size(claims, (gint)before);
	return FALSE;
}

/* --- what happens next --- */

/* The first of the rung's people who is neither the recipient nor the approver. */
static char *first_outsider(const FoundRecipients *found, const ApprovalCase *about, const char *recipient_directory_id)
{
	const GPtrArray *lists[] = {found->to, found->cc};
	for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
		for (guint i = 0; i < lists[l]->len; i++) {
			const Person *person = lists[l]->pdata[i];
			if (g_strcmp0(person->directory_id, about->approver->person->directory_id) &&
			    g_strcmp0(person->directory_id, recipient_directory_id) && !person->disabled && person->mail)
				return g_strdup(person->name);
		}
	return NULL;
}

gboolean reminding_next_outsider(Session *session, const ApprovalCase *about, const char *recipient, char **name, gint64 *at, GError **error)
{
	*name = NULL;
	*at = INSTANT_NONE;
	const Policy *policy = session_policy(session, NULL, error);
	if (policy && !policy_ladder(policy, about->stage->ladder))
		return TRUE;
	g_autoptr(RemindCase) remind_case = policy ? remind_case_load(session, about, error) : NULL;
	g_autoptr(PersonRow) reader = remind_case ? store_person(session_store(session), recipient, error) : NULL;
	if (!reader)
		return FALSE;
	g_autoptr(GArray) coming = remind_forecast(&remind_case->state, session_now(session), 1);
	for (guint i = 0; i < coming->len && !*name; i++) {
		const Reminder *reminder = &g_array_index(coming, Reminder, i);
		guint place;
		const Rung *rung = ladder_rung(remind_case->state.ladder, reminder->rung, &place);
		if (!rung_names_others(rung))
			continue;
		FoundRecipients *found = find_recipients(session, about, rung, 0);
		if (found->known)
			*name = first_outsider(found, about, reader->person->directory_id);
		*at = reminder->fires;
		found_free(found);
	}
	return TRUE;
}
