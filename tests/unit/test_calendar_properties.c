/* Working time on random calendars, zones and instants, from a fixed seed: what must hold whatever they are. */
#include "calendar/calendar.h"

#include "calendar/expression.h"

#define HOUR      3600
#define DAY       (24 * HOUR)
#define CALENDARS_A_ZONE 25
#define INSTANTS  40

static const char *const zones[] = {"Europe/Amsterdam",  "America/New_York", "Australia/Lord_Howe",
                                    "America/Sao_Paulo", "Asia/Kolkata",     "America/St_Johns",
                                    "Pacific/Apia",      "Africa/Cairo",     "UTC",
                                    "Pacific/Chatham",   "America/Havana",   "Asia/Tehran"};

/* What the clock did at some time, to have instants nearby. */
static const char *const changes[] = {
	"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z",
	"2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z", "2018-02-18T02:00:00Z", "2018-11-04T03:00:00Z",
	"2010-11-07T02:31:00Z", "2011-03-13T03:31:00Z", "2011-12-30T10:00:00Z", "2099-12-31T23:00:00Z",
	"1970-01-05T00:00:00Z", "2024-02-29T12:00:00Z", "2014-05-15T22:00:00Z", "2019-04-04T14:00:00Z"};

typedef void (*Property)(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t);

static int quarter(GRand *random, int from, int until)
{
	return g_rand_int_range(random, from, until) * 15;
}

/* Up to three intervals a day, quarters of hours, for each weekday or some. */
static void add_random_work(GRand *random, Calendar *calendar)
{
	static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	for (int day = 0; day < 7; day++) {
		int from = 0;
		for (int left = g_rand_int_range(random, 0, 4); left > 0 && from < 96 * 15; left--) {
			const int start = quarter(random, from / 15, 96);
			const int end = quarter(random, start / 15 + 1, 97);
			g_autofree char *text = g_strdup_printf("%s %02d:%02d-%02d:%02d", weekdays[day], start / 60, start % 60,
			                                        end / 60, end % 60);
			g_assert_true(calendar_add_work(calendar, text, NULL));
			from = end;
		}
	}
	if (!calendar_has_work(calendar))
		g_assert_true(calendar_add_work(calendar, "Wed 02:15-02:45", NULL));
}

static gint64 random_instant(GRand *random)
{
	gint64 near;
	g_assert_true(instant_parse(changes[g_rand_int_range(random, 0, G_N_ELEMENTS(changes))], &near, NULL));
	return near + g_rand_int_range(random, -4 * DAY, 4 * DAY) / 300 * 300 +
	       (g_rand_boolean(random) ? g_rand_int_range(random, 0, 60) : 0);
}

static Calendar *random_calendar(GRand *random, Zone *zone)
{
	Calendar *calendar = calendar_new("random", zone);
	add_random_work(random, calendar);
	for (int left = g_rand_int_range(random, 0, 30); left > 0; left--)
		calendar_add_holiday(calendar, calendar_date(calendar, random_instant(random)));
	return calendar;
}

static GArray *random_slots(GRand *random)
{
	GArray *slots = g_array_new(FALSE, FALSE, sizeof(int));
	int from = 0;
	for (int left = g_rand_int_range(random, 0, 4); left > 0 && from < 96 * 15; left--) {
		const int slot = quarter(random, from / 15, 96);
		const int seconds = slot * 60;
		g_array_append_val(slots, seconds);
		from = slot + 15;
	}
	return slots;
}

static void hold_on_random_calendars(guint32 seed, Property property)
{
	GRand *random = g_rand_new_with_seed(seed);
	for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
		g_autoptr(Zone) zone = zone_new(zones[i], NULL);
		for (int k = 0; k < CALENDARS_A_ZONE; k++) {
			g_autoptr(Calendar) calendar = random_calendar(random, zone);
			g_autoptr(GArray) slots = random_slots(random);
			for (int n = 0; n < INSTANTS; n++)
				property(random, calendar, slots, random_instant(random));
		}
	}
	g_rand_free(random);
}

/* Inside an interval, or at one's end. */
static gboolean is_at_work(const Calendar *calendar, gint64 t)
{
	return calendar_is_working(calendar, t) || calendar_is_working(calendar, t - 1);
}

static void next_work_is_inside(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)random;
	(void)slots;
	const gint64 next = calendar_next_work(calendar, t);
	g_assert_cmpint(next, >=, t);
	g_assert_true(calendar_is_working(calendar, next));
	g_assert_cmpint(calendar_next_work(calendar, next), ==, next);
	g_assert_cmpint(calendar_working_seconds_between(calendar, t, next), ==, 0);
}

static void prev_close_is_inside_or_an_end(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)random;
	(void)slots;
	const gint64 close = calendar_prev_close(calendar, t);
	g_assert_cmpint(close, <=, t);
	g_assert_true(is_at_work(calendar, close));
	g_assert_cmpint(calendar_prev_close(calendar, close), ==, close);
	g_assert_cmpint(calendar_working_seconds_between(calendar, close, t), ==, 0);
}

static void hours_measure_themselves(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)slots;
	const gint64 seconds = g_rand_int_range(random, 0, 100) * HOUR;
	const gint64 later = calendar_add_working_seconds(calendar, t, seconds);
	g_assert_cmpint(calendar_working_seconds_between(calendar, t, later), ==, seconds);
	if (seconds == 0)
		return;
	const gint64 earlier = calendar_add_working_seconds(calendar, t, -seconds);
	g_assert_cmpint(calendar_working_seconds_between(calendar, earlier, t), ==, seconds);
	/* as early as can be going on, as late as can be going back */
	g_assert_cmpint(calendar_working_seconds_between(calendar, t, later - 1), ==, seconds - 1);
	g_assert_cmpint(calendar_working_seconds_between(calendar, earlier + 1, t), ==, seconds - 1);
	g_assert_cmpint(calendar_add_working_seconds(calendar, later, -seconds), ==, calendar_next_work(calendar, t));
}

static void days_there_and_back(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)slots;
	const int days = g_rand_int_range(random, 1, 30);
	const gint64 working = calendar_next_work(calendar, t);
	const Date day = calendar_working_day_from(calendar, working, 0);
	const gint64 later = calendar_add_working_days(calendar, working, days);
	g_assert_true(is_at_work(calendar, later));
	g_assert_cmpint(calendar_working_day_from(calendar, later, -days).day, ==, day.day);
	g_assert_true(calendar_is_working_day(calendar, day));
}

static void days_are_counted(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)slots;
	const int days = g_rand_int_range(random, 0, 30);
	const Date from = calendar_working_day_from(calendar, t, 0);
	const Date to = calendar_working_day_from(calendar, t, days);
	int count = 0;
	for (Date date = date_add_days(from, 1); date.day <= to.day; date = date_add_days(date, 1))
		count += calendar_is_working_day(calendar, date);
	g_assert_cmpint(count, ==, days);
	g_assert_true(calendar_is_working_day(calendar, to));
}

/* A later instant never gives an earlier result; local times that come twice are left out, where DESIGN.md has it otherwise. */
static void later_is_not_earlier(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	static const TimeUnit units[] = {UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_WORKING_DAY, UNIT_WORKING_HOUR};
	const gint64 u = t + g_rand_int_range(random, 0, 2 * DAY);
	const gint32 amount = g_rand_int_range(random, -20, 20);
	const Span span = {amount, amount < 0, units[g_rand_int_range(random, 0, G_N_ELEMENTS(units))]};
	const Zone *zone = calendar_zone(calendar);
	g_assert_cmpint(calendar_next_work(calendar, t), <=, calendar_next_work(calendar, u));
	g_assert_cmpint(calendar_prev_close(calendar, t), <=, calendar_prev_close(calendar, u));
	g_assert_cmpint(calendar_next_slot(calendar, slots, t), <=, calendar_next_slot(calendar, slots, u));
	if (zone_offset(zone, t - 26 * HOUR) > zone_offset(zone, calendar_next_work(calendar, u) + 26 * HOUR) ||
	    zone_offset(zone, calendar_prev_close(calendar, t) - 26 * HOUR) > zone_offset(zone, u + 26 * HOUR))
		return;
	g_assert_cmpint(span_apply(calendar, t, span), <=, span_apply(calendar, u, span));
}

static gboolean is_slot(const Calendar *calendar, const GArray *slots, gint64 t)
{
	const Date date = calendar_working_day_from(calendar, t, 0);
	for (guint i = 0; i < slots->len; i++) {
		if (zone_instant(calendar_zone(calendar), date, g_array_index(slots, int, i)) == t)
			return TRUE;
	}
	return FALSE;
}

/* The first midnight of the working day to which a working instant belongs. */
static gint64 day_begins(const Calendar *calendar, gint64 t)
{
	return zone_instant(calendar_zone(calendar), calendar_working_day_from(calendar, t, 0), 0);
}

static void slots_are_in_working_time(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)random;
	const gint64 slot = calendar_next_slot(calendar, slots, t);
	g_assert_cmpint(slot, >=, t);
	g_assert_true(calendar_is_working(calendar, slot));
	g_assert_cmpint(calendar_next_slot(calendar, slots, slot), ==, slot);
	if (slots->len == 0)
		g_assert_cmpint(slot, ==, calendar_next_work(calendar, t));
	else if (!is_slot(calendar, slots, slot)) /* then the day's first start */
		g_assert_cmpint(calendar_working_seconds_between(calendar, day_begins(calendar, slot), slot), ==, 0);
}

static void close_is_the_days_last_end(GRand *random, const Calendar *calendar, const GArray *slots, gint64 t)
{
	(void)random;
	(void)slots;
	const Date date = calendar_date(calendar, t);
	const gint64 close = calendar_close_of_work(calendar, date);
	const gint64 midnight = zone_instant(calendar_zone(calendar), date, DAY);
	g_assert_true(calendar_is_working(calendar, close - 1));
	g_assert_cmpint(close, <=, midnight);
	g_assert_cmpint(calendar_working_seconds_between(calendar, close, midnight), ==, 0);
}

static void test_next_work(void)
{
	hold_on_random_calendars(1, next_work_is_inside);
}

static void test_prev_close(void)
{
	hold_on_random_calendars(2, prev_close_is_inside_or_an_end);
}

static void test_hours(void)
{
	hold_on_random_calendars(3, hours_measure_themselves);
}

static void test_days(void)
{
	hold_on_random_calendars(4, days_there_and_back);
	hold_on_random_calendars(5, days_are_counted);
}

static void test_order(void)
{
	hold_on_random_calendars(6, later_is_not_earlier);
}

static void test_slots(void)
{
	hold_on_random_calendars(7, slots_are_in_working_time);
}

static void test_close(void)
{
	hold_on_random_calendars(8, close_is_the_days_last_end);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/properties/next-work", test_next_work);
	g_test_add_func("/calendar/properties/prev-close", test_prev_close);
	g_test_add_func("/calendar/properties/hours", test_hours);
	g_test_add_func("/calendar/properties/days", test_days);
	g_test_add_func("/calendar/properties/order", test_order);
	g_test_add_func("/calendar/properties/slots", test_slots);
	g_test_add_func("/calendar/properties/close", test_close);
	return g_test_run();
}
