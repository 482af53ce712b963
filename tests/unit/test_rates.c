/* Rates: what is taken, and conversions that come out to the last unit. */
#include "domain/rates.h"

#include "base/error.h"

#include <string.h>

static Rates *rates_of(const char *const (*pairs)[2])
{
	Rates *rates = rates_new("EUR");
	for (; (*pairs)[0]; pairs++) {
		Decimal rate;
		g_assert_true(decimal_parse((*pairs)[1], &rate, NULL));
		g_assert_true(rates_add(rates, (*pairs)[0], rate, NULL));
	}
	return rates;
}

static const char *const usual[][2] = {
	{"EUR", "1.00"},       {"NOK", "0.0853"},          {"DKK", "0.134023"},     {"JPY", "0.00611"},
	{"KWD", "2.9871"},     {"USD", "0.92"},            {"IDR", "0.000054545"},  {"CLF", "35.123456789"},
	{"GBP", "1.5"},        {"KRW", "0.000000001"},     {"BHD", "999999999.999"}, {NULL, NULL},
};

static void test_convert(void)
{
	static const struct {
		const char *amount, *currency, *wanted; /* NULL: no rate */
	} cases[] = {
		{"900.00 NOK", "EUR", "76.77 EUR"},
		{"1801.78 NOK", "EUR", "153.69 EUR"},      /* 153.691834 */
		{"2005.00 DKK", "EUR", "268.72 EUR"},      /* 268.716115 */
		{"250.00 EUR", "NOK", "2930.83 NOK"},      /* 2930.8323…: rounded from 2930.832356 */
		{"1.00 DKK", "NOK", "1.57 NOK"},           /* over the organisation's: 1.57119… */
		{"0.01 GBP", "EUR", "0.02 EUR"},           /* exactly half: up */
		{"-0.01 GBP", "EUR", "-0.02 EUR"},         /* away from zero */
		{"0.03 GBP", "EUR", "0.05 EUR"},           /* 0.045 */
		{"1 JPY", "EUR", "0.01 EUR"},              /* no minor digits: 0.00611 */
		{"100 JPY", "EUR", "0.61 EUR"},
		{"0.61 EUR", "JPY", "100 JPY"},            /* 99.83… */
		{"1.000 KWD", "EUR", "2.99 EUR"},          /* three minor digits */
		{"1.00 EUR", "KWD", "0.335 KWD"},          /* 0.33477… */
		{"1.0000 CLF", "JPY", "5749 JPY"},         /* four to none: 5748.52 */
		{"1000000.00 IDR", "EUR", "54.55 EUR"},    /* 54.545 is half: up */
		{"0.00 NOK", "EUR", "0.00 EUR"},
		{"12.34 SEK", "SEK", "12.34 SEK"},         /* without a rate, itself */
		{"12.34 SEK", "EUR", NULL},
		{"12.34 EUR", "SEK", NULL},
		{"90071992547409.91 EUR", "EUR", "90071992547409.91 EUR"},
		{"90071992547409.91 EUR", "KRW", "9007199254740991 KRW"}, /* more than there can be: the most */
		{"-90071992547409.91 EUR", "KRW", "-9007199254740991 KRW"},
		{"90071992547409.91 EUR", "BHD", "90071.993 BHD"},
		{"9007199254740.991 BHD", "KRW", "9007199254740991 KRW"},
		{"9007199254740991 KRW", "EUR", "9007199.25 EUR"},
		{"9007199254740991 KRW", "BHD", "0.009 BHD"},
		{"90071992547409.91 USD", "EUR", "82866233143617.12 EUR"}, /* 82866233143617.1172 */
	};
	g_autoptr(Rates) rates = rates_of(usual);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Money amount, converted;
		g_assert_true(money_parse(cases[i].amount, &amount, NULL));
		g_assert_cmpint(rates_convert(rates, amount, cases[i].currency, &converted), ==, cases[i].wanted != NULL);
		g_autofree char *text = cases[i].wanted ? money_format(converted) : NULL;
		g_assert_cmpstr(text, ==, cases[i].wanted);
	}
}

/* Against the definition: |converted × unit − exact| is at most half a unit, worked out in whole numbers. */
static void test_half_up(void)
{
	g_autoptr(Rates) rates = NULL;
	for (int i = 0; i < 20000; i++) {
		const Decimal rate = {.unscaled = g_test_rand_int_range(1, G_MAXINT32), .scale = (guint8)g_test_rand_int_range(0, 10)};
		rates_free(g_steal_pointer(&rates));
		rates = rates_new("EUR");
		g_assert_true(rates_add(rates, "NOK", rate, NULL));
		Money converted;
		const Money amount = {.minor = g_test_rand_int_range(0, 100000), .currency = "NOK"};
		g_assert_true(rates_convert(rates, amount, "EUR", &converted));
		__int128 unit = 1;
		for (int k = 0; k < rate.scale; k++)
			unit *= 10;
		const __int128 twice_off = 2 * ((__int128)amount.minor * rate.unscaled - (__int128)converted.minor * unit);
		g_assert_true(twice_off >= -unit && twice_off < unit);
	}
}

/* The largest amount at the widest distance of rates and minor digits: 136 bits, were they kept. */
static void test_widest(void)
{
	g_autoptr(Rates) rates = rates_new(NULL);
	g_assert_true(rates_add(rates, "JPY", (Decimal){G_GINT64_CONSTANT(999999999999), 0}, NULL));
	g_assert_true(rates_add(rates, "CLF", (Decimal){1, 9}, NULL));
	for (gint64 minor = MONEY_MINOR_MAX; minor > 0; minor /= 7) {
		Money converted;
		g_assert_true(rates_convert(rates, (Money){.minor = minor, .currency = "JPY"}, "CLF", &converted));
		g_assert_cmpint(converted.minor, ==, MONEY_MINOR_MAX);
		g_assert_true(rates_convert(rates, (Money){.minor = minor, .currency = "CLF"}, "JPY", &converted));
		g_assert_cmpint(converted.minor, ==, 0);
	}
}

static void test_none(void)
{
	Money amount, converted;
	g_assert_true(money_parse("1.00 EUR", &amount, NULL));
	g_assert_true(rates_convert(NULL, amount, "EUR", &converted));
	g_assert_false(rates_convert(NULL, amount, "NOK", &converted));
	g_assert_false(rates_has(NULL, "EUR"));
	g_autoptr(GPtrArray) currencies = rates_currencies(NULL);
	g_assert_cmpuint(currencies->len, ==, 0);
	rates_free(NULL);
}

static void test_add(void)
{
	static const struct {
		const char *currency;
		Decimal rate;
		const char *wrong; /* NULL: taken */
	} cases[] = {
		{"EUR", {1, 0}, NULL},
		{"EUR", {100, 2}, NULL}, /* the same once more */
		{"EUR", {101, 2}, "it has another rate already"},
		{"NOK", {853, 4}, NULL},
		{"NOK", {854, 4}, "it has another rate already"},
		{"SEK", {0, 0}, "its rate must be above 0"},
		{"SEK", {-1, 0}, "its rate must be above 0"},
		{"SEK", {G_GINT64_CONSTANT(999999999999), 0}, NULL},
		{"DKK", {G_GINT64_CONSTANT(1000000000000), 9}, "its rate must be above 0 and have at most 12 digits"},
		{"XYZ", {1, 0}, "it is no currency"},
		{"eur", {1, 0}, "it is no currency"},
		{"", {1, 0}, "it is no currency"},
	};
	g_autoptr(Rates) rates = rates_new("EUR");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_cmpint(rates_add(rates, cases[i].currency, cases[i].rate, &error), ==, cases[i].wrong == NULL);
		if (cases[i].wrong) {
			g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
			g_assert_nonnull(strstr(error->message, cases[i].wrong));
		}
	}
	g_autoptr(GPtrArray) currencies = rates_currencies(rates);
	g_assert_cmpuint(currencies->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(currencies, 0), ==, "NOK");
	g_assert_cmpstr(g_ptr_array_index(currencies, 1), ==, "SEK");
	g_assert_true(rates_has(rates, "EUR"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rates/convert", test_convert);
	g_test_add_func("/rates/half-up", test_half_up);
	g_test_add_func("/rates/widest", test_widest);
	g_test_add_func("/rates/none", test_none);
	g_test_add_func("/rates/add", test_add);
	return g_test_run();
}
