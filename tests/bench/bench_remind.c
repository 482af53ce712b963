/* What deciding alone costs: approvals that nobody decides, each followed from one instant of look_again to the next for ninety days, with a
 * ladder that ends in a mail a day to three people. Goal: ten thousand of them in a few seconds, so that a rehearsal has the rest of its twenty
 * for itself. Prints; never fails on a time.
 *
 *   bench_remind [APPROVALS [DAYS]]      default 10000 90
 */
#include <stdio.h>
#include <stdlib.h>

#include "domain/remind.h"
#include "measure.h"

#define START 1796025600 /* 2026-11-30 08:00 UTC, a Monday */
#define DAY   86400

typedef struct {
	Ladder *ladder;
	Calendar *calendar;
	GArray *slots;
	GPtrArray *rungs; /* of RungRecipients */
	guint decisions, reminders;
} Bench;

static void add_rung(Bench *bench, const char *name, const char *at, Tone tone, SendFlags send, const char *cc)
{
	Rung *rung = rung_new();
	rung->name = g_strdup(name);
	time_expression_parse(at, &rung->at, NULL);
	rung->tone = tone;
	rung->send = send;
	g_ptr_array_add(rung->to, selector_parse("approver", NULL));
	RungRecipients *recipients = rung_recipients_new(TRUE);
	if (cc) {
		g_ptr_array_add(rung->cc, selector_parse("manager(approver)", NULL));
		rung_recipients_add(recipients, "boss", ROLE_CC, bench->calendar);
	}
	if (cc && *cc)
		rung_recipients_add(recipients, cc, ROLE_CC, bench->calendar);
	g_ptr_array_add(bench->ladder->rungs, rung);
	g_ptr_array_add(bench->rungs, recipients);
}

static void prepare(Bench *bench)
{
	bench->calendar = calendar_new("nl", zone_new("Europe/Amsterdam", NULL));
	calendar_add_work(bench->calendar, "Mon-Fri 08:30-12:30", NULL);
	calendar_add_work(bench->calendar, "Mon-Fri 13:00-17:30", NULL);
	calendar_slots_parse((const char *const[]){"09:00", "14:00", NULL}, &bench->slots, NULL);
	bench->ladder = ladder_new("standard");
	bench->rungs = g_ptr_array_new();
	add_rung(bench, "opened", "start", TONE_NEW, SEND_MAIL | SEND_INVITE, NULL);
	add_rung(bench, "nudge", "start+1bd", TONE_FRIENDLY, SEND_MAIL, NULL);
	add_rung(bench, "pressing", "deadline-4bh", TONE_FIRM, SEND_MAIL, NULL);
	add_rung(bench, "manager", "deadline", TONE_ESCALATION, SEND_MAIL, "");
	add_rung(bench, "widen", "deadline+2bd", TONE_ESCALATION, SEND_MAIL, NULL);
	g_ptr_array_add(((Rung *)bench->ladder->rungs->pdata[4])->add, selector_parse("manager(approver)", NULL));
	add_rung(bench, "daily", "deadline+3bd", TONE_FINAL, SEND_MAIL, "finance");
	Rung *daily = bench->ladder->rungs->pdata[5];
	daily->repeats = TRUE;
	daily->times = 0;
	span_parse("1bd", &daily->every, NULL);
}

static void act(RemindState *state, GArray *asked, RemindHistory *history, gint64 now)
{
	g_autoptr(GArray) actions = remind_actions(state, now);
	for (guint i = 0; i < actions->len; i++) {
		const RungAction *action = &g_array_index(actions, RungAction, i);
		const char *name = ((const Rung *)state->ladder->rungs->pdata[action->rung])->name;
		Asked boss = {.person = "boss", .calendar = g_array_index(asked, Asked, 0).calendar, .since = action->unrolled, .rung = name};
		g_array_append_val(asked, boss);
		remind_history_acted(history, name, action->occurrence);
	}
}

static gint64 pass(Bench *bench, RemindState *state, GArray *asked, RemindHistory *history, gint64 now)
{
	act(state, asked, history, now);
	g_autoptr(GArray) wanted = remind_wanted(state, now);
	g_autoptr(RemindPlan) plan = remind_decide(state, now);
	for (guint i = 0; i < plan->reminders->len; i++)
		remind_history_add(history, &g_array_index(plan->reminders, Reminder, i));
	if (state->fair_from == INSTANT_NONE && plan->reminders->len)
		state->fair_from = now;
	bench->decisions++;
	bench->reminders += plan->reminders->len;
	return plan->look_again;
}

static void follow(Bench *bench, gint64 start, gint64 end)
{
	g_autoptr(RemindHistory) history = remind_history_new();
	g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(Asked));
	Asked ann = {.person = "ann", .calendar = bench->calendar, .since = start};
	g_array_append_val(asked, ann);
	RemindState state = {
		.ladder = bench->ladder,
		.asked = asked,
		.slots = bench->slots,
		.grace = {.amount = 4, .unit = UNIT_WORKING_HOUR},
		.invites = INVITES_DAY,
		.reminders = TRUE,
		.fair_from = INSTANT_NONE,
		.history = history,
		.rungs = bench->rungs,
	};
	for (guint i = 0; i < ANCHOR_COUNT; i++)
		state.anchors.at[i] = INSTANT_NONE;
	state.anchors.at[ANCHOR_START] = start;
	state.anchors.at[ANCHOR_DEADLINE] = calendar_add_working_days(bench->calendar, start, 5);
	for (gint64 now = start; now != INSTANT_NONE && now <= end;)
		now = pass(bench, &state, asked, history, now);
}

int main(int argc, char **argv)
{
	guint approvals = argc > 1 ? (guint)atoi(argv[1]) : 10000, days = argc > 2 ? (guint)atoi(argv[2]) : 90;
	Bench bench = {0};
	prepare(&bench);
	double before = measure_processor_us();
	for (guint i = 0; i < approvals; i++)
		follow(&bench, START + i % 5 * DAY + i % 480 * 60, START + days * (gint64)DAY);
	double took = measure_processor_us() - before;
	printf("%u approvals over %u days: %.2f s, %u decisions of %.2f us, %u reminders\n", approvals, days, took / 1e6, bench.decisions,
	       took / bench.decisions, bench.reminders);
	return EXIT_SUCCESS;
}
