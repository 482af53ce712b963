/* Occurrences that have come, and whom they are for. An occurrence is touched once, for everybody at once; who is asked later is caught up
 * with on what came since they count as asked (DESIGN.md 3, rules 1, 6, 7 and 11). */
#include "domain/remind_decision.h"

#include <string.h>

/* An occurrence that has come. */
typedef struct {
	guint place;
	const Rung *rung;
	guint occurrence;
	gint64 unrolled;
} Come;

static Reminder reminder_of(const Come *come, const char *person, SendFlags channel, const char *hook)
{
	return (Reminder){
		.rung = g_intern_string(come->rung->name),
		.occurrence = come->occurrence,
		.person = g_intern_string(person),
		.channel = channel,
		.hook = g_intern_string(hook),
		.tone = come->rung->tone,
		.unrolled = come->unrolled,
		.fires = come->unrolled,
	};
}

/* Recorded, so that the occurrence counts as touched, and that its reason is known. */
static void touch_silently(Decision *decision, const Come *come, const char *person, ReminderState state, const char *why)
{
	Reminder reminder = reminder_of(come, person, SEND_MAIL, NULL);
	reminder.state = state;
	reminder.why = g_intern_string(why);
	decision_add(decision, &reminder, come->place);
}

static void touch_channel(Decision *decision, const Come *come, const Recipient *recipient, SendFlags channel, const char *hook)
{
	Reminder reminder = reminder_of(come, recipient->person, channel, hook);
	reminder.role = recipient->role;
	reminder.calendar = recipient->calendar;
	reminder.fires = rung_fires(come->rung, recipient->calendar, decision->state->slots, come->unrolled);
	decision_add(decision, &reminder, come->place);
}

/* `own`: it tells them that they are asked, so it is a mail in any case. */
static void touch_recipient(Decision *decision, const Come *come, const Recipient *recipient, gboolean own)
{
	SendFlags send = come->rung->send;
	if (own || send & SEND_MAIL)
		touch_channel(decision, come, recipient, SEND_MAIL, NULL);
	if (send & SEND_INVITE && decision->state->invites != INVITES_NONE && remind_asked(decision->state, recipient->person))
		touch_channel(decision, come, recipient, SEND_INVITE, NULL);
	for (guint i = 0; i < come->rung->hooks->len; i++)
		touch_channel(decision, come, recipient, SEND_HOOK, come->rung->hooks->pdata[i]);
}

/* --- who is asked --- */

static void touch_own(Decision *decision, const Come *come, const Asked *asked)
{
	Come own = *come;
	own.unrolled = MAX(asked->since, come->unrolled);
	if (!asked->deputy)
		own.unrolled = asked->since;
	touch_recipient(decision, &own, &(Recipient){(char *)asked->person, ROLE_TO, asked->calendar}, TRUE);
}

/* What `approver` in the rung means for one who is asked. */
static void touch_asked(Decision *decision, const Come *come, const Asked *asked)
{
	RecipientRole role;
	gboolean named = rung_names_approver(come->rung, &role);
	if (asked_is_own(asked, come->rung->name, come->occurrence))
		touch_own(decision, come, asked);
	else if (named && (come->unrolled < asked->since || remind_is_passed(decision->state, come->place, come->unrolled)))
		touch_silently(decision, come, asked->person, REMINDER_PASSED, WHY_BEFORE_ASKED);
	else if (named)
		touch_recipient(decision, come, &(Recipient){(char *)asked->person, role, asked->calendar}, FALSE);
}

static const Recipient *find_recipient(const RungRecipients *recipients, const char *person)
{
	for (guint i = 0; recipients && i < recipients->recipients->len; i++) {
		const Recipient *recipient = &g_array_index(recipients->recipients, Recipient, i);
		if (!strcmp(recipient->person, person))
			return recipient;
	}
	return NULL;
}

/* Somebody whom the rung names, who may be asked too: `to` wins. */
static void touch_named(Decision *decision, const Come *come, const Recipient *named)
{
	const Asked *asked = remind_asked(decision->state, named->person);
	Recipient recipient = *named;
	RecipientRole role;
	if (asked && asked_is_own(asked, come->rung->name, come->occurrence)) {
		touch_own(decision, come, asked);
		return;
	}
	if (asked && come->unrolled >= asked->since && rung_names_approver(come->rung, &role))
		recipient.role = MIN(role, recipient.role);
	touch_recipient(decision, come, &recipient, FALSE);
}

/* Rule 2: where nothing went to the approver yet, a rung that names only others goes to them too. */
static void touch_untold(Decision *decision, const Come *come)
{
	for (guint i = 0; i < decision->state->asked->len; i++) {
		const Asked *asked = &g_array_index(decision->state->asked, Asked, i);
		if (i == 0 || (asked->deputy && !asked_is_own(asked, come->rung->name, come->occurrence)))
			touch_recipient(decision, come, &(Recipient){(char *)asked->person, ROLE_TO, asked->calendar}, FALSE);
	}
}

static void touch_people(Decision *decision, const Come *come, const RungRecipients *recipients)
{
	const RemindState *state = decision->state;
	const char *approver = remind_approver(state)->person;
	RecipientRole role;
	guint before = decision->reminders->len;
	for (guint i = 0; i < state->asked->len; i++) {
		const Asked *asked = &g_array_index(state->asked, Asked, i);
		if (!find_recipient(recipients, asked->person))
			touch_asked(decision, come, asked);
	}
	for (guint i = 0; recipients && i < recipients->recipients->len; i++)
		touch_named(decision, come, &g_array_index(recipients->recipients, Recipient, i));
	if (!rung_names_approver(come->rung, &role) && !find_recipient(recipients, approver) && !remind_was_told(state))
		touch_untold(decision, come);
	if (decision->reminders->len == before)
		touch_silently(decision, come, approver, REMINDER_SUPERSEDED, WHY_NOBODY);
}

static void touch_passed(Decision *decision, const Come *come)
{
	const RemindState *state = decision->state;
	gboolean before_start = come->unrolled < remind_approver(state)->since;
	touch_silently(decision, come, remind_approver(state)->person, REMINDER_PASSED, before_start ? WHY_BEFORE_START : WHY_BEFORE_RUNG);
	for (guint i = 1; i < state->asked->len; i++)
		touch_asked(decision, come, &g_array_index(state->asked, Asked, i));
}

static void touch(Decision *decision, const Come *come)
{
	const RemindState *state = decision->state;
	const RungRecipients *recipients = state->rungs && come->place < state->rungs->len ? state->rungs->pdata[come->place] : NULL;
	if (!state->reminders)
		touch_silently(decision, come, remind_approver(state)->person, REMINDER_SUPERSEDED, WHY_OFF);
	else if (remind_is_passed(state, come->place, come->unrolled))
		touch_passed(decision, come);
	else if (recipients ? recipients->known : !rung_names_others(come->rung))
		touch_people(decision, come, recipients);
	else
		decision_look_again(decision, decision->now + UNKNOWN_RETRY_S);
}

/* --- who is asked later --- */

/* What was touched before they were asked, and has not reached them. */
static void catch_up(Decision *decision, guint place, const Asked *asked)
{
	const RemindState *state = decision->state;
	const RemindHistory *history = state->history;
	Come come = {.place = place, .rung = state->ladder->rungs->pdata[place]};
	RecipientRole role;
	gboolean named = rung_names_approver(come.rung, &role);
	guint end = remind_history_first_untouched(history, come.rung->name);
	come.occurrence = named ? remind_history_first_unreached(history, asked->person, come.rung->name) : asked->occurrence;
	for (; come.occurrence < end && (named || asked_is_own(asked, come.rung->name, come.occurrence)); come.occurrence++) {
		come.unrolled = remind_unrolled(state, place, come.occurrence);
		if (come.unrolled == INSTANT_NONE || come.unrolled > decision->now)
			break;
		if (!remind_history_reached(history, asked->person, come.rung->name, come.occurrence))
			touch_asked(decision, &come, asked);
	}
	if (come.occurrence < end && come.unrolled > decision->now)
		decision_look_again(decision, come.unrolled);
}

void remind_touch(Decision *decision)
{
	const RemindState *state = decision->state;
	for (guint place = 0; place < state->ladder->rungs->len; place++) {
		Come come = {.place = place, .rung = state->ladder->rungs->pdata[place]};
		for (; remind_next_come(state, place, decision->now, &come.occurrence, &come.unrolled); come.occurrence++)
			touch(decision, &come);
		decision_look_again(decision, come.unrolled);
		for (guint i = 1; state->reminders && i < state->asked->len; i++)
			catch_up(decision, place, &g_array_index(state->asked, Asked, i));
	}
}
