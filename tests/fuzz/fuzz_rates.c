/* Rates files: rates that convert, or at least one error. */
#include "config/rates_file.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Rates) rates = rates_parse((const char *)data, size, "rates.csv", "EUR", problems);
	g_assert((rates == NULL) == problems_has_errors(problems));
	for (guint i = 0; i < problems_count(problems); i++) {
		g_autofree char *text = problem_format(problems_get(problems, i));
		g_assert(g_utf8_validate(text, -1, NULL));
	}
	g_autoptr(GPtrArray) currencies = rates_currencies(rates);
	for (guint i = 0; i < currencies->len; i++) {
		Money amount = {.minor = MONEY_MINOR_MAX}, converted;
		g_strlcpy(amount.currency, g_ptr_array_index(currencies, i), sizeof amount.currency);
		g_assert(rates_convert(rates, amount, "EUR", &converted));
		g_assert(converted.minor >= 0 && converted.minor <= MONEY_MINOR_MAX);
		g_assert(rates_convert(rates, converted, amount.currency, &amount));
	}
	return 0;
}
