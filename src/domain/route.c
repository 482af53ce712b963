/* Routing: the first chain whose `when` holds. Every condition that fails says what was found and what was wanted, since explain
 * shows it to people who wrote the rule. */
#include "domain/route.h"

#include "base/text.h"

#include <string.h>

RouteReason *route_reason_new(const char *chain, const char *condition)
{
	RouteReason *reason = g_new0(RouteReason, 1);
	reason->chain = g_strdup(chain);
	reason->condition = g_strdup(condition);
	reason->found = g_ptr_array_new_with_free_func(g_free);
	reason->wanted = g_ptr_array_new_with_free_func(g_free);
	return reason;
}

void route_reason_free(RouteReason *reason)
{
	if (!reason)
		return;
	g_free(reason->chain);
	g_free(reason->condition);
	g_ptr_array_unref(reason->found);
	g_ptr_array_unref(reason->wanted);
	g_free(reason);
}

/* --- lists of patterns --- */

static gboolean matches_any(const GPtrArray *patterns, const char *value)
{
	for (guint i = 0; i < patterns->len; i++)
		if (text_matches(g_ptr_array_index(patterns, i), value))
			return TRUE;
	return FALSE;
}

static void add_copies(GPtrArray *texts, const GPtrArray *others)
{
	for (guint i = 0; i < others->len; i++)
		g_ptr_array_add(texts, g_strdup(g_ptr_array_index(others, i)));
}

/* `values` are those of the invoice for this condition, any of which may fit. */
static RouteReason *mismatch_in(const char *condition, const GPtrArray *patterns, const GPtrArray *values)
{
	if (!patterns)
		return NULL;
	for (guint i = 0; i < values->len; i++)
		if (matches_any(patterns, g_ptr_array_index(values, i)))
			return NULL;
	RouteReason *reason = route_reason_new(NULL, condition);
	add_copies(reason->found, values);
	add_copies(reason->wanted, patterns);
	return reason;
}

static RouteReason *mismatch_of(const char *condition, const GPtrArray *patterns, const char *value)
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

static RouteReason *mismatch_of_supplier(const GPtrArray *patterns, const Party *supplier)
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

gboolean route_is_supplier(const char *pattern, const Party *supplier)
{
	g_autoptr(GPtrArray) patterns = g_ptr_array_new();
	g_ptr_array_add(patterns, (gpointer)pattern);
	RouteReason *mismatch = mismatch_of_supplier(patterns, supplier);
	const gboolean fits = mismatch == NULL;
	g_clear_pointer(&mismatch, route_reason_free);
	return fits;
}

static RouteReason *mismatch_of_lists(const When *when, const RouteSubject *subject)
{
	const InvoiceFacts *facts = subject->facts;
	RouteReason *mismatch = mismatch_of("administration", when->administration, subject->administration ? subject->administration->name : NULL);
	if (!mismatch)
		mismatch = mismatch_of_supplier(when->supplier, &facts->supplier);
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
	return mismatch;
}

/* --- amounts --- */

static RouteReason *reason_of_bound(const char *condition, const Money *bound)
{
	RouteReason *reason = route_reason_new(NULL, condition);
	g_ptr_array_add(reason->wanted, money_format(*bound));
	return reason;
}

/* The bound that the amount does not keep, or NULL. */
static RouteReason *mismatch_of_bound(const Money *amount, const Money *bound, gboolean is_max, const Rates *rates)
{
	Money worth;
	const gboolean known = rates_convert(rates, *amount, bound->currency, &worth);
	if (known && (is_max ? worth.minor <= bound->minor : worth.minor >= bound->minor))
		return NULL;
	RouteReason *reason = reason_of_bound(is_max ? "max_amount" : "min_amount", bound);
	reason->no_rate = !known;
	g_ptr_array_add(reason->found, money_format(*amount));
	if (known && strcmp(amount->currency, bound->currency) != 0)
		g_ptr_array_add(reason->found, money_format(worth));
	return reason;
}

static RouteReason *mismatch_of_amount(const When *when, const InvoiceFacts *facts, const Rates *rates)
{
	Money amount;
	if (!when->has_min && !when->has_max)
		return NULL;
	if (!invoice_facts_amount(facts, &amount, NULL))
		return when->has_min ? reason_of_bound("min_amount", &when->min) : reason_of_bound("max_amount", &when->max);
	RouteReason *mismatch = when->has_min ? mismatch_of_bound(&amount, &when->min, FALSE, rates) : NULL;
	if (!mismatch && when->has_max)
		mismatch = mismatch_of_bound(&amount, &when->max, TRUE, rates);
	return mismatch;
}

/* --- what a supplier's invoices add up to --- */

static gint64 reach_of(const Policy *policy, const Administration *administration, Span within, gint64 received)
{
	within.back = TRUE;
	within.amount = -within.amount;
	return span_apply(policy_calendar_for_country(policy, administration, NULL), received, within);
}

gint64 route_reach(const Policy *policy, const Administration *administration, gint64 received)
{
	gint64 reach = received;
	for (guint i = 0; i < policy->chains->len; i++) {
		const When *when = &((const Chain *)g_ptr_array_index(policy->chains, i))->when;
		if (when->has_accumulated)
			reach = MIN(reach, reach_of(policy, administration, when->accumulated_within, received));
	}
	return reach;
}

/* The sum is kept by currency, so that each is rounded once. */
typedef struct {
	const char *currency; /* borrowed from what was added */
	gint64 minor;
} Subtotal;

static void add_amount(GArray *subtotals, const Money *amount)
{
	for (guint i = 0; i < subtotals->len; i++) {
		Subtotal *subtotal = &g_array_index(subtotals, Subtotal, i);
		if (strcmp(subtotal->currency, amount->currency) != 0)
			continue;
		subtotal->minor = MIN(subtotal->minor + amount->minor, MONEY_MINOR_MAX);
		return;
	}
	const Subtotal first = {amount->currency, amount->minor};
	g_array_append_val(subtotals, first);
}

/* *lacking: a subtotal that has no rate, `minor` 0 where all have one. */
static Money sum_up(const GArray *subtotals, const char *currency, const Rates *rates, Money *lacking)
{
	Money sum = {0}, worth;
	g_strlcpy(sum.currency, currency, sizeof sum.currency);
	*lacking = (Money){0};
	for (guint i = 0; i < subtotals->len; i++) {
		const Subtotal *subtotal = &g_array_index(subtotals, Subtotal, i);
		Money part = {.minor = subtotal->minor};
		g_strlcpy(part.currency, subtotal->currency, sizeof part.currency);
		if (rates_convert(rates, part, currency, &worth))
			sum.minor = MIN(sum.minor + worth.minor, MONEY_MINOR_MAX);
		else
			*lacking = part;
	}
	return sum;
}

/* Whether the condition holds, and what of; never NULL. What has no rate counts only where the rest does not reach the bound. */
static RouteReason *accumulated(const Policy *policy, const When *when, const RouteSubject *subject)
{
	g_autoptr(GArray) subtotals = g_array_new(FALSE, FALSE, sizeof(Subtotal));
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	const gint64 reach = reach_of(policy, subject->administration, when->accumulated_within, subject->received);
	Money own, lacking;
	if (subject->facts->kind == INVOICE_KIND_INVOICE && invoice_facts_amount(subject->facts, &own, NULL))
		add_amount(subtotals, &own);
	for (guint i = 0; subject->others && i < subject->others->len; i++) {
		const RouteOther *other = &g_array_index(subject->others, RouteOther, i);
		if (other->received < reach || other->received > subject->received)
			continue;
		add_amount(subtotals, &other->amount);
		g_ptr_array_add(ids, (gpointer)other->id);
	}
	const Money sum = sum_up(subtotals, when->accumulated_min.currency, policy->rates, &lacking);
	RouteReason *reason = reason_of_bound("accumulated", &when->accumulated_min);
	g_ptr_array_add(reason->wanted, span_format(when->accumulated_within));
	reason->holds = sum.minor >= when->accumulated_min.minor;
	reason->no_rate = !reason->holds && lacking.minor > 0;
	g_ptr_array_add(reason->found, money_format(reason->no_rate ? lacking : sum));
	if (!reason->no_rate)
		add_copies(reason->found, ids);
	return reason;
}

/* --- the whole --- */

static RouteReason *mismatch_of_sum(const Policy *policy, const When *when, const RouteSubject *subject)
{
	g_autoptr(RouteReason) reason = when->has_accumulated ? accumulated(policy, when, subject) : NULL;
	return reason && !reason->holds ? g_steal_pointer(&reason) : NULL;
}

RouteReason *route_mismatch(const Policy *policy, const Chain *chain, const RouteSubject *subject)
{
	const When *when = &chain->when;
	if (!chain->has_when)
		return NULL;
	RouteReason *mismatch = mismatch_of_lists(when, subject);
	if (!mismatch)
		mismatch = mismatch_of_amount(when, subject->facts, policy->rates);
	if (!mismatch)
		mismatch = mismatch_of_sum(policy, when, subject);
	if (mismatch)
		mismatch->chain = g_strdup(chain->name);
	return mismatch;
}

static void add_reason(GPtrArray *reasons, RouteReason *reason)
{
	if (reasons)
		g_ptr_array_add(reasons, reason);
	else
		route_reason_free(reason);
}

static void add_sum(GPtrArray *reasons, const Policy *policy, const Chain *chain, const RouteSubject *subject)
{
	if (!reasons || !chain->has_when || !chain->when.has_accumulated)
		return;
	RouteReason *reason = accumulated(policy, &chain->when, subject);
	reason->chain = g_strdup(chain->name);
	g_ptr_array_add(reasons, reason);
}

const Chain *route_find(const Policy *policy, const RouteSubject *subject, GPtrArray *reasons, gboolean *no_rate)
{
	*no_rate = FALSE;
	for (guint i = 0; i < policy->chains->len && !*no_rate; i++) {
		const Chain *chain = g_ptr_array_index(policy->chains, i);
		RouteReason *mismatch = route_mismatch(policy, chain, subject);
		if (!mismatch) {
			add_sum(reasons, policy, chain, subject);
			return chain;
		}
		*no_rate = mismatch->no_rate;
		add_reason(reasons, mismatch);
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
