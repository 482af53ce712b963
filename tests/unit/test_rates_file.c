/* Rates files: what they say, and each way in which they can be wrong. */
#include "config/rates_file.h"

#include <string.h>

static void test_whole(void)
{
	static const char *const texts[] = {
		"currency,rate\nNOK,0.0853\nUSD,0.92\n",
		"# ours are euros\n\n  Currency , RATE \r\n# of today\r\n NOK , 0.0853\r\nUSD,.92\r\n\r\n",
		"\357\273\277currency,rate\nNOK,+0.0853\nUSD,0.920\nEUR,1.00\nUSD,0.92",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Rates) rates = rates_parse(texts[i], strlen(texts[i]), "rates.csv", "EUR", problems);
		g_assert_cmpuint(problems_count(problems), ==, 0);
		static const char *const wanted[][2] = {{"NOK", "0.0853"}, {"USD", "0.92"}};
		g_autoptr(GPtrArray) currencies = rates_currencies(rates);
		g_assert_cmpuint(currencies->len, ==, G_N_ELEMENTS(wanted));
		for (gsize j = 0; j < G_N_ELEMENTS(wanted); j++) {
			Decimal found = {0}, rate = {0};
			g_assert_true(rates_get(rates, wanted[j][0], &found) && decimal_parse(wanted[j][1], &rate, NULL));
			g_assert_cmpint(decimal_compare(found, rate), ==, 0);
		}
	}
}

static void test_base_unknown(void)
{
	static const char text[] = "currency,rate\nNOK,0.0853\n";
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Rates) rates = rates_parse(text, strlen(text), "rates.csv", NULL, problems);
	g_assert_true(rates_has(rates, "NOK"));
	g_assert_false(rates_has(rates, "EUR"));
	g_autoptr(Rates) none = rates_parse("currency,rate", strlen("currency,rate"), "rates.csv", "EUR", problems);
	g_assert_true(rates_has(none, "EUR")); /* no other currency: that is not wrong */
}

static void test_wrong(void)
{
#define WANTED ", wanted a currency, a comma and a rate with a point, such as NOK,0.0853"
	static const struct {
		const char *text;
		const char *findings[3]; /* how they begin; all of them */
	} cases[] = {
		{"", {"rates.csv: wanted text in UTF-8"}},
		{"# nothing\n\n", {"rates.csv: wanted the header \"currency,rate\" first: it is empty"}},
		{"NOK,0.0853\nUSD,0.92\n", {"rates.csv:1: found \"NOK,0.0853\", wanted the header \"currency,rate\" first"}},
		{"currency;rate\nNOK;0,0853\n", {"rates.csv:1: found \"currency;rate\", wanted the header"}},
		{"rate,currency\n", {"rates.csv:1: found \"rate,currency\", wanted the header"}},
		{"currency,rate\nNOK;0,0853\nUSD,0.92\nDKK,0,134\n",
	         {"rates.csv:2: found \"NOK;0,0853\"" WANTED " (", "rates.csv:4: found \"DKK,0,134\"" WANTED}},
		{"currency,rate\nNOK\n,\nUSD,\n", {"rates.csv:2: found \"NOK\"" WANTED, "rates.csv:3: found \",\"" WANTED, "rates.csv:4: found \"USD,\"" WANTED}},
		{"currency,rate\nNOK,0\nUSD,-1\nGBP,1e3\n", {"rates.csv:2: found \"NOK,0\"" WANTED " (NOK: its rate must be above 0", "rates.csv:3:", "rates.csv:4:"}},
		{"currency,rate\n\"NOK\",\"0.0853\"\n", {"rates.csv:2:"}},
		{"currency,rate\nnok,0.0853\n", {"rates.csv:2: found \"nok,0.0853\"" WANTED " (nok: it is no currency"}},
		{"currency,rate\nEUR,1.01\n", {"rates.csv:2: found \"EUR,1.01\"" WANTED " (EUR: it has another rate already)"}},
		{"currency,rate\nNOK,0.0853\n# later\nNOK,0.0854\n", {"rates.csv:4: found \"NOK,0.0854\"" WANTED " (NOK: it has another rate already)"}},
		{"currency,rate\nNOK,0.0853\xff\n", {"rates.csv: wanted text in UTF-8"}},
		{"currency,rate\nN\033[2JK,0.0853\n", {"rates.csv:2: found \"N[2JK,0.0853\"" WANTED " (N[2JK: it is no currency"}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_assert_null(rates_parse(cases[i].text, strlen(cases[i].text), "rates.csv", "EUR", problems));
		guint wanted = 0;
		while (wanted < G_N_ELEMENTS(cases[i].findings) && cases[i].findings[wanted])
			wanted++;
		for (guint j = 0; j < problems_count(problems); j++) {
			g_autofree char *text = problem_format(problems_get(problems, j));
			if (j >= wanted || !g_str_has_prefix(text, cases[i].findings[j]))
				g_error("%s\n%s", cases[i].text, text);
		}
		g_assert_cmpuint(problems_count(problems), ==, wanted);
	}
}

static void test_zero_byte(void)
{
	static const char text[] = "currency,rate\nNOK,0.0853\n\0USD,1\n";
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(rates_parse(text, sizeof text - 1, "rates.csv", "EUR", problems));
	g_assert_cmpuint(problems_count(problems), ==, 1);
}

/* A wrong file of a million lines is not told to its end; errors found elsewhere do not count against it. */
static void test_flood(void)
{
	g_autoptr(Problems) problems = problems_new();
	for (guint i = 0; i < 30; i++)
		problems_add(problems, TRUE, "policy.conf", i, NULL, NULL, "%s", "something else");
	g_autoptr(GString) text = g_string_new("currency,rate\n");
	for (guint i = 0; i < 100000; i++)
		g_string_append(text, "nonsense\n");
	g_assert_null(rates_parse(text->str, text->len, "rates.csv", "EUR", problems));
	g_assert_cmpuint(problems_count(problems), ==, 30 + 20);
	static const char good[] = "currency,rate\nNOK,0.0853\n";
	g_autoptr(Rates) rates = rates_parse(good, strlen(good), "rates.csv", "EUR", problems);
	g_assert_true(rates_has(rates, "NOK"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rates-file/whole", test_whole);
	g_test_add_func("/rates-file/base-unknown", test_base_unknown);
	g_test_add_func("/rates-file/wrong", test_wrong);
	g_test_add_func("/rates-file/zero-byte", test_zero_byte);
	g_test_add_func("/rates-file/flood", test_flood);
	return g_test_run();
}
