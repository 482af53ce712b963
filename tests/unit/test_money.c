/* Exact amounts: reading, writing, comparing, rounding, and every limit. */
#include "base/error.h"
#include "base/money.h"

static void test_decimal_read(void)
{
	static const struct {
		const char *text;
		gint64 unscaled;
		guint8 scale;
		const char *written;
	} CASES[] = {
		{"0", 0, 0, "0"},
		{"12.50", 1250, 2, "12.50"},
		{"+12.5", 125, 1, "12.5"},
		{"-0.05", -5, 2, "-0.05"},
		{"-0", 0, 0, "0"},
		{".5", 5, 1, "0.5"},
		{"5.", 5, 0, "5"},
		{"-.25", -25, 2, "-0.25"},
		{"0000000000000000000000012.50", 1250, 2, "12.50"},
		{"0.000000000", 0, 9, "0.000000000"},
		{"0.000000001", 1, 9, "0.000000001"},
		{"999999999999999999", 999999999999999999, 0, "999999999999999999"},
		{"-999999999.999999999", -999999999999999999, 9, "-999999999.999999999"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Decimal decimal = {0};
		g_assert_true(decimal_parse(CASES[i].text, &decimal, &error));
		g_assert_no_error(error);
		g_assert_cmpint(decimal.unscaled, ==, CASES[i].unscaled);
		g_assert_cmpint(decimal.scale, ==, CASES[i].scale);
		g_autofree char *written = decimal_format(decimal, 0);
		g_assert_cmpstr(written, ==, CASES[i].written);
	}
}

static void test_decimal_refuse(void)
{
	static const char *const CASES[] = {
		NULL, "", ".", "+", "-", "-.", "1..2", "1.2.3", "1,50", "1.000,50", "1 000", " 1", "1 ", "1e3", "1E3", "0x10",
		"NaN", "INF", "--1", "+-1", "1-", "1.0000000000", "1000000000000000000", "12345678901.12345678", "1\xc2\xa0""000",
		"\xd9\xa1\xd9\xa2", "1.5 EUR",
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Decimal decimal = {.unscaled = 42, .scale = 3};
		g_assert_false(decimal_parse(CASES[i], &decimal, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		g_assert_cmpint(decimal.unscaled, ==, 42);
		g_assert_cmpint(decimal.scale, ==, 3);
	}
}

static void test_decimal_min_scale(void)
{
	static const struct {
		Decimal decimal;
		guint8 min_scale;
		const char *text;
	} CASES[] = {
		{{1250, 2}, 0, "12.50"}, {{1250, 2}, 4, "12.5000"}, {{12, 0}, 2, "12.00"}, {{0, 0}, 2, "0.00"},
		{{-5, 3}, 2, "-0.005"},  {{-5, 0}, 1, "-5.0"},      {{G_MININT64, 0}, 0, "-9223372036854775808"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *text = decimal_format(CASES[i].decimal, CASES[i].min_scale);
		g_assert_cmpstr(text, ==, CASES[i].text);
	}
}

static void test_decimal_compare(void)
{
	static const struct {
		const char *a, *b;
		int order;
	} CASES[] = {
		{"1", "1.000000000", 0}, {"1.1", "1.09", 1}, {"-1.1", "-1.09", -1}, {"0.1", "-0.1", 1}, {"-0.0", "0", 0},
		{"999999999999999999", "999999999.999999999", 1}, {"-999999999999999999", "-999999999.999999999", -1},
		{"0.000000001", "0", 1}, {"2", "10", -1}, {"12.50", "12.5", 0},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		Decimal a, b;
		g_assert_true(decimal_parse(CASES[i].a, &a, NULL));
		g_assert_true(decimal_parse(CASES[i].b, &b, NULL));
		g_assert_cmpint(decimal_compare(a, b), ==, CASES[i].order);
		g_assert_cmpint(decimal_compare(b, a), ==, -CASES[i].order);
	}
}

static void test_currency(void)
{
	static const struct {
		const char *code;
		int exponent;
	} CASES[] = {
		{"EUR", 2},  {"USD", 2},  {"GBP", 2},   {"CHF", 2},  {"PLN", 2},   {"JPY", 0},  {"KRW", 0}, {"ISK", 0},
		{"CLP", 0},  {"XPF", 0},  {"HUF", 2},   {"KWD", 3},  {"TND", 3},   {"BHD", 3},  {"CLF", 4}, {"UYW", 4},
		{"MGA", 2},  {"ZWG", 2},  {"AED", 2},   {"BGN", 2},  {"XCG", 2},   {"XXX", -1}, {"XAU", -1}, {"HRK", -1},
		{"eur", -1}, {"EU", -1},  {"EURO", -1}, {"", -1},    {NULL, -1},   {"UR ", -1}, {" EU", -1}, {"R G", -1},
		{"€", -1},   {"QQQ", -1}, {"   ", -1},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
		g_assert_cmpint(currency_exponent(CASES[i].code), ==, CASES[i].exponent);
}

static void test_money_round(void)
{
	static const struct {
		const char *amount, *currency;
		gint64 minor;
	} CASES[] = {
		{"250.00", "EUR", 25000}, {"250", "EUR", 25000},   {"0.005", "EUR", 1},      {"0.0049", "EUR", 0},
		{"-0.005", "EUR", -1},    {"-0.0049", "EUR", 0},   {"1.994999999", "EUR", 199}, {"1.995", "EUR", 200},
		{"-2.675", "EUR", -268},  {"1499.5", "JPY", 1500}, {"1499.4999", "JPY", 1499}, {"12.3455", "KWD", 12346},
		{"1.23456", "CLF", 12346}, {"90071992547409.91", "EUR", 9007199254740991}, {"-90071992547409.91", "EUR", -9007199254740991},
		{"999999999.999999999", "JPY", 1000000000},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Decimal decimal;
		Money money;
		g_assert_true(decimal_parse(CASES[i].amount, &decimal, &error));
		g_assert_true(money_from_decimal(decimal, CASES[i].currency, &money, &error));
		g_assert_no_error(error);
		g_assert_cmpint(money.minor, ==, CASES[i].minor);
		g_assert_cmpstr(money.currency, ==, CASES[i].currency);
	}
}

static void test_money_too_large(void)
{
	static const Decimal CASES[] = {{999999999999999999, 0}, {-999999999999999999, 0}, {9007199254740992, 2},
	                                {-9007199254740992, 2}, {90071992547409915, 3}, {G_MAXINT64, 0}, {G_MININT64, 0}};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Money money = {.minor = 42, .currency = "USD"};
		g_assert_false(money_from_decimal(CASES[i], "EUR", &money, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		g_assert_cmpint(money.minor, ==, 42);
		g_assert_cmpstr(money.currency, ==, "USD");
	}
}

static void test_money_text(void)
{
	static const struct {
		const char *text, *amount;
	} CASES[] = {
		{"250.00 EUR", "250.00"}, {"0.01 EUR", "0.01"}, {"-12.30 USD", "-12.30"}, {"1500 JPY", "1500"},
		{"1.250 KWD", "1.250"},   {"-0.05 EUR", "-0.05"}, {"0.00 EUR", "0.00"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Money money;
		g_assert_true(money_parse(CASES[i].text, &money, &error));
		g_assert_no_error(error);
		g_autofree char *text = money_format(money);
		g_autofree char *amount = money_format_amount(money);
		g_assert_cmpstr(text, ==, CASES[i].text);
		g_assert_cmpstr(amount, ==, CASES[i].amount);
	}
	Money short_form;
	g_assert_true(money_parse("250 EUR", &short_form, NULL));
	g_assert_cmpint(short_form.minor, ==, 25000);
}

static void test_money_refuse(void)
{
	static const char *const CASES[] = {NULL, "", "250.00", "EUR", "250.00EUR", "250.00  EUR", "250.00 eur", "250.001 EUR",
	                                    "250.000 EUR", "1.5 JPY", "250,00 EUR", " 250.00 EUR", "250.00 EUR ", "EUR 250.00",
	                                    "250.00 XXX", "250.00 \xe2\x82\xac", "99999999999999999 EUR", "250.00\tEUR"};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		Money money = {.minor = 42};
		g_assert_false(money_parse(CASES[i], &money, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		g_assert_cmpint(money.minor, ==, 42);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/decimal/read", test_decimal_read);
	g_test_add_func("/decimal/refuse", test_decimal_refuse);
	g_test_add_func("/decimal/min-scale", test_decimal_min_scale);
	g_test_add_func("/decimal/compare", test_decimal_compare);
	g_test_add_func("/money/currency", test_currency);
	g_test_add_func("/money/round", test_money_round);
	g_test_add_func("/money/too-large", test_money_too_large);
	g_test_add_func("/money/text", test_money_text);
	g_test_add_func("/money/refuse", test_money_refuse);
	return g_test_run();
}
