/* What a hold does to an approval's dates: each table line was worked out by hand. */
#include "domain/hold.h"

#include <string.h>

static Calendar *calendar_of(const char *name)
{
	g_autoptr(Zone) zone = zone_new(name, NULL);
	Calendar *calendar = calendar_new("test", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 08:30-12:30", NULL));
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 13:00-17:30", NULL));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 25));
	return calendar;
}

/* "2026-12-24 16:05" in the calendar's zone. */
static gint64 at(const Calendar *calendar, const char *text)
{
	Date date;
	g_autofree char *day = g_strndup(text, 10);
	g_assert_true(date_parse(day, &date, NULL));
	int hour = (int)g_ascii_strtoll(text + 11, NULL, 10), minute = (int)g_ascii_strtoll(text + 14, NULL, 10);
	return zone_instant(calendar_zone(calendar), date, hour * 3600 + minute * 60);
}

static char *show(const Calendar *calendar, gint64 instant)
{
	Date date;
	int second;
	zone_local(calendar_zone(calendar), instant, &date, &second);
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %02d:%02d", day, second / 3600, second / 60 % 60);
}

/* "2026-12-01 10:00 2026-12-01 12:00, …" */
static GArray *spans_of(const Calendar *calendar, const char *text)
{
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(HeldSpan));
	g_auto(GStrv) words = g_strsplit(text, ", ", -1);
	for (char **word = words; *word; word++) {
		HeldSpan span = {at(calendar, *word), at(calendar, *word + 17)};
		g_array_append_val(spans, span);
	}
	return spans;
}

static void test_shift(void)
{
	static const struct {
		const char *zone, *instant, *held, *wanted;
	} cases[] = {
		/* Tue 1 December: an hour and a half, in the morning and over the pause at noon */
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 10:00 2026-12-01 11:30", "2026-12-01 10:30"},
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 12:00 2026-12-01 14:00", "2026-12-01 10:30"},
		{"Europe/Amsterdam", "2026-12-01 12:00", "2026-12-01 13:00 2026-12-01 14:00", "2026-12-01 13:30"},
		/* before, after and at the edges: [from, until) */
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-11-30 09:00 2026-12-01 09:00", "2026-12-01 09:00"},
		{"Europe/Amsterdam", "2026-12-01 15:00", "2026-12-01 10:00 2026-12-01 11:30", "2026-12-01 15:00"},
		{"Europe/Amsterdam", "2026-12-01 10:30", "2026-12-01 10:00 2026-12-01 11:30", "2026-12-01 11:30"},
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 10:00 2026-12-01 10:00", "2026-12-01 09:00"},
		/* nights, the weekend and the holiday count for nothing, held or not */
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 17:30 2026-12-02 08:30", "2026-12-01 09:00"},
		{"Europe/Amsterdam", "2026-12-04 09:00", "2026-12-04 17:30 2026-12-07 08:30", "2026-12-04 09:00"},
		{"Europe/Amsterdam", "2026-12-24 16:05", "2026-12-24 18:00 2026-12-28 08:30", "2026-12-24 16:05"},
		{"Europe/Amsterdam", "2026-12-24 16:05", "2026-12-25 09:00 2026-12-28 09:30", "2026-12-24 17:05"},
		{"Europe/Amsterdam", "2026-12-24 16:30", "2026-12-25 09:00 2026-12-28 10:30", "2026-12-28 09:30"},
		{"Europe/Amsterdam", "2026-12-05 11:00", "2026-12-07 08:30 2026-12-07 10:30", "2026-12-07 10:30"}, /* begun on a Saturday */
		/* exactly a day's hours: the end of that day, from which on everything counts as from the next morning */
		{"Europe/Amsterdam", "2026-12-01 08:30", "2026-12-01 08:30 2026-12-02 08:30", "2026-12-01 17:30"},
		/* several: each counts from where those before it have moved the instant */
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 10:00 2026-12-01 11:00, 2026-12-01 14:00 2026-12-01 15:00", "2026-12-01 11:00"},
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 10:00 2026-12-01 12:00, 2026-12-01 10:30 2026-12-01 12:00", "2026-12-01 12:00"},
		{"Europe/Amsterdam", "2026-12-01 09:00", "2026-12-01 10:00 2026-12-02 10:00, 2026-12-02 10:00 2026-12-03 10:00", "2026-12-03 09:00"},
		{"Europe/Amsterdam", "2026-12-01 16:30", "2026-12-01 16:30 2026-12-02 09:30, 2026-12-02 09:00 2026-12-02 10:00", "2026-12-02 10:00"},
		/* over a year's end and both changes of the clocks */
		{"Europe/Amsterdam", "2026-12-31 16:30", "2026-12-31 17:00 2027-01-04 09:00", "2027-01-01 17:30"},
		{"Europe/Amsterdam", "2027-03-26 16:30", "2027-03-26 17:00 2027-03-29 09:00", "2027-03-26 17:30"},
		{"Europe/Amsterdam", "2027-03-26 16:30", "2027-03-26 17:00 2027-03-29 10:00", "2027-03-29 09:30"},
		{"Europe/Amsterdam", "2026-10-23 16:30", "2026-10-23 17:00 2026-10-26 10:00", "2026-10-26 09:30"},
		{"America/New_York", "2026-10-30 16:30", "2026-10-30 17:00 2026-11-02 10:00", "2026-11-02 09:30"},
		{"Australia/Lord_Howe", "2026-10-02 16:30", "2026-10-02 17:00 2026-10-05 10:00", "2026-10-05 09:30"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Calendar) calendar = calendar_of(cases[i].zone);
		g_autoptr(GArray) held = spans_of(calendar, cases[i].held);
		g_autofree char *found = show(calendar, hold_shift(calendar, held, at(calendar, cases[i].instant)));
		if (strcmp(found, cases[i].wanted))
			g_error("%s held %s: wanted %s, found %s", cases[i].instant, cases[i].held, cases[i].wanted, found);
	}
}

static void test_nothing_held(void)
{
	g_autoptr(Calendar) calendar = calendar_of("Europe/Amsterdam");
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(HeldSpan));
	g_autoptr(GArray) some = spans_of(calendar, "2026-12-01 10:00 2026-12-02 10:00");
	gint64 night = at(calendar, "2026-12-01 03:00");
	g_assert_cmpint(hold_shift(calendar, NULL, night), ==, night);
	g_assert_cmpint(hold_shift(calendar, none, night), ==, night);
	g_assert_cmpint(hold_shift(calendar, some, INSTANT_NONE), ==, INSTANT_NONE);
}

/* Whoever asks how long was held gets the same however the holds are cut. */
static void test_cut_anywhere(void)
{
	g_autoptr(Calendar) calendar = calendar_of("Europe/Amsterdam");
	gint64 began = at(calendar, "2026-12-22 09:10"), until = at(calendar, "2026-12-30 15:05");
	HeldSpan whole = {began, until};
	g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(HeldSpan));
	g_array_append_val(one, whole);
	for (gint64 instant = began - 86400; instant < until; instant += 3601) {
		gint64 wanted = hold_shift(calendar, one, instant);
		for (gint64 cut = MAX(began, instant) + 1; cut < until; cut += 7207) {
			HeldSpan pieces[] = {{began, cut}, {cut, until}};
			g_autoptr(GArray) two = g_array_new(FALSE, FALSE, sizeof(HeldSpan));
			g_array_append_vals(two, pieces, 2);
			gint64 found = hold_shift(calendar, two, instant);
			g_assert_cmpint(calendar_next_work(calendar, found), ==, calendar_next_work(calendar, wanted));
		}
	}
}

static void test_anchors(void)
{
	g_autoptr(Calendar) calendar = calendar_of("Europe/Amsterdam");
	g_autoptr(GArray) held = spans_of(calendar, "2026-12-02 08:30 2026-12-04 08:30");
	Anchors anchors;
	for (guint i = 0; i < ANCHOR_COUNT; i++)
		anchors.at[i] = at(calendar, "2026-12-01 10:00");
	anchors.at[ANCHOR_RECEIVED] = at(calendar, "2026-11-30 10:00");
	anchors.at[ANCHOR_DISCOUNT] = INSTANT_NONE;
	hold_shift_anchors(calendar, held, &anchors);
	g_autofree char *received = show(calendar, anchors.at[ANCHOR_RECEIVED]), *start = show(calendar, anchors.at[ANCHOR_START]);
	g_assert_cmpstr(received, ==, "2026-12-02 10:00");
	g_assert_cmpstr(start, ==, "2026-12-03 10:00");
	for (Anchor anchor = ANCHOR_DUE; anchor < ANCHOR_COUNT; anchor++)
		g_assert_cmpint(anchors.at[anchor], ==, anchor == ANCHOR_DISCOUNT ? INSTANT_NONE : at(calendar, "2026-12-01 10:00"));
}

static void test_until(void)
{
	g_autoptr(Calendar) calendar = calendar_of("Europe/Amsterdam");
	g_autoptr(GArray) held = spans_of(calendar, "2026-12-01 10:00 2026-12-02 10:00, 2026-12-03 10:00 2026-12-03 12:00");
	gint64 first = at(calendar, "2026-12-02 10:00"), second = at(calendar, "2026-12-03 12:00");
	g_assert_cmpint(hold_until(held, at(calendar, "2026-12-01 09:59")), ==, INSTANT_NONE);
	g_assert_cmpint(hold_until(held, at(calendar, "2026-12-01 10:00")), ==, first);
	g_assert_cmpint(hold_until(held, first - 1), ==, first);
	g_assert_cmpint(hold_until(held, first), ==, INSTANT_NONE);
	g_assert_cmpint(hold_until(held, second - 1), ==, second);
	g_assert_cmpint(hold_until(held, second), ==, INSTANT_NONE);
	g_assert_cmpint(hold_until(NULL, second), ==, INSTANT_NONE);
}

static void test_within(void)
{
	g_autoptr(Calendar) calendar = calendar_of("Europe/Amsterdam");
	HeldSpan span = {at(calendar, "2026-12-01 10:00"), at(calendar, "2026-12-02 10:00")};
	g_assert_cmpint(hold_seconds_within(calendar, span, at(calendar, "2026-11-01 10:00"), at(calendar, "2026-12-31 10:00")), ==, 17 * 1800);
	g_assert_cmpint(hold_seconds_within(calendar, span, at(calendar, "2026-12-01 12:00"), at(calendar, "2026-12-01 13:30")), ==, 2 * 1800);
	g_assert_cmpint(hold_seconds_within(calendar, span, span.until, at(calendar, "2026-12-31 10:00")), ==, 0);
	g_assert_cmpint(hold_seconds_within(calendar, span, at(calendar, "2026-11-01 10:00"), span.from), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hold/shift", test_shift);
	g_test_add_func("/hold/nothing-held", test_nothing_held);
	g_test_add_func("/hold/cut-anywhere", test_cut_anywhere);
	g_test_add_func("/hold/anchors", test_anchors);
	g_test_add_func("/hold/until", test_until);
	g_test_add_func("/hold/within", test_within);
	return g_test_run();
}
