/* Due dates that the document does not state: who goes before whom. */
#include "domain/due.h"

static void test_parse(void)
{
	static const struct {
		const char *text, *pattern; /* NULL: none */
		guint days;
	} cases[] = {
		{"NL8* 60", "NL8*", 60}, {"Vink & Zn BV 14", "Vink & Zn BV", 14}, {"x 0", "x", 0}, {"x 366", "x", 366}, {"x 367", NULL, 0}, {"x 1000", NULL, 0}, {"60", NULL, 0},
		{" 60", NULL, 0}, {"x ", NULL, 0}, {"", NULL, 0}, {"x 6a", NULL, 0}, {"x -6", NULL, 0}, {"x  60", "x", 60}, {"  60", NULL, 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *pattern = NULL;
		guint days = 0;
		g_assert_cmpint(due_terms_parse(cases[i].text, &pattern, &days), ==, cases[i].pattern != NULL);
		g_assert_cmpstr(pattern, ==, cases[i].pattern);
		if (pattern)
			g_assert_cmpuint(days, ==, cases[i].days);
	}
}

static void test_order(void)
{
	static const struct {
		const char *due, *source, *supplier, *issued;
		InvoiceKind kind;
		guint days;
		const char *wanted, *wanted_source;
	} cases[] = {
		{"2026-12-31", "document", "Vos", "2026-12-01", INVOICE_KIND_INVOICE, 30, "2026-12-31", "document"},
		{"2026-12-31", "terms", "Vos", "2026-12-01", INVOICE_KIND_INVOICE, 30, "2026-12-15", "supplier"},
		{"2026-12-31", "terms", "Vink", "2026-12-01", INVOICE_KIND_INVOICE, 30, "2026-12-31", "terms"},
		{NULL, NULL, "VOS", "2026-12-01", INVOICE_KIND_INVOICE, 30, "2026-12-15", "supplier"},
		{NULL, NULL, "Vos", NULL, INVOICE_KIND_INVOICE, 30, "2027-01-04", "policy"},
		{NULL, NULL, "Vink", "2026-12-01", INVOICE_KIND_INVOICE, 30, "2027-01-04", "policy"},
		{NULL, NULL, "Vink", "2026-12-01", INVOICE_KIND_INVOICE, 0, NULL, NULL},
		{NULL, NULL, "Vos", "2026-12-01", INVOICE_KIND_CREDIT_NOTE, 30, NULL, NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		g_autoptr(Policy) policy = policy_new();
		Date received = DATE_NONE;
		date_parse("2026-12-05", &received, NULL);
		if (cases[i].due)
			date_parse(cases[i].due, &facts->due_date, NULL);
		if (cases[i].issued)
			date_parse(cases[i].issued, &facts->issue_date, NULL);
		facts->due_date_source = g_strdup(cases[i].source);
		facts->supplier.name = g_strdup(cases[i].supplier);
		facts->kind = cases[i].kind;
		policy->due_days = cases[i].days;
		policy->supplier_terms = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(policy->supplier_terms, g_strdup("NL8* 60"));
		g_ptr_array_add(policy->supplier_terms, g_strdup("v?s 14"));
		due_fill(facts, policy, received);
		g_autofree char *due = date_format(facts->due_date);
		g_assert_cmpstr(due, ==, cases[i].wanted);
		g_assert_cmpstr(facts->due_date_source, ==, cases[i].wanted_source);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/due/parse", test_parse);
	g_test_add_func("/due/order", test_order);
	return g_test_run();
}
