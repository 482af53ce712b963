#include "calendar/moment.h"

#include "base/error.h"

static void test_table(void)
{
	static const struct {
		const char *text, *wanted; /* NULL: refused */
	} cases[] = {
		{"2026-12-04", "2026-12-04T07:30:00Z"},
		{"2026-12-05", "2026-12-07T07:30:00Z"}, /* a Saturday */
		{"2026-12-25", "2026-12-28T07:30:00Z"}, /* a holiday, then the weekend */
		{"2027-03-29", "2027-03-29T06:30:00Z"}, /* summer time began the day before */
		{"2026-12-04 14:00", "2026-12-04T13:00:00Z"},
		{"2026-12-04T14:00", "2026-12-04T13:00:00Z"},
		{"2026-12-05 03:00", "2026-12-05T02:00:00Z"}, /* a time is what it says */
		{"2027-03-28 02:30", "2027-03-28T01:00:00Z"}, /* that does not exist */
		{"2026-10-25 02:30", "2026-10-25T00:30:00Z"}, /* that exists twice */
		{"2026-12-04T14:00:00Z", "2026-12-04T14:00:00Z"},
		{"2026-12-04T14:00:00+01:00", "2026-12-04T13:00:00Z"},
		{"", NULL},
		{"tomorrow", NULL},
		{"2026-13-01", NULL},
		{"2026-02-29", NULL},
		{"04-12-2026", NULL},
		{"2026-12-04 24:00", NULL},
		{"2026-12-04 14:60", NULL},
		{"2026-12-04 1:000", NULL},
		{"2026-12-04 14.00", NULL},
		{"2026-12-04x14:00", NULL},
		{"2026-12-04 14:00 ", NULL},
		{" 2026-12-04", NULL},
		{"2026-12-04T14:00:00", NULL}, /* seconds, but no zone */
		{"2026-12-0414:00", NULL},
	};
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 08:30-17:30", NULL));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 25));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gint64 instant = 7;
		gboolean ok = moment_parse(calendar, cases[i].text, &instant, &error);
		if (!cases[i].wanted) {
			g_assert_error(error, AKKOORD_ERROR, ERROR_USAGE);
			g_assert_cmpint(instant, ==, 7);
			continue;
		}
		g_assert_no_error(error);
		g_autofree char *found = instant_format(instant);
		g_assert_true(ok);
		g_assert_cmpstr(found, ==, cases[i].wanted);
	}
}

static void test_no_work(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) calendar = calendar_new("none", zone);
	gint64 instant;
	g_assert_false(moment_parse(calendar, "2026-12-04", &instant, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/moment/table", test_table);
	g_test_add_func("/moment/no-work", test_no_work);
	return g_test_run();
}
