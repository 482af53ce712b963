/* Routing: each condition of `when`, alone and together, and the reasons that explain shows. */
#include "domain/route.h"

#include <string.h>

typedef GPtrArray **(*WhenList)(When *when);

static GPtrArray **administration(When *when)
{
	return &when->administration;
}

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

static char *joined(const GPtrArray *texts)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(texts, i));
	return g_string_free(text, FALSE);
}

/* "cost_centre: 4200, IT-100 / HR-*, 4100": found and wanted; "!" before it for want of a rate, "+" where it holds. NULL for none. */
static char *reason_text(const RouteReason *reason)
{
	if (!reason)
		return NULL;
	g_autofree char *found = joined(reason->found), *wanted = joined(reason->wanted);
	return g_strdup_printf("%s%s%s: %s / %s", reason->no_rate ? "!" : "", reason->holds ? "+" : "", reason->condition, found, wanted);
}

static char *mismatch_with(const Policy *policy, const Chain *chain, const RouteSubject *subject)
{
	g_autoptr(RouteReason) reason = route_mismatch(policy, chain, subject);
	if (reason)
		g_assert_cmpstr(reason->chain, ==, chain->name);
	return reason_text(reason);
}

static char *mismatch_of(const Chain *chain, const InvoiceFacts *facts)
{
	g_autoptr(Policy) policy = policy_new();
	const RouteSubject subject = {.facts = facts};
	return mismatch_with(policy, chain, &subject);
}

/* Where no rate is needed. */
static const Chain *found_in(const Policy *policy, const InvoiceFacts *facts, GPtrArray *reasons)
{
	const RouteSubject subject = {.facts = facts};
	gboolean no_rate = TRUE;
	const Chain *chain = route_find(policy, &subject, reasons, &no_rate);
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
	         "supplier: Drukkerij De Vries, NL801234567B01, 0106:12345678, 12345678, 0088:8712345678906, 8712345678906 / Drukkerij"},
		{kind, "invoice", NULL},
		{kind, "INV*", NULL},
		{kind, "credit-note", "kind: invoice / credit-note"},
		{cost_centre, "IT-*", NULL},
		{cost_centre, "4100|4200", NULL},
		{cost_centre, "HR-*|4100|4[!2]*", "cost_centre: 4200, IT-100 / HR-*, 4100, 4[!2]*"},
		{buyer_reference, "anna", NULL},
		{buyer_reference, "bob", "buyer_reference: Anna / bob"},
		{order, "*", "order:  / *"},
		{currency, "eur", NULL},
		{currency, "USD|GBP", "currency: EUR / USD, GBP"},
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
		const char *currency, *mismatch;
	} cases[] = {
		{NULL, "250.00 EUR", 25000, "EUR", NULL},
		{NULL, "250.00 EUR", 25001, "EUR", "max_amount: 250.01 EUR / 250.00 EUR"},
		{NULL, "250.00 EUR", -25001, "EUR", "max_amount: 250.01 EUR / 250.00 EUR"},
		{"250.00 EUR", NULL, 25000, "EUR", NULL},
		{"250.01 EUR", NULL, -25001, "EUR", NULL},
		{"250.01 EUR", NULL, 25000, "EUR", "min_amount: 250.00 EUR / 250.01 EUR"},
		{"1.00 EUR", "2.00 EUR", 150, "EUR", NULL},
		{"1.00 EUR", "2.00 EUR", 50, "EUR", "min_amount: 0.50 EUR / 1.00 EUR"},
		{"1.00 EUR", "2.00 EUR", 201, "EUR", "max_amount: 2.01 EUR / 2.00 EUR"},
		{NULL, "250.00 EUR", 100, "USD", "!max_amount: 1.00 USD / 250.00 EUR"},
		{"0.00 EUR", NULL, 100, "USD", "!min_amount: 1.00 USD / 0.00 EUR"},
		{"1.00 USD", "2.00 USD", 100, "EUR", "!min_amount: 1.00 EUR / 1.00 USD"},
		{"1.00 USD", "2.00 USD", 100, "USD", NULL},
		/* one NOK is 0.0853 EUR: bounds are inclusive after rounding half up */
		{NULL, "76.77 EUR", 90000, "NOK", NULL},
		{NULL, "76.76 EUR", 90000, "NOK", "max_amount: 900.00 NOK, 76.77 EUR / 76.76 EUR"},
		{"76.77 EUR", NULL, -90000, "NOK", NULL},
		{"76.78 EUR", NULL, 90000, "NOK", "min_amount: 900.00 NOK, 76.77 EUR / 76.78 EUR"},
		{"250.01 EUR", NULL, 293083, "NOK", "min_amount: 2930.83 NOK, 250.00 EUR / 250.01 EUR"}, /* 249.9998 */
		{NULL, "2930.83 NOK", 25000, "EUR", NULL},
		{NULL, "2930.82 NOK", 25000, "EUR", "max_amount: 250.00 EUR, 2930.83 NOK / 2930.82 NOK"},
	};
	g_autoptr(Policy) policy = policy_new();
	policy->rates = rates_new("EUR");
	g_assert_true(rates_add(policy->rates, "NOK", (Decimal){853, 4}, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice();
		g_free(facts->currency);
		facts->currency = g_strdup(cases[i].currency);
		facts->gross.unscaled = cases[i].gross;
		Chain *chain = chain_new();
		chain->has_when = TRUE;
		chain->when.has_min = cases[i].min && money_parse(cases[i].min, &chain->when.min, NULL);
		chain->when.has_max = cases[i].max && money_parse(cases[i].max, &chain->when.max, NULL);
		const RouteSubject subject = {.facts = facts};
		g_autofree char *mismatch = mismatch_with(policy, chain, &subject);
		g_assert_cmpstr(mismatch, ==, cases[i].mismatch);
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
	g_assert_cmpstr(mismatch, ==, "max_amount:  / 1.00 EUR");
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
	g_assert_cmpstr(mismatch, ==, "max_amount: 250.00 EUR / 249.99 EUR");
	chain->has_when = FALSE;
	g_assert_null(mismatch_of(chain, facts));
	chain_free(chain);
}

static void test_nothing_known(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	const WhenList lists[] = {administration, supplier, cost_centre, buyer_reference, order, currency};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		Chain *chain = chain_with(lists[i], "*");
		g_autofree char *mismatch = mismatch_of(chain, facts);
		g_assert_nonnull(strstr(mismatch, ":  / *"));
		chain_free(chain);
	}
}

static void test_find(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autoptr(InvoiceFacts) facts = invoice();
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
	g_assert_null(found_in(policy, facts, reasons));
	Chain *credit = chain_with(kind, "credit-note");
	Chain *it = chain_with(cost_centre, "IT-*");
	Chain *rest = chain_new();
	rest->name = g_strdup("rest");
	g_ptr_array_add(policy->chains, credit);
	g_assert_null(found_in(policy, facts, NULL));
	g_ptr_array_add(policy->chains, it);
	g_ptr_array_add(policy->chains, rest);
	g_assert_true(found_in(policy, facts, reasons) == it);
	g_assert_cmpuint(reasons->len, ==, 1);
	g_autofree char *reason = reason_text(reasons->pdata[0]);
	g_assert_cmpstr(reason, ==, "kind: invoice / credit-note");
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
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
	gboolean no_rate = FALSE;
	const RouteSubject subject = {.facts = facts};
	g_assert_null(route_find(policy, &subject, reasons, &no_rate));
	g_assert_true(no_rate);
	g_assert_cmpuint(reasons->len, ==, 1);
	g_autofree char *reason = reason_text(reasons->pdata[0]);
	g_assert_cmpstr(reason, ==, "!max_amount: 250.00 NOK / 250.00 EUR");
	policy->rates = rates_new("EUR");
	g_assert_null(route_find(policy, &subject, NULL, &no_rate));
	g_assert_true(rates_add(policy->rates, "NOK", (Decimal){853, 4}, NULL));
	g_assert_true(found_in(policy, facts, NULL) == it);
	rates_free(g_steal_pointer(&policy->rates));
	g_ptr_array_set_size(facts->cost_references, 0);
	g_assert_true(found_in(policy, facts, NULL) == rest);
}

static void test_administration(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autoptr(InvoiceFacts) facts = invoice();
	Administration *own = administration_new();
	own->name = g_strdup("Ejemplo SL");
	Chain *chain = chain_with(administration, "Voorbeeld*|ejemplo ??");
	const RouteSubject of_none = {.facts = facts}, of_own = {.facts = facts, .administration = own};
	g_autofree char *none = mismatch_with(policy, chain, &of_none);
	g_assert_cmpstr(none, ==, "administration:  / Voorbeeld*, ejemplo ??");
	g_assert_null(mismatch_with(policy, chain, &of_own));
	g_free(own->name);
	own->name = g_strdup("Exemple SA");
	g_autofree char *other = mismatch_with(policy, chain, &of_own);
	g_assert_cmpstr(other, ==, "administration: Exemple SA / Voorbeeld*, ejemplo ??");
	chain_free(chain);
	administration_free(own);
}

#define DAY G_GINT64_CONSTANT(86400)
#define NOW (G_GINT64_CONSTANT(20000) * DAY + 12 * 3600) /* in UTC */

/* Chains: what accumulates in 30d to 5000.00 EUR, and the rest. */
static Policy *accumulating(void)
{
	Policy *policy = policy_new();
	g_autoptr(Zone) zone = zone_new("UTC", NULL);
	Calendar *calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(calendar, "Mon-Fri 08:00-17:00", NULL));
	g_ptr_array_add(policy->calendars, policy_calendar_new(calendar));
	policy->default_calendar = g_strdup("nl");
	policy->rates = rates_new("EUR");
	g_assert_true(rates_add(policy->rates, "NOK", (Decimal){853, 4}, NULL));
	Chain *big = chain_new(), *rest = chain_new();
	big->name = g_strdup("big");
	big->has_when = big->when.has_accumulated = TRUE;
	g_assert_true(span_parse("30d", &big->when.accumulated_within, NULL) && money_parse("5000.00 EUR", &big->when.accumulated_min, NULL));
	rest->name = g_strdup("rest");
	g_ptr_array_add(policy->chains, big);
	g_ptr_array_add(policy->chains, rest);
	return policy;
}

static void test_accumulated(void)
{
	static const struct {
		const char *own;
		InvoiceKind kind;
		struct {
			const char *id, *amount;
			gint64 before; /* seconds before this one */
		} others[3];
		const char *chain, *reason;
	} cases[] = {
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{0}}, "rest", "accumulated: 2000.00 EUR / 5000.00 EUR, 30d"},
		{"5000.00 EUR", INVOICE_KIND_INVOICE, {{0}}, "big", "+accumulated: 5000.00 EUR / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "2000.00 EUR", 5 * DAY}}, "rest", "accumulated: 4000.00 EUR, i1 / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "2000.00 EUR", 5 * DAY}, {"i2", "2000.00 EUR", 0}}, "big",
	         "+accumulated: 6000.00 EUR, i1, i2 / 5000.00 EUR, 30d"},
		/* the whole 30 days and not a second more; nothing that came after it */
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "3000.00 EUR", 30 * DAY}}, "big", "+accumulated: 5000.00 EUR, i1 / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "3000.00 EUR", 30 * DAY + 1}}, "rest", "accumulated: 2000.00 EUR / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "3000.00 EUR", -1}}, "rest", "accumulated: 2000.00 EUR / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "2999.99 EUR", DAY}}, "rest", "accumulated: 4999.99 EUR, i1 / 5000.00 EUR, 30d"},
		/* a credit note adds nothing itself */
		{"2000.00 EUR", INVOICE_KIND_CREDIT_NOTE, {{"i1", "3000.00 EUR", DAY}}, "rest", "accumulated: 3000.00 EUR, i1 / 5000.00 EUR, 30d"},
		{"2000.00 EUR", INVOICE_KIND_CREDIT_NOTE, {{"i1", "5000.00 EUR", DAY}}, "big", "+accumulated: 5000.00 EUR, i1 / 5000.00 EUR, 30d"},
		/* each currency is added up, then converted: either alone would round to nothing */
		{"4999.99 EUR", INVOICE_KIND_INVOICE, {{"i1", "0.05 NOK", DAY}, {"i2", "0.04 NOK", DAY}}, "big",
	         "+accumulated: 5000.00 EUR, i1, i2 / 5000.00 EUR, 30d"},
		{"900.00 NOK", INVOICE_KIND_INVOICE, {{"i1", "4923.23 EUR", DAY}}, "big", "+accumulated: 5000.00 EUR, i1 / 5000.00 EUR, 30d"},
		/* without a rate nobody can say, but where the others are enough */
		{"1.00 USD", INVOICE_KIND_INVOICE, {{"i1", "4999.99 EUR", DAY}}, NULL, "!accumulated: 1.00 USD / 5000.00 EUR, 30d"},
		{"4999.99 EUR", INVOICE_KIND_INVOICE, {{"i1", "1.00 USD", DAY}, {"i2", "2.00 USD", DAY}}, NULL, "!accumulated: 3.00 USD / 5000.00 EUR, 30d"},
		{"5000.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "1.00 USD", DAY}}, "big", "+accumulated: 5000.00 EUR, i1 / 5000.00 EUR, 30d"},
		{"1.00 EUR", INVOICE_KIND_INVOICE, {{"i1", "1.00 USD", 31 * DAY}}, "rest", "accumulated: 1.00 EUR / 5000.00 EUR, 30d"},
		{"90071992547409.91 EUR", INVOICE_KIND_INVOICE, {{"i1", "90071992547409.91 EUR", DAY}, {"i2", "1.00 NOK", DAY}}, "big",
	         "+accumulated: 90071992547409.91 EUR, i1, i2 / 5000.00 EUR, 30d"},
	};
	g_autoptr(Policy) policy = accumulating();
	g_assert_cmpint(route_reach(policy, NULL, NOW), ==, NOW - 30 * DAY);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice();
		g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(RouteOther));
		Money own;
		g_assert_true(money_parse(cases[i].own, &own, NULL));
		g_free(facts->currency);
		facts->currency = g_strdup(own.currency);
		facts->gross = (Decimal){own.minor, 2};
		facts->kind = cases[i].kind;
		for (guint j = 0; j < G_N_ELEMENTS(cases[i].others) && cases[i].others[j].id; j++) {
			RouteOther other = {cases[i].others[j].id, NOW - cases[i].others[j].before, {0}};
			g_assert_true(money_parse(cases[i].others[j].amount, &other.amount, NULL));
			g_array_append_val(others, other);
		}
		const RouteSubject subject = {facts, NULL, NOW, others};
		g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
		gboolean no_rate;
		const Chain *chain = route_find(policy, &subject, reasons, &no_rate);
		g_assert_cmpuint(reasons->len, ==, 1);
		g_autofree char *reason = reason_text(reasons->pdata[0]);
		g_assert_cmpstr(reason, ==, cases[i].reason);
		g_assert_cmpstr(chain ? chain->name : NULL, ==, cases[i].chain);
		g_assert_cmpint(no_rate, ==, !cases[i].chain);
	}
}

/* Working days count in the calendar of the administration; the longest reach is the one that matters. */
static void test_reach(void)
{
	g_autoptr(Policy) policy = accumulating();
	g_autoptr(Zone) zone = zone_new("UTC", NULL);
	Calendar *sunday = calendar_new("sunday", zone);
	g_assert_true(calendar_add_work(sunday, "Sun 08:00-17:00", NULL));
	g_ptr_array_add(policy->calendars, policy_calendar_new(sunday));
	Administration *administration = administration_new();
	administration->calendar = g_strdup("sunday");
	Chain *big = policy->chains->pdata[0];
	g_assert_true(span_parse("2bd", &big->when.accumulated_within, NULL));
	g_assert_cmpint(NOW - route_reach(policy, NULL, NOW), ==, 2 * DAY);            /* a Thursday */
	g_assert_cmpint(NOW - route_reach(policy, administration, NOW), >, 2 * 7 * DAY - 7 * DAY);
	Chain *bigger = chain_new();
	bigger->has_when = bigger->when.has_accumulated = TRUE;
	g_assert_true(span_parse("1w", &bigger->when.accumulated_within, NULL));
	g_ptr_array_add(policy->chains, bigger);
	g_assert_cmpint(NOW - route_reach(policy, NULL, NOW), ==, 7 * DAY);
	g_ptr_array_set_size(policy->chains, 0);
	g_assert_cmpint(route_reach(policy, NULL, NOW), ==, NOW);
	administration_free(administration);
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
	g_test_add_func("/route/administration", test_administration);
	g_test_add_func("/route/accumulated", test_accumulated);
	g_test_add_func("/route/reach", test_reach);
	return g_test_run();
}
