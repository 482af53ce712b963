/* People asked beside the approver: added by a rung, deputies, absent ones; what rungs do; what is asked for on demand; who is idle.
 * Times are Amsterdam's. */
#include "remind_fixture.h"

#include <string.h>

/* A pass, what it says, and when it wants to look again (NULL: not compared). */
typedef struct {
	const char *when, *expected, *look_again;
} Step;

static void run(World *world, const Step *steps, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		world_expect(world, steps[i].when, steps[i].expected);
		if (steps[i].look_again)
			world_expect_look_again(world, steps[i].look_again);
	}
}

#define RUN(world, ...) run(world, (const Step[]){__VA_ARGS__}, sizeof((const Step[]){__VA_ARGS__}) / sizeof(Step))

/* clang-format off */
#define WIDEN {.name = "widen", .at = "deadline+2bd", .who = "ann", .add = "boss", .tone = TONE_ESCALATION}
#define AGAIN {.name = "again", .at = "deadline+3bd", .who = "ann", .tone = TONE_FINAL, .every = "1bd"}
/* clang-format on */

/* --- rule 7: a rung adds somebody --- */

static void test_added(void)
{
	/* at the instant it fires for the approver, not at the unrolled one; with the same pass's mail, though `to` names only the approver;
	 * what came before is passed, what comes later is theirs too */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE, WIDEN, AGAIN);
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "ann nudge friendly", "Tue 2026-12-08 08:30"},
	    {"Tue 2026-12-08 08:30", "(ann widen)", "Tue 2026-12-08 09:00"},
	    {"Tue 2026-12-08 09:00",
	     "[boss widen]; -boss opened early; -boss nudge early; boss widen escalation; ann widen escalation", "Wed 2026-12-09 08:30"},
	    {"Wed 2026-12-09 08:30", "(ann again); (boss again)", "Wed 2026-12-09 09:00"},
	    {"Wed 2026-12-09 09:00", "ann again final; boss again final", "Thu 2026-12-10 08:30"});
}

static void test_named_too(void)
{
	/* who is added and named is told once; as `to`, also where the rung had them in copy */
	static const char *const whos[] = {"ann boss", "ann +boss", "boss", "+boss"};
	for (gsize i = 0; i < G_N_ELEMENTS(whos); i++) {
		g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
		                               {.name = "widen", .at = "start+1bd", .who = whos[i], .add = "boss", .tone = TONE_FIRM});
		world_expect(world, "Mon 2026-11-30 09:00", "ann opened new; ann opened invite");
		gboolean approver_too = strstr(whos[i], "ann") != NULL;
		world_expect(world, "Tue 2026-12-01 09:00",
		             approver_too ? "[boss widen]; -boss opened early; ann widen firm; boss widen firm; boss widen invite"
		                          : "[boss widen]; -boss opened early; boss widen firm; boss widen invite");
	}
}

static void test_not_before_fair_warning(void)
{
	/* while the first mail is not accepted nothing acts; and that is no reason to say that nobody moves */
	g_autoptr(World) world =
		WORLD("2026-12-03 16:30", "2026-12-10 17:30", {.name = "opened", .at = "start", .who = "ann", .tone = TONE_NEW, .urgent = TRUE},
	              {.name = "widen", .at = "start+1bh", .who = "ann", .add = "boss", .tone = TONE_FIRM, .urgent = TRUE});
	world->mail_down = TRUE;
	RUN(world, {"Thu 2026-12-03 16:30", "ann opened new", "Thu 2026-12-03 17:30"}, {"Thu 2026-12-03 17:30", "(ann widen)", NULL},
	    {"Fri 2026-12-04 08:30", "ann widen firm", "Mon 2026-12-28 08:30"});
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
	RUN(world, {"Mon 2026-12-07 16:00", "", "Mon 2026-12-28 08:30"});
	world->state.fair_from = local("Mon 2026-12-07 16:00");
	RUN(world, {"Mon 2026-12-07 16:00", "", "Tue 2026-12-08 11:00"},
	    {"Tue 2026-12-08 11:00", "[boss widen]; -boss opened early; boss widen firm", "never"});
}

static void test_waits_for_fair_warning(void)
{
	g_autoptr(World) world =
		WORLD("2026-12-03 16:30", "2026-12-10 17:30", {.name = "opened", .at = "start", .who = "ann", .tone = TONE_NEW, .urgent = TRUE},
	              {.name = "widen", .at = "start+1bh", .who = "ann", .add = "boss", .tone = TONE_FIRM, .urgent = TRUE},
	              {.name = "soon", .at = "start+2bh", .who = "ann", .tone = TONE_FIRM, .urgent = TRUE});
	RUN(world, {"Thu 2026-12-03 16:30", "ann opened new", NULL}, {"Fri 2026-12-04 08:30", "ann widen firm", "Fri 2026-12-04 09:30"},
	    {"Fri 2026-12-04 09:30", "ann soon firm", "Fri 2026-12-04 11:30"}, {"Fri 2026-12-04 11:29", "", "Fri 2026-12-04 11:30"},
	    /* they count as added at the rung's own instant: what came since is theirs, the latest of it is sent */
	    {"Fri 2026-12-04 11:30", "[boss widen]; -boss opened early; -boss widen merged; boss soon firm", NULL});
}

static void test_late_import(void)
{
	/* several rungs with actions have come at once: none before fair warning, then all, in order; each person gets one mail */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "widen", .at = "start+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM},
	                               {.name = "wider", .at = "start+2bd", .who = "ann boss", .add = "cfo", .tone = TONE_ESCALATION});
	RUN(world,
	    {"Thu 2026-12-03 09:00", "-ann opened merged; ann opened invite; -ann widen merged; ann wider new; (boss wider)", NULL},
	    {"Thu 2026-12-03 09:00", "", "Thu 2026-12-03 13:00"},
	    {"Thu 2026-12-03 13:00",
	     "[boss widen]; [cfo wider]; -boss opened early; -cfo opened early; -boss widen merged; -cfo widen early; cfo wider escalation; "
	     "boss wider escalation; boss widen invite; cfo wider invite",
	     NULL});
}

static void test_order(void)
{
	/* by unrolled instant, then by place in the ladder */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "late", .at = "start+3h", .who = "ann", .add = "d", .tone = TONE_FIRM},
	                               {.name = "first", .at = "start+2h", .who = "ann", .add = "a", .tone = TONE_FIRM},
	                               {.name = "second", .at = "start+2h", .who = "ann", .add = "b", .tone = TONE_FIRM},
	                               {.name = "third", .at = "start+150min", .who = "ann", .add = "c", .tone = TONE_FIRM});
	world->state.fair_from = 0;
	g_autofree char *said = world_pass(world, local("Tue 2026-12-01 09:00"));
	g_assert_true(g_str_has_prefix(said, "[a first]; [b second]; [c third]; [d late]; "));
}

static void test_nobody_and_already(void)
{
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	              {.name = "none", .at = "start+1bd", .who = "ann", .add = "", .tone = TONE_FIRM},
	              {.name = "self", .at = "start+1bd", .who = "ann", .add = "ann", .tone = TONE_FIRM},
	              {.name = "boss", .at = "start+2bd", .who = "ann", .add = "boss", .tone = TONE_FIRM, .every = "1bd", .times = 2});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "[- none]; [= self]; -ann none merged; ann self firm", NULL},
	    {"Wed 2026-12-02 09:00",
	     "[boss boss]; -boss opened early; -boss none early; -boss self early; ann boss firm; boss boss firm; boss boss invite", NULL},
	    {"Thu 2026-12-03 09:00", "[= boss.1]; ann boss.1 firm; boss boss.1 firm", NULL}, {"Fri 2026-12-04 09:00", "", NULL});
}

static void test_unknown_action_waits(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "widen", .at = "start+1bd", .who = "ann", .add = "?", .tone = TONE_FIRM});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "ann widen firm", "Tue 2026-12-01 09:05"}, {"Tue 2026-12-01 09:05", "", "Tue 2026-12-01 09:10"});
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
	world_set_add(world, 1, "boss");
	RUN(world, {"Tue 2026-12-01 09:10", "[boss widen]; -boss opened early; boss widen firm; boss widen invite", NULL});
}

static void test_acts_once(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, WIDEN);
	world->state.fair_from = 0;
	gint64 now = local("Tue 2026-12-08 09:00");
	g_autofree char *first = world_pass(world, now);
	g_assert_nonnull(strstr(first, "[boss widen]"));
	for (int i = 0; i < 100; i++) {
		g_autofree char *said = world_pass(world, now + i * 60);
		g_assert_cmpstr(said, ==, "");
	}
}

static void test_passed_does_not_act(void)
{
	/* before the start, or before the policy had the rung, or let it act */
	static const struct {
		const char *received;
		gboolean young_rung, young_action, acts;
	} cases[] = {
		{"2026-11-27 09:00", FALSE, FALSE, FALSE},
		{"2026-11-30 09:00", FALSE, FALSE, TRUE},
		{"2026-11-30 09:00", TRUE, FALSE, FALSE},
		{"2026-11-30 09:00", FALSE, TRUE, FALSE},
	};
	const gint64 since[] = {INSTANT_NONE, local("Tue 2026-12-01 09:01")};
	g_autoptr(GArray) young = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_vals(young, since, G_N_ELEMENTS(since));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = WORLD("2026-11-30 10:00", "2026-12-03 17:30", OPENED,
		                               {.name = "widen", .at = "received+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM});
		world->state.anchors.at[ANCHOR_RECEIVED] = local(cases[i].received);
		world->state.since = cases[i].young_rung ? young : NULL;
		world->state.acts_since = cases[i].young_action ? young : NULL;
		world->state.fair_from = 0;
		g_autoptr(GArray) actions = remind_actions(&world->state, local("Wed 2026-12-02 09:00"));
		g_assert_cmpuint(actions->len, ==, cases[i].acts ? 1 : 0);
	}
}

static void test_acts_in_approvers_calendar(void)
{
	/* the rung speaks only to somebody in New York, but acts when it fires for the approver */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "widen", .at = "start+1bd", .who = "ny-bob", .add = "ny-eve", .tone = TONE_FIRM});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "[ny-eve widen]; -ny-eve opened early; (ny-eve widen); (ny-bob widen); (ny-eve widen invite)",
	     "Tue 2026-12-01 15:00"},
	    {"Tue 2026-12-01 15:00", "ny-eve widen firm; ny-bob widen firm; ny-eve widen invite", NULL});
}

static void test_tone_of_added(void)
{
	/* not the first tone: it is no first mail of the approval; and nobody who heard a sharper one is not told that they are asked now */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "warn", .at = "start+1bd", .who = "ann +boss", .tone = TONE_ESCALATION},
	                               {.name = "widen", .at = "start+2bd", .who = "ann", .add = "boss", .tone = TONE_FRIENDLY});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "ann warn escalation; boss +warn escalation", NULL},
	    {"Wed 2026-12-02 09:00",
	     "[boss widen]; -boss opened early; -ann widen milder; boss widen escalation; boss widen invite", NULL});
}

/* --- rule 11: the invite for the added --- */

static void test_invite_of_added(void)
{
	static const struct {
		const char *send_at; /* of the rung with the invite */
		const char *deadline;
		const char *invited; /* what the added person is asked for; NULL: no entry */
	} cases[] = {
		{"start", "2026-12-03 17:30", "boss widen invite"},
		{"start", "2026-12-01 09:00", NULL}, /* the deadline is past */
		{"start+2bd", "2026-12-03 17:30", NULL}, /* not yet: it comes with that rung */
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = WORLD("2026-11-30 09:00", cases[i].deadline,
		                               {.name = "opened", .at = "start", .who = "ann", .tone = TONE_NEW},
		                               {.name = "entry", .at = cases[i].send_at, .who = "ann", .tone = TONE_NEW, .send = BOTH},
		                               {.name = "widen", .at = "start+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM});
		g_free(world_pass(world, local("Mon 2026-11-30 09:00")));
		g_autofree char *second = world_pass(world, local("Tue 2026-12-01 09:00"));
		g_assert_nonnull(strstr(second, "boss widen firm"));
		g_assert_cmpstr(strstr(second, "boss widen invite"), ==, cases[i].invited);
		g_autofree char *third = world_pass(world, local("Wed 2026-12-02 09:00"));
		g_assert_true((strstr(third, "boss entry invite") != NULL) == (i == 2));
	}
	/* none where the policy wants none */
	g_autoptr(World) none = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                              {.name = "widen", .at = "start+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM, .send = BOTH});
	none->state.invites = INVITES_NONE;
	RUN(none, {"Mon 2026-11-30 09:00", "ann opened new", NULL},
	    {"Tue 2026-12-01 09:00", "[boss widen]; -boss opened early; ann widen firm; boss widen firm", NULL});
	/* one, though the adding rung asks for one itself */
	g_autoptr(World) both = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                              {.name = "widen", .at = "start+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM, .send = BOTH});
	RUN(both, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00",
	     "[boss widen]; -boss opened early; ann widen firm; -ann widen invite invited; boss widen firm; boss widen invite", NULL});
	/* a rung that sends an entry alone still tells them by mail that they are asked */
	g_autoptr(World) entry = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "widen", .at = "start+1bd", .who = "ann", .add = "boss", .tone = TONE_FIRM, .send = SEND_INVITE});
	RUN(entry, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00",
	     "[boss widen]; -boss opened early; -ann widen invite invited; boss widen firm; boss widen invite", NULL});
}

/* --- rule 6: absence --- */

static void test_absent_from_the_start(void)
{
	/* the deputy gets everything, the approver nothing; the grace counts from the deputy's first mail */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE, {.name = "boss", .at = "start+1h", .who = "boss", .tone = TONE_FIRM});
	world_set_absent(world, "deputy", "2026-11-30 09:00", TRUE);
	RUN(world,
	    {"Mon 2026-11-30 09:00", "-ann opened absent; (ann opened invite); deputy opened new; deputy opened invite",
	     "Mon 2026-11-30 10:00"},
	    {"Mon 2026-11-30 10:00", "(boss boss)", "Mon 2026-11-30 14:00"}, {"Mon 2026-11-30 14:00", "boss boss firm", NULL},
	    {"Tue 2026-12-01 09:00", "-ann nudge absent; deputy nudge friendly", NULL});
}

static void test_absent_later(void)
{
	/* a first mail in the first tone at the next slot, under the first rung, with the invite; then the later rungs */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE, PRESSING, MANAGER);
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "ann nudge friendly", NULL});
	world_set_absent(world, "deputy", "2026-12-02 00:00", TRUE);
	RUN(world, {"Wed 2026-12-02 00:00", "(deputy opened); (deputy opened invite); -deputy nudge early", "Wed 2026-12-02 09:00"},
	    {"Wed 2026-12-02 09:00", "deputy opened new; deputy opened invite", "Thu 2026-12-03 13:30"},
	    {"Thu 2026-12-03 14:00", "-ann pressing absent; deputy pressing firm", NULL});
	/* back: theirs again, and the deputy is out of it */
	world_set_absent(world, NULL, NULL, FALSE);
	RUN(world, {"Fri 2026-12-04 09:00", "ann manager escalation; boss +manager escalation", NULL});
}

static void test_absent_before_any_mail(void)
{
	/* a rung that names only others goes to who stands in, where nobody was told yet */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "warn", .at = "start+1bd", .who = "boss", .tone = TONE_FIRM},
	                               {.name = "then", .at = "start+2bd", .who = "ann", .tone = TONE_FINAL});
	world_set_absent(world, "deputy", "2026-11-30 09:00", TRUE);
	RUN(world, {"Tue 2026-12-01 09:00", "deputy warn firm; (boss warn); -ann warn absent", NULL},
	    {"Tue 2026-12-01 09:00", "", "Tue 2026-12-01 13:00"},
	    {"Tue 2026-12-01 13:00", "boss warn firm", NULL}, {"Wed 2026-12-02 09:00", "-ann then absent; deputy then final", NULL});
}

static void test_nobody_there(void)
{
	/* nobody stands in: there is nobody to warn, and the others hear at once */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "all", .at = "start+1bd", .who = "ann boss", .tone = TONE_FIRM});
	world_set_absent(world, NULL, NULL, TRUE);
	RUN(world, {"Mon 2026-11-30 09:00", "-ann opened absent; (ann opened invite)", NULL},
	    {"Tue 2026-12-01 09:00", "-ann all absent; boss all firm", NULL});
}

static void test_absent_while_it_waits(void)
{
	/* planned before, absent when it would go */
	g_autoptr(World) world = WORLD("2026-11-28 11:00", "2026-12-03 17:30", OPENED);
	world_expect(world, "Sat 2026-11-28 11:00", "(ann opened); (ann opened invite)");
	world_set_absent(world, "deputy", "2026-11-30 00:00", TRUE);
	RUN(world, {"Mon 2026-11-30 00:00", "(deputy opened); (deputy opened invite)", "Mon 2026-11-30 09:00"},
	    {"Mon 2026-11-30 09:00", "-ann opened absent; deputy opened new; deputy opened invite", "Thu 2026-12-03 17:30"},
	    {"Thu 2026-12-03 17:30", "-ann opened invite absent", NULL}); /* not back by the deadline */
}

static void test_back_before_the_deadline(void)
{
	/* the invite that waited goes then, at once where they work; and not where invites are not wanted any more */
	for (int wanted = 0; wanted < 2; wanted++) {
		g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED);
		world_set_absent(world, "deputy", "2026-11-30 09:00", TRUE);
		RUN(world, {"Mon 2026-11-30 09:00", "-ann opened absent; (ann opened invite); deputy opened new; deputy opened invite", "Thu 2026-12-03 17:30"});
		world_set_absent(world, NULL, NULL, FALSE);
		world->state.invites = wanted ? INVITES_DAY : INVITES_NONE;
		RUN(world, {"Wed 2026-12-02 07:00", "", "Wed 2026-12-02 08:30"},
		    {"Wed 2026-12-02 08:30", wanted ? "ann opened invite" : "-ann opened invite unwanted", NULL});
	}
}

static void test_added_is_absent(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, WIDEN, AGAIN);
	world->state.fair_from = 0;
	g_autofree char *widened = world_pass(world, local("Tue 2026-12-08 09:00"));
	g_assert_nonnull(strstr(widened, "boss widen escalation"));
	g_array_index(world->asked, Asked, 1).absent = TRUE;
	RUN(world, {"Wed 2026-12-09 09:00", "ann again final; -boss again absent", NULL});
}

/* --- an administration without reminders --- */

static void test_reminders_off(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, MANAGER, WIDEN);
	world_expect(world, "Mon 2026-11-30 08:00", "");
	world->state.fair_from = 0;
	world->state.reminders = FALSE;
	g_autoptr(GArray) wanted = remind_wanted(&world->state, local("Wed 2026-12-09 10:00"));
	g_assert_cmpuint(wanted->len, ==, 0);
	RUN(world, {"Mon 2026-11-30 09:00", "-ann opened off", NULL},
	    {"Wed 2026-12-09 10:00", "-ann manager off; -ann widen off", NULL});
	g_assert_cmpuint(world->asked->len, ==, 1);
	g_autoptr(GArray) coming = remind_forecast(&world->state, local("Mon 2026-11-30 08:00"), 5);
	g_assert_cmpuint(coming->len, ==, 0);
	/* switched off while something waits */
	g_autoptr(World) waits = WORLD("2026-11-28 11:00", "2026-12-03 17:30", OPENED);
	world_expect(waits, "Sat 2026-11-28 11:00", "(ann opened); (ann opened invite)");
	waits->state.reminders = FALSE;
	world_expect(waits, "Sat 2026-11-28 12:00", "-ann opened off; -ann opened invite off");
}

/* --- on demand --- */

static void test_on_demand(void)
{
	/* in working time, without a slot, in the highest tone that went before */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, PRESSING);
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL});
	world_demand(world, "ann", 0, "Mon 2026-11-30 10:07");
	RUN(world, {"Mon 2026-11-30 10:07", "ann manual new", NULL}, {"Thu 2026-12-03 14:00", "ann pressing firm", NULL});
	world_demand(world, "ann", 1, "Thu 2026-12-03 20:00");
	g_assert_cmpuint(remind_history_planned(world->history)->len, ==, 1);
	RUN(world, {"Thu 2026-12-03 20:00", "", "Fri 2026-12-04 08:30"});
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
	RUN(world, {"Fri 2026-12-04 08:30", "ann manual.1 firm", "never"});
	g_assert_cmpint(world->idle, ==, IDLE_NO_RUNG);
}

static void test_on_demand_first(void)
{
	/* before anything went: the first rung's tone, though it is no `new`; merged into what the ladder sends at the same time */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", {.name = "first", .at = "start+1bd", .who = "ann", .tone = TONE_FIRM});
	world_demand(world, "ann", 0, "Mon 2026-11-30 12:00");
	RUN(world, {"Mon 2026-11-30 12:00", "ann manual firm", NULL});
	world_demand(world, "ann", 1, "Tue 2026-12-01 09:00");
	RUN(world, {"Tue 2026-12-01 09:00", "ann first firm; -ann manual.1 merged", "never"});
	/* to somebody who is not asked: nobody has to be warned, it was a person who wanted it */
	world_demand(world, "boss", 2, "Tue 2026-12-01 10:00");
	world->state.fair_from = INSTANT_NONE;
	RUN(world, {"Tue 2026-12-01 10:00", "boss manual.2 firm", "never"});
}

/* --- rule 10: nothing waits unseen --- */

static void test_idle(void)
{
	static const struct {
		const char *now;
		Idle idle;
	} cases[] = {
		{"Mon 2026-11-30 09:00", IDLE_NOT},     {"Tue 2026-12-01 08:59", IDLE_NOT},     {"Tue 2026-12-01 09:00", IDLE_NO_RUNG},
		{"Wed 2026-12-02 09:00", IDLE_NO_RUNG}, {"Mon 2026-12-28 09:00", IDLE_NO_RUNG},
	};
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_free(world_pass(world, local(cases[i].now)));
		g_assert_cmpint(world->idle, ==, cases[i].idle);
	}
	g_assert_cmpstr(idle_name(IDLE_NO_RUNG), ==, "no-rung");
	g_assert_cmpstr(idle_name(IDLE_OVERDUE), ==, "overdue");
	g_assert_null(idle_name(IDLE_NOT));
}

static void test_overdue(void)
{
	/* ten working days after Thursday the 3rd: the 17th at 17:30; it is looked at then, though no rung comes */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "later", .at = "deadline+30bd", .who = "ann", .tone = TONE_FINAL});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", "Fri 2026-12-18 08:30"});
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
	RUN(world, {"Fri 2026-12-18 08:29", "", "Fri 2026-12-18 08:30"});
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
	g_autofree char *said = world_pass(world, local("Fri 2026-12-18 08:30"));
	g_assert_cmpstr(said, ==, "");
	g_assert_cmpint(world->idle, ==, IDLE_OVERDUE);
	/* a deadline that moves away ends that */
	world->state.anchors.at[ANCHOR_DEADLINE] = local("2026-12-28 17:30");
	g_free(world_pass(world, local("Fri 2026-12-18 08:31")));
	g_assert_cmpint(world->idle, ==, IDLE_NOT);
}

static void test_not_idle_while_it_waits(void)
{
	/* for fair warning, for the directory */
	g_autoptr(World) warned = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                                {.name = "all", .at = "start", .who = "ann boss", .tone = TONE_FIRM});
	warned->mail_down = TRUE;
	world_expect(warned, "Mon 2026-11-30 09:00", "ann all firm; (boss all)");
	g_assert_cmpint(warned->idle, ==, IDLE_NOT);
	g_autoptr(World) unknown = WORLD("2026-11-30 09:00", "2026-12-03 17:30", {.name = "x", .at = "start", .who = "?", .tone = TONE_FIRM});
	world_expect(unknown, "Mon 2026-11-30 09:00", "");
	g_assert_cmpint(unknown->idle, ==, IDLE_NOT);
	/* what acts is still to act */
	g_autoptr(World) acts = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                              {.name = "widen", .at = "start", .who = "ann", .add = "boss", .tone = TONE_FIRM});
	RUN(acts, {"Mon 2026-11-30 09:00", "-ann opened merged; ann opened invite; ann widen new", NULL});
	g_assert_cmpint(acts->idle, ==, IDLE_NOT);
	RUN(acts, {"Mon 2026-11-30 13:00", "[boss widen]; -boss opened merged; boss opened invite; boss widen firm", "never"});
}

/* --- put back --- */

static void test_put_back(void)
{
	/* a mail beyond the day's number waits for another: it was no first mail, and no tone fell */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE);
	g_free(world_pass(world, local("Mon 2026-11-30 09:00")));
	Tone tone;
	g_assert_true(remind_history_tone(world->history, "ann", &tone));
	Reminder back = g_array_index(world->claims, WorldClaim, 0).reminder;
	back.state = REMINDER_PLANNED;
	back.fires = local("Mon 2026-11-30 14:00");
	remind_history_add(world->history, &back);
	g_assert_false(remind_history_tone(world->history, "ann", &tone));
	g_assert_cmpuint(remind_history_planned(world->history)->len, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remind/asked/added", test_added);
	g_test_add_func("/remind/asked/named-too", test_named_too);
	g_test_add_func("/remind/asked/not-before-fair-warning", test_not_before_fair_warning);
	g_test_add_func("/remind/asked/waits-for-fair-warning", test_waits_for_fair_warning);
	g_test_add_func("/remind/asked/late-import", test_late_import);
	g_test_add_func("/remind/asked/order", test_order);
	g_test_add_func("/remind/asked/nobody-and-already", test_nobody_and_already);
	g_test_add_func("/remind/asked/unknown-action-waits", test_unknown_action_waits);
	g_test_add_func("/remind/asked/acts-once", test_acts_once);
	g_test_add_func("/remind/asked/passed-does-not-act", test_passed_does_not_act);
	g_test_add_func("/remind/asked/acts-in-approvers-calendar", test_acts_in_approvers_calendar);
	g_test_add_func("/remind/asked/tone", test_tone_of_added);
	g_test_add_func("/remind/asked/invite", test_invite_of_added);
	g_test_add_func("/remind/absent/from-the-start", test_absent_from_the_start);
	g_test_add_func("/remind/absent/later", test_absent_later);
	g_test_add_func("/remind/absent/before-any-mail", test_absent_before_any_mail);
	g_test_add_func("/remind/absent/nobody-there", test_nobody_there);
	g_test_add_func("/remind/absent/while-it-waits", test_absent_while_it_waits);
	g_test_add_func("/remind/absent/back-before-the-deadline", test_back_before_the_deadline);
	g_test_add_func("/remind/absent/added", test_added_is_absent);
	g_test_add_func("/remind/off", test_reminders_off);
	g_test_add_func("/remind/manual/working-time", test_on_demand);
	g_test_add_func("/remind/manual/first", test_on_demand_first);
	g_test_add_func("/remind/idle/no-rung", test_idle);
	g_test_add_func("/remind/idle/overdue", test_overdue);
	g_test_add_func("/remind/idle/waits", test_not_idle_while_it_waits);
	g_test_add_func("/remind/put-back", test_put_back);
	return g_test_run();
}
