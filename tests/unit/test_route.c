/* Routing: each condition of `when`, alone and together, and the reasons that explain shows. */
#include "domain/route.h"

#include <string.h>

typedef GPtrArray **(*WhenList)(When *when);

static GPtrArray **supplier(When *when)
{
	return &when->supplier;
}

static GPtrArray **kind(When *when)
{
	return &when->kind;
}

static GPtrArray **cost_centre(When *when)
{
	return &when->cost_centre;
}

static GPtrArray **buyer_reference(When *when)
{
	return &when->buyer_reference;
}

static GPtrArray **order(When *when)
{
	return &when->order;
}

static GPtrArray **currency(When *when)
{
	return &when->currency;
}

static InvoiceFacts *invoice(void)
{
	InvoiceFacts *facts = invoice_facts_new();
	facts->kind = INVOICE_KIND_INVOICE;
	facts->supplier.name = g_strdup("Drukkerij De Vries");
	facts->supplier.vat = g_strdup("NL801234567B01");
	facts->supplier.legal_id = g_strdup("0106:12345678");
	facts->supplier.endpoint = g_strdup("0088:8712345678906");
	g_ptr_array_add(facts->cost_references, g_strdup("4200"));
	g_ptr_array_add(facts->cost_references, g_strdup("IT-100"));
	facts->buyer_reference = g_strdup("Anna");
	facts->currency = g_strdup("EUR");
	facts->has_gross = TRUE;
	facts->gross = (Decimal){.unscaled = 25000, .scale = 2};
	return facts;
}

/* Where no rate is needed. */
static char *mismatch_of(const Chain *chain, const InvoiceFacts *facts)
{
	gboolean no_rate = TRUE;
	char *mismatch = route_mismatch(chain, facts, NULL, &no_rate);
	g_assert_false(no_rate);
	return mismatch;
}

static const Chain *found_in(const Policy *policy, const InvoiceFacts *facts, GPtrArray *passed_over)
{
	gboolean no_rate = TRUE;
	const Chain *chain = route_find(policy, facts, passed_over, &no_rate);
	g_assert_false(no_rate);
	return chain;
}

static Chain *chain_with(WhenList list, const char *patterns)
{
	Chain *chain = chain_new();
	chain->name = g_strdup("it");
	chain->has_when = TRUE;
	g_auto(GStrv) words = g_strsplit(patterns, "|", -1);
	GPtrArray **target = list(&chain->when);
	*target = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; words[i]; i++)
		g_ptr_array_add(*target, g_strdup(words[i]));
	return chain;
}

static void test_lists(void)
{
	static const struct {
		WhenList list;
		const char *patterns, *mismatch; /* NULL: fits */
	} cases[] = {
		{supplier, "drukkerij *", NULL},
		{supplier, "NL8*", NULL},
		{supplier, "BE*|nl801234567b01", NULL},
		{supplier, "0106:12345678", NULL},
		{supplier, "12345678", NULL},
		{supplier, "8712345678906", NULL},
		{supplier, "Drukkerij",
	         "supplier is \"Drukkerij De Vries\", \"NL801234567B01\", \"0106:12345678\", \"12345678\", "
	         "\"0088:8712345678906\", \"8712345678906\", wanted Drukkerij"},
		{kind, "invoice", NULL},
		{kind, "INV*", NULL},
		{kind, "credit-note", "kind is \"invoice\", wanted credit-note"},
		{cost_centre, "IT-*", NULL},
		{cost_centre, "4100|4200", NULL},
		{cost_centre, "HR-*|4100|4[!2]*", "cost_centre is \"4200\", \"IT-100\", wanted HR-*, 4100 or 4[!2]*"},
		{buyer_reference, "anna", NULL},
		{buyer_reference, "bob", "buyer_reference is \"Anna\", wanted bob"},
		{order, "*", "order is not known, wanted *"},
		{currency, "eur", NULL},
		{currency, "USD|GBP", "currency is \"EUR\", wanted USD or GBP"},
	};
	g_autoptr(InvoiceFacts) facts = invoice();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Chain *chain = chain_with(cases[i].list, cases[i].patterns);
		g_autofree char *mismatch = mismatch_of(chain, facts);
		g_assert_cmpstr(mismatch, ==, cases[i].mismatch);
		chain_free(chain);
	}
}

static void test_amounts(void)
{
	static const struct {
		const char *min, *max;
		gint64 gross; /* in cents */
		const char *currency, *mismatch; /* with ! before it: for want of a rate */
	} cases[] = {
		{NULL, "250.00 EUR", 25000, "EUR", NULL},
		{NULL, "250.00 EUR", 25001, "EUR", "amount 250.01 EUR is above max_amount 250.00 EUR"},
		{NULL, "250.00 EUR", -25001, "EUR", "amount 250.01 EUR is above max_amount 250.00 EUR"},
		{"250.00 EUR", NULL, 25000, "EUR", NULL},
		{"250.01 EUR", NULL, -25001, "EUR", NULL},
		{"250.01 EUR", NULL, 25000, "EUR", "amount 250.00 EUR is below min_amount 250.01 EUR"},
		{"1.00 EUR", "2.00 EUR", 150, "EUR", NULL},
		{"1.00 EUR", "2.00 EUR", 50, "EUR", "amount 0.50 EUR is below min_amount 1.00 EUR"},
		{"1.00 EUR", "2.00 EUR", 201, "EUR", "amount 2.01 EUR is above max_amount 2.00 EUR"},
		{NULL, "250.00 EUR", 100, "USD", "!amount 1.00 USD has no rate to compare it with max_amount 250.00 EUR"},
		{"0.00 EUR", NULL, 100, "USD", "!amount 1.00 USD has no rate to compare it with min_amount 0.00 EUR"},
		{"1.00 USD", "2.00 USD", 100, "EUR", "!amount 1.00 EUR has no rate to compare it with min_amount 1.00 USD"},
		{"1.00 USD", "2.00 USD", 100, "USD", NULL},
		/* one NOK is 0.0853 EUR: bounds are inclusive after rounding half up */
		{NULL, "76.77 EUR", 90000, "NOK", NULL},
		{NULL, "76.76 EUR", 90000, "NOK", "amount 900.00 NOK (76.77 EUR) is above max_amount 76.76 EUR"},
		{"76.77 EUR", NULL, -90000, "NOK", NULL},
		{"76.78 EUR", NULL, 90000, "NOK", "amount 900.00 NOK (76.77 EUR) is below min_amount 76.78 EUR"},
		{"250.01 EUR", NULL, 293083, "NOK", "amount 2930.83 NOK (250.00 EUR) is below min_amount 250.01 EUR"}, /* 249.9998 */
		{NULL, "2930.83 NOK", 25000, "EUR", NULL},
		{NULL, "2930.82 NOK", 25000, "EUR", "amount 250.00 EUR (2930.83 NOK) is above max_amount 2930.82 NOK"},
	};
	g_autoptr(Rates) rates = rates_new("EUR");
	g_assert_true(rates_add(rates, "NOK", (Decimal){853, 4}, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice();
		g_free(facts->currency);
		facts->currency = g_strdup(cases[i].currency);
		facts->gross.unscaled = cases[i].gross;
		Chain *chain = chain_new();
		chain->has_when = TRUE;
		chain->when.has_min = cases[i].min && money_parse(cases[i].min, &chain->when.min, NULL);
		chain->when.has_max = cases[i].max && money_parse(cases[i].max, &chain->when.max, NULL);
		gboolean no_rate, wanted_no_rate = cases[i].mismatch && *cases[i].mismatch == '!';
		g_autofree char *mismatch = route_mismatch(chain, facts, rates, &no_rate);
		g_assert_cmpstr(mismatch, ==, wanted_no_rate ? cases[i].mismatch + 1 : cases[i].mismatch);
		g_assert_cmpint(no_rate, ==, wanted_no_rate);
		chain_free(chain);
	}
}

static void test_amount_unknown(void)
{
	g_autoptr(InvoiceFacts) facts = invoice();
	facts->has_gross = FALSE;
	Chain *chain = chain_new();
	chain->has_when = TRUE;
	chain->when.has_max = money_parse("1.00 EUR", &chain->when.max, NULL);
	g_autofree char *mismatch = mismatch_of(chain, facts);
	g_assert_true(g_str_has_prefix(mismatch, "amount is not known: "));
	chain_free(chain);
}

static void test_every_condition_must_hold(void)
{
	g_autoptr(InvoiceFacts) facts = invoice();
	Chain *chain = chain_with(cost_centre, "IT-*");
	chain->when.currency = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(chain->when.currency, g_strdup("EUR"));
	g_assert_null(mismatch_of(chain, facts));
	chain->when.has_max = money_parse("249.99 EUR", &chain->when.max, NULL);
	g_autofree char *mismatch = mismatch_of(chain, facts);
	g_assert_cmpstr(mismatch, ==, "amount 250.00 EUR is above max_amount 249.99 EUR");
	chain->has_when = FALSE;
	g_assert_null(mismatch_of(chain, facts));
	chain_free(chain);
}

static void test_nothing_known(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	const WhenList lists[] = {supplier, cost_centre, buyer_reference, order, currency};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		Chain *chain = chain_with(lists[i], "*");
		g_autofree char *mismatch = mismatch_of(chain, facts);
		g_assert_nonnull(strstr(mismatch, "is not known, wanted *"));
		chain_free(chain);
	}
}

static void test_find(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autoptr(InvoiceFacts) facts = invoice();
	g_autoptr(GPtrArray) passed_over = g_ptr_array_new_with_free_func(g_free);
	g_assert_null(found_in(policy, facts, passed_over));
	Chain *credit = chain_with(kind, "credit-note");
	Chain *it = chain_with(cost_centre, "IT-*");
	Chain *rest = chain_new();
	rest->name = g_strdup("rest");
	g_ptr_array_add(policy->chains, credit);
	g_assert_null(found_in(policy, facts, NULL));
	g_ptr_array_add(policy->chains, it);
	g_ptr_array_add(policy->chains, rest);
	g_assert_true(found_in(policy, facts, passed_over) == it);
	g_assert_cmpuint(passed_over->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(passed_over, 0), ==, "it: kind is \"invoice\", wanted credit-note");
	g_ptr_array_set_size(facts->cost_references, 0);
	g_assert_true(found_in(policy, facts, NULL) == rest);
}

/* A chain that needs a rate stops the search only where the invoice comes to it and all else of it fits. */
static void test_no_rate(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autoptr(InvoiceFacts) facts = invoice();
	g_free(facts->currency);
	facts->currency = g_strdup("NOK");
	Chain *it = chain_with(cost_centre, "IT-*");
	it->when.has_max = money_parse("250.00 EUR", &it->when.max, NULL);
	Chain *rest = chain_new();
	rest->name = g_strdup("rest");
	g_ptr_array_add(policy->chains, it);
	g_ptr_array_add(policy->chains, rest);
	g_autoptr(GPtrArray) passed_over = g_ptr_array_new_with_free_func(g_free);
	gboolean no_rate = FALSE;
	g_assert_null(route_find(policy, facts, passed_over, &no_rate));
	g_assert_true(no_rate);
	g_assert_cmpuint(passed_over->len, ==, 1);
	g_assert_cmpstr(passed_over->pdata[0], ==, "it: amount 250.00 NOK has no rate to compare it with max_amount 250.00 EUR");
	policy->rates = rates_new("EUR");
	g_assert_null(route_find(policy, facts, NULL, &no_rate));
	g_assert_true(rates_add(policy->rates, "NOK", (Decimal){853, 4}, NULL));
	g_assert_true(found_in(policy, facts, NULL) == it);
	rates_free(g_steal_pointer(&policy->rates));
	g_ptr_array_set_size(facts->cost_references, 0);
	g_assert_true(found_in(policy, facts, NULL) == rest);
}

static void test_ladder(void)
{
	static const struct {
		const char *credit_note_ladder, *kinds;
		InvoiceKind kind;
		const char *wanted;
	} cases[] = {
		{NULL, NULL, INVOICE_KIND_INVOICE, "standard"},
		{NULL, NULL, INVOICE_KIND_CREDIT_NOTE, "standard"},
		{"gentle", NULL, INVOICE_KIND_INVOICE, "standard"},
		{"gentle", NULL, INVOICE_KIND_CREDIT_NOTE, "gentle"},
		{"gentle", "credit-note", INVOICE_KIND_CREDIT_NOTE, "standard"}, /* a chain of its own */
		{"gentle", "*", INVOICE_KIND_CREDIT_NOTE, "standard"},
	};
	StageRule *stage = stage_rule_new();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Policy) policy = policy_new();
		g_ptr_array_add(policy->ladders, ladder_new("first"));
		policy->credit_note_ladder = g_strdup(cases[i].credit_note_ladder);
		stage->ladder = g_strdup("standard");
		Chain *chain = cases[i].kinds ? chain_with(kind, cases[i].kinds) : chain_with(currency, "EUR");
		g_assert_cmpstr(route_ladder(policy, NULL, chain, stage, cases[i].kind), ==, cases[i].wanted);
		Administration *administration = administration_new();
		administration->ladder = g_strdup("its own");
		g_assert_cmpstr(route_ladder(policy, administration, chain, stage, cases[i].kind), ==, cases[i].wanted);
		g_clear_pointer(&stage->ladder, g_free);
		const gboolean is_gentle = !strcmp(cases[i].wanted, "gentle");
		g_assert_cmpstr(route_ladder(policy, administration, chain, stage, cases[i].kind), ==, is_gentle ? "gentle" : "its own");
		g_assert_cmpstr(route_ladder(policy, NULL, chain, stage, cases[i].kind), ==, is_gentle ? "gentle" : "first");
		g_clear_pointer(&administration->ladder, g_free);
		g_assert_cmpstr(route_ladder(policy, administration, chain, stage, cases[i].kind), ==, is_gentle ? "gentle" : "first");
		administration_free(administration);
		chain_free(chain);
	}
	stage_rule_free(stage);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/route/lists", test_lists);
	g_test_add_func("/route/amounts", test_amounts);
	g_test_add_func("/route/amount-unknown", test_amount_unknown);
	g_test_add_func("/route/every-condition", test_every_condition_must_hold);
	g_test_add_func("/route/nothing-known", test_nothing_known);
	g_test_add_func("/route/find", test_find);
	g_test_add_func("/route/no-rate", test_no_rate);
	g_test_add_func("/route/ladder", test_ladder);
	return g_test_run();
}
