/* What is open and has come: at most one mail, and one call of each channel, of this approval goes to one person at one instant, to one person tones never fall, and an
 * invite is asked for once (DESIGN.md 3, rules 1, 2, 3 and 11). */
#include "domain/remind_decision.h"

#include <string.h>

static gboolean is_manual(const Reminder *reminder)
{
	return !strcmp(reminder->rung, RUNG_MANUAL);
}

/* TRUE where it tells somebody that they are asked. */
static gboolean is_own(const Open *open, const Reminder *reminder)
{
	return open->asked && asked_is_own(open->asked, reminder->rung, reminder->occurrence);
}

/* When this reminder may go but for working time; INSTANT_NONE while that is not known. */
static gint64 comes_at(const RemindState *state, const Open *open, const Reminder *reminder)
{
	if (reminder->fires == INSTANT_NONE || open->asked || is_manual(reminder))
		return reminder->fires;
	gint64 fair = remind_fair_warning(state, reminder->calendar);
	return fair == INSTANT_NONE ? INSTANT_NONE : MAX(reminder->fires, fair);
}

/* When what has come may be handed over: `now` inside the recipient's working time, or where its rung takes any time. */
static gint64 ready_at(const Decision *decision, const Open *open)
{
	return open->rung && open->rung->anytime ? decision->now : calendar_next_work(decision_reminder(decision, open)->calendar, decision->now);
}

static void supersede(Decision *decision, Open *open, const char *why, const char *by)
{
	decision_settle(decision, open, REMINDER_SUPERSEDED, decision_reminder(decision, open)->tone);
	decision_say_why(decision, open, why, by);
}

/* --- what has come --- */

/* Rule 6: they get none while they are away; who is back before the deadline gets theirs then. */
static gboolean waits_for_return(Decision *decision, const Reminder *reminder)
{
	const RemindState *state = decision->state;
	const gint64 deadline = state->anchors.at[ANCHOR_DEADLINE];
	if (reminder->channel != SEND_INVITE || state->invites == INVITES_NONE || decision->now >= deadline)
		return FALSE;
	decision->invite_waits = TRUE;
	decision_look_again(decision, deadline);
	return TRUE;
}

static gboolean has_come(Decision *decision, Open *open)
{
	const Reminder *reminder = decision_reminder(decision, open);
	if (!decision->state->reminders || (!open->rung && !is_manual(reminder))) {
		supersede(decision, open, decision->state->reminders ? WHY_NO_RUNG : WHY_OFF, NULL);
		return FALSE;
	}
	gint64 at = comes_at(decision->state, open, reminder);
	if (at == INSTANT_NONE || at > decision->now) {
		decision_look_again(decision, at);
		return FALSE;
	}
	gboolean absent = open->asked && open->asked->absent;
	if (absent && !waits_for_return(decision, reminder))
		supersede(decision, open, WHY_ABSENT, NULL);
	return !absent;
}

/* Before the latest is chosen: what may not be sent at all must not take the place of what may. Who is told that they are asked must hear it. */
static gboolean drop_milder(Decision *decision, Open *open)
{
	const Reminder *reminder = decision_reminder(decision, open);
	Tone before;
	if (reminder->channel == SEND_INVITE || is_manual(reminder) || is_own(open, reminder) ||
	    !remind_history_tone(decision->state->history, reminder->person, &before) || reminder->tone >= before)
		return FALSE;
	supersede(decision, open, WHY_MILDER, tone_name(before));
	return TRUE;
}

/* The indexes into `open` of what has come: GArray of guint. */
static GArray *take_come(Decision *decision)
{
	GArray *come = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < decision->open->len; i++) {
		Open *open = &g_array_index(decision->open, Open, i);
		if (!open->settled && has_come(decision, open) && !drop_milder(decision, open))
			g_array_append_val(come, i);
	}
	return come;
}

/* --- the latest --- */

/* The one mail, or call of a channel, that somebody gets of what has come. */
typedef struct {
	const char *person;
	const char *hook; /* NULL: the mail */
	guint open; /* its index */
} Latest;

static const Open *open_at(const Decision *decision, guint index)
{
	return &g_array_index(decision->open, Open, index);
}

/* TRUE where `a` comes after `b`: later unrolled instant, then lower in the ladder, then later occurrence; but a `to`
 * comes after any `cc` (rule 1), and what was asked for on demand before what the ladder sends. */
static gboolean outranks(const Decision *decision, const Open *open_a, const Open *open_b)
{
	const Reminder *a = decision_reminder(decision, open_a), *b = decision_reminder(decision, open_b);
	RecipientRole role_a = is_own(open_a, a) ? ROLE_TO : a->role, role_b = is_own(open_b, b) ? ROLE_TO : b->role;
	if (role_a != role_b)
		return role_a == ROLE_TO;
	if (is_manual(a) != is_manual(b))
		return is_manual(b);
	if (a->unrolled != b->unrolled)
		return a->unrolled > b->unrolled;
	return open_a->rank != open_b->rank ? open_a->rank > open_b->rank : a->occurrence > b->occurrence;
}

static Latest *latest_for(GArray *latest, const Reminder *reminder)
{
	for (guint i = 0; i < latest->len; i++) {
		Latest *known = &g_array_index(latest, Latest, i);
		if (known->hook == reminder->hook && (known->person == reminder->person || !strcmp(known->person, reminder->person)))
			return known;
	}
	return NULL;
}

static GArray *find_latest(const Decision *decision, const GArray *come)
{
	GArray *latest = g_array_new(FALSE, FALSE, sizeof(Latest));
	for (guint i = 0; i < come->len; i++) {
		guint index = g_array_index(come, guint, i);
		const Reminder *reminder = decision_reminder(decision, open_at(decision, index));
		if (reminder->channel == SEND_INVITE)
			continue;
		Latest *best = latest_for(latest, reminder);
		if (!best)
			g_array_append_val(latest, ((Latest){reminder->person, reminder->hook, index}));
		else if (outranks(decision, open_at(decision, index), open_at(decision, best->open)))
			best->open = index;
	}
	return latest;
}

/* --- sent or not --- */

static Tone first_tone(const Decision *decision)
{
	const GPtrArray *rungs = decision->state->ladder->rungs;
	return rungs->len ? ((const Rung *)rungs->pdata[0])->tone : TONE_NEW;
}

/* Rule 3: the first mail of the approver, or of who stands in, is in the first rung's tone; none is milder than what went before. */
static Tone tone_of(const Decision *decision, const Open *open)
{
	const Reminder *mail = decision_reminder(decision, open);
	const Asked *asked = open->asked;
	Tone before;
	gboolean any = remind_history_tone(decision->state->history, mail->person, &before);
	if (is_manual(mail))
		return any ? MAX(before, first_tone(decision)) : first_tone(decision);
	if (!any && asked && (asked == remind_approver(decision->state) || asked->deputy))
		return first_tone(decision);
	return any ? MAX(before, mail->tone) : mail->tone;
}

static gboolean is_invited(const Decision *decision, const char *person)
{
	if (remind_history_invited(decision->state->history, person) == INVITED_SENT)
		return TRUE;
	for (guint i = 0; i < decision->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(decision->reminders, Reminder, i);
		if (reminder->channel == SEND_INVITE && reminder->state == REMINDER_CLAIMED && !strcmp(reminder->person, person))
			return TRUE;
	}
	return FALSE;
}

static void settle_invite(Decision *decision, Open *open)
{
	const Reminder *invite = decision_reminder(decision, open);
	if (decision->now >= decision->state->anchors.at[ANCHOR_DEADLINE])
		supersede(decision, open, WHY_LATE, NULL);
	else if (decision->state->invites == INVITES_NONE)
		supersede(decision, open, WHY_UNWANTED, NULL);
	else if (!is_manual(invite) && is_invited(decision, invite->person))
		supersede(decision, open, WHY_INVITED, NULL);
	else
		decision_settle(decision, open, REMINDER_CLAIMED, invite->tone);
}

/* What was to inform somebody, and now tells them that they are asked, is to them. */
static void claim_mail(Decision *decision, Open *open)
{
	const gboolean own = is_own(open, decision_reminder(decision, open));
	decision_settle(decision, open, REMINDER_CLAIMED, tone_of(decision, open));
	if (own)
		g_array_index(decision->reminders, Reminder, open->place).role = ROLE_TO;
}

static void settle_mail(Decision *decision, guint index, const Latest *latest)
{
	Open *open = &g_array_index(decision->open, Open, index);
	if (index == latest->open) {
		claim_mail(decision, open);
		return;
	}
	supersede(decision, open, WHY_MERGED, decision_reminder(decision, open_at(decision, latest->open))->rung);
}

/* Mails of one person wait together for working time, so that they are merged then, unless the latest of them goes at any time. */
static void settle_come(Decision *decision, guint index, const Latest *latest)
{
	Open *open = &g_array_index(decision->open, Open, index);
	const Reminder *reminder = decision_reminder(decision, open);
	gboolean is_invite = reminder->channel == SEND_INVITE;
	gint64 ready = ready_at(decision, is_invite ? open : open_at(decision, latest->open));
	if (ready != decision->now)
		decision_look_again(decision, ready);
	else if (is_invite)
		settle_invite(decision, open);
	else
		settle_mail(decision, index, latest);
}

static void settle_all(Decision *decision)
{
	g_autoptr(GArray) come = take_come(decision);
	g_autoptr(GArray) latest = find_latest(decision, come);
	for (guint i = 0; i < come->len; i++) {
		guint index = g_array_index(come, guint, i);
		const Reminder *reminder = decision_reminder(decision, open_at(decision, index));
		settle_come(decision, index, latest_for(latest, reminder));
	}
}

/* --- invites of those who were asked later --- */

static gboolean invites_began(const Decision *decision)
{
	for (guint i = 0; i < decision->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(decision->reminders, Reminder, i);
		if (reminder->channel == SEND_INVITE && (reminder->state == REMINDER_CLAIMED || reminder->state == REMINDER_SUPERSEDED))
			return TRUE;
	}
	return decision->invite_waits || remind_history_invites_began(decision->state->history);
}

static gboolean has_invite(const Decision *decision, const char *person)
{
	for (guint i = 0; i < decision->reminders->len; i++) {
		const Reminder *reminder = &g_array_index(decision->reminders, Reminder, i);
		if (reminder->channel == SEND_INVITE && !strcmp(reminder->person, person))
			return TRUE;
	}
	return remind_history_invited(decision->state->history, person) != INVITED_NOT;
}

/* Under the rung that tells them that they are asked. */
static void owe_invite(Decision *decision, const Asked *asked)
{
	guint place;
	const Rung *rung = asked->rung ? ladder_rung(decision->state->ladder, asked->rung, &place) : NULL;
	if (!rung || asked->absent || has_invite(decision, asked->person))
		return;
	Reminder invite = {
		.rung = g_intern_string(rung->name),
		.occurrence = asked->occurrence,
		.person = g_intern_string(asked->person),
		.channel = SEND_INVITE,
		.tone = rung->tone,
		.unrolled = asked->since,
		.fires = rung_fires(rung, asked->calendar, decision->state->slots, asked->since),
		.calendar = asked->calendar,
	};
	decision_add(decision, &invite, place);
}

static gboolean owe_invites(Decision *decision)
{
	const RemindState *state = decision->state;
	guint before = decision->reminders->len;
	if (state->asked->len == 1 || !state->reminders || state->invites == INVITES_NONE ||
	    decision->now >= state->anchors.at[ANCHOR_DEADLINE] || !invites_began(decision))
		return FALSE;
	for (guint i = 1; i < state->asked->len; i++)
		owe_invite(decision, &g_array_index(state->asked, Asked, i));
	return decision->reminders->len > before;
}

void remind_settle(Decision *decision)
{
	settle_all(decision);
	if (owe_invites(decision))
		settle_all(decision);
}
