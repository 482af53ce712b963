/* Deciding about the reminders of one approval. Nothing here sends, stores or looks anyone up: facts in, decisions out.
 *
 * Invariants: an occurrence is touched once, for all its recipients; at most one mail of this approval goes to one
 * person at one instant; to one person tones never fall.
 */
#include "domain/remind.h"

#include <string.h>

/* A ladder that repeats until decided is looked at no further than this: 10,000 working days are forty years. */
#define MAX_OCCURRENCES 10000

/* How long a rung waits for a directory that did not answer, before it is asked again. */
#define UNKNOWN_RETRY_S 300

void remind_plan_free(RemindPlan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->reminders);
	g_free(plan);
}

gint64 rung_unrolled(const Rung *rung, const Calendar *calendar, const Anchors *anchors, guint occurrence)
{
	gint64 first = time_expression_apply(calendar, rung->at, anchors);
	if (first == INSTANT_NONE || occurrence == 0)
		return first;
	if (!rung->repeats || (rung->times && occurrence >= rung->times) || occurrence >= MAX_OCCURRENCES)
		return INSTANT_NONE;
	Span since_first = rung->every;
	if (__builtin_mul_overflow(since_first.amount, (gint32)occurrence, &since_first.amount))
		return INSTANT_NONE;
	return span_apply(calendar, first, since_first);
}

gint64 rung_fires(const Rung *rung, const Calendar *calendar, const GArray *slots, gint64 unrolled)
{
	if (rung->anytime || unrolled == INSTANT_NONE)
		return unrolled;
	gint64 rolled = calendar_next_work(calendar, unrolled);
	return rung->urgent || rolled == INSTANT_NONE ? rolled : calendar_next_slot(calendar, slots, rolled);
}

static gboolean is_touched(const GPtrArray *recorded, const char *rung, guint occurrence)
{
	for (guint i = 0; i < recorded->len; i++) {
		const Reminder *reminder = recorded->pdata[i];
		if (reminder->occurrence == occurrence && !strcmp(reminder->rung, rung))
			return TRUE;
	}
	return FALSE;
}

/* Calls `visit` for each untouched occurrence of the rung that has come; returns the unrolled instant of the first
 * that has not, INSTANT_NONE where none is to come. */
typedef void (*OccurrenceVisit)(const Rung *rung, guint occurrence, gint64 unrolled, gpointer user_data);

static gint64 visit_come(const RemindState *state, const Rung *rung, gint64 now, OccurrenceVisit visit, gpointer user_data)
{
	for (guint occurrence = 0;; occurrence++) {
		gint64 unrolled = rung_unrolled(rung, state->calendar, &state->anchors, occurrence);
		if (unrolled == INSTANT_NONE || unrolled > now)
			return unrolled;
		if (!is_touched(state->recorded, rung->name, occurrence))
			visit(rung, occurrence, unrolled, user_data);
	}
}

static gboolean is_before_rung(const RemindState *state, const Rung *rung, gint64 unrolled)
{
	guint place;
	return state->since && g_ptr_array_find(state->ladder->rungs, rung, &place) && unrolled < g_array_index(state->since, gint64, place);
}

static gboolean is_passed(const RemindState *state, const Rung *rung, gint64 unrolled)
{
	return unrolled < state->anchors.at[ANCHOR_START] || is_before_rung(state, rung, unrolled);
}

typedef struct {
	const RemindState *state;
	gboolean wanted;
} Wanted;

static void note_wanted(const Rung *rung, guint occurrence, gint64 unrolled, gpointer user_data)
{
	(void)occurrence;
	Wanted *wanted = user_data;
	wanted->wanted |= !is_passed(wanted->state, rung, unrolled);
}

GArray *remind_wanted(const RemindState *state, gint64 now)
{
	GArray *indexes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < state->ladder->rungs->len; i++) {
		Wanted wanted = {.state = state};
		visit_come(state, state->ladder->rungs->pdata[i], now, note_wanted, &wanted);
		if (wanted.wanted)
			g_array_append_val(indexes, i);
	}
	return indexes;
}

/* --- one decision in the making --- */

typedef struct {
	const RemindState *state;
	gint64 now;
	RemindPlan *plan;
	GPtrArray *open;                  /* of Reminder, borrowed from recorded or plan: planned, to be settled at `now` */
	GHashTable *made;                 /* the reminders of the plan, as a set */
	const RungRecipients *recipients; /* of the rung being touched */
} Decision;

static void look_again_by(RemindPlan *plan, gint64 instant)
{
	if (instant != INSTANT_NONE && (plan->look_again == INSTANT_NONE || instant < plan->look_again))
		plan->look_again = instant;
}

static const Rung *rung_by_name(const Ladder *ladder, const char *name, guint *index)
{
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = ladder->rungs->pdata[i];
		if (!strcmp(rung->name, name)) {
			*index = i;
			return rung;
		}
	}
	return NULL;
}

static void plan_take(Decision *decision, Reminder *reminder)
{
	g_ptr_array_add(decision->plan->reminders, reminder);
	g_hash_table_add(decision->made, reminder);
}

static Reminder *plan_add(Decision *decision, const Rung *rung, guint occurrence, const char *person, SendFlags channel)
{
	Reminder *reminder = reminder_new();
	reminder->rung = g_strdup(rung->name);
	reminder->occurrence = occurrence;
	reminder->person = g_strdup(person);
	reminder->channel = channel;
	reminder->tone = rung->tone;
	plan_take(decision, reminder);
	return reminder;
}

/* Rule 2: the instant from which others than the approver may hear; INSTANT_NONE = not before the approver was told. */
static gint64 fair_warning(const RemindState *state, const Calendar *calendar)
{
	if (state->fair_from == INSTANT_NONE)
		return INSTANT_NONE;
	return calendar_next_work(calendar, span_apply(state->calendar, state->fair_from, state->grace));
}

/* When this reminder may go but for working time; INSTANT_NONE while that is not known. */
static gint64 comes_at(const RemindState *state, const Reminder *reminder)
{
	if (reminder->fires == INSTANT_NONE || !strcmp(reminder->person, state->approver))
		return reminder->fires;
	gint64 fair = fair_warning(state, reminder->calendar);
	return fair == INSTANT_NONE ? INSTANT_NONE : MAX(reminder->fires, fair);
}

/* When what has come may be handed over: `now` inside the recipient's working time, or where its rung takes any time. */
static gint64 ready_at(const Decision *decision, const Reminder *reminder)
{
	guint place;
	const Rung *rung = rung_by_name(decision->state->ladder, reminder->rung, &place);
	return rung->anytime ? decision->now : calendar_next_work(reminder->calendar, decision->now);
}

static void touch_recipient(Decision *decision, const Rung *rung, guint occurrence, gint64 unrolled, const Recipient *recipient)
{
	static const SendFlags channels[] = {SEND_MAIL, SEND_INVITE};
	for (guint i = 0; i < G_N_ELEMENTS(channels); i++) {
		gboolean is_approver = !strcmp(recipient->person, decision->state->approver);
		gboolean wanted = channels[i] == SEND_MAIL || (is_approver && decision->state->invites != INVITES_NONE);
		if (!(rung->send & channels[i]) || !wanted)
			continue;
		Reminder *reminder = plan_add(decision, rung, occurrence, recipient->person, channels[i]);
		reminder->role = recipient->role;
		reminder->calendar = recipient->calendar;
		reminder->unrolled = unrolled;
		reminder->fires = rung_fires(rung, recipient->calendar, decision->state->slots, unrolled);
		g_ptr_array_add(decision->open, reminder);
	}
}

static gboolean approver_was_told(const Decision *decision)
{
	for (guint i = 0; i < decision->state->recorded->len; i++) {
		const Reminder *reminder = decision->state->recorded->pdata[i];
		if (reminder->state == REMINDER_CLAIMED && reminder->channel == SEND_MAIL &&
		    !strcmp(reminder->person, decision->state->approver))
			return TRUE;
	}
	return FALSE;
}

static gboolean speaks_to(const RungRecipients *recipients, const char *person)
{
	for (guint i = 0; i < recipients->recipients->len; i++)
		if (!strcmp(g_array_index(recipients->recipients, Recipient, i).person, person))
			return TRUE;
	return FALSE;
}

/* Recorded for the approver, so that the occurrence counts as touched. */
static void touch_silently(Decision *decision, const Rung *rung, guint occurrence, gint64 unrolled, ReminderState state)
{
	Reminder *reminder = plan_add(decision, rung, occurrence, decision->state->approver, SEND_MAIL);
	reminder->state = state;
	reminder->unrolled = reminder->fires = unrolled;
	if (state != REMINDER_PASSED)
		reminder->why = g_strdup("there is nobody to tell");
	else
		reminder->why = g_strdup(unrolled < decision->state->anchors.at[ANCHOR_START] ? "its instant lies before the approval began"
		                                                                             : "its instant lies before the policy had this rung");
}

static void touch(const Rung *rung, guint occurrence, gint64 unrolled, gpointer user_data)
{
	Decision *decision = user_data;
	const RemindState *state = decision->state;
	if (is_passed(state, rung, unrolled)) {
		touch_silently(decision, rung, occurrence, unrolled, REMINDER_PASSED);
		return;
	}
	const RungRecipients *recipients = decision->recipients;
	if (!recipients || !recipients->known) {
		look_again_by(decision->plan, decision->now + UNKNOWN_RETRY_S);
		return;
	}
	guint before = decision->plan->reminders->len;
	for (guint i = 0; i < recipients->recipients->len; i++)
		touch_recipient(decision, rung, occurrence, unrolled, &g_array_index(recipients->recipients, Recipient, i));
	if (!speaks_to(recipients, state->approver) && !approver_was_told(decision)) {
		Recipient approver = {.person = (char *)state->approver, .role = ROLE_TO, .calendar = state->calendar};
		touch_recipient(decision, rung, occurrence, unrolled, &approver);
	}
	if (decision->plan->reminders->len == before)
		touch_silently(decision, rung, occurrence, unrolled, REMINDER_SUPERSEDED);
}

static void touch_all(Decision *decision)
{
	const RemindState *state = decision->state;
	for (guint i = 0; i < state->recorded->len; i++) {
		Reminder *recorded = state->recorded->pdata[i];
		if (recorded->state == REMINDER_PLANNED)
			g_ptr_array_add(decision->open, recorded);
	}
	for (guint i = 0; i < state->ladder->rungs->len; i++) {
		decision->recipients = state->rungs && i < state->rungs->len ? state->rungs->pdata[i] : NULL;
		look_again_by(decision->plan, visit_come(state, state->ladder->rungs->pdata[i], decision->now, touch, decision));
	}
}

/* --- settling what is open --- */

/* A planned reminder that is settled now is recorded anew unless this decision made it. */
static Reminder *to_record(Decision *decision, Reminder *reminder)
{
	if (g_hash_table_contains(decision->made, reminder))
		return reminder;
	Reminder *copy = reminder_new();
	*copy = *reminder;
	copy->rung = g_strdup(reminder->rung);
	copy->person = g_strdup(reminder->person);
	copy->why = NULL;
	plan_take(decision, copy);
	return copy;
}

static void settle(Decision *decision, Reminder *reminder, ReminderState state, char *why)
{
	Reminder *record = to_record(decision, reminder);
	record->state = state;
	record->why = why;
}

/* TRUE where `a` comes after `b`: later unrolled instant, then lower in the ladder, then later occurrence; but a `to`
 * comes after any `cc` (rule 1). */
static gboolean outranks(const Ladder *ladder, const Reminder *a, const Reminder *b)
{
	if (a->role != b->role)
		return a->role == ROLE_TO;
	if (a->unrolled != b->unrolled)
		return a->unrolled > b->unrolled;
	guint place_a = G_MAXUINT, place_b = G_MAXUINT;
	rung_by_name(ladder, a->rung, &place_a);
	rung_by_name(ladder, b->rung, &place_b);
	return place_a != place_b ? place_a > place_b : a->occurrence > b->occurrence;
}

/* The highest tone that went to this person before; FALSE where nothing did. */
static gboolean highest_tone(const Decision *decision, const char *person, Tone *tone)
{
	gboolean any = FALSE;
	for (guint i = 0; i < decision->state->recorded->len; i++) {
		const Reminder *reminder = decision->state->recorded->pdata[i];
		if (reminder->state != REMINDER_CLAIMED || reminder->channel != SEND_MAIL || strcmp(reminder->person, person))
			continue;
		*tone = any ? MAX(*tone, reminder->tone) : reminder->tone;
		any = TRUE;
	}
	return any;
}

static gboolean is_invited(const Decision *decision, const char *person)
{
	const GPtrArray *lists[] = {decision->state->recorded, decision->plan->reminders};
	for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
		for (guint i = 0; i < lists[l]->len; i++) {
			const Reminder *reminder = lists[l]->pdata[i];
			if (reminder->state == REMINDER_CLAIMED && reminder->channel == SEND_INVITE &&
			    !strcmp(reminder->person, person))
				return TRUE;
		}
	return FALSE;
}

static void settle_invite(Decision *decision, Reminder *invite)
{
	if (decision->now >= decision->state->anchors.at[ANCHOR_DEADLINE])
		settle(decision, invite, REMINDER_SUPERSEDED, g_strdup("the deadline is past"));
	else if (decision->state->invites == INVITES_NONE)
		settle(decision, invite, REMINDER_SUPERSEDED, g_strdup("the policy wants no invites"));
	else if (is_invited(decision, invite->person))
		settle(decision, invite, REMINDER_SUPERSEDED, g_strdup("already invited"));
	else
		settle(decision, invite, REMINDER_CLAIMED, NULL);
}

static void claim_mail(Decision *decision, Reminder *mail)
{
	Tone before;
	Reminder *record = to_record(decision, mail);
	record->state = REMINDER_CLAIMED;
	if (!strcmp(mail->person, decision->state->approver) && !highest_tone(decision, mail->person, &before))
		record->tone = ((const Rung *)decision->state->ladder->rungs->pdata[0])->tone;
}

/* The reminders in `open` that have come; the others are put off, and the plan looks again when they come. */
static GPtrArray *take_come(Decision *decision)
{
	GPtrArray *come = g_ptr_array_new();
	for (guint i = 0; i < decision->open->len; i++) {
		Reminder *reminder = decision->open->pdata[i];
		guint place;
		if (!rung_by_name(decision->state->ladder, reminder->rung, &place)) {
			settle(decision, reminder, REMINDER_SUPERSEDED, g_strdup("the policy has this rung no more"));
			continue;
		}
		gint64 at = comes_at(decision->state, reminder);
		if (at != INSTANT_NONE && at <= decision->now)
			g_ptr_array_add(come, reminder);
		else
			look_again_by(decision->plan, at);
	}
	return come;
}

/* Before the latest is chosen: what may not be sent at all must not take the place of what may. */
static void drop_milder(Decision *decision, GPtrArray *come)
{
	for (guint i = come->len; i-- > 0;) {
		Reminder *reminder = come->pdata[i];
		Tone before;
		if (reminder->channel != SEND_MAIL || !highest_tone(decision, reminder->person, &before) ||
		    reminder->tone >= before)
			continue;
		settle(decision, reminder, REMINDER_SUPERSEDED,
		       g_strdup_printf("milder than the %s mail that went before", tone_name(before)));
		g_ptr_array_remove_index(come, i);
	}
}

/* The one mail that each person gets of what has come: person -> Reminder. */
static GHashTable *find_latest(const Decision *decision, const GPtrArray *come)
{
	GHashTable *latest = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < come->len; i++) {
		Reminder *reminder = come->pdata[i];
		const Reminder *best = g_hash_table_lookup(latest, reminder->person);
		if (reminder->channel == SEND_MAIL && (!best || outranks(decision->state->ladder, reminder, best)))
			g_hash_table_replace(latest, reminder->person, reminder);
	}
	return latest;
}

/* Mails of one person wait together for working time, so that they are merged then, unless the latest of them goes at any time.
 */
static void settle_come(Decision *decision, Reminder *reminder, const Reminder *latest)
{
	gboolean is_invite = reminder->channel == SEND_INVITE;
	gint64 ready = ready_at(decision, is_invite ? reminder : latest);
	if (ready != decision->now)
		look_again_by(decision->plan, ready);
	else if (is_invite)
		settle_invite(decision, reminder);
	else if (reminder == latest)
		claim_mail(decision, reminder);
	else
		settle(decision, reminder, REMINDER_SUPERSEDED,
		       g_strdup_printf("merged into %s, which came at the same time", latest->rung));
}

RemindPlan *remind_decide(const RemindState *state, gint64 now)
{
	g_autoptr(GPtrArray) open = g_ptr_array_new();
	g_autoptr(GHashTable) made = g_hash_table_new(g_direct_hash, g_direct_equal);
	Decision decision = {.state = state, .now = now, .plan = g_new0(RemindPlan, 1), .open = open, .made = made};
	decision.plan->reminders = g_ptr_array_new_with_free_func((GDestroyNotify)reminder_free);
	decision.plan->look_again = INSTANT_NONE;
	touch_all(&decision);
	g_autoptr(GPtrArray) come = take_come(&decision);
	drop_milder(&decision, come);
	g_autoptr(GHashTable) latest = find_latest(&decision, come);
	for (guint i = 0; i < come->len; i++) {
		Reminder *reminder = come->pdata[i];
		settle_come(&decision, reminder, g_hash_table_lookup(latest, reminder->person));
	}
	return decision.plan;
}

static gint compare_fires(gconstpointer a, gconstpointer b)
{
	const Reminder *first = *(const Reminder *const *)a, *second = *(const Reminder *const *)b;
	return first->fires < second->fires ? -1 : first->fires > second->fires;
}

GPtrArray *remind_forecast(const RemindState *state, gint64 now, guint horizon)
{
	GPtrArray *coming = g_ptr_array_new_with_free_func((GDestroyNotify)reminder_free);
	for (guint i = 0; i < state->ladder->rungs->len; i++) {
		const Rung *rung = state->ladder->rungs->pdata[i];
		guint found = 0;
		for (guint occurrence = 0; found < horizon; occurrence++) {
			gint64 unrolled = rung_unrolled(rung, state->calendar, &state->anchors, occurrence);
			if (unrolled == INSTANT_NONE)
				break;
			if (unrolled <= now &&
			    (is_passed(state, rung, unrolled) || is_touched(state->recorded, rung->name, occurrence)))
				continue;
			Reminder *reminder = reminder_new();
			reminder->rung = g_strdup(rung->name);
			reminder->occurrence = occurrence;
			reminder->person = g_strdup(state->approver);
			reminder->channel = SEND_MAIL;
			reminder->tone = rung->tone;
			reminder->unrolled = unrolled;
			reminder->fires = MAX(rung_fires(rung, state->calendar, state->slots, unrolled), now);
			g_ptr_array_add(coming, reminder);
			found++;
		}
	}
	g_ptr_array_sort(coming, compare_fires);
	return coming;
}
