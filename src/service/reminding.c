/* Around remind_decide(): what it needs is loaded before, what it decided is written after, in one transaction. */
#include "service/reminding.h"

#include "base/error.h"
#include "people/people.h"
#include "service/acting.h"
#include "service/deputies.h"
#include "service/overtaking.h"
#include "service/rung_people.h"
#include "service/succession.h"

#include <string.h>

void claim_free(Claim *claim)
{
	if (!claim)
		return;
	g_free(claim->message);
	g_free(claim->approval);
	g_free(claim->person);
	g_free(claim->channel);
	g_free(claim->rung);
	g_free(claim);
}

Claim *claim_copy(const Claim *claim, const char *channel, const char *message)
{
	Claim *copy = g_new0(Claim, 1);
	copy->message = g_strdup(message);
	copy->approval = g_strdup(claim->approval);
	copy->person = g_strdup(claim->person);
	copy->channel = g_strdup(channel);
	copy->rung = g_strdup(claim->rung);
	copy->occurrence = claim->occurrence;
	copy->tone = claim->tone;
	return copy;
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
	js_object_set_string(event->data, "channel", send_name(reminder->channel, reminder->hook));
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
	claim->channel = g_strdup(send_name(reminder->channel, reminder->hook));
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

/* What travels together, as a MessageFor wants it. Owned by the caller. */
static char *way_of(Session *session, const ApprovalCase *about, const Reminder *reminder)
{
	const char *name = send_name(reminder->channel, reminder->hook);
	const Policy *policy = session_policy(session, NULL, NULL);
	const Channel *channel = policy ? policy_channel(policy, name) : NULL;
	return channel && channel->per == PER_REMINDER ? g_strdup_printf("%s %s", name, about->approval->id) : g_strdup(name);
}

static gboolean record_plan(Session *session, const ApprovalCase *about, const RemindPlan *plan, const Claims *claims, gint64 now, GError **error)
{
	Store *store = session_store(session);
	for (guint i = 0; i < plan->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(plan->reminders, Reminder, i);
		Event *event = reminder_event(about, reminder, now);
		if (reminder->state == REMINDER_CLAIMED && reminder->channel != SEND_INVITE) {
			g_autofree char *way = way_of(session, about, reminder);
			const char *message = claims->message_for(reminder->person, way, claims->user_data);
			js_object_set_string(event->data, "message", message);
			g_ptr_array_add(claims->claims, claim_new(about, reminder, message));
		}
		if (!store_append(store, event, NULL, error))
			return FALSE;
	}
	return store_wakeup_set(store, WAKEUP_APPROVAL, about->approval->id, plan->look_again, error);
}

/* Rule 10: nothing waits unseen. The admins hear of it once; of a ladder that has ended not before the deadline, until when all is as the policy wants it. */
static gboolean record_idle(Session *session, const ApprovalCase *about, Idle idle, gint64 now, GError **error)
{
	gboolean known;
	const char *why = idle_name(idle), *approval = about->approval->id;
	if (!why)
		return TRUE;
	if (idle == IDLE_NO_RUNG && now < about->approval->deadline)
		return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval, about->approval->deadline, error);
	if (!store_is_idle(session_store(session), approval, why, &known, NULL, error) || known)
		return known;
	Event *event = event_new("approval.idle", now, NULL, about->invoice->id);
	js_object_set_string(event->data, "approval", approval);
	js_object_set_string(event->data, "why", why);
	return store_append(session_store(session), event, NULL, error);
}

static gboolean sleep_for_good(Session *session, const char *approval, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, approval, INSTANT_NONE, error);
}

/* Rule 9: while it is on hold nothing is decided, and nothing is asked of the directory. */
static gboolean sleep_while_held(Session *session, const ApprovalCase *about, gint64 now, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_APPROVAL, about->approval->id, hold_until(about->held, now), error);
}

/* What was read, and what the directory said, before the transaction. */
typedef struct {
	gint64 mark; /* of the store as it was read (store_mark) */
	ApprovalCase *about;
	RemindCase *remind_case;
	const Ladder *ladder; /* that it is about */
	GPtrArray *actions;   /* what acting_find() gave */
	GPtrArray *people;    /* of FoundRecipients */
} Found;

/* *any: a mail that waits was overtaken by what the plan claims, and everything is to be decided anew. */
static gboolean take_back(Session *session, const ApprovalCase *about, const RemindPlan *plan, gint64 now, gboolean *any, GError **error)
{
	*any = FALSE;
	for (guint i = 0; i < plan->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(plan->reminders, Reminder, i);
		gboolean some;
		if (reminder->state != REMINDER_CLAIMED || reminder->channel != SEND_MAIL)
			continue;
		if (!overtaking_take_back(session, about->approval->id, reminder->person, now, &some, error))
			return FALSE;
		*any |= some;
	}
	return TRUE;
}

static gboolean remind(Session *session, ApprovalCase *about, RemindCase *remind_case, const Found *found, const Claims *claims, gint64 now, GError **error)
{
	gboolean any;
	if (!record_recipients(session, remind_case, about, found->people, now, error))
		return FALSE;
	g_autoptr(RemindPlan) plan = remind_decide(&remind_case->state, now);
	if (!take_back(session, about, plan, now, &any, error))
		return FALSE;
	if (any) {
		g_autoptr(RemindCase) anew = remind_case_load(session, about, now, error);
		return anew && remind(session, about, anew, found, claims, now, error);
	}
	if (plan->look_again == INSTANT_NONE || (remind_case->changes != INSTANT_NONE && remind_case->changes < plan->look_again))
		plan->look_again = remind_case->changes;
	return record_plan(session, about, plan, claims, now, error) && record_idle(session, about, plan->idle, now, error);
}

/* Two phases: what the rungs do, then the reminders of those who are asked by then. */
static gboolean act_and_remind(Session *session, ApprovalCase *about, RemindCase *before, const Found *found, const Claims *claims, gint64 now, GError **error)
{
	Acted acted;
	if (before->state.ladder != found->ladder)
		return TRUE; /* another policy: still due */
	if (!acting_record(session, about, &before->state, found->actions, now, &acted, error))
		return FALSE;
	if (acted == ACTED_AWAY)
		return sleep_for_good(session, about->approval->id, error);
	g_autoptr(ApprovalCase) anew = acted == ACTED ? approval_case_load(session, about->approval->id, error) : NULL;
	g_autoptr(RemindCase) after = anew ? remind_case_load(session, anew, now, error) : NULL;
	if (acted == ACTED && !after)
		return FALSE;
	return remind(session, after ? anew : about, after ? after : before, found, claims, now, error);
}

/* What happened to the approval while the directory was asked counts: it is read anew, where anything can have happened. */
static gboolean decide_in_transaction(Session *session, const char *approval, const Found *found, const Claims *claims, gint64 now, GError **error)
{
	if (found->mark && store_mark(session_store(session)) == found->mark)
		return act_and_remind(session, found->about, found->remind_case, found, claims, now, error);
	g_autoptr(ApprovalCase) about = approval_case_load(session, approval, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING)
		return sleep_for_good(session, approval, error);
	if (hold_until(about->held, now) != INSTANT_NONE)
		return sleep_while_held(session, about, now, error);
	g_autoptr(RemindCase) remind_case = remind_case_load(session, about, now, error);
	return remind_case && act_and_remind(session, about, remind_case, found, claims, now, error);
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

static void free_found(gpointer found)
{
	found_recipients_free(found);
}

static GPtrArray *find_people(Session *session, const ApprovalCase *about, const RemindState *state, gint64 now)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_found);
	g_autoptr(GArray) wanted = remind_wanted(state, now);
	want_put_off(state, wanted, now);
	for (guint i = 0; i < wanted->len; i++) {
		guint place = g_array_index(wanted, guint, i);
		g_ptr_array_add(all, rung_people_find(session, about, state->ladder->rungs->pdata[place], place));
	}
	return all;
}

gboolean reminding_decide(Session *session, const char *approval, gint64 now, MessageFor message_for, gpointer user_data, GPtrArray *claims,
                          GError **error)
{
	const gint64 mark = store_mark(session_store(session));
	g_autoptr(ApprovalCase) about = approval_case_load(session, approval, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING)
		return sleep_for_good(session, approval, error);
	if (hold_until(about->held, now) != INSTANT_NONE)
		return session_end(session, store_begin(session_store(session), error) && sleep_while_held(session, about, now, error), error);
	gboolean settled;
	if (!succession_settle(session, &about, now, &settled, error))
		return FALSE;
	if (settled)
		return TRUE;
	if (!deputies_settle(session, about, now, &settled, error))
		return FALSE;
	if (!settled)
		return TRUE;
	g_autoptr(RemindCase) remind_case = remind_case_load(session, about, now, error);
	if (!remind_case)
		return FALSE;
	g_autoptr(GPtrArray) actions = acting_find(session, about, &remind_case->state, now);
	g_autoptr(GPtrArray) people = find_people(session, about, &remind_case->state, now);
	if (people_are_awaited(session)) {
		error_set(error, ERROR_TRANSIENT, "approval %s: the directory has not been asked yet", approval);
		return FALSE;
	}
	const Found found = {mark, about, remind_case, remind_case->state.ladder, actions, people};
	Claims into = {message_for, user_data, claims};
	guint before = claims->len;
	gboolean ok = store_begin(session_store(session), error) &&
	              decide_in_transaction(session, approval, &found, &into, now, error);
	if (session_end(session, ok, error))
		return TRUE;
	g_ptr_array_set_size(claims, (gint)before);
	return FALSE;
}

/* --- whom it never reaches --- */

gboolean reminding_reaches(Session *session, const ApprovalCase *about, const Rung *rung, GError **error)
{
	const SelectorContext context = approval_case_context(about);
	g_autoptr(GPtrArray) to = NULL;
	g_autoptr(GPtrArray) cc = NULL;
	g_autoptr(Resolution) doing = rung_acts(rung) ? acting_people(session, about, rung, error) : NULL;
	return (doing || !rung_acts(rung)) && people_resolve_all(session, rung->to, &context, &to, NULL, error) &&
	       people_resolve_all(session, rung->cc, &context, &cc, NULL, error);
}
