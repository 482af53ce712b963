/* What currencies are worth in each other, as the policy's rates file says. Pure; built, then only read. */
#ifndef DOMAIN_RATES_H
#define DOMAIN_RATES_H

#include "base/money.h"

typedef struct Rates Rates;

/* `base` is the organisation's currency, of ISO 4217; NULL: not known. */
Rates *rates_new(const char *base);
void rates_free(Rates *rates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rates, rates_free)

/* One unit of `currency` is `rate` units of the organisation's currency; its own rate is there already and is 1. ERROR_INVALID, nothing added:
 * no currency of ISO 4217, a rate that is not above 0 or has more than 12 digits, another rate for it there already. */
gboolean rates_add(Rates *rates, const char *currency, Decimal rate, GError **error);

/* `rates` NULL: there are none. */
gboolean rates_has(const Rates *rates, const char *currency);
gboolean rates_get(const Rates *rates, const char *currency, Decimal *rate);

/* The currencies but the organisation's own, sorted: GPtrArray of const char *, borrowed from `rates`; owned by the caller. */
GPtrArray *rates_currencies(const Rates *rates);

/* The amount in another currency: exact, then rounded half up (away from zero) to its minor units; what is larger than any Money is the
 * largest. An amount in that currency already is itself, whatever the rates. FALSE where either currency has no rate. */
gboolean rates_convert(const Rates *rates, Money amount, const char *currency, Money *converted);

#endif
