/* Exact amounts: integers and powers of ten, every step checked for overflow. */
#include "base/money.h"

#include <string.h>

#include "base/error.h"

#define DIGITS_MAX 18
#define SCALE_MAX 9

/* ISO 4217 by number of minor digits: the active codes, and the two that the euro and the Caribbean guilder replaced
 * last (BGN, ANG), whose invoices are still about. Metals and codes for no currency (XAU, XXX) have no minor unit. */
static const char *const CURRENCIES[] = {
	"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	"",
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
	"CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
	"IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
	"MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
	"SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW "
	"ZWG",
	"BHD IQD JOD KWD LYD OMR TND",
	"CLF UYW",
};

static gint64 power_of_ten(int exponent)
{
	gint64 power = 1;
	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* Reads the digits and the point of an unsigned number. FALSE where it is none or too long. */
static gboolean read_digits(const char *text, Decimal *decimal)
{
	gint64 value = 0;
	int scale = 0, significant = 0;
	gboolean digit_seen = FALSE, point_seen = FALSE;
	for (; *text; text++) {
		if (*text == '.' && !point_seen) {
			point_seen = TRUE;
			continue;
		}
		if (!g_ascii_isdigit(*text))
			return FALSE;
		digit_seen = TRUE;
		scale += point_seen;
		significant += value != 0 || *text != '0'; /* leading zeros mean nothing */
		if (scale > SCALE_MAX || significant > DIGITS_MAX)
			return FALSE;
		value = value * 10 + g_ascii_digit_value(*text);
	}
	*decimal = (Decimal){.unscaled = value, .scale = (guint8)scale};
	return digit_seen;
}

gboolean decimal_parse(const char *text, Decimal *decimal, GError **error)
{
	const char *digits = text ? text : "";
	const gboolean negative = *digits == '-';
	if (negative || *digits == '+')
		digits++;
	Decimal read;
	if (!read_digits(digits, &read)) {
		error_set(error, ERROR_INVALID, "\"%s\" is not a decimal number of at most %d digits, %d after the point",
		          text ? text : "", DIGITS_MAX, SCALE_MAX);
		return FALSE;
	}
	if (negative)
		read.unscaled = -read.unscaled;
	*decimal = read;
	return TRUE;
}

char *decimal_format(Decimal decimal, guint8 min_scale)
{
	GString *text = g_string_new(NULL);
	const guint64 digits = decimal.unscaled < 0 ? 0 - (guint64)decimal.unscaled : (guint64)decimal.unscaled;
	g_string_append_printf(text, "%0*" G_GUINT64_FORMAT, decimal.scale + 1, digits);
	const guint8 scale = MAX(decimal.scale, min_scale);
	for (int i = decimal.scale; i < scale; i++)
		g_string_append_c(text, '0');
	if (scale > 0)
		g_string_insert_c(text, (gssize)text->len - scale, '.');
	if (decimal.unscaled < 0)
		g_string_prepend_c(text, '-');
	return g_string_free(text, FALSE);
}

static int compare_int64(gint64 a, gint64 b)
{
	return (a > b) - (a < b);
}

/* Whole parts first, then the fractions on one scale: nothing can overflow. */
int decimal_compare(Decimal a, Decimal b)
{
	const gint64 a_unit = power_of_ten(a.scale), b_unit = power_of_ten(b.scale);
	const int whole = compare_int64(a.unscaled / a_unit, b.unscaled / b_unit);
	if (whole != 0)
		return whole;
	return compare_int64(a.unscaled % a_unit * power_of_ten(DIGITS_MAX - a.scale),
	                     b.unscaled % b_unit * power_of_ten(DIGITS_MAX - b.scale));
}

int currency_exponent(const char *currency)
{
	if (!currency || strlen(currency) != 3 || strchr(currency, ' '))
		return -1;
	for (guint exponent = 0; exponent < G_N_ELEMENTS(CURRENCIES); exponent++) {
		/* a blank stands between any two codes, so three letters can only be found as a whole one */
		if (strstr(CURRENCIES[exponent], currency))
			return (int)exponent;
	}
	return -1;
}

/* Half away from zero. */
static gint64 divide_rounded(gint64 value, gint64 divisor)
{
	const gint64 rest = value % divisor;
	const gint64 magnitude = rest < 0 ? -rest : rest;
	if (magnitude < divisor - magnitude)
		return value / divisor;
	return value / divisor + (value < 0 ? -1 : 1);
}

gboolean money_from_decimal(Decimal decimal, const char *currency, Money *money, GError **error)
{
	const int exponent = currency_exponent(currency);
	if (exponent < 0) {
		error_set(error, ERROR_INVALID, "\"%s\" is not a currency of ISO 4217", currency ? currency : "");
		return FALSE;
	}
	gint64 minor;
	if (decimal.scale > exponent)
		minor = divide_rounded(decimal.unscaled, power_of_ten(decimal.scale - exponent));
	else if (__builtin_mul_overflow(decimal.unscaled, power_of_ten(exponent - decimal.scale), &minor))
		minor = G_MAXINT64;
	if (minor > MONEY_MINOR_MAX || minor < -MONEY_MINOR_MAX) {
		g_autofree char *amount = decimal_format(decimal, 0);
		error_set(error, ERROR_INVALID, "the amount %s %s is too large", amount, currency);
		return FALSE;
	}
	*money = (Money){.minor = minor};
	memcpy(money->currency, currency, sizeof money->currency);
	return TRUE;
}

gboolean money_parse(const char *text, Money *money, GError **error)
{
	const char *blank = text ? strchr(text, ' ') : NULL;
	if (!blank) {
		error_set(error, ERROR_INVALID, "\"%s\" is not an amount such as 250.00 EUR", text ? text : "");
		return FALSE;
	}
	g_autofree char *number = g_strndup(text, (gsize)(blank - text));
	const char *currency = blank + 1;
	Decimal decimal;
	Money read;
	if (!decimal_parse(number, &decimal, error) || !money_from_decimal(decimal, currency, &read, error))
		return FALSE;
	if (decimal.scale > currency_exponent(currency)) {
		error_set(error, ERROR_INVALID, "\"%s\" has more digits after the point than %s (%d)", text, currency,
		          currency_exponent(currency));
		return FALSE;
	}
	*money = read;
	return TRUE;
}

char *money_format_amount(Money money)
{
	const int exponent = currency_exponent(money.currency);
	return decimal_format((Decimal){.unscaled = money.minor, .scale = (guint8)MAX(exponent, 0)}, 0);
}

char *money_format(Money money)
{
	g_autofree char *amount = money_format_amount(money);
	return g_strdup_printf("%s %s", amount, money.currency);
}
