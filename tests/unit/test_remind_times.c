/* When rungs fire, whose people are wanted, and what is still to come. Times are Amsterdam's. */
#include "remind_fixture.h"

static void test_fires(void)
{
	static const struct {
		RungCase rung;
		const char *unrolled, *nl, *ny;
	} cases[] = {
		/* DESIGN.md 2, the worked table */
		{{.at = "start"}, "Thu 2026-12-24 17:30", "Mon 2026-12-28 09:00", "Thu 2026-12-24 20:00"},
		{{.at = "start"}, "Mon 2026-12-28 17:30", "Tue 2026-12-29 09:00", "Mon 2026-12-28 20:00"},
		{{.at = "start", .urgent = TRUE}, "Mon 2026-12-28 17:30", "Tue 2026-12-29 08:30", "Mon 2026-12-28 17:30"},
		{{.at = "start", .anytime = TRUE}, "Mon 2026-12-28 17:30", "Mon 2026-12-28 17:30", "Mon 2026-12-28 17:30"},
		{{.at = "start", .anytime = TRUE}, "Sun 2026-11-29 03:00", "Sun 2026-11-29 03:00", "Sun 2026-11-29 03:00"},
		/* at a slot, just after it, after the last one, at the end of work, on a weekend */
		{{.at = "start"}, "Mon 2026-11-30 09:00", "Mon 2026-11-30 09:00", "Mon 2026-11-30 15:00"},
		{{.at = "start"}, "Mon 2026-11-30 09:01", "Mon 2026-11-30 14:00", "Mon 2026-11-30 15:00"},
		{{.at = "start"}, "Mon 2026-11-30 14:01", "Tue 2026-12-01 09:00", "Mon 2026-11-30 15:00"},
		{{.at = "start"}, "Mon 2026-11-30 15:01", "Tue 2026-12-01 09:00", "Mon 2026-11-30 20:00"},
		{{.at = "start"}, "Fri 2026-11-27 17:30", "Mon 2026-11-30 09:00", "Fri 2026-11-27 20:00"},
		{{.at = "start"}, "Sat 2026-11-28 12:00", "Mon 2026-11-30 09:00", "Mon 2026-11-30 15:00"},
		{{.at = "start", .urgent = TRUE}, "Sat 2026-11-28 12:00", "Mon 2026-11-30 08:30", "Mon 2026-11-30 15:00"},
		/* the slot stays at 09:00 of the clock on the wall when the clocks go */
		{{.at = "start"}, "Sun 2027-03-28 12:00", "Mon 2027-03-29 09:00", "Mon 2027-03-29 15:00"},
		{{.at = "start"}, "Sun 2026-10-25 12:00", "Mon 2026-10-26 09:00", "Mon 2026-10-26 14:00"},
	};
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Rung rung = {.urgent = cases[i].rung.urgent, .anytime = cases[i].rung.anytime};
		gint64 unrolled = local(cases[i].unrolled);
		g_autofree char *nl = local_text(rung_fires(&rung, world->nl, world->slots, unrolled));
		g_autofree char *ny = local_text(rung_fires(&rung, world->ny, world->slots, unrolled));
		g_assert_cmpstr(nl, ==, cases[i].nl);
		g_assert_cmpstr(ny, ==, cases[i].ny);
	}
	Rung rung = {0};
	g_assert_cmpint(rung_fires(&rung, world->nl, world->slots, INSTANT_NONE), ==, INSTANT_NONE);
	g_assert_cmpint(rung_fires(&rung, world->nl, NULL, local("2026-11-30 10:07")), ==, local("2026-11-30 10:07"));
}

static void test_unrolled(void)
{
	static const struct {
		RungCase rung;
		guint occurrence;
		const char *unrolled;
	} cases[] = {
		{{.at = "start"}, 0, "Mon 2026-11-30 09:00"},
		{{.at = "start"}, 1, "never"},
		{{.at = "deadline+2bd", .every = "1bd"}, 0, "Tue 2026-12-08 08:30"},
		{{.at = "deadline+2bd", .every = "1bd"}, 3, "Fri 2026-12-11 08:30"},
		{{.at = "deadline+2bd", .every = "1bd"}, 4, "Mon 2026-12-14 08:30"},
		{{.at = "deadline+2bd", .every = "1bd", .times = 3}, 2, "Thu 2026-12-10 08:30"},
		{{.at = "deadline+2bd", .every = "1bd", .times = 3}, 3, "never"},
		/* from the first, so that nothing drifts: four days of 24 hours over the change of the clocks, four dates */
		{{.at = "start+1w", .every = "1w"}, 20, "Mon 2027-04-26 09:00"},
		{{.at = "start", .every = "24h"}, 140, "Mon 2027-04-19 10:00"},
		{{.at = "start", .every = "30min"}, 3, "Mon 2026-11-30 10:30"},
		{{.at = "start", .every = "1bh"}, 9, "Tue 2026-12-01 09:00"},
		{{.at = "due"}, 0, "never"},
		{{.at = "discount-1bd", .every = "1bd"}, 5, "never"},
		{{.at = "start", .every = "100000w"}, 9999, "never"},
		{{.at = "start", .every = "100000bh"}, G_MAXUINT, "never"},
	};
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", OPENED);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		RungCase rung = cases[i].rung;
		rung.name = rung.who = "x";
		world_change_ladder(world, &rung, 1);
		g_autofree char *text = local_text(
			rung_unrolled(world->ladder->rungs->pdata[0], world->nl, &world->state.anchors, cases[i].occurrence));
		g_assert_cmpstr(text, ==, cases[i].unrolled);
	}
}

static void test_wanted(void)
{
	static const struct {
		const char *now, *expected;
	} cases[] = {
		{"Mon 2026-11-30 08:59", ""},      {"Mon 2026-11-30 09:00", "0"},   {"Tue 2026-12-01 08:59", "0"},
		{"Tue 2026-12-01 09:00", "01"},    {"Thu 2026-12-03 13:30", "012"}, {"Thu 2026-12-03 17:30", "0123"},
		{"Tue 2026-12-08 08:30", "01234"},
	};
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", STANDARD);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) indexes = remind_wanted(&world->state, local(cases[i].now));
		g_autoptr(GString) said = g_string_new(NULL);
		for (guint j = 0; j < indexes->len; j++)
			g_string_append_printf(said, "%u", g_array_index(indexes, guint, j));
		g_assert_cmpstr(said->str, ==, cases[i].expected);
	}
	/* touched: not wanted again */
	g_autofree char *first = world_pass(world, local("Tue 2026-12-08 08:30"));
	g_assert_cmpstr(first, !=, "");
	g_autoptr(GArray) none = remind_wanted(&world->state, local("Tue 2026-12-08 08:31"));
	g_assert_cmpuint(none->len, ==, 0);
	g_autoptr(GArray) next = remind_wanted(&world->state, local("Wed 2026-12-09 08:30"));
	g_assert_cmpuint(next->len, ==, 1);
}

static char *forecast_text(const World *world, const char *now, guint horizon)
{
	g_autoptr(GArray) coming = remind_forecast(&world->state, local(now), horizon);
	g_autoptr(GString) said = g_string_new(NULL);
	for (guint i = 0; i < coming->len; i++) {
		const Reminder *reminder = &g_array_index(coming, Reminder, i);
		g_autofree char *when = local_text(reminder->fires);
		g_assert_cmpint(reminder->state, ==, REMINDER_PLANNED);
		g_assert_cmpstr(reminder->person, ==, "ann");
		g_string_append_printf(said, "%s%s.%u %s", said->len ? "; " : "", reminder->rung, reminder->occurrence, when);
	}
	return g_strdup(said->str);
}

static void test_forecast(void)
{
	g_autoptr(World) world = WORLD("2026-11-30 09:00", "2026-12-03 17:30", STANDARD);
	g_autofree char *all = forecast_text(world, "Mon 2026-11-30 09:00", 2);
	g_assert_cmpstr(all, ==,
	                "opened.0 Mon 2026-11-30 09:00; nudge.0 Tue 2026-12-01 09:00; pressing.0 Thu 2026-12-03 14:00; "
	                "manager.0 Fri 2026-12-04 09:00; daily.0 Tue 2026-12-08 09:00; daily.1 Wed 2026-12-09 09:00");
	g_autofree char *said = world_pass(world, local("Tue 2026-12-01 10:00"));
	g_assert_cmpstr(said, !=, "");
	g_autofree char *rest = forecast_text(world, "Thu 2026-12-03 15:00", 1);
	g_autoptr(World) unsorted = WORLD("2026-11-30 09:00", "2026-12-03 17:30", MANAGER, NUDGE, PRESSING, OPENED);
	g_autofree char *sorted = forecast_text(unsorted, "Mon 2026-11-30 09:00", 2);
	g_assert_cmpstr(sorted, ==,
	                "opened.0 Mon 2026-11-30 09:00; nudge.0 Tue 2026-12-01 09:00; pressing.0 Thu 2026-12-03 14:00; manager.0 "
	                "Fri 2026-12-04 09:00");
	/* come, but not touched yet: it fires at the next pass */
	g_assert_cmpstr(rest, ==,
	                "pressing.0 Thu 2026-12-03 15:00; manager.0 Fri 2026-12-04 09:00; daily.0 Tue 2026-12-08 09:00");
	g_autofree char *none = forecast_text(world, "Thu 2026-12-03 15:00", 0);
	g_assert_cmpstr(none, ==, "");
	/* what the forecast says is what happens */
	g_autofree char *pressing = world_pass(world, local("Thu 2026-12-03 15:00"));
	g_assert_cmpstr(pressing, ==, "ann pressing firm");
}

static void test_forecast_passed(void)
{
	g_autoptr(World) world =
		WORLD("2026-11-30 09:00", "2026-12-03 17:30",
	              {.name = "often", .at = "received", .who = "ann", .tone = TONE_NEW, .every = "1bd", .times = 4},
	              {.name = "never", .at = "due", .who = "ann", .tone = TONE_NEW});
	world->state.anchors.at[ANCHOR_RECEIVED] = local("2026-11-27 09:00");
	g_autofree char *text = forecast_text(world, "Mon 2026-11-30 08:00", 9);
	g_assert_cmpstr(text, ==, "often.1 Mon 2026-11-30 09:00; often.2 Tue 2026-12-01 09:00; often.3 Wed 2026-12-02 09:00");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remind/times/fires", test_fires);
	g_test_add_func("/remind/times/unrolled", test_unrolled);
	g_test_add_func("/remind/times/wanted", test_wanted);
	g_test_add_func("/remind/times/forecast", test_forecast);
	g_test_add_func("/remind/times/forecast-passed", test_forecast_passed);
	return g_test_run();
}
