/* Time expressions: the text form, what they come to, and deadlines, DESIGN.md's worked table among them. */
#include "calendar/expression.h"

#include <string.h>

#include "base/error.h"

static Calendar *dutch_calendar(void)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	Calendar *calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 08:30-17:30", NULL));
	calendar_add_holiday(calendar, date_from_ymd(2026, 12, 25));
	return calendar;
}

static gint64 at(const Calendar *calendar, const char *text)
{
	Date date;
	g_autofree char *day = g_strndup(text, 10);
	if (*text == '\0')
		return INSTANT_NONE;
	g_assert_true(date_parse(day, &date, NULL));
	return zone_instant(calendar_zone(calendar), date,
	                    (int)(g_ascii_strtoll(text + 11, NULL, 10) * 3600 + g_ascii_strtoll(text + 14, NULL, 10) * 60));
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

static void test_spans(void)
{
	static const struct {
		const char *text;
		Span span;
		const char *format;
	} spans[] = {
		{"5bd", {5, FALSE, UNIT_WORKING_DAY}, "5bd"},
		{"+5bd", {5, FALSE, UNIT_WORKING_DAY}, "5bd"},
		{"-4bh", {-4, TRUE, UNIT_WORKING_HOUR}, "-4bh"},
		{"30min", {30, FALSE, UNIT_MINUTE}, "30min"},
		{"-0bd", {0, TRUE, UNIT_WORKING_DAY}, "-0bd"},
		{"0h", {0, FALSE, UNIT_HOUR}, "0h"},
		{"2w", {2, FALSE, UNIT_WEEK}, "2w"},
		{"-10d", {-10, TRUE, UNIT_DAY}, "-10d"},
		{"100000h", {100000, FALSE, UNIT_HOUR}, "100000h"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
		Span span;
		g_assert_true(span_parse(spans[i].text, &span, NULL));
		g_assert_cmpint(span.amount, ==, spans[i].span.amount);
		g_assert_cmpint(span.back, ==, spans[i].span.back);
		g_assert_cmpint(span.unit, ==, spans[i].span.unit);
		g_autofree char *format = span_format(span);
		g_assert_cmpstr(format, ==, spans[i].format);
	}
}

static void test_spans_wrong(void)
{
	static const char *const wrong[] = {"",      "bd",    "+",  "-",     "5",     "5 bd", " 5bd",    "5bd ",
	                                    "5BD",   "5days", "5m", "--5bd", "+-5bd", "1.5h", "100001h", "99999999999999999999d",
	                                    "5bdbd", "0x5h",  "5b"};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		Span span = {7, FALSE, UNIT_WEEK};
		g_assert_false(span_parse(wrong[i], &span, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_cmpint(span.amount, ==, 7);
	}
}

static void test_expressions(void)
{
	static const char *const texts[] = {"start",        "received+1bd", "due-3bd",     "discount-1bd", "payment",
	                                    "deadline-4bh", "deadline+2bd", "start+30min", "due-0bd",      "start+2w"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		TimeExpression expression;
		g_assert_true(time_expression_parse(texts[i], &expression, NULL));
		g_autofree char *format = time_expression_format(expression);
		g_assert_cmpstr(format, ==, texts[i]);
		g_assert_true(g_str_has_prefix(texts[i], anchor_name(expression.anchor)));
	}
}

static void test_expressions_wrong(void)
{
	static const char *const wrong[] = {"",           "begin",   "Start",        "start 1bd", "start +1bd",
	                                    "start+ 1bd", "start+",  "start+1bd+1h", "+1bd",      "deadlin-1h",
	                                    "start1bd",   "start+1", "due--1bd"};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		TimeExpression expression;
		g_assert_false(time_expression_parse(wrong[i], &expression, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_nonnull(strstr(error->message, wrong[i]));
	}
}

static void test_apply(void)
{
	static const struct {
		const char *anchor, *expression, *result;
	} cases[] = {
		{"2026-12-24 16:05", "start+1bd", "2026-12-28 16:05"},
		{"2026-11-28 11:00", "start+1bd", "2026-12-01 08:30"},
		{"2026-12-28 17:30", "deadline-1bd", "2026-12-24 17:30"},
		{"2027-03-26 16:30", "start+2bh", "2027-03-29 09:30"},
		{"2027-03-26 16:30", "start", "2027-03-26 16:30"},
		{"2026-11-28 11:00", "start+0min", "2026-11-28 11:00"},
		{"2026-11-28 11:00", "start+0bd", "2026-11-30 08:30"},
		{"2026-11-28 11:00", "start-0bd", "2026-11-27 17:30"},
		{"2026-11-28 11:00", "start+0bh", "2026-11-30 08:30"},
		{"2026-11-28 11:00", "start-0bh", "2026-11-27 17:30"},
		{"2027-03-27 12:00", "start+1d", "2027-03-28 12:00"},
		{"2027-03-27 12:00", "start+24h", "2027-03-28 13:00"},
		{"2027-03-27 12:00", "start+1440min", "2027-03-28 13:00"},
		{"2027-03-27 12:00", "start-2w", "2027-03-13 12:00"},
		{"", "discount-1bd", ""},
	};
	g_autoptr(Calendar) calendar = dutch_calendar();
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Anchors anchors;
		TimeExpression expression;
		for (int k = 0; k < ANCHOR_COUNT; k++)
			anchors.at[k] = at(calendar, cases[i].anchor);
		g_assert_true(time_expression_parse(cases[i].expression, &expression, NULL));
		g_autofree char *result = show(calendar, time_expression_apply(calendar, expression, &anchors));
		g_assert_cmpstr(result, ==, cases[i].result);
	}
}

typedef struct {
	const char *start, *due, *within, *before[4], *at_least, *deadline;
} DeadlineCase;

static const DeadlineCase deadlines[] = {
	{"2026-12-24 16:05", "", "1bd", {NULL}, "1bd", "2026-12-28 17:30"}, /* DESIGN.md's table */
	{"2026-11-28 11:00", "", "1bd", {NULL}, "1bd", "2026-12-01 17:30"},
	{"2026-12-01 10:00", "", "0bd", {NULL}, "0bd", "2026-12-01 17:30"},
	{"2026-12-01 10:00", "", "5bd", {NULL}, "1bd", "2026-12-08 17:30"},
	{"2026-12-01 10:00", "", "2d", {NULL}, "1bd", "2026-12-03 10:00"},
	{"2026-12-01 10:00", "", "48h", {NULL}, "1bd", "2026-12-03 10:00"},
	{"2026-12-01 10:00", "", "1w", {NULL}, "1bd", "2026-12-08 10:00"},
	{"2026-12-01 10:00", "", "16bh", {NULL}, "1bd", "2026-12-02 17:00"},
	/* made earlier by the invoice's dates, where it has them; the earliest counts */
	{"2026-12-01 10:00", "2026-12-04 17:30", "5bd", {"due-1bd"}, "1bd", "2026-12-03 17:30"},
	{"2026-12-01 10:00", "2026-12-04 17:30", "5bd", {"due", "due-4bh", "start+6bd"}, "1bd", "2026-12-04 13:30"},
	{"2026-12-01 10:00", "2026-12-31 17:30", "5bd", {"due-1bd"}, "1bd", "2026-12-08 17:30"},
	{"2026-12-01 10:00", "", "5bd", {"due-1bd", "discount"}, "1bd", "2026-12-08 17:30"},
	/* never earlier than start + at_least, which is an instant */
	{"2026-12-01 10:00", "2026-11-20 17:30", "5bd", {"due-1bd"}, "1bd", "2026-12-02 10:00"},
	{"2026-12-01 10:00", "2026-11-20 17:30", "5bd", {"due-1bd"}, "4bh", "2026-12-01 14:00"},
	{"2026-12-01 10:00", "", "0bd", {NULL}, "1bd", "2026-12-02 10:00"},
	/* an earlier deadline does not bear on the new one */
	{"2026-12-01 10:00", "", "5bd", {"deadline-1bd"}, "1bd", "2026-12-08 17:30"},
	{"", "2026-12-04 17:30", "5bd", {"due"}, "1bd", ""},
};

static void test_deadlines(void)
{
	g_autoptr(Calendar) calendar = dutch_calendar();
	for (gsize i = 0; i < G_N_ELEMENTS(deadlines); i++) {
		const DeadlineCase *c = &deadlines[i];
		Anchors anchors;
		Span within, at_least;
		g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(TimeExpression));
		for (int k = 0; k < ANCHOR_COUNT; k++)
			anchors.at[k] = INSTANT_NONE;
		anchors.at[ANCHOR_START] = at(calendar, c->start);
		anchors.at[ANCHOR_DUE] = at(calendar, c->due);
		anchors.at[ANCHOR_DEADLINE] = at(calendar, "2026-12-02 17:30");
		for (gsize k = 0; c->before[k] != NULL; k++) {
			TimeExpression entry;
			g_assert_true(time_expression_parse(c->before[k], &entry, NULL));
			g_array_append_val(before, entry);
		}
		g_assert_true(span_parse(c->within, &within, NULL));
		g_assert_true(span_parse(c->at_least, &at_least, NULL));
		g_autofree char *deadline = show(calendar, deadline_work_out(calendar, within, before, at_least, &anchors));
		g_assert_cmpstr(deadline, ==, c->deadline);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expression/spans", test_spans);
	g_test_add_func("/expression/spans-wrong", test_spans_wrong);
	g_test_add_func("/expression/expressions", test_expressions);
	g_test_add_func("/expression/expressions-wrong", test_expressions_wrong);
	g_test_add_func("/expression/apply", test_apply);
	g_test_add_func("/expression/deadlines", test_deadlines);
	return g_test_run();
}
