/* Payment runs: the last one in time, and the close of work before it. */
#include "calendar/payment.h"

enum { MON = 1 << 0, TUE = 1 << 1, FRI = 1 << 4, SUN = 1 << 6 };

static Calendar *dutch_calendar(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	Calendar *calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Thu 08:30-12:30", NULL));
	g_assert_true(calendar_add_work(calendar, "Mon-Thu 13:00-17:30", NULL));
	g_assert_true(calendar_add_work(calendar, "Fri 08:30-15:00", NULL));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 24));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 25));
	return calendar;
}

static char *show(const Calendar *calendar, gint64 instant)
{
	Date date;
	int second;
	if (instant == INSTANT_NONE)
		return g_strdup("");
	zone_local(calendar_zone(calendar), instant, &date, &second);
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %02d:%02d", day, second / 3600, second / 60 % 60);
}

static void test_table(void)
{
	static const struct {
		const char *due; /* "": none */
		guint runs;
		const char *wanted; /* "": none */
	} cases[] = {
		{"2026-12-02", TUE | FRI, "2026-11-30 17:30"}, /* Wed: run Tue, close of Mon */
		{"2026-12-03", TUE | FRI, "2026-11-30 17:30"},
		{"2026-12-01", TUE | FRI, "2026-11-30 17:30"}, /* the run is on the due date itself */
		{"2026-12-04", TUE | FRI, "2026-12-03 17:30"},
		{"2026-11-30", TUE | FRI, "2026-11-26 17:30"}, /* Mon: run Fri before, close of Thu */
		{"2026-12-01", MON, "2026-11-27 15:00"},       /* run Mon: the weekend and a short Friday */
		{"2026-12-07", TUE, "2026-11-30 17:30"},       /* six days back */
		{"2026-12-08", TUE, "2026-12-07 17:30"},
		{"2026-12-06", SUN, "2026-12-04 15:00"},       /* a run by machine on a Sunday */
		{"2026-12-25", FRI, "2026-12-23 17:30"},       /* run on a holiday, and one before it */
		{"2026-12-28", MON, "2026-12-23 17:30"},       /* two holidays and a weekend before the run */
		{"2027-01-01", TUE | FRI, "2026-12-31 17:30"}, /* over the year's end */
		{"2028-03-01", TUE, "2028-02-28 17:30"},       /* run on a leap day */
		{"2027-03-29", MON, "2027-03-26 15:00"},       /* the clocks go forward in between */
		{"2026-12-02", MON | TUE | SUN, "2026-11-30 17:30"},
		{"2026-12-02", 0, ""},
		{"", TUE | FRI, ""},
		{"", 0, ""},
		{"0001-01-01", TUE, ""}, /* no date before it */
	};
	g_autoptr(Calendar) calendar = dutch_calendar();
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Date due = DATE_NONE;
		g_assert_true(!*cases[i].due || date_parse(cases[i].due, &due, NULL));
		g_autofree char *found = show(calendar, payment_close(calendar, cases[i].runs, due));
		g_assert_cmpstr(found, ==, cases[i].wanted);
	}
}

/* Whatever the runs: never after the due date's close, and a later due date never means an earlier close. */
static void test_order(void)
{
	g_autoptr(Calendar) calendar = dutch_calendar();
	for (guint runs = 1; runs < 128; runs++) {
		gint64 before = G_MININT64;
		for (Date due = date_from_ymd(2026, 11, 1); due.day < date_from_ymd(2027, 2, 1).day; due = date_add_days(due, 1)) {
			const gint64 close = payment_close(calendar, runs, due);
			g_assert_cmpint(close, !=, INSTANT_NONE);
			g_assert_cmpint(close, <=, calendar_close_of_work(calendar, date_add_days(due, -1)));
			g_assert_cmpint(close, >=, before);
			before = close;
		}
	}
}

static void test_never_worked(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) idle = calendar_new("idle", zone);
	g_assert_cmpint(payment_close(idle, TUE, date_from_ymd(2026, 12, 1)), ==, INSTANT_NONE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/payment/table", test_table);
	g_test_add_func("/payment/order", test_order);
	g_test_add_func("/payment/never-worked", test_never_worked);
	return g_test_run();
}
