/* Invoices: the facts, and the three strings made of them that tell documents apart: supplier key, identity, substance.
 *
 * Invariant: all three are built from text_key forms only, so that case, spaces and punctuation never make a difference,
 * and amounts enter in their shortest form, so that 1210 and 1210.00 are the same. */
#include "domain/invoice.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

InvoiceFacts *invoice_facts_new(void)
{
	InvoiceFacts *facts = g_rc_box_new0(InvoiceFacts);

	facts->issue_date = DATE_NONE;
	facts->due_date = DATE_NONE;
	facts->preceding = g_ptr_array_new_with_free_func(g_free);
	facts->cost_references = g_ptr_array_new_with_free_func(g_free);
	facts->ibans = g_ptr_array_new_with_free_func(g_free);
	facts->discounts = g_array_new(FALSE, FALSE, sizeof(Discount));
	return facts;
}

static void party_clear(Party *party)
{
	g_free(party->name);
	g_free(party->trading_name);
	g_free(party->vat);
	g_free(party->legal_id);
	g_free(party->tax_id);
	g_free(party->own_id);
	g_free(party->endpoint);
	g_free(party->country);
	g_free(party->contact_mail);
}

static void discounts_free(GArray *discounts)
{
	for (guint i = 0; i < discounts->len; i++)
		g_free(g_array_index(discounts, Discount, i).percent);
	g_array_unref(discounts);
}

InvoiceFacts *invoice_facts_ref(InvoiceFacts *facts)
{
	return g_rc_box_acquire(facts);
}

static void facts_clear(gpointer data)
{
	InvoiceFacts *facts = data;
	g_free(facts->syntax);
	g_free(facts->type_code);
	g_free(facts->number);
	g_free(facts->due_date_source);
	party_clear(&facts->supplier);
	party_clear(&facts->buyer);
	g_free(facts->payee_name);
	g_free(facts->buyer_reference);
	g_free(facts->order_reference);
	g_free(facts->contract_reference);
	g_free(facts->project_reference);
	g_ptr_array_unref(facts->preceding);
	g_ptr_array_unref(facts->cost_references);
	g_free(facts->currency);
	g_ptr_array_unref(facts->ibans);
	g_free(facts->terms);
	discounts_free(facts->discounts);
	g_free(facts->customization);
	g_free(facts->requester);
	g_free(facts->administration);
}

void invoice_facts_free(InvoiceFacts *facts)
{
	if (facts != NULL)
		g_rc_box_release_full(facts, facts_clear);
}

gboolean invoice_facts_amount(const InvoiceFacts *facts, Money *amount, GError **error)
{
	Money result;

	if (!facts->has_gross && !facts->has_payable) {
		error_set(error, ERROR_INVALID, "the invoice has neither a total with tax nor a payable total");
		return FALSE;
	}
	if (facts->currency == NULL) {
		error_set(error, ERROR_INVALID, "the invoice names no currency");
		return FALSE;
	}
	if (!money_from_decimal(facts->has_gross ? facts->gross : facts->payable, facts->currency, &result, error))
		return FALSE;
	if (result.minor < 0)
		result.minor = -result.minor;
	*amount = result;
	return TRUE;
}

static gboolean has_digit(const char *key)
{
	for (const char *p = key; *p != '\0'; p++)
		if (g_ascii_isdigit(*p))
			return TRUE;
	return FALSE;
}

/* text_key, but never empty for a text that is not: one of signs alone is compared as it stands. */
static char *key_of_text(const char *text)
{
	g_autofree char *key = text_key(text);

	return *key != '\0' ? g_steal_pointer(&key) : g_strdup(text);
}

/* Greece is EL in VAT numbers (Directive 2006/112/EC, article 215), GR everywhere else. */
static const char *vat_prefix(const char *country)
{
	return g_ascii_strcasecmp(country, "GR") == 0 ? "EL" : country;
}

/* The VAT number with its country, in text_key form; NULL where it has no digit. */
static char *vat_key(const char *vat, const char *country)
{
	g_autofree char *key = text_key(vat);

	if (!has_digit(key))
		return NULL;
	if ((g_ascii_isalpha(key[0]) && g_ascii_isalpha(key[1])) || country == NULL || strlen(country) != 2)
		return g_steal_pointer(&key);
	g_autofree char *prefixed = g_strconcat(vat_prefix(country), key, NULL);
	return g_ascii_strdown(prefixed, -1);
}

static char *identifier_key(const char *identifier)
{
	g_autofree char *key = text_key(identifier);

	return has_digit(key) ? g_steal_pointer(&key) : NULL;
}

static char *tagged(const char *tag, const char *key)
{
	return g_strconcat(tag, ":", key, NULL);
}

char *invoice_supplier_key(const InvoiceFacts *facts)
{
	const Party *supplier = &facts->supplier;
	const struct {
		const char *tag, *identifier;
	} identifiers[] = {
		{ "reg", supplier->legal_id },
		{ "tax", supplier->tax_id },
		{ "own", supplier->own_id },
		{ "iban", facts->ibans->len > 0 ? g_ptr_array_index(facts->ibans, 0) : NULL },
	};

	if (supplier->vat != NULL) {
		g_autofree char *key = vat_key(supplier->vat, supplier->country);
		if (key != NULL)
			return tagged("vat", key);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(identifiers); i++) {
		if (identifiers[i].identifier == NULL)
			continue;
		g_autofree char *key = identifier_key(identifiers[i].identifier);
		if (key != NULL)
			return tagged(identifiers[i].tag, key);
	}
	if (supplier->name == NULL)
		return NULL;
	g_autofree char *key = key_of_text(supplier->name);
	return tagged("name", key);
}

char *invoice_identity(const InvoiceFacts *facts)
{
	g_autofree char *supplier = invoice_supplier_key(facts);
	g_autofree char *number = key_of_text(facts->number != NULL ? facts->number : "");
	int year = 0, month, day;

	if (date_is_set(facts->issue_date))
		date_get_ymd(facts->issue_date, &year, &month, &day);
	return g_strdup_printf("%s|%s|%04d|%s", supplier != NULL ? supplier : "unknown", number, year,
	                       invoice_kind_name(facts->kind));
}

/* XRechnung writes a term without a discount as one of 0.00 per cent; of one that does not say how much it is worth something is assumed. */
static gboolean is_worth_something(const Discount *discount)
{
	Decimal percent;

	return discount->percent == NULL || (decimal_parse(discount->percent, &percent, NULL) && percent.unscaled > 0);
}

Date invoice_discount_date(const InvoiceFacts *facts)
{
	Date earliest = DATE_NONE;

	for (guint i = 0; i < facts->discounts->len; i++) {
		const Discount *discount = &g_array_index(facts->discounts, Discount, i);
		if (!date_is_set(discount->date) || !is_worth_something(discount))
			continue;
		if (!date_is_set(earliest) || discount->date.day < earliest.day)
			earliest = discount->date;
	}
	return earliest;
}

/* "" where absent; else without the zeros at the end that a document may or may not write. */
static char *amount_key(gboolean has, Decimal amount)
{
	if (!has)
		return g_strdup("");
	while (amount.scale > 0 && amount.unscaled % 10 == 0) {
		amount.unscaled /= 10;
		amount.scale--;
	}
	return decimal_format(amount, 0);
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that accounts named in another order are no change. */
static char *accounts_key(const GPtrArray *ibans)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < ibans->len; i++)
		g_ptr_array_add(keys, key_of_text(g_ptr_array_index(ibans, i)));
	g_ptr_array_sort(keys, compare_strings);
	g_ptr_array_add(keys, NULL);
	return g_strjoinv(",", (char **)keys->pdata);
}

char *invoice_substance(const InvoiceFacts *facts)
{
	g_autofree char *supplier = invoice_supplier_key(facts);
	g_autofree char *gross = amount_key(facts->has_gross, facts->gross);
	g_autofree char *payable = amount_key(facts->has_payable, facts->payable);
	g_autofree char *currency = key_of_text(facts->currency != NULL ? facts->currency : "");
	g_autofree char *payee = key_of_text(facts->payee_name != NULL ? facts->payee_name : "");
	g_autofree char *accounts = accounts_key(facts->ibans);

	return g_strdup_printf("gross=%s|payable=%s|currency=%s|supplier=%s|payee=%s|accounts=%s", gross, payable, currency,
	                       supplier != NULL ? supplier : "unknown", payee, accounts);
}

static const char *const kind_names[] = { "invoice", "credit-note" };
static const char *const state_names[] = { "open", "approved", "rejected", "withdrawn" };

const char *invoice_kind_name(InvoiceKind kind)
{
	return kind_names[kind];
}

const char *invoice_state_name(InvoiceState state)
{
	return state_names[state];
}

gboolean invoice_kind_parse(const char *name, InvoiceKind *kind)
{
	for (guint i = 0; i < G_N_ELEMENTS(kind_names); i++) {
		if (g_strcmp0(name, kind_names[i]) == 0) {
			*kind = (InvoiceKind)i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean invoice_state_parse(const char *name, InvoiceState *state)
{
	for (guint i = 0; i < G_N_ELEMENTS(state_names); i++) {
		if (g_strcmp0(name, state_names[i]) == 0) {
			*state = (InvoiceState)i;
			return TRUE;
		}
	}
	return FALSE;
}
