/* remind_decide(): what is sent, put off, merged or passed, pass by pass. Times are Amsterdam's. */
#include "remind_fixture.h"

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

/* --- one ladder, passed as it asks to be --- */

static void test_ladder(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", STANDARD);
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", "Tue 2026-12-01 09:00"},
	    {"Tue 2026-12-01 09:00", "ann nudge friendly", "Thu 2026-12-03 13:30"},
	    {"Thu 2026-12-03 13:30", "(ann pressing)", "Thu 2026-12-03 14:00"},
	    {"Thu 2026-12-03 14:00", "ann pressing firm", "Thu 2026-12-03 17:30"},
	    {"Thu 2026-12-03 17:30", "(ann manager); (boss +manager)", "Fri 2026-12-04 09:00"},
	    {"Fri 2026-12-04 09:00", "ann manager escalation; boss +manager escalation", "Tue 2026-12-08 08:30"},
	    {"Tue 2026-12-08 08:30", "(ann daily); (boss daily); (cfo +daily)", "Tue 2026-12-08 09:00"},
	    {"Tue 2026-12-08 09:00", "ann daily final; boss daily final; cfo +daily final", "Wed 2026-12-09 08:30"},
	    {"Wed 2026-12-09 08:30", "(ann daily.1); (boss daily.1); (cfo +daily.1)", "Wed 2026-12-09 09:00"},
	    {"Wed 2026-12-09 09:00", "ann daily.1 final; boss daily.1 final; cfo +daily.1 final", "Thu 2026-12-10 08:30"});
}

static void test_ends(void)
{
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	              {.name = "weekly", .at = "start+1w", .who = "ann", .tone = TONE_FRIENDLY, .every = "1w", .times = 2});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", "Mon 2026-12-07 09:00"},
	    {"Mon 2026-12-07 09:00", "ann weekly friendly", "Mon 2026-12-14 09:00"},
	    {"Mon 2026-12-14 09:00", "ann weekly.1 friendly", "never"}, {"Mon 2027-12-13 09:00", "", "never"});
}

static void test_off_hours(void)
{
	/* opened on a Saturday: at the first slot of Monday; the invite too */
	g_autoptr(World) world = WORLD("2026-11-28 11:00", "2026-12-03 17:30", STANDARD);
	RUN(world, {"Sat 2026-11-28 11:00", "(ann opened); (ann opened invite)", "Mon 2026-11-30 09:00"},
	    {"Sat 2026-11-28 11:01", "", "Mon 2026-11-30 09:00"}, {"Mon 2026-11-30 08:59", "", "Mon 2026-11-30 09:00"},
	    {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", "Tue 2026-12-01 08:30"});
	/* it came due at 14:00, but no pass was made in time: then at the first inside working time, without another slot */
	g_autoptr(World) late = WORLD("2026-11-30 13:59", "2026-12-03 17:30", OPENED);
	RUN(late, {"Mon 2026-11-30 13:59", "(ann opened); (ann opened invite)", "Mon 2026-11-30 14:00"},
	    {"Mon 2026-11-30 17:30", "", "Tue 2026-12-01 08:30"}, {"Tue 2026-12-01 03:00", "", "Tue 2026-12-01 08:30"},
	    {"Tue 2026-12-01 08:31", "ann opened new; ann opened invite", "never"});
}

static void test_urgent_and_anytime(void)
{
	g_autoptr(World) world = WORLD("2026-11-28 11:00", "2026-12-03 17:30",
	                               {.name = "opened", .at = "start", .who = "ann", .tone = TONE_NEW, .anytime = TRUE},
	                               {.name = "soon", .at = "start+1h", .who = "ann", .tone = TONE_FIRM, .urgent = TRUE},
	                               {.name = "alarm", .at = "start+2h", .who = "boss", .tone = TONE_FIRM, .anytime = TRUE});
	RUN(world, {"Sat 2026-11-28 11:00", "ann opened new", "Sat 2026-11-28 12:00"},
	    {"Sat 2026-11-28 12:00", "(ann soon)", "Sat 2026-11-28 13:00"},
	    /* even at any time, nobody else hears before fair warning: 4 working hours after Saturday are Monday 12:30 */
	    {"Sat 2026-11-28 13:00", "(boss alarm)", "Mon 2026-11-30 08:30"},
	    {"Mon 2026-11-30 08:30", "ann soon firm", "Mon 2026-11-30 12:30"},
	    {"Mon 2026-11-30 12:30", "boss alarm firm", "never"});
}

/* --- rule 1: catching up --- */

static void test_late_at_night(void)
{
	/* come, and a pass outside working time: all wait together, unless the latest of them goes at any time */
	static const struct {
		gboolean first_anytime, second_anytime;
		const char *saturday, *monday;
	} cases[] = {
		{FALSE, FALSE, "(ann first); (ann second)", "-ann first merged; ann second firm"},
		{TRUE, FALSE, "(ann first); (ann second)", "-ann first merged; ann second firm"},
		{FALSE, TRUE, "-ann first merged; ann second firm", ""},
		{TRUE, TRUE, "-ann first merged; ann second firm", ""},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = WORLD(
			"2026-12-02 09:00", "2026-12-03 17:30",
			{.name = "first", .at = "start", .who = "ann", .tone = TONE_FIRM, .anytime = cases[i].first_anytime},
			{.name = "second",
		         .at = "start+1bd",
		         .who = "ann",
		         .tone = TONE_FIRM,
		         .anytime = cases[i].second_anytime});
		world_expect(world, "Sat 2026-12-05 22:00", cases[i].saturday);
		world_expect(world, "Mon 2026-12-07 08:30", cases[i].monday);
	}
}

static void test_nine_days(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", STANDARD);
	RUN(world,
	    {"Wed 2026-12-09 10:00",
	     "-ann opened merged; -ann opened invite late; -ann nudge merged; -ann pressing merged; -ann manager merged; (boss "
	     "+manager); "
	     "-ann daily merged; (boss daily); (cfo +daily); ann daily.1 new; (boss daily.1); (cfo +daily.1)",
	     "Thu 2026-12-10 08:30"},
	    {"Wed 2026-12-09 10:00", "", "Wed 2026-12-09 14:00"},
	    {"Wed 2026-12-09 14:00",
	     "-boss +manager merged; -boss daily merged; -cfo +daily merged; boss daily.1 final; cfo +daily.1 final",
	     "Thu 2026-12-10 08:30"});
}

static void test_thirty_days_between(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE,
	                               {.name = "daily", .at = "start+2bd", .who = "ann", .tone = TONE_FIRM, .every = "1bd"});
	g_autofree char *first = world_pass(world, local("Mon 2026-11-30 09:00"));
	g_autofree char *later = world_pass(world, local("Wed 2026-12-30 09:00"));
	g_assert_cmpstr(first, ==, "ann opened new; ann opened invite");
	g_assert_cmpuint(world->claims->len, ==, 3); /* the two of the start, and the latest of what came in thirty days */
	g_assert_true(g_str_has_suffix(later, "; -ann daily.18 merged; ann daily.19 firm"));
}

static void test_same_instant(void)
{
	/* equal instants: the later place in the ladder; a `to` before any `cc`, whatever its place or instant */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "a", .at = "start+1bd", .who = "ann boss", .tone = TONE_FIRM},
	                               {.name = "b", .at = "start+1bd", .who = "ann +boss", .tone = TONE_FIRM},
	                               {.name = "c", .at = "start+1bd", .who = "ann", .tone = TONE_FRIENDLY},
	                               {.name = "d", .at = "start+25h", .who = "+boss", .tone = TONE_FINAL});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 14:00",
	     "-ann a merged; boss a firm; -ann b merged; -boss +b merged; ann c friendly; -boss +d merged", "never"});
}

static void test_passed(void)
{
	/* received long ago, opened late: what lies before the start is passed, nothing of it goes out */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	              {.name = "early", .at = "received", .who = "?", .tone = TONE_NEW, .send = BOTH},
	              {.name = "often", .at = "received", .who = "ann", .tone = TONE_FRIENDLY, .every = "2bd", .times = 3},
	              {.name = "edge", .at = "deadline-3bd", .who = "ann", .tone = TONE_FIRM});
	world->state.anchors.at[ANCHOR_RECEIVED] = local("2026-11-27 10:00");
	world->state.anchors.at[ANCHOR_DEADLINE] = local("2026-12-03 09:00");
	g_autoptr(GArray) wanted = remind_wanted(&world->state, local("Mon 2026-11-30 09:00"));
	g_assert_cmpuint(wanted->len, ==, 1);
	g_assert_cmpuint(g_array_index(wanted, guint, 0), ==, 2); /* nobody is asked about what is passed */
	RUN(world, {"Mon 2026-11-30 09:00", "-ann early passed; -ann often passed; ann edge new", "Tue 2026-12-01 10:00"},
	    /* the passed one counts among the three */
	    {"Tue 2026-12-01 14:00", "ann often.1 friendly", "Thu 2026-12-03 10:00"},
	    {"Fri 2026-12-04 09:00", "ann often.2 friendly", "never"});
}

/* --- rule 2: fair warning --- */

static void test_fair_warning(void)
{
	static const struct {
		const char *told, *heard; /* when the approver was told, when another may hear; NULL: never */
	} cases[] = {
		{"Tue 2026-12-01 09:00", "Tue 2026-12-01 13:00"}, /* 4bh later */
		{"Tue 2026-12-01 16:30", "Wed 2026-12-02 11:30"}, /* over a night */
		{"Fri 2026-12-04 16:30", "Mon 2026-12-07 11:30"}, /* and a weekend */
		{"Thu 2026-12-24 13:30",
	         "Mon 2026-12-28 08:30"}, /* used up exactly where work ends, before a holiday: rolled again */
		{"Sat 2026-12-05 12:00", "Mon 2026-12-07 12:30"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
		                               {.name = "all", .at = "start", .who = "ann boss", .tone = TONE_FIRM});
		world->mail_down = TRUE;
		world_expect(world, "Mon 2026-11-30 09:00", "ann all firm; (boss all)");
		world_expect(world, "Mon 2026-11-30 17:00", "");
		/* the outcome of the mail wakes it, not time; but ten working days after the deadline it is overdue */
		world_expect_look_again(world, "Fri 2026-12-18 08:30");
		world->state.fair_from = local(cases[i].told);
		g_autofree char *before = world_pass(world, local(cases[i].heard) - 60);
		g_assert_cmpstr(before, ==, "");
		world_expect_look_again(world, cases[i].heard);
		world_expect(world, cases[i].heard, "boss all firm");
	}
}

static void test_no_warning_needed(void)
{
	/* the address was refused: the others hear at once */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "all", .at = "start", .who = "ann boss", .tone = TONE_FIRM});
	world->mail_down = TRUE;
	world_expect(world, "Mon 2026-11-30 09:00", "ann all firm; (boss all)");
	world->state.fair_from = 0;
	world_expect(world, "Mon 2026-11-30 09:00", "boss all firm");
}

static void test_fair_warning_elsewhere(void)
{
	/* the grace runs in the approver's calendar; then it is rolled into the recipient's */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "all", .at = "start", .who = "ann ny-bob", .tone = TONE_FIRM});
	RUN(world, {"Mon 2026-11-30 09:00", "ann all firm; (ny-bob all)", NULL},
	    {"Mon 2026-11-30 13:00", "", "Mon 2026-11-30 15:00"}, {"Mon 2026-11-30 15:00", "ny-bob all firm", "never"});
	/* rolled also for a rung that takes any time */
	g_autoptr(World) alarm = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "all", .at = "start", .who = "ann ny-bob", .tone = TONE_FIRM, .anytime = TRUE});
	RUN(alarm, {"Mon 2026-11-30 09:00", "ann all firm; (ny-bob all)", NULL},
	    {"Mon 2026-11-30 13:00", "", "Mon 2026-11-30 15:00"});
}

static void test_only_others(void)
{
	/* nothing went to the approver yet: a rung that names only others goes to the approver too, and first */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", {.name = "warn", .at = "start", .who = "boss", .tone = TONE_FIRM},
	              {.name = "again", .at = "start+1bd", .who = "boss", .tone = TONE_FIRM});
	RUN(world, {"Mon 2026-11-30 09:00", "(boss warn); ann warn firm", NULL},
	    {"Mon 2026-11-30 13:00", "boss warn firm", "Tue 2026-12-01 09:00"},
	    {"Tue 2026-12-01 09:00", "boss again firm", "never"});
	/* an entry in the calendar is no mail */
	g_autoptr(World) invited = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                                 {.name = "entry", .at = "start", .who = "ann", .tone = TONE_NEW, .send = SEND_INVITE},
	                                 {.name = "warn", .at = "start+1bd", .who = "boss", .tone = TONE_FIRM});
	RUN(invited, {"Mon 2026-11-30 09:00", "ann entry invite", NULL},
	    {"Tue 2026-12-01 09:00", "(boss warn); ann warn new", NULL});
	/* in copy counts as named */
	g_autoptr(World) copied = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                                {.name = "warn", .at = "start", .who = "boss +ann", .tone = TONE_FIRM});
	world_expect(copied, "Mon 2026-11-30 09:00", "ann +warn firm; (boss warn)");
}

/* --- rule 3: tones --- */

static void test_tones(void)
{
	/* the first mail to the approver is in the first rung's tone, whatever rung it is; later ones are never milder */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "opened", .at = "start+2bd", .who = "ann", .tone = TONE_NEW},
	                               {.name = "strong", .at = "start", .who = "ann boss", .tone = TONE_ESCALATION},
	                               {.name = "equal", .at = "start+1bd", .who = "ann boss", .tone = TONE_ESCALATION},
	                               {.name = "mild", .at = "start+3bd", .who = "ann boss", .tone = TONE_FRIENDLY});
	RUN(world, {"Mon 2026-11-30 09:00", "ann strong new; (boss strong)", NULL},
	    {"Mon 2026-11-30 13:00", "boss strong escalation", "Tue 2026-12-01 09:00"},
	    {"Tue 2026-12-01 09:00", "ann equal escalation; boss equal escalation", "Wed 2026-12-02 09:00"});
	/* in whatever order the record is read */
	remind_history_free(world->history);
	world->state.history = world->history = remind_history_new();
	for (guint i = world->recorded->len; i-- > 0;)
		remind_history_add(world->history, &g_array_index(world->recorded, Reminder, i));
	RUN(world, {"Wed 2026-12-02 09:00", "-ann opened milder", "Thu 2026-12-03 09:00"},
	    {"Thu 2026-12-03 09:00", "-ann mild milder; -boss mild milder", "never"});
}

static void test_milder_displaces_nothing(void)
{
	/* the latest of two would be too mild: the other goes */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", {.name = "firm", .at = "start", .who = "ann", .tone = TONE_FIRM},
	              {.name = "strong", .at = "start+1bd", .who = "ann", .tone = TONE_FINAL},
	              {.name = "mild", .at = "start+25h", .who = "ann", .tone = TONE_FRIENDLY});
	RUN(world, {"Mon 2026-11-30 09:00", "ann firm firm", NULL},
	    {"Wed 2026-12-02 09:00", "ann strong final; -ann mild milder", "never"});
}

/* --- who a rung speaks to --- */

static void test_unknown_waits(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "manager", .at = "start+1bd", .who = "?", .tone = TONE_ESCALATION});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "", "Tue 2026-12-01 09:05"}, {"Tue 2026-12-01 09:05", "", "Tue 2026-12-01 09:10"});
	world_set_who(world, 1, "ann +boss");
	RUN(world, {"Tue 2026-12-01 16:00", "ann manager escalation; boss +manager escalation", "never"});
}

static void test_not_asked_again(void)
{
	/* an occurrence is looked up once: who becomes manager afterwards is not caught up with, nor who is the first at all */
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	              {.name = "manager", .at = "start+1bd", .who = "boss", .tone = TONE_ESCALATION},
	              {.name = "nobody", .at = "start+1bd", .who = "", .tone = TONE_ESCALATION},
	              {.name = "calendar", .at = "start+1bd", .who = "boss", .tone = TONE_ESCALATION, .send = SEND_INVITE});
	world_expect(world, "Mon 2026-11-30 09:00", "ann opened new; ann opened invite");
	gint64 tuesday = local("Tue 2026-12-01 09:00");
	g_autoptr(GArray) wanted = remind_wanted(&world->state, tuesday);
	g_assert_cmpuint(wanted->len, ==, 3);
	for (guint i = 0; i < wanted->len; i++)
		g_assert_cmpuint(g_array_index(wanted, guint, i), ==, i + 1);
	RUN(world, {"Tue 2026-12-01 09:00", "boss manager escalation; -ann nobody nobody; -ann calendar nobody", "never"});
	world_set_who(world, 1, "newboss");
	world_set_who(world, 2, "newboss");
	g_autoptr(GArray) wanted_later = remind_wanted(&world->state, tuesday + 3600);
	g_assert_cmpuint(wanted_later->len, ==, 0);
	RUN(world, {"Tue 2026-12-01 10:00", "", "never"});
}

static void test_two_calendars(void)
{
	/* 09:00 and 14:00 of each one's own clock, on each one's own working days: the 25th is a holiday here, not there */
	g_autoptr(World) world = WORLD("2026-12-22 09:00", "2026-12-24 17:30", OPENED,
	                               {.name = "late", .at = "deadline", .who = "ann ny-bob", .tone = TONE_FIRM});
	RUN(world, {"Tue 2026-12-22 09:00", "ann opened new; ann opened invite", NULL},
	    {"Thu 2026-12-24 17:30", "(ann late); (ny-bob late)", "Thu 2026-12-24 20:00"},
	    {"Thu 2026-12-24 20:00", "ny-bob late firm", "Mon 2026-12-28 09:00"},
	    {"Mon 2026-12-28 09:00", "ann late firm", "never"});
}

/* --- rule 10: the policy changes under an open approval --- */

static void test_ladder_changes(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED, NUDGE, MANAGER);
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 08:30", "", "Tue 2026-12-01 09:00"},
	    {"Thu 2026-12-03 18:00", "(ann nudge); (ann manager); (boss +manager)", "Fri 2026-12-04 08:30"});
	/* opened moved: it was sent and is not sent again; manager is gone: what was planned of it is dropped */
	const RungCase changed[] = {
		{.name = "opened", .at = "start+3bd", .who = "ann", .tone = TONE_NEW, .send = BOTH},
		{.name = "nudge", .at = "start+4bd", .who = "ann", .tone = TONE_FIRM},
		{.name = "final", .at = "deadline+1bd", .who = "ann", .tone = TONE_FINAL},
	};
	world_change_ladder(world, changed, G_N_ELEMENTS(changed));
	RUN(world, {"Fri 2026-12-04 09:00", "-ann manager gone; -boss +manager gone; ann nudge friendly", "Mon 2026-12-07 08:30"},
	    {"Mon 2026-12-07 09:00", "ann final final", "never"});
}

static void test_rung_is_new(void)
{
	/* a rung that the policy got on Wednesday: what of it lies before is passed, what comes after fires */
	g_autoptr(World) world = WORLD(
		"2026-11-30 09:00", "2026-12-03 17:30", OPENED, {.name = "new", .at = "start+1bd", .who = "?", .tone = TONE_FIRM},
		{.name = "every", .at = "start+1bd", .who = "ann", .tone = TONE_FIRM, .every = "1bd", .times = 3});
	const gint64 since[] = {INSTANT_NONE, local("Wed 2026-12-02 10:00"), local("Wed 2026-12-02 09:00")};
	g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_append_vals(held, since, G_N_ELEMENTS(since));
	world->state.since = held;
	world_expect(world, "Mon 2026-11-30 09:00", "ann opened new; ann opened invite");
	g_autoptr(GArray) wanted = remind_wanted(&world->state, local("Tue 2026-12-01 12:00"));
	g_assert_cmpuint(wanted->len, ==, 0);
	g_autoptr(GArray) coming = remind_forecast(&world->state, local("Wed 2026-12-02 08:00"), 9);
	g_assert_cmpuint(coming->len, ==, 2);
	RUN(world, {"Wed 2026-12-02 10:00", "-ann new older; -ann every older; ann every.1 firm", "Thu 2026-12-03 09:00"},
	    {"Thu 2026-12-03 09:00", "ann every.2 firm", "never"});
}

/* --- channels of the policy --- */

#define SMS .send = SEND_HOOK, .hooks = "sms"

static void test_channels(void)
{
	/* each way has its own latest; tones fall in none of them */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "text", .at = "start+1bd", .who = "ann", .tone = TONE_FIRM, SMS},
	                               {.name = "both", .at = "start+1bd", .who = "ann", .tone = TONE_FIRM, .send = SEND_MAIL, .hooks = "sms chat"},
	                               {.name = "mild", .at = "start+2bd", .who = "ann", .tone = TONE_FRIENDLY},
	                               {.name = "boss", .at = "deadline", .who = "boss", .tone = TONE_FINAL, SMS});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "-ann text sms merged; ann both firm; ann both sms firm; ann both chat firm", NULL},
	    {"Wed 2026-12-02 09:00", "-ann mild milder", NULL},
	    {"Fri 2026-12-04 09:00", "boss boss sms final", NULL});
}

static void test_channel_first(void)
{
	/* what comes first is in the first tone, whatever way it goes, and who has it was told */
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	                               {.name = "text", .at = "start", .who = "ann", .tone = TONE_NEW, SMS},
	                               {.name = "nudge", .at = "start+1bd", .who = "ann", .tone = TONE_FIRM},
	                               {.name = "others", .at = "start+2bd", .who = "boss", .tone = TONE_FIRM});
	RUN(world, {"Mon 2026-11-30 09:00", "ann text sms new", NULL}, {"Tue 2026-12-01 09:00", "ann nudge firm", NULL},
	    {"Wed 2026-12-02 09:00", "boss others firm", NULL});
}

static void test_channel_returned(void)
{
	/* what is taken back of one way does not take back what went the other */
	g_autoptr(RemindHistory) history = remind_history_new();
	Tone tone;
	Reminder mail = {.rung = g_intern_string("r"), .person = g_intern_string("ann"), .channel = SEND_MAIL, .tone = TONE_FIRM, .state = REMINDER_CLAIMED};
	Reminder sms = mail;
	sms.channel = SEND_HOOK;
	sms.hook = g_intern_string("sms");
	remind_history_add(history, &mail);
	remind_history_add(history, &sms);
	mail.state = REMINDER_PLANNED;
	remind_history_add(history, &mail);
	g_assert_true(remind_history_tone(history, "ann", &tone));
	sms.state = REMINDER_PLANNED;
	remind_history_add(history, &sms);
	g_assert_false(remind_history_tone(history, "ann", &tone));
	g_assert_cmpuint(remind_history_planned(history)->len, ==, 2);
}

/* --- rule 11: invites --- */

static void test_invite_once(void)
{
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	              {.name = "again", .at = "start+1bd", .who = "ann boss", .tone = TONE_FRIENDLY, .send = BOTH},
	              {.name = "only", .at = "start+2bd", .who = "ann", .tone = TONE_FRIENDLY, .send = SEND_INVITE});
	RUN(world, {"Mon 2026-11-30 09:00", "ann opened new; ann opened invite", NULL},
	    {"Tue 2026-12-01 09:00", "ann again friendly; -ann again invite invited; boss again friendly", NULL},
	    {"Wed 2026-12-02 09:00", "-ann only invite invited", "never"});
	/* an invite takes no mail's place */
	g_autoptr(World) merged =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	              {.name = "only", .at = "start+2bd", .who = "ann", .tone = TONE_FRIENDLY, .send = SEND_INVITE});
	world_expect(merged, "Wed 2026-12-02 09:00", "ann opened new; ann opened invite; -ann only invite invited");
	/* several at once: one; owed although the mail of its rung was merged into another */
	g_autoptr(World) late = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED,
	                              {.name = "again", .at = "start+1bd", .who = "ann", .tone = TONE_FRIENDLY, .send = BOTH});
	world_expect(late, "Wed 2026-12-02 09:00",
	             "-ann opened merged; ann opened invite; ann again new; -ann again invite invited");
}

static void test_invite_deadline(void)
{
	static const struct {
		const char *pass, *expected;
	} cases[] = {
		{"Thu 2026-12-03 17:29", "ann opened new; ann opened invite"},
		{"Fri 2026-12-04 08:30", "ann opened new; -ann opened invite late"},
		{"Thu 2026-12-03 17:30", "(ann opened); (ann opened invite)"}, /* not in working time: decided when it is */
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED);
		world_expect(world, cases[i].pass, cases[i].expected);
	}
	g_autoptr(World) inside = WORLD("2026-11-30 09:00", "2026-12-03 12:00", OPENED);
	world_expect(inside, "Thu 2026-12-03 12:00", "ann opened new; -ann opened invite late");
}

static void test_invites_none(void)
{
	g_autoptr(World) world = WORLD("2026-11-28 09:00", "2026-12-03 17:30", OPENED,
	                               {.name = "only", .at = "start+1h", .who = "ann", .tone = TONE_NEW, .send = SEND_INVITE});
	world_expect(world, "Sat 2026-11-28 09:00", "(ann opened); (ann opened invite)");
	world->state.invites = INVITES_NONE;
	world_expect(world, "Mon 2026-11-30 09:00", "-ann only nobody; ann opened new; -ann opened invite unwanted");
}

/* --- rule 9 --- */

/* A hold moves the start, not when the approval began: what fell into it is caught up on, and what counts from the start goes on where it was. */
static void test_after_a_hold(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-09 17:30", OPENED, {.name = "before", .at = "due-6bd", .who = "ann", .tone = TONE_FIRM},
	                               {.name = "next", .at = "start+2bd", .who = "ann", .tone = TONE_FIRM});
	world->state.anchors.at[ANCHOR_DUE] = local("Thu 2026-12-10 17:30");
	world_expect(world, "Mon 2026-11-30 09:00", "ann opened new; ann opened invite");
	/* held from Tuesday 09:00 to Friday 09:00: three days */
	world->state.anchors.at[ANCHOR_START] = local("Thu 2026-12-03 09:00");
	RUN(world, {"Fri 2026-12-04 09:00", "ann before firm", "Mon 2026-12-07 09:00"}, {"Mon 2026-12-07 09:00", "ann next firm", "never"});
}

/* --- any number of passes --- */

static void test_thousand_passes(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", STANDARD);
	gint64 now = local("Wed 2026-12-09 10:00");
	g_autofree char *first = world_pass(world, now);
	g_assert_cmpstr(first, !=, "");
	g_autofree char *sent = world_sent(world);
	g_assert_cmpstr(sent, ==, "Wed 2026-12-09 10:00 ann daily.1 new\n");
	for (int i = 0; i < 1000; i++) {
		g_autofree char *said = world_pass(world, now);
		g_assert_cmpstr(said, ==, "");
	}
	g_assert_cmpuint(world->claims->len, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remind/ladder", test_ladder);
	g_test_add_func("/remind/ends", test_ends);
	g_test_add_func("/remind/off-hours", test_off_hours);
	g_test_add_func("/remind/urgent-and-anytime", test_urgent_and_anytime);
	g_test_add_func("/remind/late-at-night", test_late_at_night);
	g_test_add_func("/remind/nine-days", test_nine_days);
	g_test_add_func("/remind/thirty-days-between", test_thirty_days_between);
	g_test_add_func("/remind/same-instant", test_same_instant);
	g_test_add_func("/remind/passed", test_passed);
	g_test_add_func("/remind/fair-warning", test_fair_warning);
	g_test_add_func("/remind/no-warning-needed", test_no_warning_needed);
	g_test_add_func("/remind/fair-warning-elsewhere", test_fair_warning_elsewhere);
	g_test_add_func("/remind/only-others", test_only_others);
	g_test_add_func("/remind/tones", test_tones);
	g_test_add_func("/remind/milder-displaces-nothing", test_milder_displaces_nothing);
	g_test_add_func("/remind/unknown-waits", test_unknown_waits);
	g_test_add_func("/remind/not-asked-again", test_not_asked_again);
	g_test_add_func("/remind/two-calendars", test_two_calendars);
	g_test_add_func("/remind/ladder-changes", test_ladder_changes);
	g_test_add_func("/remind/rung-is-new", test_rung_is_new);
	g_test_add_func("/remind/channels", test_channels);
	g_test_add_func("/remind/channel-first", test_channel_first);
	g_test_add_func("/remind/channel-returned", test_channel_returned);
	g_test_add_func("/remind/invite-once", test_invite_once);
	g_test_add_func("/remind/invite-deadline", test_invite_deadline);
	g_test_add_func("/remind/invites-none", test_invites_none);
	g_test_add_func("/remind/after-a-hold", test_after_a_hold);
	g_test_add_func("/remind/thousand-passes", test_thousand_passes);
	return g_test_run();
}
