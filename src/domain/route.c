/* Routing: the first chain whose `when` holds. Every condition that fails says what was found and what was wanted, since explain
 * shows it to people who wrote the rule. */
#include "domain/route.h"

#include "base/text.h"

#include <string.h>

static gboolean matches_any(const GPtrArray *patterns, const char *value)
{
	for (guint i = 0; i < patterns->len; i++)
		if (text_matches(g_ptr_array_index(patterns, i), value))
			return TRUE;
	return FALSE;
}

/* "IT-*, 4100 or 4200" */
static char *list_wanted(const GPtrArray *patterns)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < patterns->len; i++) {
		if (i > 0)
			g_string_append(list, i + 1 == patterns->len ? " or " : ", ");
		g_string_append(list, g_ptr_array_index(patterns, i));
	}
	return g_string_free(list, FALSE);
}

/* `values` are those of the invoice for this condition, any of which may fit. */
static char *mismatch_in(const char *condition, const GPtrArray *patterns, const GPtrArray *values)
{
	if (!patterns)
		return NULL;
	g_autoptr(GString) found = g_string_new(NULL);
	for (guint i = 0; i < values->len; i++) {
		const char *value = g_ptr_array_index(values, i);
		if (matches_any(patterns, value))
			return NULL;
		g_string_append_printf(found, "%s\"%s\"", i > 0 ? ", " : "is ", value);
	}
	if (values->len == 0)
		g_string_append(found, "is not known");
	g_autofree char *wanted = list_wanted(patterns);
	return g_strdup_printf("%s %s, wanted %s", condition, found->str, wanted);
}

static char *mismatch_of(const char *condition, const GPtrArray *patterns, const char *value)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	if (value)
		g_ptr_array_add(values, (gpointer)value);
	return mismatch_in(condition, patterns, values);
}

static void add_value(GPtrArray *values, const char *value)
{
	if (value && *value && !g_ptr_array_find_with_equal_func(values, value, g_str_equal, NULL))
		g_ptr_array_add(values, (gpointer)value);
}

/* An identifier that carries its scheme ("0106:12345678") is also known by what stands after it. */
static void add_id(GPtrArray *values, const char *id)
{
	add_value(values, id);
	const char *colon = id ? strchr(id, ':') : NULL;
	if (colon)
		add_value(values, colon + 1);
}

static char *mismatch_of_supplier(const GPtrArray *patterns, const Party *supplier)
{
	if (!patterns)
		return NULL;
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	add_value(values, supplier->name);
	add_value(values, supplier->trading_name);
	add_value(values, supplier->vat);
	add_id(values, supplier->legal_id);
	add_value(values, supplier->tax_id);
	add_id(values, supplier->own_id);
	add_id(values, supplier->endpoint);
	return mismatch_in("supplier", patterns, values);
}

/* "900.00 EUR", or "900.00 NOK (76.77 EUR)" */
static char *amount_text(const Money *amount, const Money *converted)
{
	g_autofree char *found = money_format(*amount);
	if (!strcmp(amount->currency, converted->currency))
		return g_steal_pointer(&found);
	g_autofree char *worth = money_format(*converted);
	return g_strdup_printf("%s (%s)", found, worth);
}

/* The bound that the amount does not keep, or NULL. */
static char *mismatch_of_bound(const Money *amount, const Money *bound, gboolean is_max, const Rates *rates, gboolean *no_rate)
{
	const char *condition = is_max ? "max_amount" : "min_amount";
	g_autofree char *wanted = money_format(*bound);
	Money worth;
	*no_rate = !rates_convert(rates, *amount, bound->currency, &worth);
	if (*no_rate) {
		g_autofree char *found = money_format(*amount);
		return g_strdup_printf("amount %s has no rate to compare it with %s %s", found, condition, wanted);
	}
	if (is_max ? worth.minor <= bound->minor : worth.minor >= bound->minor)
		return NULL;
	g_autofree char *found = amount_text(amount, &worth);
	return g_strdup_printf("amount %s is %s %s %s", found, is_max ? "above" : "below", condition, wanted);
}

static char *mismatch_of_amount(const When *when, const InvoiceFacts *facts, const Rates *rates, gboolean *no_rate)
{
	if (!when->has_min && !when->has_max)
		return NULL;
	g_autoptr(GError) error = NULL;
	Money amount;
	if (!invoice_facts_amount(facts, &amount, &error))
		return g_strdup_printf("amount is not known: %s", error->message);
	char *mismatch = when->has_min ? mismatch_of_bound(&amount, &when->min, FALSE, rates, no_rate) : NULL;
	if (!mismatch && when->has_max)
		mismatch = mismatch_of_bound(&amount, &when->max, TRUE, rates, no_rate);
	return mismatch;
}

char *route_mismatch(const Chain *chain, const InvoiceFacts *facts, const Rates *rates, gboolean *no_rate)
{
	const When *when = &chain->when;
	*no_rate = FALSE;
	if (!chain->has_when)
		return NULL;
	char *mismatch = mismatch_of_supplier(when->supplier, &facts->supplier);
	if (!mismatch)
		mismatch = mismatch_of("kind", when->kind, invoice_kind_name(facts->kind));
	if (!mismatch)
		mismatch = mismatch_in("cost_centre", when->cost_centre, facts->cost_references);
	if (!mismatch)
		mismatch = mismatch_of("buyer_reference", when->buyer_reference, facts->buyer_reference);
	if (!mismatch)
		mismatch = mismatch_of("order", when->order, facts->order_reference);
	if (!mismatch)
		mismatch = mismatch_of("currency", when->currency, facts->currency);
	if (!mismatch)
		mismatch = mismatch_of_amount(when, facts, rates, no_rate);
	return mismatch;
}

const Chain *route_find(const Policy *policy, const InvoiceFacts *facts, GPtrArray *passed_over, gboolean *no_rate)
{
	*no_rate = FALSE;
	for (guint i = 0; i < policy->chains->len && !*no_rate; i++) {
		const Chain *chain = g_ptr_array_index(policy->chains, i);
		g_autofree char *mismatch = route_mismatch(chain, facts, policy->rates, no_rate);
		if (!mismatch)
			return chain;
		if (passed_over)
			g_ptr_array_add(passed_over, g_strdup_printf("%s: %s", chain->name, mismatch));
	}
	return NULL;
}

const char *route_ladder(const Policy *policy, const Administration *administration, const Chain *chain, const StageRule *stage,
                         InvoiceKind kind)
{
	const gboolean is_own = chain->when.kind != NULL;
	if (kind == INVOICE_KIND_CREDIT_NOTE && policy->credit_note_ladder && !is_own)
		return policy->credit_note_ladder;
	if (stage->ladder)
		return stage->ladder;
	if (administration && administration->ladder)
		return administration->ladder;
	return ((const Ladder *)g_ptr_array_index(policy->ladders, 0))->name;
}
