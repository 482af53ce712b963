/* Working time: DESIGN.md's worked table, both clock changes of three zones, year ends, leap days, pauses, slots; and calendars
 * that are wrong. */
#include "calendar/calendar.h"

#include <string.h>

#include "base/error.h"

typedef struct {
	const char *name;
	const char *zone;
	const char *work[8];
	const char *holidays[6];
} CalendarText;

static const CalendarText calendars[] = {
	{"nl", "Europe/Amsterdam", {"Mon-Fri 08:30-17:30"}, {"2026-12-25"}},
	{"pause", "Europe/Amsterdam", {"Mon-Fri 08:30-12:30", "Mon-Fri 13:00-17:30"}, {"2027-01-01"}},
	{"es", "Europe/Madrid", {"Mon-Thu 08:00-17:00", "Fri 08:00-15:00"}, {NULL}},
	{"night", "Europe/Amsterdam", {"Mon-Sun 00:00-06:00", "Mon-Sun 22:00-24:00"}, {NULL}},
	{"always", "Europe/Amsterdam", {"Mon-Sun 00:00-24:00"}, {NULL}},
	{"late", "Europe/Amsterdam", {"Mon-Fri 16:00-24:00"}, {NULL}},
	{"gap", "Europe/Amsterdam", {"Sun 02:00-03:00", "Mon 09:00-10:00"}, {NULL}},
	{"partly", "Europe/Amsterdam", {"Sun 01:00-02:30", "Sun 02:45-04:00"}, {NULL}},
	{"twice", "Europe/Amsterdam", {"Sun 01:00-02:30", "Sun 02:30-04:00"}, {NULL}},
	{"ny", "America/New_York", {"Mon-Fri 09:00-17:00", "Sun 00:00-04:00"}, {"2026-11-26"}},
	{"lh", "Australia/Lord_Howe", {"Mon-Fri 09:00-17:00", "Sun 01:00-03:00"}, {NULL}},
	{"apia", "Pacific/Apia", {"Mon-Fri 09:00-17:00"}, {NULL}},
	{"one", "Europe/Amsterdam", {"Wed 10:00-11:00"}, {NULL}},
	{"johns", "America/St_Johns", {"Mon-Sun 00:00-02:00"}, {NULL}},
};

static Calendar *make_calendar(const CalendarText *text)
{
	g_autoptr(Zone) zone = zone_new(text->zone, NULL);
	Calendar *calendar = calendar_new(text->name, zone);
	for (gsize i = 0; text->work[i] != NULL; i++)
		g_assert_true(calendar_add_work(calendar, text->work[i], NULL));
	for (gsize i = 0; text->holidays[i] != NULL; i++) {
		Date date;
		g_assert_true(date_parse(text->holidays[i], &date, NULL));
		calendar_add_holiday(calendar, date);
	}
	return calendar;
}

static Calendar *find_calendar(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(calendars); i++) {
		if (g_str_equal(calendars[i].name, name))
			return make_calendar(&calendars[i]);
	}
	g_assert_not_reached();
}

/* "2026-12-24 16:05" in the calendar's zone; with a Z behind it: in UTC. */
static gint64 at(const Calendar *calendar, const char *text)
{
	Date date;
	g_autofree char *day = g_strndup(text, 10);
	g_assert_true(date_parse(day, &date, NULL));
	const int minutes = (int)(g_ascii_strtoll(text + 11, NULL, 10) * 60 + g_ascii_strtoll(text + 14, NULL, 10));
	if (text[16] == 'Z')
		return date.day * G_GINT64_CONSTANT(86400) + minutes * 60;
	return zone_instant(calendar_zone(calendar), date, minutes * 60);
}

static char *show(const Calendar *calendar, gint64 instant)
{
	Date date;
	int second;
	if (instant == INSTANT_NONE)
		return g_strdup("none");
	zone_local(calendar_zone(calendar), instant, &date, &second);
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %02d:%02d", day, second / 3600, second / 60 % 60);
}

static gint64 apply(const Calendar *calendar, const char *operation, gint64 t)
{
	const int amount = (int)g_ascii_strtoll(operation, NULL, 10);
	if (g_str_equal(operation, "next"))
		return calendar_next_work(calendar, t);
	if (g_str_equal(operation, "prev"))
		return calendar_prev_close(calendar, t);
	if (g_str_has_suffix(operation, "bd"))
		return calendar_add_working_days(calendar, t, amount);
	if (g_str_has_suffix(operation, "bh"))
		return calendar_add_working_seconds(calendar, t, amount * G_GINT64_CONSTANT(3600));
	if (g_str_has_suffix(operation, "bmin"))
		return calendar_add_working_seconds(calendar, t, amount * G_GINT64_CONSTANT(60));
	g_assert_true(g_str_has_suffix(operation, "d"));
	return calendar_add_days(calendar, t, amount);
}

typedef struct {
	const char *calendar, *from, *operation, *result;
} Case;

static const Case cases[] = {
	/* DESIGN.md 2, the worked table */
	{"nl", "2026-12-24 16:05", "1bd", "2026-12-28 16:05"},
	{"nl", "2026-11-28 11:00", "1bd", "2026-12-01 08:30"},
	{"nl", "2026-12-28 17:30", "-1bd", "2026-12-24 17:30"},
	{"nl", "2026-12-24 17:30", "next", "2026-12-28 08:30"},
	{"nl", "2026-12-28 17:30", "next", "2026-12-29 08:30"},
	{"nl", "2027-03-26 16:30", "2bh", "2027-03-29 09:30"},
	/* at an interval's edges */
	{"nl", "2026-12-28 08:30", "next", "2026-12-28 08:30"},
	{"nl", "2026-12-28 08:29", "next", "2026-12-28 08:30"},
	{"nl", "2026-12-28 17:29", "next", "2026-12-28 17:29"},
	{"nl", "2026-12-28 08:30", "prev", "2026-12-28 08:30"},
	{"nl", "2026-12-28 08:29", "prev", "2026-12-24 17:30"},
	{"nl", "2026-12-28 17:30", "prev", "2026-12-28 17:30"},
	{"nl", "2026-12-28 17:31", "prev", "2026-12-28 17:30"},
	/* hours used up exactly: the end going on, the start going back */
	{"nl", "2026-12-28 08:30", "9bh", "2026-12-28 17:30"},
	{"nl", "2026-12-28 17:30", "9bh", "2026-12-29 17:30"},
	{"nl", "2026-12-28 17:30", "-9bh", "2026-12-28 08:30"},
	{"nl", "2026-12-28 08:30", "-9bh", "2026-12-24 08:30"},
	{"nl", "2026-12-28 08:30", "-1bh", "2026-12-24 16:30"},
	{"nl", "2026-12-28 17:30", "0bh", "2026-12-29 08:30"},
	{"nl", "2026-12-28 12:00", "0bh", "2026-12-28 12:00"},
	{"nl", "2026-12-28 17:30", "0bd", "2026-12-29 08:30"},
	/* pauses */
	{"pause", "2026-12-28 12:30", "next", "2026-12-28 13:00"},
	{"pause", "2026-12-28 12:45", "prev", "2026-12-28 12:30"},
	{"pause", "2026-12-28 12:15", "1bh", "2026-12-28 13:45"},
	{"pause", "2026-12-28 13:15", "-1bh", "2026-12-28 11:45"},
	{"pause", "2026-12-28 08:30", "4bh", "2026-12-28 12:30"},
	{"pause", "2026-12-28 17:30", "-270bmin", "2026-12-28 13:00"},
	{"pause", "2026-12-28 12:30", "1bd", "2026-12-29 13:00"},
	{"pause", "2026-12-28 12:30", "-1bd", "2026-12-25 12:30"},
	/* fitted into a shorter day, and not growing again */
	{"es", "2026-12-24 16:30", "1bd", "2026-12-25 15:00"},
	{"es", "2026-12-24 16:30", "2bd", "2026-12-28 16:30"},
	{"es", "2026-12-28 16:30", "-1bd", "2026-12-25 15:00"},
	{"es", "2026-12-26 12:00", "-1bd", "2026-12-24 15:00"},
	{"es", "2026-12-26 12:00", "1bd", "2026-12-29 08:00"},
	/* over the year's end, a holiday in between; leap days */
	{"pause", "2026-12-31 17:00", "1bh", "2027-01-04 09:00"},
	{"pause", "2026-12-31 10:00", "1bd", "2027-01-04 10:00"},
	{"pause", "2027-01-04 10:00", "-1bd", "2026-12-31 10:00"},
	{"nl", "2028-02-28 10:00", "1bd", "2028-02-29 10:00"},
	{"nl", "2028-02-29 10:00", "1bd", "2028-03-01 10:00"},
	{"nl", "2100-02-26 10:00", "1bd", "2100-03-01 10:00"},
	{"nl", "2028-03-01 10:00", "-1d", "2028-02-29 10:00"},
	{"nl", "2028-02-29 10:00", "366d", "2029-03-01 10:00"},
	{"nl", "1970-01-01 10:00", "1bd", "1970-01-02 10:00"},
	{"nl", "1970-01-01 08:00", "prev", "1969-12-31 17:30"},
	{"nl", "2100-12-31 17:00", "1bh", "2101-01-03 09:00"},
	/* calendar days keep the local time */
	{"nl", "2027-03-27 12:00", "1d", "2027-03-28 12:00"},
	{"nl", "2027-03-27 02:30", "1d", "2027-03-28 03:00"},
	{"nl", "2026-10-24 02:30", "1d", "2026-10-25 02:30"},
	/* midnight between two intervals belongs to the second; alone, to the day it ends */
	{"always", "2026-12-28 00:00", "-1bd", "2026-12-27 00:00"},
	{"always", "2026-12-28 10:00", "24bh", "2026-12-29 10:00"},
	{"late", "2026-12-26 10:00", "prev", "2026-12-26 00:00"},
	{"late", "2026-12-26 10:00", "-1bd", "2026-12-25 00:00"},
	{"late", "2026-12-25 23:00", "1bh", "2026-12-26 00:00"},
	{"late", "2026-12-25 23:00", "2bh", "2026-12-28 17:00"},
	{"late", "2026-12-28 16:00", "-8bh", "2026-12-25 16:00"},
	/* Amsterdam: forward on 2027-03-28, back on 2026-10-25 */
	{"night", "2027-03-28 00:00", "2bh", "2027-03-28 03:00"},
	{"night", "2027-03-28 00:00", "3bh", "2027-03-28 04:00"},
	{"night", "2027-03-28 06:00", "-5bh", "2027-03-28 00:00"},
	{"night", "2026-10-25 00:00", "7bh", "2026-10-25 06:00"},
	{"night", "2026-10-25 06:00", "-7bh", "2026-10-25 00:00"},
	{"night", "2026-10-25 00:00", "3bh", "2026-10-25 02:00"},
	{"night", "2026-10-24 02:30", "1bd", "2026-10-25 02:30"},
	{"night", "2027-03-27 02:30", "1bd", "2027-03-28 03:00"},
	{"always", "2026-10-25 00:00", "25bh", "2026-10-26 00:00"},
	{"always", "2027-03-28 00:00", "23bh", "2027-03-29 00:00"},
	/* an interval that the gap leaves without length: no work, and no working day */
	{"gap", "2027-03-27 10:00", "next", "2027-03-29 09:00"},
	{"gap", "2027-03-28 03:00", "prev", "2027-03-22 10:00"},
	{"gap", "2027-03-29 09:30", "-1bd", "2027-03-22 09:30"},
	{"gap", "2027-03-21 02:30", "2bd", "2027-03-29 09:00"},
	{"partly", "2027-03-28 01:00", "1bh", "2027-03-28 03:00"},
	{"partly", "2027-03-28 01:00", "2bh", "2027-03-28 04:00"},
	{"twice", "2026-10-25 01:00", "4bh", "2026-10-25 04:00"},
	{"twice", "2026-10-25 00:30Z", "prev", "2026-10-25 02:30"},
	{"twice", "2026-10-25 01:30Z", "next", "2026-10-25 02:30"},
	/* New York: forward on 2026-03-08, back on 2026-11-01 */
	{"ny", "2026-03-06 16:00", "2bh", "2026-03-08 01:00"},
	{"ny", "2026-03-08 00:00", "3bh", "2026-03-08 04:00"},
	{"ny", "2026-03-08 00:00", "2bh", "2026-03-08 03:00"},
	{"ny", "2026-11-01 00:00", "5bh", "2026-11-01 04:00"},
	{"ny", "2026-11-01 04:00", "-4bh", "2026-11-01 01:00"},
	{"ny", "2026-10-30 16:30", "1bd", "2026-11-01 04:00"},
	{"ny", "2026-11-25 16:30", "1bd", "2026-11-27 16:30"},
	/* Lord Howe, half an hour: forward on 2026-10-04, back on 2026-04-05 */
	{"lh", "2026-10-04 01:00", "90bmin", "2026-10-04 03:00"},
	{"lh", "2026-10-04 03:00", "-90bmin", "2026-10-04 01:00"},
	{"lh", "2026-04-05 01:00", "150bmin", "2026-04-05 03:00"},
	{"lh", "2026-04-05 03:00", "-150bmin", "2026-04-05 01:00"},
	{"lh", "2026-04-03 16:30", "2bh", "2026-04-05 02:00"},
	{"lh", "2026-10-02 10:00", "1bd", "2026-10-04 03:00"},
	/* the Friday that Samoa left out */
	{"apia", "2011-12-29 12:00", "1bd", "2012-01-02 12:00"},
	{"apia", "2011-12-29 16:00", "2bh", "2012-01-02 10:00"},
	{"apia", "2012-01-02 09:30", "-1bh", "2011-12-29 16:30"},
	/* an hour of the evening before comes again after midnight, inside the next day's interval */
	{"johns", "2010-11-07 02:45Z", "next", "2010-11-06 23:15"},
	{"johns", "2010-11-07 02:45Z", "prev", "2010-11-06 23:15"},
	{"johns", "2010-11-07 02:45Z", "1bd", "2010-11-08 00:00"},
};

static void test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *c = &cases[i];
		g_autoptr(Calendar) calendar = find_calendar(c->calendar);
		g_autofree char *result = show(calendar, apply(calendar, c->operation, at(calendar, c->from)));
		if (!g_str_equal(result, c->result))
			g_error("%s: %s %s: %s, not %s", c->calendar, c->from, c->operation, result, c->result);
	}
}

/* The later 02:30 is in no case the result of "the same local time". */
static void test_repeated_hour(void)
{
	g_autoptr(Calendar) calendar = find_calendar("night");
	const gint64 later = at(calendar, "2026-10-25 01:30Z");
	g_assert_cmpint(calendar_next_work(calendar, later), ==, later);
	g_assert_cmpint(calendar_prev_close(calendar, later), ==, later);
	g_assert_cmpint(calendar_add_days(calendar, later, 0), ==, later - 3600);
	g_assert_cmpint(calendar_add_working_days(calendar, later, 0), ==, later - 3600);
	g_assert_cmpint(calendar_add_working_seconds(calendar, later, -3600), ==, later - 3600);
}

static void test_between(void)
{
	static const struct {
		const char *calendar, *from, *to;
		gint64 minutes;
	} spans[] = {
		{"nl", "2026-12-24 17:00", "2026-12-28 09:00", 60},
		{"nl", "2026-12-25 09:00", "2026-12-25 16:00", 0},
		{"nl", "2026-12-28 09:00", "2026-12-28 09:00", 0},
		{"nl", "2026-12-28 09:00", "2026-12-28 17:30", 510},
		{"nl", "2026-12-28 17:30", "2026-12-29 08:30", 0},
		{"pause", "2026-12-28 12:00", "2026-12-28 13:30", 60},
		{"pause", "2026-12-28 00:00", "2026-12-29 00:00", 510},
		{"always", "2026-10-25 00:00", "2026-10-26 00:00", 25 * 60},
		{"always", "2027-03-28 00:00", "2027-03-29 00:00", 23 * 60},
		{"lh", "2026-04-05 00:00", "2026-04-06 00:00", 150},
		{"lh", "2026-10-04 00:00", "2026-10-05 00:00", 90},
		{"always", "2026-01-01 00:00", "2027-01-01 00:00", 365 * 1440},
		{"one", "1970-01-01 00:00", "2100-12-31 00:00", 6835 * 60},
		{"johns", "2010-11-07 02:31Z", "2010-11-07 03:31Z", 60},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
		g_autoptr(Calendar) calendar = find_calendar(spans[i].calendar);
		const gint64 from = at(calendar, spans[i].from);
		const gint64 to = at(calendar, spans[i].to);
		g_assert_cmpint(calendar_working_seconds_between(calendar, from, to), ==, spans[i].minutes * 60);
		g_assert_cmpint(calendar_working_seconds_between(calendar, to, from), ==, spans[i].minutes * 60);
	}
}

static void test_close_of_work(void)
{
	static const struct {
		const char *calendar, *date, *close;
	} closes[] = {
		{"nl", "2026-11-29", "2026-11-27 17:30"},     {"nl", "2026-12-25", "2026-12-24 17:30"},
		{"nl", "2026-12-28", "2026-12-28 17:30"},     {"pause", "2026-12-28", "2026-12-28 17:30"},
		{"es", "2026-12-25", "2026-12-25 15:00"},     {"late", "2026-12-27", "2026-12-26 00:00"},
		{"gap", "2027-03-28", "2027-03-22 10:00"},    {"apia", "2011-12-30", "2011-12-29 17:00"},
		{"partly", "2027-03-28", "2027-03-28 04:00"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(closes); i++) {
		g_autoptr(Calendar) calendar = find_calendar(closes[i].calendar);
		Date date;
		g_assert_true(date_parse(closes[i].date, &date, NULL));
		g_autofree char *close = show(calendar, calendar_close_of_work(calendar, date));
		g_assert_cmpstr(close, ==, closes[i].close);
	}
}

static void test_slots(void)
{
	static const struct {
		const char *calendar;
		const char *slots[5];
		const char *from, *slot;
	} slots[] = {
		{"nl", {"09:00", "14:00"}, "2026-12-24 17:30", "2026-12-28 09:00"},
		{"nl", {"14:00", "09:00"}, "2026-12-28 17:30", "2026-12-29 09:00"},
		{"nl", {"09:00", "14:00"}, "2026-12-28 09:00", "2026-12-28 09:00"},
		{"nl", {"09:00", "14:00"}, "2026-12-28 09:01", "2026-12-28 14:00"},
		{"nl", {"09:00", "14:00"}, "2026-12-28 14:01", "2026-12-29 09:00"},
		{"nl", {NULL}, "2026-12-28 14:01", "2026-12-28 14:01"},
		{"nl", {NULL}, "2026-12-28 18:00", "2026-12-29 08:30"},
		{"pause", {"12:45", "13:00"}, "2026-12-28 09:00", "2026-12-28 13:00"},
		{"pause", {"12:30", "12:45"}, "2026-12-28 08:30", "2026-12-28 08:30"},
		{"pause", {"12:30", "12:45"}, "2026-12-28 09:00", "2026-12-29 08:30"},
		{"pause", {"17:30"}, "2026-12-28 09:00", "2026-12-29 08:30"},
		{"es", {"16:00"}, "2026-12-24 16:30", "2026-12-25 08:00"},
		{"es", {"16:00"}, "2026-12-25 08:30", "2026-12-28 16:00"},
		/* in the gap: the first instant after it; twice: the earlier */
		{"night", {"02:30"}, "2027-03-28 00:00", "2027-03-28 03:00"},
		{"night", {"02:30"}, "2026-10-25 01:30Z", "2026-10-26 02:30"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(slots); i++) {
		g_autoptr(Calendar) calendar = find_calendar(slots[i].calendar);
		g_autoptr(GArray) seconds = NULL;
		g_assert_true(calendar_slots_parse(slots[i].slots, &seconds, NULL));
		g_autofree char *slot = show(calendar, calendar_next_slot(calendar, seconds, at(calendar, slots[i].from)));
		g_assert_cmpstr(slot, ==, slots[i].slot);
	}
}

static void test_slots_wrong(void)
{
	static const char *const wrong[] = {"9:00", "24:00", "09:60", "09:00 ", "", "noon", "-1:00", "09.00"};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const char *const texts[] = {"08:00", wrong[i], NULL};
		g_autoptr(GError) error = NULL;
		GArray *slots = NULL;
		g_assert_false(calendar_slots_parse(texts, &slots, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_null(slots);
	}
}

static void test_work_wrong(void)
{
	static const char *const wrong[] = {
		"",
		"Mon",
		"Mon ",
		"mon 09:00-10:00",
		"Mo 09:00-10:00",
		"Fri-Mon 09:00-10:00",
		"Mon-Fri09:00-10:00",
		"Mon-Fri  09:00-10:00",
		"Mon,Mon 18:00-19:00",
		"Mon-Wed,Tue 18:00-19:00",
		"Mon, 18:00-19:00",
		"Mon- 18:00-19:00",
		",Mon 18:00-19:00",
		"Mon 9:00-10:00",
		"Mon 18:00",
		"Mon 18:00-",
		"Mon 18:00-18:00",
		"Mon 19:00-18:00",
		"Mon 18:00-24:01",
		"Mon 18:00-25:00",
		"Mon 18:60-19:00",
		"Mon 18:00-19:00 ",
		"Mon 18:00-19:00:00",
		"Mon 18:00 - 19:00",
		"Mon 24:00-24:00",
		"Mon 08:00-09:00", /* overlaps */
		"Sat,Mon 16:00-18:00",
		"Mon-Sun 10:00-11:00",
		"Mon 00:00-24:00",
	};
	g_autoptr(Calendar) calendar = find_calendar("nl");
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(calendar_add_work(calendar, wrong[i], &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_nonnull(strstr(error->message, wrong[i]));
	}
	g_autofree char *next = show(calendar, calendar_next_work(calendar, at(calendar, "2026-11-28 00:00")));
	g_assert_cmpstr(next, ==, "2026-11-30 08:30"); /* nothing of what was refused is there */
}

static void test_work_forms(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	g_autoptr(Calendar) calendar = calendar_new("forms", zone);
	g_assert_false(calendar_has_work(calendar));
	g_assert_true(calendar_add_work(calendar, "Mon,Wed 13:00-24:00", NULL));
	g_assert_true(calendar_add_work(calendar, "Mon-Tue,Thu 00:00-13:00", NULL)); /* touching is no overlap */
	g_assert_true(calendar_has_work(calendar));
	g_assert_cmpint(
		calendar_working_seconds_between(calendar, at(calendar, "2026-11-23 00:00"), at(calendar, "2026-11-30 00:00")),
		==, (24 + 13 + 11 + 13) * 3600);
	g_assert_true(calendar_is_working(calendar, at(calendar, "2026-11-23 13:00")));
	g_assert_false(calendar_is_working(calendar, at(calendar, "2026-11-24 13:00")));
	g_assert_false(calendar_is_working(calendar, INSTANT_NONE));
	g_assert_cmpstr(calendar_name(calendar), ==, "forms");
}

static void test_holidays(void)
{
	g_autoptr(Calendar) calendar = find_calendar("nl");
	const Date christmas = date_from_ymd(2026, 12, 25);
	const Date boxing_day = date_from_ymd(2026, 12, 28);
	g_assert_false(calendar_is_working_day(calendar, christmas));
	g_assert_true(calendar_is_working_day(calendar, boxing_day));
	calendar_add_holiday(calendar, boxing_day);
	calendar_add_holiday(calendar, boxing_day);
	calendar_add_holiday(calendar, date_from_ymd(2026, 1, 1));
	calendar_add_holiday(calendar, date_from_ymd(2025, 12, 31));
	g_assert_false(calendar_is_working_day(calendar, boxing_day)); /* though it was asked for before */
	g_assert_cmpuint(calendar_holidays_in_year(calendar, 2026), ==, 3);
	g_assert_cmpuint(calendar_holidays_in_year(calendar, 2025), ==, 1);
	g_assert_cmpuint(calendar_holidays_in_year(calendar, 2027), ==, 0);
	g_assert_cmpint(calendar_date(calendar, at(calendar, "2026-12-27 23:30Z")).day, ==, boxing_day.day);
}

/* No work at all, none for ten years, times out of all range: no answer, and no crash. */
static void test_nothing(void)
{
	g_autoptr(Calendar) calendar = find_calendar("one");
	static const gint64 far[] = {INSTANT_NONE, G_MAXINT64, G_MININT64 + 1, G_GINT64_CONSTANT(1) << 50,
	                             -(G_GINT64_CONSTANT(1) << 50)};
	const gint64 t = at(calendar, "2026-12-28 00:00");
	for (gsize i = 0; i < G_N_ELEMENTS(far); i++) {
		g_assert_cmpint(calendar_next_work(calendar, far[i]), ==, INSTANT_NONE);
		g_assert_cmpint(calendar_prev_close(calendar, far[i]), ==, INSTANT_NONE);
		g_assert_cmpint(calendar_add_days(calendar, far[i], 1), ==, INSTANT_NONE);
		g_assert_cmpint(calendar_add_working_days(calendar, far[i], -1), ==, INSTANT_NONE);
		g_assert_cmpint(calendar_add_working_seconds(calendar, far[i], 60), ==, INSTANT_NONE);
		g_assert_cmpint(calendar_working_seconds_between(calendar, far[i], far[i]), ==, 0);
		g_assert_false(calendar_is_working(calendar, far[i]));
	}
	for (int i = -15 * 366; i < 15 * 366; i++)
		calendar_add_holiday(calendar, date_add_days(date_from_ymd(2026, 12, 28), i));
	g_assert_cmpint(calendar_next_work(calendar, t), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_prev_close(calendar, t), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_next_slot(calendar, NULL, t), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_close_of_work(calendar, date_from_ymd(2026, 12, 28)), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_add_working_days(calendar, at(calendar, "2008-01-02 10:00"), 1000), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_add_working_seconds(calendar, at(calendar, "2008-01-02 10:00"), 1000 * 3600), ==, INSTANT_NONE);
	g_assert_cmpint(calendar_add_days(calendar, t, G_MAXINT), ==, INSTANT_NONE);
}

/* Far from each other, so that the kept blocks give way to new ones; the answers stay the same. */
static void test_far_apart(void)
{
	g_autoptr(Calendar) calendar = find_calendar("nl");
	for (int round = 0; round < 3; round++) {
		for (int year = 1970; year < 9990; year += 179) {
			const gint64 noon = zone_instant(calendar_zone(calendar), date_from_ymd(year, 6, 15), 43200);
			const gint64 next = calendar_next_work(calendar, noon);
			g_assert_cmpint(next, >=, noon);
			g_assert_cmpint(next, <, noon + 3 * 86400);
			g_assert_true(calendar_is_working(calendar, next));
		}
	}
	g_autofree char *days = show(calendar, calendar_add_working_days(calendar, at(calendar, "2026-12-24 16:05"), 100000));
	g_assert_cmpstr(days, ==, "2410-04-16 16:05");
}

static void test_work_format(void)
{
	static const struct {
		const char *lines[4], *wanted;
	} formats[] = {
		{{NULL}, NULL},
		{{"Mon-Fri 08:30-17:30"}, "Mon-Fri 08:30-17:30"},
		{{"Mon-Fri 13:00-17:30", "Mon-Fri 08:30-12:30"}, "Mon-Fri 08:30-12:30, Mon-Fri 13:00-17:30"},
		{{"Mon,Tue,Wed 08:00-09:00", "Fri 08:00-09:00"}, "Mon-Wed 08:00-09:00, Fri 08:00-09:00"},
		{{"Sun 00:00-24:00", "Mon 00:00-00:01"}, "Mon 00:00-00:01, Sun 00:00-24:00"},
		{{"Mon-Sun 08:00-09:00", "Thu 10:00-11:00"}, "Mon-Wed 08:00-09:00, Thu 08:00-09:00, Thu 10:00-11:00, Fri-Sun 08:00-09:00"},
	};
	g_autoptr(Zone) zone = zone_new("UTC", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autoptr(Calendar) calendar = calendar_new("a", zone);
		for (gsize k = 0; k < G_N_ELEMENTS(formats[i].lines) && formats[i].lines[k]; k++)
			g_assert_true(calendar_add_work(calendar, formats[i].lines[k], NULL));
		g_autofree char *text = calendar_work_format(calendar);
		g_assert_cmpstr(text, ==, formats[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/cases", test_cases);
	g_test_add_func("/calendar/repeated-hour", test_repeated_hour);
	g_test_add_func("/calendar/between", test_between);
	g_test_add_func("/calendar/close-of-work", test_close_of_work);
	g_test_add_func("/calendar/slots", test_slots);
	g_test_add_func("/calendar/slots-wrong", test_slots_wrong);
	g_test_add_func("/calendar/work-wrong", test_work_wrong);
	g_test_add_func("/calendar/work-forms", test_work_forms);
	g_test_add_func("/calendar/holidays", test_holidays);
	g_test_add_func("/calendar/nothing", test_nothing);
	g_test_add_func("/calendar/far-apart", test_far_apart);
	g_test_add_func("/calendar/work-format", test_work_format);
	return g_test_run();
}
