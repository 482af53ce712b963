/* Rates and exact conversion: amount × rate of its currency ÷ rate of the wanted one, each an integer and a power of ten.
 *
 * Nothing overflows 128 bits: an amount has 53 bits and a rate 40, so their product 93; the power of ten that is left (at most 13: 9 digits of a
 * rate, 4 of a currency) goes to the divisor, of at most 84 bits, or is worked off digit by digit as on paper. */
#include "domain/rates.h"

#include "base/error.h"

#include <string.h>

#define RATE_MOST G_GINT64_CONSTANT(1000000000000) /* excluded: 12 digits */

typedef unsigned __int128 Wide;

struct Rates {
	char *base;              /* NULL: not known */
	GHashTable *by_currency; /* char * -> Decimal * */
};

Rates *rates_new(const char *base)
{
	static const Decimal one = {.unscaled = 1};
	Rates *rates = g_new0(Rates, 1);
	rates->base = g_strdup(base);
	rates->by_currency = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (base)
		g_hash_table_insert(rates->by_currency, g_strdup(base), g_memdup2(&one, sizeof one));
	return rates;
}

void rates_free(Rates *rates)
{
	if (!rates)
		return;
	g_hash_table_unref(rates->by_currency);
	g_free(rates->base);
	g_free(rates);
}

gboolean rates_add(Rates *rates, const char *currency, Decimal rate, GError **error)
{
	const char *wrong = NULL;
	Decimal there;
	if (currency_exponent(currency) < 0)
		wrong = "it is no currency of ISO 4217";
	else if (rate.unscaled <= 0 || rate.unscaled >= RATE_MOST)
		wrong = "its rate must be above 0 and have at most 12 digits";
	else if (rates_get(rates, currency, &there) && decimal_compare(there, rate) != 0)
		wrong = "it has another rate already";
	if (wrong) {
		error_set(error, ERROR_INVALID, "%s: %s", currency, wrong);
		return FALSE;
	}
	g_hash_table_replace(rates->by_currency, g_strdup(currency), g_memdup2(&rate, sizeof rate));
	return TRUE;
}

gboolean rates_get(const Rates *rates, const char *currency, Decimal *rate)
{
	const Decimal *found = rates ? g_hash_table_lookup(rates->by_currency, currency) : NULL;
	if (found)
		*rate = *found;
	return found != NULL;
}

gboolean rates_has(const Rates *rates, const char *currency)
{
	Decimal rate;
	return rates_get(rates, currency, &rate);
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *rates_currencies(const Rates *rates)
{
	GPtrArray *currencies = g_ptr_array_new();
	GHashTableIter iter;
	gpointer currency;
	if (rates) {
		g_hash_table_iter_init(&iter, rates->by_currency);
		while (g_hash_table_iter_next(&iter, &currency, NULL))
			if (g_strcmp0(currency, rates->base) != 0)
				g_ptr_array_add(currencies, currency);
	}
	g_ptr_array_sort(currencies, compare_texts);
	return currencies;
}

/* amount × 10^exponent ÷ divisor, rounded half up; MONEY_MINOR_MAX where it is more. */
static gint64 divide(Wide amount, int exponent, Wide divisor)
{
	for (; exponent < 0; exponent++)
		divisor *= 10;
	Wide whole = amount / divisor, rest = amount % divisor;
	for (; exponent > 0 && whole <= MONEY_MINOR_MAX; exponent--) {
		rest *= 10;
		whole = whole * 10 + rest / divisor;
		rest %= divisor;
	}
	whole += rest >= divisor - rest;
	return whole > MONEY_MINOR_MAX ? MONEY_MINOR_MAX : (gint64)whole;
}

gboolean rates_convert(const Rates *rates, Money amount, const char *currency, Money *converted)
{
	Decimal from, to;
	if (!strcmp(amount.currency, currency)) {
		*converted = amount;
		return TRUE;
	}
	if (!rates_get(rates, amount.currency, &from) || !rates_get(rates, currency, &to))
		return FALSE;
	const Wide magnitude = (Wide)(guint64)ABS(amount.minor) * (Wide)from.unscaled;
	const int exponent = currency_exponent(currency) + to.scale - currency_exponent(amount.currency) - from.scale;
	const gint64 minor = divide(magnitude, exponent, (Wide)to.unscaled);
	*converted = (Money){.minor = amount.minor < 0 ? -minor : minor};
	memcpy(converted->currency, currency, sizeof converted->currency);
	return TRUE;
}
