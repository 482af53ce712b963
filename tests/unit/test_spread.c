#include "domain/spread.h"

static Calendar *dutch_calendar(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	Calendar *calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Thu 08:30-17:30", NULL));
	g_assert_true(calendar_add_work(calendar, "Fri 08:30-12:00", NULL));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 25));
	return calendar;
}

static GArray *slots_of(const char *first, const char *second)
{
	const char *const texts[] = {first, second, NULL};
	GArray *slots;
	g_assert_true(calendar_slots_parse(texts, &slots, NULL));
	return slots;
}

static gint64 utc(const char *text)
{
	gint64 instant = 0;
	g_assert_true(instant_parse(text, &instant, NULL));
	return instant;
}

static char *joined(const GArray *instants)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < instants->len; i++) {
		g_autofree char *one = instant_format(g_array_index(instants, gint64, i));
		g_string_append_printf(text, "%s%.16s", i ? " " : "", one);
	}
	return g_string_free(text, FALSE);
}

static void test_instants(void)
{
	static const struct {
		const char *now;
		guint days;
		gboolean slots;
		const char *wanted;
	} cases[] = {
		{"2026-12-01T07:00:00Z", 2, TRUE, "2026-12-01T08:00 2026-12-01T13:00 2026-12-02T08:00 2026-12-02T13:00"},
		{"2026-12-01T08:00:00Z", 1, TRUE, "2026-12-01T08:00 2026-12-01T13:00"},
		{"2026-12-01T08:00:01Z", 1, TRUE, "2026-12-01T13:00"},                   /* what is left of today is a day */
		{"2026-12-01T13:00:01Z", 1, TRUE, "2026-12-02T08:00 2026-12-02T13:00"},   /* nothing is */
		{"2026-12-04T09:00:00Z", 1, TRUE, "2026-12-07T08:00 2026-12-07T13:00"},   /* Friday afternoon is free */
		{"2026-12-04T07:00:00Z", 2, TRUE, "2026-12-04T08:00 2026-12-07T08:00 2026-12-07T13:00"},
		{"2026-12-24T12:00:00Z", 2, TRUE, "2026-12-24T13:00 2026-12-28T08:00 2026-12-28T13:00"},
		{"2026-12-01T07:00:00Z", 0, TRUE, "2026-12-01T08:00 2026-12-01T13:00"},
		{"2026-12-01T07:00:00Z", 2, FALSE, "2026-12-01T07:30 2026-12-02T07:30"},
		{"2026-12-01T07:30:01Z", 2, FALSE, "2026-12-02T07:30 2026-12-03T07:30"},
		{"2026-12-04T12:00:00Z", 1, FALSE, "2026-12-07T07:30"},
		{"2027-03-26T13:00:00Z", 1, TRUE, "2027-03-29T07:00 2027-03-29T12:00"},   /* the clocks go forward */
	};
	g_autoptr(Calendar) calendar = dutch_calendar();
	g_autoptr(GArray) slots = slots_of("09:00", "14:00");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) instants = spread_instants(calendar, cases[i].slots ? slots : NULL, utc(cases[i].now), cases[i].days);
		g_autofree char *found = joined(instants);
		g_assert_cmpstr(found, ==, cases[i].wanted);
	}
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GArray) empty = spread_instants(calendar, none, utc("2026-12-01T07:00:00Z"), 3);
	g_assert_cmpuint(empty->len, ==, 3);
	/* slots outside working time: the day's start */
	g_autoptr(GArray) night = slots_of("03:00", "22:00");
	g_autoptr(GArray) starts = spread_instants(calendar, night, utc("2026-12-01T07:00:00Z"), 3);
	g_autofree char *found = joined(starts);
	g_assert_cmpstr(found, ==, "2026-12-01T07:30 2026-12-02T07:30 2026-12-03T07:30");
}

/* However many: in order, none left out, and no instant gets two more than another. */
static void test_evenly(void)
{
	g_autoptr(Calendar) calendar = dutch_calendar();
	g_autoptr(GArray) slots = slots_of("09:00", "14:00");
	for (guint days = 1; days < 30; days += 7) {
		g_autoptr(GArray) instants = spread_instants(calendar, slots, utc("2026-12-01T07:00:00Z"), days);
		for (guint count = 1; count < 200; count += 13) {
			g_autofree guint *got = g_new0(guint, instants->len);
			gint64 before = G_MININT64;
			guint most = 0, least = G_MAXUINT, at = 0;
			for (guint i = 0; i < count; i++) {
				gint64 instant = spread_at(instants, i, count);
				g_assert_cmpint(instant, >=, before);
				before = instant;
				while (g_array_index(instants, gint64, at) != instant)
					g_assert_cmpuint(++at, <, instants->len);
				got[at]++;
			}
			for (guint i = 0; i < instants->len; i++) {
				most = MAX(most, got[i]);
				least = MIN(least, got[i]);
			}
			g_assert_cmpuint(most - least, <=, 1);
		}
		g_assert_cmpint(spread_at(instants, 0, 1), ==, g_array_index(instants, gint64, 0));
		g_assert_cmpint(spread_at(instants, 1, 1), ==, INSTANT_NONE);
	}
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_assert_cmpint(spread_at(none, 0, 1), ==, INSTANT_NONE);
}

static void test_no_work(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) calendar = calendar_new("none", zone);
	g_autoptr(GArray) instants = spread_instants(calendar, NULL, utc("2026-12-01T07:00:00Z"), 3);
	g_assert_cmpuint(instants->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spread/instants", test_instants);
	g_test_add_func("/spread/evenly", test_evenly);
	g_test_add_func("/spread/no-work", test_no_work);
	return g_test_run();
}
