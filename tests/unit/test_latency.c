/* The latency report: percentiles by their definition, all three forms, and names that mean harm. */
#include "report/latency.h"

#include <string.h>

#include "codec/json.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

static Json *json_row(LatencyReport *report, guint row)
{
	g_autofree char *text = latency_report_format(report, "chain", REPORT_JSON);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(row, <, g_strv_length(lines) - 1);
	g_autoptr(GError) error = NULL;
	Json *object = js_parse(lines[row], strlen(lines[row]), &error);
	g_assert_no_error(error);
	return object;
}

static void assert_spread(const Json *row, const char *measure, const gint64 expected[4])
{
	static const char *const MEMBERS[] = {"median", "p90", "p95", "max"};
	const Json *spread = js_object_get(row, measure);
	for (guint i = 0; i < G_N_ELEMENTS(MEMBERS); i++)
		g_assert_cmpint(js_object_get_integer(spread, MEMBERS[i], -1), ==, expected[i]);
}

/* n samples 1..n (times 10 as working time), added in an order that is not theirs (7919 is prime). */
static void test_nearest_rank(void)
{
	static const struct {
		guint n;
		gint64 expected[4];
	} CASES[] = {
		{1, {1, 1, 1, 1}},     {2, {1, 2, 2, 2}},     {3, {2, 3, 3, 3}},       {4, {2, 4, 4, 4}},         {5, {3, 5, 5, 5}},
		{10, {5, 9, 10, 10}},  {11, {6, 10, 11, 11}}, {20, {10, 18, 19, 20}},  {21, {11, 19, 20, 21}},    {99, {50, 90, 95, 99}},
		{100, {50, 90, 95, 100}}, {101, {51, 91, 96, 101}}, {1009, {505, 909, 959, 1009}},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		const guint n = CASES[i].n;
		g_autoptr(LatencyReport) report = latency_report_new();
		for (guint k = 0; k < n; k++) {
			const gint64 sample = (gint64)(k * 7919 % n) + 1;
			latency_report_add(report, "g", sample, (gint64)n * 10 + 10 - sample * 10, FALSE);
		}
		g_autoptr(Json) row = json_row(report, 0);
		gint64 working[4];
		for (guint k = 0; k < 4; k++)
			working[k] = CASES[i].expected[k] * 10;
		g_assert_cmpint(js_object_get_integer(row, "count", -1), ==, n);
		assert_spread(row, "elapsed_s", CASES[i].expected);
		assert_spread(row, "working_s", working);
	}
}

static LatencyReport *sample_report(void)
{
	LatencyReport *report = latency_report_new();
	latency_report_add(report, "small", 45, 0, FALSE);
	latency_report_add(report, "IT", 2 * DAY + 3 * HOUR + 59, 7 * HOUR + 30 * MINUTE, FALSE);
	latency_report_add(report, "IT", 3 * HOUR + 20 * MINUTE, 20 * MINUTE, FALSE);
	latency_report_add(report, "IT", 40 * DAY, 215 * HOUR, TRUE);
	latency_report_add_open(report, "IT", 5 * DAY + HOUR, TRUE);
	latency_report_add_open(report, "IT", HOUR, FALSE);
	latency_report_add_open(report, "waiting", 26 * HOUR, FALSE);
	return report;
}

static void test_text(void)
{
	g_autoptr(LatencyReport) report = sample_report();
	g_autofree char *text = latency_report_format(report, "chain", REPORT_TEXT);
	g_assert_cmpstr(text, ==,
	                "chain    decided  late             median   p90   p95   max  open  late  oldest\n"
	                "-------------------------------------------------------------------------------\n"
	                "IT             3     1  elapsed     2d 3h   40d   40d   40d     2     1   5d 1h\n"
	                "                        working  7h 30min  215h  215h  215h\n"
	                "small          1     0  elapsed       45s   45s   45s   45s     0     0       -\n"
	                "                        working        0s    0s    0s    0s\n"
	                "waiting        0     0  elapsed         -     -     -     -     1     0   1d 2h\n"
	                "                        working         -     -     -     -\n"
	                "-------------------------------------------------------------------------------\n"
	                "total          4     1  elapsed  3h 20min   40d   40d   40d     3     1   5d 1h\n"
	                "                        working     20min  215h  215h  215h\n");
}

/* On hold and asking: what they took off, apart, and nothing of it where nothing was. */
static void test_held(void)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	latency_report_add(report, "plain", 2 * HOUR, HOUR, FALSE);
	latency_report_add_sample(report, "held", &(LatencySample){.elapsed_s = 3 * DAY, .working_s = 20 * HOUR, .held_s = 9 * HOUR, .asking_s = 2 * HOUR});
	latency_report_add_sample(report, "held", &(LatencySample){.elapsed_s = DAY, .working_s = HOUR, .held_s = 2 * HOUR, .late = TRUE});
	static const struct {
		gint64 net[4], held, asking;
	} wanted[] = {{{0, 9 * HOUR, 9 * HOUR, 9 * HOUR}, 11 * HOUR, 2 * HOUR}, {{HOUR, HOUR, HOUR, HOUR}, 0, 0}, {{HOUR, 9 * HOUR, 9 * HOUR, 9 * HOUR}, 11 * HOUR, 2 * HOUR}};
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autoptr(Json) row = json_row(report, i);
		g_assert_cmpint(js_object_get_integer(row, "held_s", 0), ==, wanted[i].held);
		g_assert_cmpint(js_object_get_integer(row, "asking_s", 0), ==, wanted[i].asking);
		g_assert_true((js_object_get(row, "net_s") != NULL) == (wanted[i].held > 0));
		if (wanted[i].held > 0)
			assert_spread(row, "net_s", wanted[i].net);
	}
	g_autofree char *text = latency_report_format(report, "chain", REPORT_TEXT);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_assert_nonnull(strstr(lines[0], "oldest  on hold  asking"));
	g_assert_nonnull(strstr(text, "\n                      net          0s   9h   9h   9h                          11h      2h\n"));
	g_assert_nonnull(strstr(text, "\n                      net          1h   1h   1h   1h                           0s      0s\n--"));
	for (char **line = lines; *line; line++)
		g_assert_cmpuint(strlen(*line), <=, 100);
}

static void test_csv(void)
{
	g_autoptr(LatencyReport) report = sample_report();
	g_autofree char *text = latency_report_format(report, "chain", REPORT_CSV);
	g_assert_cmpstr(text, ==,
	                "scope,chain,count,late,elapsed_median_s,elapsed_p90_s,elapsed_p95_s,elapsed_max_s,working_median_s,working_p90_s,"
	                "working_p95_s,working_max_s,open,open_late,oldest_open_s,net_median_s,net_p90_s,net_p95_s,net_max_s,held_s,asking_s\r\n"
	                "group,IT,3,1,183659,3456000,3456000,3456000,27000,774000,774000,774000,2,1,435600,27000,774000,774000,774000,0,0\r\n"
	                "group,small,1,0,45,45,45,45,0,0,0,0,0,0,,0,0,0,0,0,0\r\n"
	                "group,waiting,0,0,,,,,,,,,1,0,93600,,,,,0,0\r\n"
	                "total,,4,1,12000,3456000,3456000,3456000,1200,774000,774000,774000,3,1,435600,1200,774000,774000,774000,0,0\r\n");
}

static void test_json(void)
{
	g_autoptr(LatencyReport) report = sample_report();
	g_autofree char *text = latency_report_format(report, "chain", REPORT_JSON);
	g_assert_cmpstr(text, ==,
	                "{\"scope\":\"group\",\"group\":\"IT\",\"count\":3,\"late\":1,"
	                "\"elapsed_s\":{\"median\":183659,\"p90\":3456000,\"p95\":3456000,\"max\":3456000},"
	                "\"working_s\":{\"median\":27000,\"p90\":774000,\"p95\":774000,\"max\":774000},\"open\":2,\"open_late\":1,\"oldest_open_s\":435600}\n"
	                "{\"scope\":\"group\",\"group\":\"small\",\"count\":1,\"late\":0,"
	                "\"elapsed_s\":{\"median\":45,\"p90\":45,\"p95\":45,\"max\":45},"
	                "\"working_s\":{\"median\":0,\"p90\":0,\"p95\":0,\"max\":0},\"open\":0,\"open_late\":0}\n"
	                "{\"scope\":\"group\",\"group\":\"waiting\",\"count\":0,\"late\":0,\"open\":1,\"open_late\":0,\"oldest_open_s\":93600}\n"
	                "{\"scope\":\"total\",\"count\":4,\"late\":1,"
	                "\"elapsed_s\":{\"median\":12000,\"p90\":3456000,\"p95\":3456000,\"max\":3456000},"
	                "\"working_s\":{\"median\":1200,\"p90\":774000,\"p95\":774000,\"max\":774000},\"open\":3,\"open_late\":1,\"oldest_open_s\":435600}\n");
}

static void test_empty(void)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	g_autofree char *text = latency_report_format(report, "chain", REPORT_TEXT);
	g_autofree char *csv = latency_report_format(report, "chain", REPORT_CSV);
	g_autofree char *json = latency_report_format(report, "chain", REPORT_JSON);
	g_assert_cmpstr(text, ==, "There are no approvals to report on.\n");
	g_assert_true(g_str_has_suffix(csv, "_s\r\ntotal,,0,0,,,,,,,,,0,0,,,,,,0,0\r\n"));
	g_assert_cmpstr(json, ==, "{\"scope\":\"total\",\"count\":0,\"late\":0,\"open\":0,\"open_late\":0}\n");
}

/* The first cell of the first group's line. */
static char *csv_name(const char *group)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	latency_report_add(report, group, 1, 1, FALSE);
	g_autofree char *csv = latency_report_format(report, "chain", REPORT_CSV);
	const char *start = strstr(csv, "\r\ngroup,") + strlen("\r\ngroup,");
	const char *end = strstr(start, ",1,0,1,1");
	g_assert_nonnull(end);
	return g_strndup(start, (gsize)(end - start));
}

static void test_hostile_csv(void)
{
	static const char *const CASES[][2] = {
		{NULL, ""}, {"", ""}, {"plain name", "plain name"}, {"a,b", "\"a,b\""}, {"a;b", "\"a;b\""}, {"say \"hi\"", "\"say \"\"hi\"\"\""},
		{"a\r\nb", "a b"}, {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""}, {"+1", "'+1"}, {"-1", "'-1"}, {"@a", "'@a"}, {"\t=1", "'=1"},
		{"\x1b[2J\xff", "[2J\xef\xbf\xbd"}, {"total", "total"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *name = csv_name(CASES[i][0]);
		g_assert_cmpstr(name, ==, CASES[i][1]);
	}
}

static guint characters(const char *line)
{
	return (guint)g_utf8_strlen(line, -1);
}

static void test_hostile_text(void)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	g_autofree char *endless = g_strnfill(200, 'n');
	latency_report_add(report, endless, 300 * DAY + 23 * HOUR, 2400 * HOUR + 59 * MINUTE, TRUE);
	latency_report_add(report, "\x1b[31m\xe2\x80\xae" "evil\nsecond\xff", 299 * DAY + 23 * HOUR, 1999 * HOUR + 59 * MINUTE, TRUE);
	latency_report_add_open(report, "\xe8\xb2\xa1\xe5\x8b\x99", 300 * DAY + 23 * HOUR, TRUE);
	g_autofree char *text = latency_report_format(report, "approver", REPORT_TEXT);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_null(strchr(text, '\x1b'));
	g_assert_null(strstr(text, "\xe2\x80\xae"));
	g_assert_nonnull(strstr(text, "[31mevil second\xef\xbf\xbd"));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint wide = 0;
	for (char **line = lines; *line; line++) {
		g_assert_false(g_str_has_suffix(*line, " "));
		wide += characters(*line) > 100;
		if (characters(*line) > 100)
			g_assert_cmpstr(*line, ==, endless);
	}
	g_assert_cmpuint(wide, ==, 1);
}

/* Wide characters take two columns: the numbers behind them stay in line. */
static void test_wide_names(void)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	latency_report_add(report, "abcd", MINUTE, MINUTE, FALSE);
	latency_report_add(report, "\xe8\xb2\xa1\xe5\x8b\x99", MINUTE, MINUTE, FALSE);
	latency_report_add(report, "Jose\xcc\x81", MINUTE, MINUTE, FALSE);
	g_autofree char *text = latency_report_format(report, "x", REPORT_TEXT);
	g_assert_nonnull(strstr(text, "\nabcd         1     0  elapsed"));
	g_assert_nonnull(strstr(text, "\nJose\xcc\x81         1     0  elapsed"));
	g_assert_nonnull(strstr(text, "\n\xe8\xb2\xa1\xe5\x8b\x99         1     0  elapsed"));
}

static void test_sorting(void)
{
	static const char *const NAMES[] = {"b", "A", "a", "\xc3\xa9", "C", ""};
	static const char *const SORTED[] = {"", "A", "a", "b", "C", "\xc3\xa9"};
	g_autoptr(LatencyReport) report = latency_report_new();
	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
		latency_report_add_open(report, NAMES[i], 1, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(SORTED); i++) {
		g_autoptr(Json) row = json_row(report, i);
		g_assert_cmpstr(js_object_get_string(row, "group"), ==, SORTED[i]);
	}
}

static void test_total_alone(void)
{
	g_autoptr(LatencyReport) report = latency_report_new();
	latency_report_add(report, "", 1, 1, FALSE);
	latency_report_add(report, "b", 1, 1, FALSE);
	g_autofree char *json = latency_report_format(report, "", REPORT_JSON);
	g_assert_true(g_str_has_prefix(json, "{\"scope\":\"total\",\"count\":2,"));
}

/* A decision that a skewed clock dates before its opening took no time, not less than none. */
static void test_negative(void)
{
	static const gint64 ZERO[4] = {0};
	g_autoptr(LatencyReport) report = latency_report_new();
	latency_report_add(report, "g", -5, G_MININT64, FALSE);
	latency_report_add_open(report, "g", -5, FALSE);
	g_autoptr(Json) row = json_row(report, 0);
	assert_spread(row, "elapsed_s", ZERO);
	assert_spread(row, "working_s", ZERO);
	g_assert_cmpint(js_object_get_integer(row, "oldest_open_s", -1), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/latency/nearest-rank", test_nearest_rank);
	g_test_add_func("/latency/text", test_text);
	g_test_add_func("/latency/held", test_held);
	g_test_add_func("/latency/csv", test_csv);
	g_test_add_func("/latency/json", test_json);
	g_test_add_func("/latency/empty", test_empty);
	g_test_add_func("/latency/hostile-csv", test_hostile_csv);
	g_test_add_func("/latency/hostile-text", test_hostile_text);
	g_test_add_func("/latency/wide-names", test_wide_names);
	g_test_add_func("/latency/sorting", test_sorting);
	g_test_add_func("/latency/total-alone", test_total_alone);
	g_test_add_func("/latency/negative", test_negative);
	return g_test_run();
}
