/* Holiday calendars: the corpus, every way to say a date, rules that are followed and rules that are refused, hostile files. */
#include <string.h>

#include "base/error.h"
#include "ics/ical.h"

static char *corpus_path(const char *name)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	const char *corpus = g_getenv("AKKOORD_CORPUS");
	if (corpus != NULL)
		return g_build_filename(corpus, "holidays", name, NULL);
	return g_build_filename(source != NULL ? source : ".", "..", "shared", "corpus", "holidays", name, NULL);
}

/* FALSE, and the test skipped, where the corpus is not there. */
static gboolean read_corpus(const char *name, char **text, gsize *length)
{
	g_autofree char *path = corpus_path(name);
	if (g_file_get_contents(path, text, length, NULL))
		return TRUE;
	g_autofree char *message = g_strdup_printf("no %s: the test corpus is absent", path);
	g_test_skip(message);
	return FALSE;
}

/* "2026-01-01 2026-12-25" */
static char *join_dates(const GArray *dates)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < dates->len; i++) {
		g_autofree char *date = date_format(g_array_index(dates, Date, i));
		g_string_append_printf(text, "%s%s", i == 0 ? "" : " ", date);
	}
	return g_string_free(text, FALSE);
}

static char *read_holidays(const char *text, gssize length, int from_year, int until_year)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) dates = ics_holidays(text, length < 0 ? strlen(text) : (gsize)length, date_from_ymd(from_year, 1, 1),
	                                       date_from_ymd(until_year, 12, 31), &error);
	if (dates == NULL)
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	return dates == NULL ? g_strdup_printf("refused: %s", error->message) : join_dates(dates);
}

/* The dates of expected.csv's region that are public, in its order, which is theirs. */
static char *expected_dates(const char *csv, const char *region)
{
	g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);
	g_autofree char *prefix = g_strconcat(region, ",", NULL);
	GString *dates = g_string_new(NULL);
	for (gsize i = 0; lines[i] != NULL; i++) {
		if (!g_str_has_prefix(lines[i], prefix))
			continue;
		char *source = strrchr(lines[i], ','); /* names hold commas, the columns behind them do not */
		*source = '\0';
		g_autofree char *date = g_strndup(lines[i] + strlen(prefix), strlen("2024-01-01"));
		if (g_str_has_suffix(lines[i], ",yes") && !g_str_has_suffix(dates->str, date))
			g_string_append_printf(dates, "%s%s", dates->len == 0 ? "" : " ", date);
	}
	return g_string_free(dates, FALSE);
}

static void test_corpus(void)
{
	static const char *const regions[] = {"BE", "DE",    "DE-BE",  "DE-BY",  "DE-NW",  "ES", "ES-CT", "ES-MD",
	                                      "FR", "FR-57", "GB-ENG", "GB-NIR", "GB-SCT", "NL", "PT",    "US"};
	g_autofree char *csv = NULL;
	if (!read_corpus("expected.csv", &csv, NULL))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(regions); i++) {
		g_autofree char *name = g_strconcat(regions[i], ".ics", NULL);
		g_autofree char *text = NULL;
		gsize length;
		if (!read_corpus(name, &text, &length))
			return;
		g_autofree char *dates = read_holidays(text, (gssize)length, 1970, 2100);
		g_autofree char *expected = expected_dates(csv, regions[i]);
		g_assert_cmpuint(strlen(expected), >, 400);
		g_assert_cmpstr(dates, ==, expected);
	}
}

/* The recurring ones of Apple's calendar. */
static void test_corpus_rules(void)
{
	static const struct {
		const char *file;
		int from, until;
		const char *dates;
	} files[] = {
		{"ccs/C31860C8-1ED0-11D9-A5E0-000A958A3252.ics", 2000, 2010, "2002-05-27 2003-05-26"}, /* UNTIL=20040530 */
		{"ccs/C3188EAA-1ED0-11D9-A5E0-000A958A3252.ics", 2000, 2010,
	         "2002-05-06 2003-05-05"}, /* UNTIL=20040502, DURATION */
		{"ccs/C31898D4-1ED0-11D9-A5E0-000A958A3252.ics", 2026, 2028, "2026-01-19 2027-01-18 2028-01-17"},
		{"ccs/C3189A88-1ED0-11D9-A5E0-000A958A3252.ics", 2026, 2028, "2026-02-16 2027-02-15 2028-02-21"},
		{"ccs/C318A6E1-1ED0-11D9-A5E0-000A958A3252.ics", 2026, 2028, "2026-09-07 2027-09-06 2028-09-04"},
		{"ccs/C318B108-1ED0-11D9-A5E0-000A958A3252.ics", 2099, 2100, "2099-09-13 2100-09-12"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *text = NULL;
		gsize length;
		if (!read_corpus(files[i].file, &text, &length))
			return;
		g_autofree char *dates = read_holidays(text, (gssize)length, files[i].from, files[i].until);
		if (strstr(text, "UNTIL=20040530") != NULL)
			g_assert_true(g_str_has_prefix(dates, files[i].dates));
		else
			g_assert_cmpstr(dates, ==, files[i].dates);
	}
}

#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines)     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:Feast\r\n" lines "END:VEVENT\r\n"
#define ONE(lines)       CALENDAR(EVENT(lines))
#define ON(date)         "DTSTART;VALUE=DATE:" date "\r\n"

/* Read from 2024 to 2030. */
typedef struct {
	const char *text, *dates;
} Case;

static void check_cases(const Case *cases, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *dates = read_holidays(cases[i].text, -1, 2024, 2030);
		g_assert_cmpstr(dates, ==, cases[i].dates);
	}
}

static void test_dates(void)
{
	static const Case cases[] = {
		{ONE(ON("20261225")), "2026-12-25"},
		{ONE(ON("20261225") "DTEND;VALUE=DATE:20261227\r\n"), "2026-12-25 2026-12-26"},
		{ONE(ON("20261225") "DURATION:P3D\r\n"), "2026-12-25 2026-12-26 2026-12-27"},
		{ONE(ON("20261225") "DURATION:P1W\r\n"),
	         "2026-12-25 2026-12-26 2026-12-27 2026-12-28 2026-12-29 2026-12-30 2026-12-31"},
		{ONE(ON("20261225") "DURATION:PT24H\r\n"), "2026-12-25"},
		{ONE(ON("20261225") "DTEND;VALUE=DATE:20261225\r\n"), "2026-12-25"}, /* some write it so */
		{ONE(ON("20261225") "DTEND;VALUE=DATE:20251225\r\n"), "2026-12-25"},
		{ONE("DTSTART:20261225\r\n"), "2026-12-25"},
		{ONE(ON("20231231") "DTEND;VALUE=DATE:20240102\r\n"), "2024-01-01"}, /* reaches into the years asked for */
		{ONE(ON("20301231") "DTEND;VALUE=DATE:20310103\r\n"), "2030-12-31"},
		{ONE(ON("20231231")), ""},
		{ONE(ON("20310101")), ""},
		{ONE(ON("20240229")), "2024-02-29"},
		{ONE("DTSTART:20261225T090000Z\r\n"), ""}, /* not all day */
		{ONE("DTSTART;TZID=Europe/Amsterdam:20261225T000000\r\n"), ""},
		{ONE(ON("20261225") "STATUS:CANCELLED\r\n"), ""},
		{ONE(ON("20261225") "STATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\n"), "2026-12-25"},
		{ONE(ON("20261225") "DESCRIPTION:\r\nX-ODD:\r\n"), "2026-12-25"}, /* empty, but no date */
		{CALENDAR(EVENT(ON("20261226")) EVENT(ON("20261225")) EVENT(ON("20261225"))), "2026-12-25 2026-12-26"},
		{CALENDAR(""), ""},
		{CALENDAR("BEGIN:VTODO\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VTODO\r\n"), ""},
		{ONE(ON("20261225")) ONE(ON("20261226")), "2026-12-25 2026-12-26"},
	};
	check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_forms(void)
{
	static const Case cases[] = {
		{"\xEF\xBB\xBF" ONE(ON("20261225")), "2026-12-25"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nEND:VCALENDAR", "2026-12-25"},
		{"BEGIN:VCALENDAR\rBEGIN:VEVENT\rDTSTART;VALUE=DATE:20261225\rEND:VEVENT\rEND:VCALENDAR\r", "2026-12-25"},
		{"begin:vcalendar\nBegin:vEvent\ndtstart;value=date:20261225\nend:vevent\nend:VCALENDAR\n\n", "2026-12-25"},
		{ONE("DTSTART;VALUE=\r\n DATE:2026\r\n 1225\r\n"), "2026-12-25"},
		{ONE("DTSTART;VALUE=\n\tDATE:20261225\n"), "2026-12-25"},
		{ONE(ON("20261225") "DESCRIPTION:caf\xe9 latin-1\r\n"), "2026-12-25"},
		{"BEGIN:VCALENDAR\r\n\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\n\r\nEND:VCALENDAR\r\n",
	         "2026-12-25"},
	};
	check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_rules(void)
{
	static const Case cases[] = {
		{ONE(ON("20240101") "RRULE:FREQ=YEARLY\r\n"),
	         "2024-01-01 2025-01-01 2026-01-01 2027-01-01 2028-01-01 2029-01-01 2030-01-01"},
		{ONE(ON("20200101") "RRULE:FREQ=YEARLY;INTERVAL=3\r\n"), "2026-01-01 2029-01-01"},
		{ONE(ON("19700101") "RRULE:FREQ=YEARLY;UNTIL=20250101\r\n"), "2024-01-01 2025-01-01"},
		{ONE(ON("19700101") "RRULE:FREQ=YEARLY;UNTIL=20251231T235959Z\r\n"), "2024-01-01 2025-01-01"},
		{ONE(ON("20230101") "RRULE:FREQ=YEARLY;COUNT=3\r\n"), "2024-01-01 2025-01-01"},
		{ONE(ON("20240229") "RRULE:FREQ=YEARLY\r\n"), "2024-02-29 2028-02-29"},
		/* last Monday of May; fourth Thursday of November, two ways; last working day of a quarter */
		{ONE(ON("20260525") "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n"),
	         "2026-05-25 2027-05-31 2028-05-29 2029-05-28 2030-05-27"},
		{ONE(ON("20261126") "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"),
	         "2026-11-26 2027-11-25 2028-11-23 2029-11-22 2030-11-28"},
		{ONE(ON("20261126") "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4\r\n"),
	         "2026-11-26 2027-11-25 2028-11-23 2029-11-22 2030-11-28"},
		{ONE(ON("20281229") "RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4\r\n"),
	         "2028-12-29 2029-03-30 2029-06-29 2029-09-28"},
		/* Monday between 25 and 31 May */
		{ONE(ON("20260525") "RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=MO\r\n"),
	         "2026-05-25 2027-05-31 2028-05-29 2029-05-28 2030-05-27"},
		{ONE(ON("20281231") "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1\r\n"), "2028-12-31 2029-12-31 2030-12-31"},
		{ONE(ON("20301201") "RRULE:FREQ=WEEKLY;BYDAY=SU\r\n"), "2030-12-01 2030-12-08 2030-12-15 2030-12-22 2030-12-29"},
		{ONE(ON("20301205") "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU\r\n"),
	         "2030-12-05 2030-12-08 2030-12-19 2030-12-22"},
		{ONE(ON("20301201") "RRULE:FREQ=WEEKLY;WKST=SU\r\n"), "2030-12-01 2030-12-08 2030-12-15 2030-12-22 2030-12-29"},
		{ONE(ON("20301229") "RRULE:FREQ=DAILY\r\n"), "2030-12-29 2030-12-30 2030-12-31"},
		/* several days each time, over the year's end */
		{ONE(ON("20231231") "DTEND;VALUE=DATE:20240102\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n"),
	         "2024-01-01 2024-12-31 2025-01-01"},
		/* a first date that the rule does not give counts nevertheless */
		{ONE(ON("20240701") "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO;UNTIL=20251231\r\n"), "2024-07-01 2025-05-05"},
	};
	check_cases(cases, G_N_ELEMENTS(cases));
}

static void test_exceptions(void)
{
	static const Case cases[] = {
		{ONE(ON("20240101") "RDATE;VALUE=DATE:20240401,20240501\r\nRDATE;VALUE=DATE:20240601\r\n"),
	         "2024-01-01 2024-04-01 2024-05-01 2024-06-01"},
		{ONE(ON("20240101") "RDATE;VALUE=PERIOD:20240401T000000Z/P1D\r\n"), "2024-01-01 2024-04-01"},
		{ONE(ON("20240101") "RRULE:FREQ=YEARLY;COUNT=4\r\nEXDATE;VALUE=DATE:20250101,20260101\r\n"),
	         "2024-01-01 2027-01-01"},
		{ONE(ON("20240101") "RRULE:FREQ=YEARLY;COUNT=3\r\nEXDATE:20250101T000000Z\r\n"), "2024-01-01 2026-01-01"},
		{ONE(ON("20240101") "RRULE:FREQ=YEARLY;COUNT=3\r\nEXDATE;VALUE=DATE:20240101\r\n"), "2025-01-01 2026-01-01"},
		/* one occurrence moved, one called off */
		{CALENDAR(EVENT(ON("20240101") "RRULE:FREQ=YEARLY;COUNT=4\r\n") EVENT("RECURRENCE-ID;VALUE=DATE:20250101\r\n" ON(
			 "20250103")) EVENT("RECURRENCE-ID;VALUE=DATE:20260101\r\n" ON("20260101") "STATUS:CANCELLED\r\n")),
	         "2024-01-01 2025-01-03 2027-01-01"},
		{CALENDAR(EVENT(ON("20240101")) "BEGIN:VEVENT\r\nUID:2\r\nRECURRENCE-ID;VALUE=DATE:20240101\r\n" ON(
			 "20240105") "END:VEVENT\r\n"),
	         "2024-01-01 2024-01-05"},
	};
	check_cases(cases, G_N_ELEMENTS(cases));
}

/* Better refused than read wrongly: what libical 3.0 works out otherwise than RFC 5545, and what repeats within the day. */
static void test_rules_refused(void)
{
	static const char *const rules[] = {
		"FREQ=DAILY;BYMONTHDAY=-1",
		"FREQ=DAILY;BYMONTH=5;BYSETPOS=1",
		"FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-1",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=FR",
		"FREQ=YEARLY;BYMONTHDAY=14,18",
		"FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1,2;BYSETPOS=2",
		"FREQ=YEARLY;BYWEEKNO=20",
		"FREQ=YEARLY;BYYEARDAY=100",
		"FREQ=MONTHLY;BYMONTH=5;BYDAY=1MO",
		"FREQ=HOURLY",
		"FREQ=MINUTELY;COUNT=3",
		"FREQ=SECONDLY",
		"FREQ=YEARLY;BYHOUR=1,2,3",
		"FREQ=DAILY;BYMINUTE=0",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8",
		"FREQ=FORTNIGHTLY",
		"FREQ=YEARLY;BYMONTH=13",
		"COUNT=3",
		"nonsense",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *text = g_strdup_printf(ONE(ON("20240101") "RRULE:%s\r\n"), rules[i]);
		g_autofree char *dates = read_holidays(text, -1, 2024, 2030);
		if (!g_str_has_prefix(dates, "refused: event \"Feast\": "))
			g_error("%s: %s", rules[i], dates);
	}
}

static void test_dates_refused(void)
{
	static const char *const events[] = {
		"",
		ON("20261301"),
		ON("20260230"),
		ON("tomorrow"),
		ON(""),
		ON("20260101") "EXDATE;VALUE=DATE:first\r\n",
		ON("20260101") "RDATE;VALUE=DATE:second\r\n",
		ON("20260101") "DURATION:long\r\n",
		ON("20260101") "DTEND;VALUE=DATE:late\r\n",
		ON("20260101") "EXRULE:FREQ=YEARLY\r\n",
		ON("18991231") "RRULE:FREQ=DAILY\r\n",
		ON("20260101") "RDATE;VALUE=DATE:20260230\r\n",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
		g_autofree char *text = g_strdup_printf(CALENDAR(EVENT("%s")), events[i]);
		g_autofree char *dates = read_holidays(text, -1, 2024, 2030);
		if (!g_str_has_prefix(dates, "refused: event \"Feast\": "))
			g_error("%s: %s", events[i], dates);
	}
}

static void test_no_calendar(void)
{
	static const struct {
		const char *text, *reason;
	} texts[] = {
		{"", "empty"},
		{"\r\n\r\n", "empty"},
		{"<html></html>", "does not begin with"},
		{"date,name\n2026-01-01,New Year\n", "does not begin with"},
		{"BEGIN:VCARD\r\nEND:VCARD\r\n", "only VCALENDAR"},
		{"BEGIN:VEVENT\r\n" ON("20260101") "END:VEVENT\r\n", "only VCALENDAR"},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" ON("20260101"), "breaks off"},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" ON("20260101") "END:VEVENT\r\n", "breaks off"},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n", "END without"},
		{"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n", "goes on"},
		{CALENDAR("") "X:1\r\n", "goes on"},
		{CALENDAR("X-A:\x01\r\n"), "control"},
		{CALENDAR("X-A:\x7f\r\n"), "control"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *dates = read_holidays(texts[i].text, -1, 2024, 2030);
		g_assert_true(g_str_has_prefix(dates, "refused: "));
		if (strstr(dates, texts[i].reason) == NULL)
			g_error("%s: %s", texts[i].text, dates);
	}
	g_autofree char *nul = read_holidays("BEGIN:VCALENDAR\r\n\0END:VCALENDAR\r\n", 34, 2024, 2030);
	g_assert_nonnull(strstr(nul, "NUL"));
}

/* Opened `depth` deep, closed again. */
static char *nested(guint depth)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\r\n");
	for (guint i = 1; i < depth; i++)
		g_string_append(text, "BEGI\r\n N:VEVENT\r\n");
	for (guint i = 1; i < depth; i++)
		g_string_append(text, "END:VEVENT\r\n");
	g_string_append(text, "END:VCALENDAR\r\n");
	return g_string_free(text, FALSE);
}

static void test_limits(void)
{
	g_autofree char *filling = g_strnfill(70000, 'x');
	g_autofree char *long_line = g_strdup_printf(CALENDAR("X-A:%s\r\n"), filling);
	g_autofree char *refused = read_holidays(long_line, -1, 2024, 2030);
	g_assert_nonnull(strstr(refused, "64 KiB"));
	GString *folded = g_string_new("BEGIN:VCALENDAR\r\nX-A:\r\n");
	for (int i = 0; i < 20000; i++)
		g_string_append(folded, " xxxx\r\n");
	g_string_append(folded, "END:VCALENDAR\r\n");
	g_autofree char *refused_folded = read_holidays(folded->str, -1, 2024, 2030);
	g_assert_nonnull(strstr(refused_folded, "64 KiB"));
	g_string_free(folded, TRUE);
	g_autofree char *large = g_strnfill(256 * 1024 + 1, '\n');
	g_autofree char *refused_large = read_holidays(large, -1, 2024, 2030);
	g_assert_nonnull(strstr(refused_large, "256 KiB"));
	g_autofree char *deep = nested(9);
	g_autofree char *refused_deep = read_holidays(deep, -1, 2024, 2030);
	g_assert_nonnull(strstr(refused_deep, "8 deep"));
	g_autofree char *very_deep = nested(9000);
	g_autofree char *refused_very_deep = read_holidays(very_deep, -1, 2024, 2030);
	g_assert_nonnull(strstr(refused_very_deep, "8 deep"));
}

/* Much work asked for in few bytes. */
static void test_budgets(void)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\r\n");
	for (int i = 0; i < 101; i++)
		g_string_append(text, EVENT(ON("20240101") "RRULE:FREQ=YEARLY\r\n"));
	g_string_append(text, "END:VCALENDAR\r\n");
	g_autofree char *rules = read_holidays(text->str, -1, 2024, 2030);
	g_assert_nonnull(strstr(rules, "100 rules"));
	g_string_assign(text, "BEGIN:VCALENDAR\r\n");
	for (int i = 0; i < 5; i++)
		g_string_append(text, EVENT(ON("19000101") "RRULE:FREQ=DAILY\r\n"));
	g_string_append(text, "END:VCALENDAR\r\n");
	g_autofree char *starts = read_holidays(text->str, -1, 2024, 2100);
	g_assert_nonnull(strstr(starts, "too often"));
	g_string_free(text, TRUE);
	g_autofree char *days = read_holidays(ONE(ON("20240101") "DURATION:P99999999D\r\n"), -1, 2030, 2030);
	g_assert_cmpuint(strlen(days), ==, 365 * strlen("2030-01-01 ") - 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/holidays/corpus", test_corpus);
	g_test_add_func("/holidays/corpus-rules", test_corpus_rules);
	g_test_add_func("/holidays/dates", test_dates);
	g_test_add_func("/holidays/forms", test_forms);
	g_test_add_func("/holidays/rules", test_rules);
	g_test_add_func("/holidays/exceptions", test_exceptions);
	g_test_add_func("/holidays/rules-refused", test_rules_refused);
	g_test_add_func("/holidays/dates-refused", test_dates_refused);
	g_test_add_func("/holidays/no-calendar", test_no_calendar);
	g_test_add_func("/holidays/limits", test_limits);
	g_test_add_func("/holidays/budgets", test_budgets);
	return g_test_run();
}
