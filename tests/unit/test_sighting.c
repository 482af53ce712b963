/* Rule 6, what follows from a look: nothing from "unknown", nothing from one "not found". */
#include "domain/sighting.h"

#include "base/instant.h"

#define T0 1796115600 /* 2026-12-01T09:00:00Z */

static void assert_judged(Sighting got, Presence presence, gint64 missed, gint64 again)
{
	g_assert_cmpint(got.presence, ==, presence);
	g_assert_cmpint(got.missed, ==, missed);
	g_assert_cmpint(got.again, ==, again);
}

static void test_answers(void)
{
	assert_judged(sighting_judge(ANSWER_USABLE, T0, INSTANT_NONE, T0), PRESENCE_FINE, INSTANT_NONE, INSTANT_NONE);
	assert_judged(sighting_judge(ANSWER_USABLE, T0 + 9000, T0, T0 + 9000), PRESENCE_FINE, INSTANT_NONE, INSTANT_NONE);
	assert_judged(sighting_judge(ANSWER_UNUSABLE, T0, INSTANT_NONE, T0), PRESENCE_LOST, INSTANT_NONE, INSTANT_NONE);
	assert_judged(sighting_judge(ANSWER_UNKNOWN, INSTANT_NONE, INSTANT_NONE, T0), PRESENCE_UNKNOWN, INSTANT_NONE, INSTANT_NONE);
	assert_judged(sighting_judge(ANSWER_UNKNOWN, INSTANT_NONE, T0, T0 + 90000), PRESENCE_UNKNOWN, T0, INSTANT_NONE);
}

static void test_not_found(void)
{
	static const struct {
		gint64 as_of, missed, now; /* after T0; missed -1: they were there */
		Presence presence;
		gint64 counted; /* the first look, afterwards */
	} cases[] = {
		{0, -1, 0, PRESENCE_MISSING, 0},
		{0, -1, 500, PRESENCE_MISSING, 0},       /* an answer that was kept counts from when it was given */
		{0, 0, 3600, PRESENCE_MISSING, 0},       /* … and is no second look, however late */
		{0, 0, 999999, PRESENCE_MISSING, 0},
		{1, 0, 1, PRESENCE_MISSING, 0},
		{3599, 0, 3599, PRESENCE_MISSING, 0},
		{3599, 0, 9999, PRESENCE_MISSING, 0},
		{3600, 0, 3600, PRESENCE_LOST, 0},
		{3601, 0, 3601, PRESENCE_LOST, 0},
		{999999, 0, 999999, PRESENCE_LOST, 0},
		{100, 9000, 9100, PRESENCE_MISSING, 100}, /* the first look is later than this: the clock was set back since */
		{100, 9000, 100, PRESENCE_MISSING, 100},
		{9000, 0, 100, PRESENCE_MISSING, 100},    /* an answer from the future */
		{9000, -1, 100, PRESENCE_MISSING, 100},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const gint64 missed = cases[i].missed < 0 ? INSTANT_NONE : T0 + cases[i].missed;
		const gint64 counted = T0 + cases[i].counted;
		g_test_message("case %zu", i);
		assert_judged(sighting_judge(ANSWER_NOT_FOUND, T0 + cases[i].as_of, missed, T0 + cases[i].now), cases[i].presence, counted,
		              cases[i].presence == PRESENCE_MISSING ? counted + 3600 : INSTANT_NONE);
	}
}

/* Whatever answers come in whatever order: lost means unusable, or not found in every look of at least an hour. */
static void test_any_order(void)
{
	for (int run = 0; run < 3000; run++) {
		gint64 now = T0, missed = INSTANT_NONE, first = INSTANT_NONE;
		for (int step = 0; step < 12; step++) {
			now += g_test_rand_int_range(1, 2500);
			const PersonAnswer answer = (PersonAnswer)g_test_rand_int_range(ANSWER_USABLE, ANSWER_UNKNOWN + 1);
			const Sighting got = sighting_judge(answer, answer == ANSWER_UNKNOWN ? INSTANT_NONE : now, missed, now);
			if (answer == ANSWER_NOT_FOUND)
				first = first == INSTANT_NONE ? now : first;
			else if (answer != ANSWER_UNKNOWN)
				first = INSTANT_NONE;
			const gboolean gone = answer == ANSWER_NOT_FOUND && now - first >= 3600;
			g_assert_true((got.presence == PRESENCE_LOST) == (gone || answer == ANSWER_UNUSABLE));
			g_assert_true((got.presence == PRESENCE_UNKNOWN) == (answer == ANSWER_UNKNOWN));
			missed = got.missed;
		}
	}
}

static void test_refusals(void)
{
	static const struct {
		const char *reply;
		gboolean counts;
	} cases[] = {
		{"550 5.1.1 no such user", TRUE}, {"550-5.1.1 no such user", TRUE}, {"554 5.1.6 moved", TRUE}, {"550 5.2.1 mailbox disabled", TRUE},
		{"550 no such user", TRUE}, {"550", TRUE}, {"551 not here", TRUE}, {"553 bad name", TRUE}, {"553-bad name", TRUE},
		{"550 5.1.1 no such user" REFUSAL_OF_CONTENT, TRUE}, {"550 no attachments" REFUSAL_OF_CONTENT, FALSE}, {"550" REFUSAL_OF_CONTENT, FALSE},
		{"550 5.2.2 mailbox full", FALSE}, {"550 5.2.11 what", FALSE}, {"552 5.3.4 too large", FALSE}, {"552 too large", FALSE}, {"554 no", FALSE},
		{"550 5.7.1 spam", FALSE}, {"450 4.1.1 later", FALSE}, {"450 no such user", FALSE}, {"250 ok", FALSE}, {"55", FALSE}, {"5", FALSE}, {"", FALSE}, {NULL, FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].reply);
		g_assert_true(sighting_refusal_counts(cases[i].reply) == cases[i].counts);
	}
}

static void test_guard(void)
{
	static const struct {
		gint64 count, open;
		guint percent;
		gboolean held;
	} cases[] = {
		{0, 0, 20, FALSE}, {9, 9, 20, FALSE}, {9, 10, 1, FALSE}, {10, 10, 20, TRUE}, {10, 50, 20, FALSE}, {10, 49, 20, TRUE}, {11, 50, 20, TRUE},
		{11, 55, 20, FALSE}, {200, 1000, 20, FALSE}, {201, 1000, 20, TRUE}, {10, 10, 100, FALSE}, {10, 10, 99, TRUE}, {10, 1000, 1, FALSE}, {11, 1000, 1, TRUE},
		{G_GINT64_CONSTANT(3000000000), G_GINT64_CONSTANT(9000000000), 20, TRUE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, cases[i].count, cases[i].open);
		g_assert_true(mass_change_is_held(cases[i].count, cases[i].open, cases[i].percent) == cases[i].held);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sighting/answers", test_answers);
	g_test_add_func("/sighting/not-found", test_not_found);
	g_test_add_func("/sighting/any-order", test_any_order);
	g_test_add_func("/sighting/refusals", test_refusals);
	g_test_add_func("/sighting/guard", test_guard);
	return g_test_run();
}
