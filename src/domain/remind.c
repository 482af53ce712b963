/* Deciding about the reminders of one approval. Nothing here sends, stores or looks anyone up: facts in, decisions out.
 *
 * Invariants: an occurrence is touched once, for all its recipients; at most one mail, and one call of each channel, of this approval goes to one
 * person at one instant; to one person tones never fall.
 */
#include "domain/remind.h"

#include "domain/remind_actions.h"
#include "domain/remind_decision.h"

void remind_plan_free(RemindPlan *plan)
{
	if (!plan)
		return;
	g_array_unref(plan->reminders);
	g_free(plan);
}

const char *idle_name(Idle idle)
{
	static const char *const names[] = {NULL, "no-rung", "overdue"};
	return names[idle];
}

void decision_look_again(Decision *decision, gint64 instant)
{
	if (instant != INSTANT_NONE && (decision->look_again == INSTANT_NONE || instant < decision->look_again))
		decision->look_again = instant;
}

const Reminder *decision_reminder(const Decision *decision, const Open *open)
{
	return open->planned ? open->planned : &g_array_index(decision->reminders, Reminder, open->place);
}

void decision_add(Decision *decision, const Reminder *reminder, guint rank)
{
	Open open = {
		.place = decision->reminders->len,
		.rung = decision->state->ladder->rungs->pdata[rank],
		.rank = rank,
		.asked = remind_asked(decision->state, reminder->person),
	};
	g_array_append_val(decision->reminders, *reminder);
	if (reminder->state == REMINDER_PLANNED)
		g_array_append_val(decision->open, open);
}

/* One that was planned before is recorded anew. */
void decision_settle(Decision *decision, Open *open, ReminderState state, Tone tone)
{
	if (open->planned) {
		open->place = decision->reminders->len;
		g_array_append_val(decision->reminders, *open->planned);
		open->planned = NULL;
	}
	Reminder *reminder = &g_array_index(decision->reminders, Reminder, open->place);
	reminder->state = state;
	reminder->tone = tone;
	reminder->why = reminder->by = NULL;
	open->settled = TRUE;
}

void decision_say_why(Decision *decision, const Open *open, const char *why, const char *by)
{
	Reminder *reminder = &g_array_index(decision->reminders, Reminder, open->place);
	reminder->why = g_intern_string(why);
	reminder->by = g_intern_string(by);
}

GArray *remind_wanted(const RemindState *state, gint64 now)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint place = 0; state->reminders && place < state->ladder->rungs->len; place++) {
		guint occurrence = 0;
		gint64 unrolled;
		for (; remind_next_come(state, place, now, &occurrence, &unrolled); occurrence++)
			if (!remind_is_passed(state, place, unrolled)) {
				g_array_append_val(places, place);
				break;
			}
	}
	return places;
}

static void open_planned(Decision *decision)
{
	const GArray *planned = remind_history_planned(decision->state->history);
	for (guint i = 0; i < planned->len; i++) {
		Open open = {.planned = &g_array_index(planned, Reminder, i)};
		open.rung = ladder_rung(decision->state->ladder, open.planned->rung, &open.rank);
		open.asked = remind_asked(decision->state, open.planned->person);
		g_array_append_val(decision->open, open);
	}
}

static gboolean is_waiting(const Decision *decision)
{
	for (guint i = 0; i < decision->open->len; i++)
		if (!g_array_index(decision->open, Open, i).settled)
			return TRUE;
	return decision->acts || decision->look_again != INSTANT_NONE;
}

static void judge_idle(const Decision *decision, RemindPlan *plan)
{
	gint64 overdue = remind_overdue_from(decision->state);
	if (!is_waiting(decision))
		plan->idle = IDLE_NO_RUNG;
	else if (overdue != INSTANT_NONE && overdue <= decision->now)
		plan->idle = IDLE_OVERDUE;
	else if (overdue != INSTANT_NONE && (plan->look_again == INSTANT_NONE || overdue < plan->look_again))
		plan->look_again = overdue;
}

RemindPlan *remind_decide(const RemindState *state, gint64 now)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Open));
	GArray *reminders = g_array_new(FALSE, FALSE, sizeof(Reminder));
	Decision decision = {.state = state, .now = now, .reminders = reminders, .open = open, .look_again = INSTANT_NONE};
	open_planned(&decision);
	remind_touch(&decision);
	remind_settle(&decision);
	gint64 acts_next;
	decision.acts = remind_actions_wait(state, now, &acts_next);
	decision_look_again(&decision, acts_next);
	RemindPlan *plan = g_new0(RemindPlan, 1);
	plan->reminders = reminders;
	plan->look_again = decision.look_again;
	judge_idle(&decision, plan);
	return plan;
}
