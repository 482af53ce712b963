/* An hour of the week: what is one, and when it comes. */
#include "calendar/week_time.h"

static void test_parse(void)
{
	static const struct {
		const char *text;
		int weekday, second; /* 0: refused */
	} cases[] = {
		{"Mon 09:00", 1, 9 * 3600}, {"Sun 23:59", 7, 23 * 3600 + 59 * 60}, {"Fri 00:00", 5, 0},
		{"", 0, 0}, {"Mon", 0, 0}, {"mon 09:00", 0, 0}, {"Mon 24:00", 0, 0}, {"Mon 09:60", 0, 0}, {"Mon 9:00", 0, 0}, {"Mon  9:00", 0, 0},
		{"Mon 09.00", 0, 0}, {"Mon 09:000", 0, 0}, {"Mon 0a:00", 0, 0}, {"Mon-Fri 09", 0, 0}, {"Foo 09:00", 0, 0}, {"Mon 09:0\xc3", 0, 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		WeekTime time;
		const gboolean read = week_time_parse(cases[i].text, &time);
		g_assert_cmpint(read, ==, cases[i].weekday != 0);
		if (read) {
			g_assert_cmpint(time.weekday, ==, cases[i].weekday);
			g_assert_cmpint(time.second, ==, cases[i].second);
		}
	}
}

static void test_in(void)
{
	static const struct {
		const char *week, *time, *at; /* any day of it */
	} cases[] = {
		{"2026-11-25", "Mon 09:00", "2026-11-23T08:00:00Z"},
		{"2026-11-29", "Mon 09:00", "2026-11-23T08:00:00Z"}, /* a Sunday is of the week before */
		{"2026-11-23", "Mon 06:00", "2026-11-23T07:30:00Z"}, /* before work */
		{"2026-11-23", "Fri 18:00", "2026-11-30T07:30:00Z"}, /* after it: next week */
		{"2026-12-25", "Fri 09:00", "2026-12-28T07:30:00Z"}, /* a holiday */
		{"2026-06-01", "Mon 09:00", "2026-06-01T07:00:00Z"}, /* summer */
	};
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) calendar = calendar_new("nl", zone);
	Date holiday = DATE_NONE;
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 08:30-17:30", NULL) && date_parse("2026-12-25", &holiday, NULL));
	calendar_add_holiday(calendar, holiday);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		WeekTime time;
		Date day = DATE_NONE;
		g_assert_true(week_time_parse(cases[i].time, &time) && date_parse(cases[i].week, &day, NULL));
		g_autofree char *at = instant_format(week_time_in(calendar, week_monday(day), time));
		g_assert_cmpstr(at, ==, cases[i].at);
	}
}

static void test_name(void)
{
	static const struct {
		const char *day, *name;
	} cases[] = {
		{"2026-11-23", "2026-W48"}, {"2026-11-29", "2026-W48"}, {"2026-01-01", "2026-W01"}, {"2027-01-03", "2026-W53"},
		{"2027-01-04", "2027-W01"}, {"2024-12-30", "2025-W01"}, {"2021-01-03", "2020-W53"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Date day = DATE_NONE;
		g_assert_true(date_parse(cases[i].day, &day, NULL));
		g_autofree char *name = week_name(day);
		g_assert_cmpstr(name, ==, cases[i].name);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/week_time/parse", test_parse);
	g_test_add_func("/week_time/in", test_in);
	g_test_add_func("/week_time/name", test_name);
	return g_test_run();
}
