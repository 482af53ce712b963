/* Exact amounts. A Decimal is what a document says, digit for digit; Money is what rules compare: an
 * integer of the currency's minor unit (ISO 4217). No floating point anywhere. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <glib.h>

typedef struct {
	gint64 unscaled; /* the digits without the point, signed */
	guint8 scale;    /* how many of them stand after the point: 12.50 is {1250, 2} */
} Decimal;

typedef struct {
	gint64 minor;     /* cents for EUR, yen for JPY, fils for KWD */
	char currency[4]; /* "EUR"; "" = no amount */
} Money;

/* No Money is larger, up or down: every amount fits a JSON number exactly (below 2^53). */
#define MONEY_MINOR_MAX ((G_GINT64_CONSTANT(1) << 53) - 1)

/* xsd:decimal (XML Schema part 2, 3.2.3): sign, digits, one point; no exponent, no blanks, no thousands.
 * FALSE with ERROR_INVALID for anything else and for more than 18 digits in all or 9 after the point. */
gboolean decimal_parse(const char *text, Decimal *decimal, GError **error);

/* The shortest exact form with at least `min_scale` digits after the point: {1250,2} with 0 -> "12.50"
 * (digits that the document wrote are kept). Owned by the caller. */
char *decimal_format(Decimal decimal, guint8 min_scale);
int decimal_compare(Decimal a, Decimal b);

/* Digits after the point of an ISO 4217 currency: 2 for EUR, 0 for JPY, 3 for KWD; -1 = no such code. */
int currency_exponent(const char *currency);

/* Rounded half up (away from zero) to minor units. FALSE with ERROR_INVALID: unknown currency, above
 * MONEY_MINOR_MAX. */
gboolean money_from_decimal(Decimal decimal, const char *currency, Money *money, GError **error);

/* Reads "250.00 EUR": a decimal, one blank, an ISO 4217 code; more digits than the currency has are an error. */
gboolean money_parse(const char *text, Money *money, GError **error);

/* "250.00 EUR" and "250.00"; owned by the caller. */
char *money_format(Money money);
char *money_format_amount(Money money);

#endif
