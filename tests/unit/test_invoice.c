#include <glib.h>

#include "base/error.h"
#include "domain/invoice.h"

static Decimal decimal(const char *text)
{
	Decimal result;

	g_assert_true(decimal_parse(text, &result, NULL));
	return result;
}

static Date date(const char *text)
{
	Date result = DATE_NONE;

	if (text != NULL)
		g_assert_true(date_parse(text, &result, NULL));
	return result;
}

static void set(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

/* An ordinary one, for tests to change. */
static InvoiceFacts *sample(void)
{
	InvoiceFacts *facts = invoice_facts_new();

	set(&facts->supplier.name, "Vink & Zonen B.V.");
	set(&facts->supplier.vat, "NL123456789B01");
	set(&facts->supplier.country, "NL");
	set(&facts->number, "2026-118");
	set(&facts->currency, "EUR");
	facts->issue_date = date("2026-03-05");
	facts->has_gross = facts->has_payable = TRUE;
	facts->gross = decimal("1210.00");
	facts->payable = decimal("210.00");
	g_ptr_array_add(facts->ibans, g_strdup("NL57 RABO 0107307510"));
	return facts;
}

static void test_new(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();

	g_assert_false(date_is_set(facts->issue_date));
	g_assert_false(date_is_set(facts->due_date));
	g_assert_cmpuint(facts->ibans->len + facts->preceding->len + facts->cost_references->len + facts->discounts->len, ==, 0);
	g_assert_null(facts->number);
	invoice_facts_free(NULL);
}

static void test_amount(void)
{
	static const struct {
		const char *gross, *payable, *currency, *expected; /* NULL expected: refused */
	} cases[] = {
		{ "1210.00", "0.00", "EUR", "1210.00 EUR" },
		{ "-1210.00", "1.00", "EUR", "1210.00 EUR" },
		{ NULL, "99.5", "EUR", "99.50 EUR" },
		{ NULL, "-99.5", "EUR", "99.50 EUR" },
		{ "1210", NULL, "JPY", "1210 JPY" },
		{ "10.005", NULL, "EUR", "10.01 EUR" },
		{ "10.0045", NULL, "KWD", "10.005 KWD" },
		{ "0.00", "50.00", "EUR", "0.00 EUR" },
		{ NULL, NULL, "EUR", NULL },
		{ "1.00", NULL, NULL, NULL },
		{ "1.00", NULL, "XYZ", NULL },
		{ "999999999999999999", NULL, "EUR", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		g_autoptr(GError) error = NULL;
		Money amount = { .minor = 7, .currency = "" };
		facts->has_gross = cases[i].gross != NULL;
		facts->has_payable = cases[i].payable != NULL;
		if (facts->has_gross)
			facts->gross = decimal(cases[i].gross);
		if (facts->has_payable)
			facts->payable = decimal(cases[i].payable);
		set(&facts->currency, cases[i].currency);
		if (cases[i].expected == NULL) {
			g_assert_false(invoice_facts_amount(facts, &amount, &error));
			g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
			g_assert_cmpint(amount.minor, ==, 7);
			continue;
		}
		g_assert_true(invoice_facts_amount(facts, &amount, &error));
		g_autofree char *text = money_format(amount);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

static void test_supplier_key(void)
{
	static const struct {
		const char *vat, *legal_id, *tax_id, *own_id, *iban, *name, *country, *expected;
	} cases[] = {
		{ "NL123456789B01", "0106:1", "2", "3", "4", "V", "NL", "vat:nl123456789b01" },
		{ "nl 1234.567.89-B01", NULL, NULL, NULL, NULL, NULL, "NL", "vat:nl123456789b01" },
		{ "123456789B01", NULL, NULL, NULL, NULL, NULL, "NL", "vat:nl123456789b01" },
		{ "175 269 2355", NULL, NULL, NULL, NULL, NULL, "gb", "vat:gb1752692355" },
		{ "175 269 2355", NULL, NULL, NULL, NULL, NULL, NULL, "vat:1752692355" },
		{ "094259216", NULL, NULL, NULL, NULL, NULL, "GR", "vat:el094259216" },
		{ "EL 094259216", NULL, NULL, NULL, NULL, NULL, "GR", "vat:el094259216" },
		{ "ESB12345678", NULL, NULL, NULL, NULL, NULL, "ES", "vat:esb12345678" },
		{ "B12345678", NULL, NULL, NULL, NULL, NULL, "ES", "vat:esb12345678" },
		{ "n/a", "0106:12345678", NULL, NULL, NULL, "V", NULL, "reg:010612345678" },
		{ NULL, "none", "Godkänd för F-skatt", "0088:7300010000001", NULL, "V", NULL, "own:00887300010000001" },
		{ NULL, NULL, "201/113/40209", "9", NULL, "V", NULL, "tax:20111340209" },
		{ NULL, NULL, NULL, NULL, "nl57 rabo 0107307510", "V", NULL, "iban:nl57rabo0107307510" },
		{ NULL, NULL, NULL, NULL, NULL, "Vink & Zonen  B.V.", NULL, "name:vinkzonenbv" },
		{ NULL, NULL, NULL, NULL, NULL, "ÉLAN", NULL, "name:élan" },
		{ NULL, NULL, NULL, NULL, NULL, "***", NULL, "name:***" },
		{ NULL, NULL, NULL, NULL, NULL, NULL, "NL", NULL },
		{ "-", NULL, NULL, NULL, NULL, NULL, "NL", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		set(&facts->supplier.vat, cases[i].vat);
		set(&facts->supplier.legal_id, cases[i].legal_id);
		set(&facts->supplier.tax_id, cases[i].tax_id);
		set(&facts->supplier.own_id, cases[i].own_id);
		set(&facts->supplier.name, cases[i].name);
		set(&facts->supplier.country, cases[i].country);
		if (cases[i].iban != NULL)
			g_ptr_array_add(facts->ibans, g_strdup(cases[i].iban));
		g_autofree char *key = invoice_supplier_key(facts);
		g_assert_cmpstr(key, ==, cases[i].expected);
	}
}

typedef struct {
	const char *what;
	void (*change)(InvoiceFacts *facts);
	gboolean other_identity, other_substance;
} Change;

static void change_nothing(InvoiceFacts *facts G_GNUC_UNUSED)
{
}

static void change_number_spelling(InvoiceFacts *facts)
{
	set(&facts->number, "2026/118 ");
}

static void change_number(InvoiceFacts *facts)
{
	set(&facts->number, "2026-1180");
}

static void change_vat_spelling(InvoiceFacts *facts)
{
	set(&facts->supplier.vat, "nl1234.56.789.b01");
}

static void change_vat(InvoiceFacts *facts)
{
	set(&facts->supplier.vat, "NL123456789B02");
}

static void change_day(InvoiceFacts *facts)
{
	facts->issue_date = date("2026-12-31");
}

static void change_year(InvoiceFacts *facts)
{
	facts->issue_date = date("2027-01-01");
}

static void change_kind(InvoiceFacts *facts)
{
	facts->kind = INVOICE_KIND_CREDIT_NOTE;
}

static void change_due_date(InvoiceFacts *facts)
{
	facts->due_date = date("2026-04-05");
}

static void change_zeros(InvoiceFacts *facts)
{
	facts->gross = decimal("1210");
	facts->payable = decimal("210.0000");
}

static void change_gross(InvoiceFacts *facts)
{
	facts->gross = decimal("12100");
}

static void change_payable(InvoiceFacts *facts)
{
	facts->payable = decimal("210.01");
}

static void change_sign(InvoiceFacts *facts)
{
	facts->gross = decimal("-1210.00");
}

static void change_no_gross(InvoiceFacts *facts)
{
	facts->has_gross = FALSE;
}

static void change_currency(InvoiceFacts *facts)
{
	set(&facts->currency, "USD");
}

static void change_iban_spelling(InvoiceFacts *facts)
{
	g_ptr_array_set_size(facts->ibans, 0);
	g_ptr_array_add(facts->ibans, g_strdup("NL57RABO0107307510"));
}

static void change_iban(InvoiceFacts *facts)
{
	g_ptr_array_set_size(facts->ibans, 0);
	g_ptr_array_add(facts->ibans, g_strdup("NL03INGB0004489902"));
}

static void change_more_ibans(InvoiceFacts *facts)
{
	g_ptr_array_add(facts->ibans, g_strdup("NL03INGB0004489902"));
}

static void change_payee(InvoiceFacts *facts)
{
	set(&facts->payee_name, "Factor BV");
}

static void change_supplier_name(InvoiceFacts *facts)
{
	set(&facts->supplier.name, "Vink en Zonen");
}

static void test_changes(void)
{
	static const Change changes[] = {
		{ "nothing", change_nothing, FALSE, FALSE },
		{ "spelling of the number", change_number_spelling, FALSE, FALSE },
		{ "number", change_number, TRUE, FALSE },
		{ "spelling of the VAT number", change_vat_spelling, FALSE, FALSE },
		{ "VAT number", change_vat, TRUE, TRUE },
		{ "day of issue", change_day, FALSE, FALSE },
		{ "year of issue", change_year, TRUE, FALSE },
		{ "kind", change_kind, TRUE, FALSE },
		{ "due date", change_due_date, FALSE, FALSE },
		{ "zeros behind the point", change_zeros, FALSE, FALSE },
		{ "a zero before the point", change_gross, FALSE, TRUE },
		{ "payable", change_payable, FALSE, TRUE },
		{ "sign", change_sign, FALSE, TRUE },
		{ "no gross", change_no_gross, FALSE, TRUE },
		{ "currency", change_currency, FALSE, TRUE },
		{ "spelling of the account", change_iban_spelling, FALSE, FALSE },
		{ "account", change_iban, FALSE, TRUE },
		{ "one account more", change_more_ibans, FALSE, TRUE },
		{ "payee", change_payee, FALSE, TRUE },
		{ "name beside the same VAT number", change_supplier_name, FALSE, FALSE },
	};
	g_autoptr(InvoiceFacts) original = sample();
	g_autofree char *identity = invoice_identity(original);
	g_autofree char *substance = invoice_substance(original);

	g_assert_cmpstr(identity, ==, "vat:nl123456789b01|2026118|2026|invoice");
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(InvoiceFacts) facts = sample();
		changes[i].change(facts);
		g_autofree char *other_identity = invoice_identity(facts);
		g_autofree char *other_substance = invoice_substance(facts);
		g_test_message("%s: %s, %s", changes[i].what, other_identity, other_substance);
		g_assert_cmpint(g_strcmp0(identity, other_identity) != 0, ==, changes[i].other_identity);
		g_assert_cmpint(g_strcmp0(substance, other_substance) != 0, ==, changes[i].other_substance);
	}
}

static void test_order_of_accounts(void)
{
	g_autoptr(InvoiceFacts) one = sample(), two = sample();

	g_ptr_array_add(one->ibans, g_strdup("NL03INGB0004489902"));
	g_ptr_array_insert(two->ibans, 0, g_strdup("NL03INGB0004489902"));
	g_autofree char *first = invoice_substance(one);
	g_autofree char *second = invoice_substance(two);
	g_assert_cmpstr(first, ==, second);
}

/* Numbers of signs alone are still told apart; nothing at all gives a string nevertheless. */
static void test_odd_identities(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_autofree char *nothing = invoice_identity(facts);

	g_assert_cmpstr(nothing, ==, "unknown||0000|invoice");
	set(&facts->number, "#");
	g_autofree char *one = invoice_identity(facts);
	set(&facts->number, "##");
	g_autofree char *two = invoice_identity(facts);
	g_assert_cmpstr(one, !=, two);
}

static void test_discount_date(void)
{
	static const struct {
		const char *percents[3], *dates[3], *expected;
	} cases[] = {
		{ { NULL }, { NULL }, NULL },
		{ { "2.00", "1.00", "0.00" }, { "2026-03-12", "2026-03-19", "2026-03-06" }, "2026-03-12" },
		{ { "1.00", "2.00", NULL }, { "2026-03-19", "2026-03-12", NULL }, "2026-03-12" },
		{ { "0.00", NULL, NULL }, { "2026-03-19", NULL, NULL }, NULL },
		{ { NULL, "x", "3" }, { "2026-03-10", "2026-03-09", NULL }, "2026-03-10" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		for (gsize k = 0; k < 3; k++) {
			Discount discount = { date(cases[i].dates[k]), -1, g_strdup(cases[i].percents[k]) };
			g_array_append_val(facts->discounts, discount);
		}
		g_autofree char *found = date_format(invoice_discount_date(facts));
		g_assert_cmpstr(found, ==, cases[i].expected);
	}
}

static void test_names(void)
{
	InvoiceKind kind = INVOICE_KIND_INVOICE;
	InvoiceState state = INVOICE_OPEN;

	for (InvoiceKind k = INVOICE_KIND_INVOICE; k <= INVOICE_KIND_CREDIT_NOTE; k++) {
		g_assert_true(invoice_kind_parse(invoice_kind_name(k), &kind));
		g_assert_cmpint(kind, ==, k);
	}
	for (InvoiceState s = INVOICE_OPEN; s <= INVOICE_WITHDRAWN; s++) {
		g_assert_true(invoice_state_parse(invoice_state_name(s), &state));
		g_assert_cmpint(state, ==, s);
	}
	g_assert_cmpstr(invoice_kind_name(INVOICE_KIND_CREDIT_NOTE), ==, "credit-note");
	g_assert_false(invoice_kind_parse("Invoice", &kind));
	g_assert_false(invoice_kind_parse(NULL, &kind));
	g_assert_false(invoice_state_parse("", &state));
	g_assert_cmpint(state, ==, INVOICE_WITHDRAWN);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/invoice/new", test_new);
	g_test_add_func("/invoice/amount", test_amount);
	g_test_add_func("/invoice/supplier-key", test_supplier_key);
	g_test_add_func("/invoice/changes", test_changes);
	g_test_add_func("/invoice/order-of-accounts", test_order_of_accounts);
	g_test_add_func("/invoice/odd-identities", test_odd_identities);
	g_test_add_func("/invoice/discount-date", test_discount_date);
	g_test_add_func("/invoice/names", test_names);
	return g_test_run();
}
