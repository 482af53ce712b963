/* The small languages that people and documents write: selectors, spans, times, amounts, addresses. What reads is written, and reads back. */
#include "base/instant.h"
#include "base/money.h"
#include "base/text.h"
#include "calendar/expression.h"
#include "domain/selector.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_selector(const char *text)
{
	g_autoptr(Selector) selector = selector_parse(text, NULL);
	if (!selector)
		return;
	g_autofree char *first = selector_format(selector);
	g_autoptr(Selector) again = selector_parse(first, NULL);
	g_assert(again);
	g_autofree char *second = selector_format(again);
	g_assert_cmpstr(first, ==, second);
}

static void try_times(const char *text)
{
	Span span, same_span;
	if (span_parse(text, &span, NULL)) {
		g_autofree char *written = span_format(span);
		g_assert(span_parse(written, &same_span, NULL) && span.amount == same_span.amount && span.unit == same_span.unit);
	}
	TimeExpression expression;
	if (time_expression_parse(text, &expression, NULL)) {
		g_autofree char *written = time_expression_format(expression);
		g_assert(time_expression_parse(written, &expression, NULL));
	}
	gint64 instant, same_instant;
	if (instant_parse(text, &instant, NULL)) {
		g_autofree char *written = instant_format(instant);
		g_assert(instant_parse(written, &same_instant, NULL) && instant == same_instant);
	}
	Date date;
	if (date_parse(text, &date, NULL)) {
		g_autofree char *written = date_format(date);
		g_assert_cmpstr(written, ==, text);
	}
}

static void try_amounts(const char *text)
{
	Decimal decimal, same_decimal;
	if (decimal_parse(text, &decimal, NULL)) {
		g_autofree char *written = decimal_format(decimal, 0);
		g_assert(decimal_parse(written, &same_decimal, NULL) && decimal_compare(decimal, same_decimal) == 0);
	}
	Money money, same_money;
	if (money_parse(text, &money, NULL)) {
		g_autofree char *written = money_format(money);
		g_assert(money_parse(written, &same_money, NULL) && money.minor == same_money.minor);
	}
}

static void try_text(const char *text)
{
	g_autofree char *line = text_clean_line(text);
	g_autofree char *again = text_clean_line(line);
	g_assert(g_utf8_validate(line, -1, NULL) && !strpbrk(line, "\r\n\t"));
	g_assert_cmpstr(line, ==, again);
	g_autofree char *lines = text_clean_lines(text);
	g_assert(g_utf8_validate(lines, -1, NULL) && !strchr(lines, '\r'));
	g_autofree char *key = text_key(line);
	g_assert(key);
	g_assert(text_matches("*", line));
	if (text_is_mail_address(text))
		g_assert(strlen(text) <= 254 && !strpbrk(text, " \r\n\t<>\""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	try_selector(text);
	try_times(text);
	try_amounts(text);
	try_text(text);
	return 0;
}
