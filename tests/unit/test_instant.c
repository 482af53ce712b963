/* Instants and civil dates: reading, writing, the calendar's arithmetic; and that the clock goes. */
#include "base/clock.h"
#include "base/error.h"
#include "base/instant.h"

typedef struct {
	const char *text;
	gint64 instant;
} InstantCase;

static void test_instant_read(void)
{
	static const InstantCase CASES[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-12-28T08:00:00Z", 1798444800},
		{"2026-12-28T09:00:00+01:00", 1798444800},
		{"2026-12-28T03:00:00-05:00", 1798444800},
		{"2026-12-28T13:30:00+05:30", 1798444800},
		{"2026-12-28T08:00:00+00:00", 1798444800},
		{"2026-12-28T08:00:00-00:00", 1798444800},
		{"2026-12-28t08:00:00z", 1798444800},
		{"2026-12-28T08:00:00.999999999Z", 1798444800},
		{"2026-12-28T08:00:00.5+00:00", 1798444800},
		{"2024-02-29T23:59:59Z", 1709251199},
		{"2016-12-31T23:59:60Z", 1483228800},
		{"2017-01-01T00:59:60+01:00", 1483228800},
		{"1969-12-31T23:30:00-00:30", 0},
		{"9999-12-31T23:59:59Z", 253402300799},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		gint64 instant = -1;
		g_assert_true(instant_parse(CASES[i].text, &instant, &error));
		g_assert_no_error(error);
		g_assert_cmpint(instant, ==, CASES[i].instant);
	}
}

static void test_instant_refuse(void)
{
	static const char *const CASES[] = {
		NULL, "", "2026-12-28", "2026-12-28T08:00:00", "2026-12-28 08:00:00Z", "2026-12-28T08:00Z",
		"2026-12-28T08:00:00Z ", " 2026-12-28T08:00:00Z", "2026-12-28T24:00:00Z", "2026-12-28T08:60:00Z",
		"2026-12-28T08:00:61Z", "2026-12-28T08:00:60Z", "2016-12-31T23:59:60+01:00", "2026-12-28T08:00:00.Z",
		"2026-12-28T08:00:00,5Z", "2026-12-28T08:00:00+1:00", "2026-12-28T08:00:00+0100", "2026-12-28T08:00:00+24:00",
		"2026-12-28T08:00:00+01:60", "2026-13-01T08:00:00Z", "2026-02-29T08:00:00Z", "1900-02-29T08:00:00Z",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00Z",
		"2026-1-28T08:00:00Z", "+2026-12-28T08:00:00Z", "2026-12-28T08:00:00ZZ", "2026-12-28T-8:00:00Z",
		"2026-12-28T\xd9\xa0\xd9\xa8:00:00Z", "now",
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		gint64 instant = 42;
		g_assert_false(instant_parse(CASES[i], &instant, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		g_assert_cmpint(instant, ==, 42);
	}
}

static void test_instant_write(void)
{
	static const InstantCase CASES[] = {
		{"1970-01-01T00:00:00Z", 0},        {"1969-12-31T23:59:59Z", -1},
		{"1969-12-31T00:00:00Z", -86400},   {"2026-12-28T08:00:00Z", 1798444800},
		{"9999-12-31T23:59:59Z", 253402300799}, {"0001-01-01T00:00:00Z", -62135596800},
		{NULL, 253402300800},               {NULL, -62135596801},
		{NULL, INSTANT_NONE},               {NULL, G_MAXINT64},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *text = instant_format(CASES[i].instant);
		g_assert_cmpstr(text, ==, CASES[i].text);
	}
}

/* Every day of the range, counted by the calendar's rules and not by GDate. */
static void test_date_every_day(void)
{
	static const int LENGTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	gint32 expected = date_from_ymd(1, 1, 1).day;
	for (int year = 1; year <= 9999; year++) {
		const gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		for (int month = 1; month <= 12; month++) {
			const int length = LENGTHS[month - 1] + (month == 2 && leap);
			for (int day = 1; day <= length; day++, expected++) {
				int y, m, d;
				const Date date = date_from_ymd(year, month, day);
				date_get_ymd(date, &y, &m, &d);
				if (date.day != expected || y != year || m != month || d != day)
					g_error("%04d-%02d-%02d is day %d", year, month, day, date.day);
			}
			g_assert_false(date_is_set(date_from_ymd(year, month, length + 1)));
		}
	}
	g_assert_cmpint(date_from_ymd(1970, 1, 1).day, ==, 0);
}

static void test_date_none(void)
{
	int year, month, day;
	static const int CASES[][3] = {{2026, 0, 1}, {2026, 13, 1}, {2026, 1, 0}, {2026, 1, 32}, {2026, 2, 29},
	                               {0, 1, 1}, {10000, 1, 1}, {-1, 1, 1}, {2026, 258, 1}, {2026, 1, 257}, {65537 + 2025, 1, 1}};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
		g_assert_false(date_is_set(date_from_ymd(CASES[i][0], CASES[i][1], CASES[i][2])));
	g_assert_false(date_is_set(DATE_NONE));
	g_assert_null(date_format(DATE_NONE));
	g_assert_cmpint(date_weekday(DATE_NONE), ==, 0);
	date_get_ymd(DATE_NONE, &year, &month, &day);
	g_assert_cmpint(year + month + day, ==, 0);
	g_assert_false(date_is_set(date_add_days(DATE_NONE, 1)));
	g_assert_false(date_is_set(date_add_days(date_from_ymd(9999, 12, 31), 1)));
	g_assert_false(date_is_set(date_add_days(date_from_ymd(1, 1, 1), -1)));
	g_assert_false(date_is_set(date_add_days(date_from_ymd(2026, 1, 1), G_MAXINT)));
}

static void test_date_weekday(void)
{
	static const struct {
		const char *date;
		int weekday;
	} CASES[] = {
		{"1970-01-01", 4}, {"2026-12-28", 1}, {"2026-12-25", 5}, {"2026-11-29", 7},
		{"2024-02-29", 4}, {"0001-01-01", 1}, {"1969-12-28", 7}, {"9999-12-31", 5},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		Date date;
		g_assert_true(date_parse(CASES[i].date, &date, NULL));
		g_assert_cmpint(date_weekday(date), ==, CASES[i].weekday);
	}
}

static void test_date_text(void)
{
	static const char *const GOOD[] = {"2026-12-28", "2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"};
	static const char *const BAD[] = {NULL, "", "2026-2-28", "2026-02-29", "20260228", "2026-02-28Z", "2026-02-28 ",
	                                  "26-02-28", "2026/02/28", "0000-01-01", "10000-01-01", "2026-00-10", "-026-01-01"};
	for (guint i = 0; i < G_N_ELEMENTS(GOOD); i++) {
		g_autoptr(GError) error = NULL;
		Date date = DATE_NONE;
		g_assert_true(date_parse(GOOD[i], &date, &error));
		g_assert_no_error(error);
		g_autofree char *text = date_format(date);
		g_assert_cmpstr(text, ==, GOOD[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
		g_autoptr(GError) error = NULL;
		Date date = {.day = 7};
		g_assert_false(date_parse(BAD[i], &date, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		g_assert_cmpint(date.day, ==, 7);
	}
}

static void test_clock(void)
{
	const gint64 before = clock_monotonic_us();
	g_assert_cmpint(clock_now(), >, 1704067200);
	g_usleep(2000);
	const gint64 passed = clock_monotonic_us() - before;
	g_assert_cmpint(passed, >=, 2000);
	g_assert_cmpint(passed, <, 60 * G_USEC_PER_SEC);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/instant/read", test_instant_read);
	g_test_add_func("/instant/refuse", test_instant_refuse);
	g_test_add_func("/instant/write", test_instant_write);
	g_test_add_func("/date/every-day", test_date_every_day);
	g_test_add_func("/date/none", test_date_none);
	g_test_add_func("/date/weekday", test_date_weekday);
	g_test_add_func("/date/text", test_date_text);
	g_test_add_func("/clock/goes", test_clock);
	return g_test_run();
}
