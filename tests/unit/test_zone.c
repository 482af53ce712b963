/* Zones: local times at the changes of the clock, at odd offsets, at the edges of the table; names that are none. */
#include "calendar/zone.h"

#include "base/error.h"

typedef struct {
	const char *zone;
	const char *local; /* date and HH:MM */
	const char *utc;
	const char *back; /* what the instant shows locally; NULL: the same as `local` */
} LocalCase;

static const LocalCase local_cases[] = {
	{"Europe/Amsterdam", "2026-12-28 08:30", "2026-12-28T07:30:00Z", NULL},
	{"Europe/Amsterdam", "2026-07-01 08:30", "2026-07-01T06:30:00Z", NULL},
	/* forward: 02:00 to 03:00 is missing */
	{"Europe/Amsterdam", "2027-03-28 01:59", "2027-03-28T00:59:00Z", NULL},
	{"Europe/Amsterdam", "2027-03-28 02:00", "2027-03-28T01:00:00Z", "2027-03-28 03:00"},
	{"Europe/Amsterdam", "2027-03-28 02:30", "2027-03-28T01:00:00Z", "2027-03-28 03:00"},
	{"Europe/Amsterdam", "2027-03-28 03:00", "2027-03-28T01:00:00Z", NULL},
	{"Europe/Amsterdam", "2027-03-28 03:01", "2027-03-28T01:01:00Z", NULL},
	/* back: 02:00 to 03:00 is there twice */
	{"Europe/Amsterdam", "2026-10-25 01:59", "2026-10-24T23:59:00Z", NULL},
	{"Europe/Amsterdam", "2026-10-25 02:00", "2026-10-25T00:00:00Z", NULL},
	{"Europe/Amsterdam", "2026-10-25 02:59", "2026-10-25T00:59:00Z", NULL},
	{"Europe/Amsterdam", "2026-10-25 03:00", "2026-10-25T02:00:00Z", NULL},
	{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z", "2026-03-08 03:00"},
	{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z", NULL},
	{"America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z", NULL},
	/* half an hour only */
	{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", "2026-10-04 02:30"},
	{"Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z", NULL},
	{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", NULL},
	{"Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04T15:30:00Z", NULL},
	{"Asia/Kathmandu", "2026-06-01 12:00", "2026-06-01T06:15:00Z", NULL},
	/* at midnight: the day begins at 01:00, or an hour of it comes again */
	{"America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04T03:00:00Z", "2018-11-04 01:00"},
	{"America/Sao_Paulo", "2018-02-17 23:30", "2018-02-18T01:30:00Z", NULL},
	{"America/Sao_Paulo", "2018-02-18 00:00", "2018-02-18T03:00:00Z", NULL},
	/* a whole day that never was */
	{"Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z", "2011-12-31 00:00"},
	{"Pacific/Apia", "2011-12-29 23:59", "2011-12-30T09:59:00Z", NULL},
	/* the rules go on beyond the file's list of changes */
	{"Europe/Amsterdam", "2099-07-01 12:00", "2099-07-01T10:00:00Z", NULL},
	{"America/New_York", "2099-07-01 12:00", "2099-07-01T16:00:00Z", NULL},
	{"Europe/Amsterdam", "2096-02-29 12:00", "2096-02-29T11:00:00Z", NULL},
	{"Europe/Amsterdam", "1970-01-01 01:00", "1970-01-01T00:00:00Z", NULL},
	{"UTC", "2026-12-31 23:59", "2026-12-31T23:59:00Z", NULL},
};

static void split_local(const char *text, Date *date, int *second)
{
	g_autofree char *day = g_strndup(text, 10);
	g_assert_true(date_parse(day, date, NULL));
	*second = (int)(g_ascii_strtoll(text + 11, NULL, 10) * 3600 + g_ascii_strtoll(text + 14, NULL, 10) * 60);
}

static char *join_local(Date date, int second)
{
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %02d:%02d", day, second / 3600, second / 60 % 60);
}

static void test_local(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(local_cases); i++) {
		const LocalCase *c = &local_cases[i];
		g_autoptr(Zone) zone = zone_new(c->zone, NULL);
		Date date;
		int second;
		split_local(c->local, &date, &second);
		const gint64 instant = zone_instant(zone, date, second);
		g_autofree char *utc = instant_format(instant);
		g_assert_cmpstr(utc, ==, c->utc);
		zone_local(zone, instant, &date, &second);
		g_autofree char *back = join_local(date, second);
		g_assert_cmpstr(back, ==, c->back != NULL ? c->back : c->local);
	}
}

/* The later of a doubled hour shows the same local time; and midnight at a day's end is that of the next. */
static void test_instants(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	Date date;
	int second;
	gint64 later;
	g_assert_true(instant_parse("2026-10-25T01:30:00Z", &later, NULL));
	zone_local(zone, later, &date, &second);
	g_autofree char *local = join_local(date, second);
	g_assert_cmpstr(local, ==, "2026-10-25 02:30");
	g_assert_cmpint(zone_instant(zone, date, second), ==, later - 3600);
	g_assert_cmpint(zone_instant(zone, date, 86400), ==, zone_instant(zone, date_add_days(date, 1), 0));
	g_assert_cmpint(zone_offset(zone, later), ==, 3600);
	g_assert_cmpint(zone_offset(zone, later - 3600), ==, 7200);
	g_assert_cmpstr(zone_name(zone), ==, "Europe/Amsterdam");
}

/* From local to UTC never goes back, and there and back again is the same outside a gap: minute by minute over each kind of
 * change. */
static void test_every_minute(void)
{
	static const struct {
		const char *zone;
		const char *from;
	} days[] = {
		{"Europe/Amsterdam", "2026-10-24"},  {"Europe/Amsterdam", "2027-03-27"},    {"America/New_York", "2026-03-07"},
		{"America/New_York", "2026-10-31"},  {"Australia/Lord_Howe", "2026-04-04"}, {"Australia/Lord_Howe", "2026-10-03"},
		{"America/Sao_Paulo", "2018-02-17"}, {"America/Sao_Paulo", "2018-11-03"},   {"America/St_Johns", "2010-11-06"},
		{"America/St_Johns", "2011-03-12"},  {"Pacific/Apia", "2011-12-29"},        {"Africa/Casablanca", "2024-03-09"}};
	for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
		g_autoptr(Zone) zone = zone_new(days[i].zone, NULL);
		Date from;
		gint64 previous = G_MININT64;
		g_assert_true(date_parse(days[i].from, &from, NULL));
		for (int minute = 0; minute < 3 * 1440; minute++) {
			const Date date = date_add_days(from, minute / 1440);
			const int second = minute % 1440 * 60;
			Date date_back;
			int second_back;
			const gint64 instant = zone_instant(zone, date, second);
			g_assert_cmpint(instant, >=, previous);
			zone_local(zone, instant, &date_back, &second_back);
			g_assert_cmpint(date_back.day * 86400 + second_back, >=, date.day * 86400 + second);
			/* later than asked for only where it was missing: then the minute before the instant is before what was
			 * asked */
			zone_local(zone, instant - 60, &date_back, &second_back);
			g_assert_cmpint(date_back.day * 86400 + second_back, <, date.day * 86400 + second);
			previous = instant;
		}
	}
}

static void test_far(void)
{
	g_autoptr(Zone) zone = zone_new("America/New_York", NULL);
	Date date;
	int second;
	zone_local(zone, INSTANT_NONE, &date, &second);
	g_assert_false(date_is_set(date));
	zone_local(zone, G_MAXINT64, &date, &second);
	g_assert_false(date_is_set(date));
	g_assert_cmpint(zone_instant(zone, date_from_ymd(1900, 1, 1), 0), <, 0);
	g_assert_cmpint(zone_instant(zone, date_from_ymd(9999, 12, 31), 86400), >, G_GINT64_CONSTANT(253402300800));
}

static void test_no_zone(void)
{
	static const char *const names[] = {"",
	                                    "Europe/Nowhere",
	                                    "europe/amsterdam",
	                                    "../../etc/passwd",
	                                    "/etc/localtime",
	                                    "+02:00",
	                                    "UTC+2",
	                                    "ABC3",
	                                    "CET-1CEST",
	                                    "right/Europe/Paris",
	                                    "posixrules",
	                                    "localtime",
	                                    "Europe",
	                                    "tzdata.zi",
	                                    "zone.tab",
	                                    "leapseconds",
	                                    "Europe/",
	                                    "Europe/..",
	                                    "Europe/Amsterdam\n",
	                                    "Romance Standard Time"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(zone_new(names[i], &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	}
}

static void test_references(void)
{
	Zone *zone = zone_new("EST5EDT", NULL);
	g_assert_nonnull(zone);
	g_assert_true(zone_ref(zone) == zone);
	zone_unref(zone);
	g_assert_cmpstr(zone_name(zone), ==, "EST5EDT");
	zone_unref(zone);
	zone_unref(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zone/local", test_local);
	g_test_add_func("/zone/instants", test_instants);
	g_test_add_func("/zone/every-minute", test_every_minute);
	g_test_add_func("/zone/far", test_far);
	g_test_add_func("/zone/no-zone", test_no_zone);
	g_test_add_func("/zone/references", test_references);
	return g_test_run();
}
