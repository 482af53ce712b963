/* A chain's `when` is a box: one side a condition, and the amounts. The sides of a chain fall into cells (one a pattern, a kind, an administration), and the chain can
 * never match where for each combination of cells the chains above that cover it leave no amount. */
#include "domain/policy_reach.h"

#include "base/text.h"
#include "domain/invoice.h"

#include <string.h>

#define COMBINATIONS_MAX 2000

/* --- the sides of a box --- */

#define SIDE(member) offsetof(When, member)
static const struct {
	gsize offset;
	gboolean is_kind, is_administration; /* of which there are so many and no more; else anything */
} sides[] = {
	{SIDE(kind), TRUE, FALSE},         {SIDE(administration), FALSE, TRUE}, {SIDE(supplier), FALSE, FALSE}, {SIDE(cost_centre), FALSE, FALSE},
	{SIDE(buyer_reference), FALSE, FALSE}, {SIDE(order), FALSE, FALSE},         {SIDE(currency), FALSE, FALSE},
};
#define SIDES G_N_ELEMENTS(sides)

static const GPtrArray *list_of(const When *when, guint side)
{
	return *(GPtrArray *const *)(gconstpointer)((const char *)when + sides[side].offset);
}

static gboolean matches_any(const GPtrArray *patterns, const char *value)
{
	for (guint i = 0; i < patterns->len; i++)
		if (text_matches(g_ptr_array_index(patterns, i), value))
			return TRUE;
	return FALSE;
}

/* The cells of one side of a chain: values where there are so many, else its patterns; NULL = whatever it is, also nothing. */
static GPtrArray *cells_of(const Policy *policy, const When *when, guint side)
{
	const GPtrArray *list = list_of(when, side);
	GPtrArray *cells = g_ptr_array_new();
	for (InvoiceKind kind = INVOICE_KIND_INVOICE; sides[side].is_kind && kind <= INVOICE_KIND_CREDIT_NOTE; kind++)
		if (!list || matches_any(list, invoice_kind_name(kind)))
			g_ptr_array_add(cells, (gpointer)invoice_kind_name(kind));
	for (guint i = 0; sides[side].is_administration && i < policy->administrations->len; i++) {
		const char *name = ((const Administration *)g_ptr_array_index(policy->administrations, i))->name;
		if (!list || matches_any(list, name))
			g_ptr_array_add(cells, (gpointer)name);
	}
	if (!sides[side].is_kind && !list)
		g_ptr_array_add(cells, NULL);
	for (guint i = 0; list && !sides[side].is_kind && !sides[side].is_administration && i < list->len; i++)
		g_ptr_array_add(cells, g_ptr_array_index(list, i));
	return cells;
}

static gboolean covers_cell(const When *wider, guint side, const char *cell)
{
	const GPtrArray *list = list_of(wider, side);
	if (!list || !cell)
		return !list;
	if (sides[side].is_kind || sides[side].is_administration)
		return matches_any(list, cell);
	for (guint i = 0; i < list->len; i++)
		if (text_pattern_covers(g_ptr_array_index(list, i), cell))
			return TRUE;
	return FALSE;
}

/* What `when` asks says that the sum is as the wider one asks; `kind` is the cell's. */
static gboolean covers_sum(const When *wider, const When *when, const char *kind)
{
	const Money *least = &wider->accumulated_min;
	if (!wider->has_accumulated)
		return TRUE;
	if (when->has_min && !strcmp(when->min.currency, least->currency) && when->min.minor >= least->minor &&
	    !strcmp(kind, invoice_kind_name(INVOICE_KIND_INVOICE)))
		return TRUE;
	return when->has_accumulated && when->accumulated_within.unit == wider->accumulated_within.unit &&
	       when->accumulated_within.amount <= wider->accumulated_within.amount && !strcmp(when->accumulated_min.currency, least->currency) &&
	       when->accumulated_min.minor >= least->minor;
}

/* --- amounts --- */

static gint64 lowest(const When *when)
{
	return when->has_min ? when->min.minor : 0;
}

static gint64 highest(const When *when)
{
	return when->has_max ? when->max.minor : MONEY_MINOR_MAX;
}

static gboolean is_bounded(const When *when)
{
	return when->has_min || when->has_max;
}

/* "" where it has no bounds. */
static const char *currency_of(const When *when)
{
	return when->has_min ? when->min.currency : when->has_max ? when->max.currency : "";
}

static const Chain *chain_at(const Policy *policy, guint place)
{
	return g_ptr_array_index(policy->chains, place);
}

/* Whether those of the chains (places) whose bounds are in that currency, or that have none, leave no amount of the chain's; `takers` gets those that it takes. */
static gboolean fill(const Policy *policy, const When *when, const GArray *places, const char *currency, GArray *takers)
{
	const guint before = takers->len;
	gint64 next = lowest(when);
	while (next <= highest(when)) {
		gint64 reached = next - 1;
		guint taker = 0;
		for (guint i = 0; i < places->len; i++) {
			const guint place = g_array_index(places, guint, i);
			const When *wider = &chain_at(policy, place)->when;
			if ((is_bounded(wider) && strcmp(currency_of(wider), currency) != 0) || lowest(wider) > next || highest(wider) <= reached)
				continue;
			reached = highest(wider);
			taker = place;
		}
		if (reached < next) {
			g_array_set_size(takers, before);
			return FALSE;
		}
		g_array_append_val(takers, taker);
		next = reached + 1;
	}
	return TRUE;
}

static gboolean fill_any(const Policy *policy, const When *when, const GArray *places, GArray *takers)
{
	if (is_bounded(when))
		return fill(policy, when, places, currency_of(when), takers);
	for (guint i = 0; i < places->len; i++)
		if (fill(policy, when, places, currency_of(&chain_at(policy, g_array_index(places, guint, i))->when), takers))
			return TRUE;
	return FALSE;
}

/* --- chains that can never match --- */

typedef struct {
	const Policy *policy;
	guint place;
	const When *when;
	GPtrArray *cells[SIDES];
	guint at[SIDES]; /* the combination: one cell a side */
} Box;

static const char *cell_at(const Box *box, guint side)
{
	return g_ptr_array_index(box->cells[side], box->at[side]);
}

static gboolean covers_combination(const Box *box, const Chain *chain)
{
	if (!chain->has_when)
		return TRUE;
	for (guint side = 0; side < SIDES; side++)
		if (!covers_cell(&chain->when, side, cell_at(box, side)))
			return FALSE;
	return covers_sum(&chain->when, box->when, cell_at(box, 0));
}

/* Whether one chain leaves nothing of the box: for that no combinations are gone through. */
static gboolean takes_alone(const Box *box, guint place)
{
	const Chain *chain = chain_at(box->policy, place);
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GArray) takers = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint side = 0; chain->has_when && side < SIDES; side++)
		for (guint i = 0; i < box->cells[side]->len; i++)
			if (!covers_cell(&chain->when, side, g_ptr_array_index(box->cells[side], i)))
				return FALSE;
	for (guint i = 0; chain->has_when && i < box->cells[0]->len; i++)
		if (!covers_sum(&chain->when, box->when, g_ptr_array_index(box->cells[0], i)))
			return FALSE;
	g_array_append_val(places, place);
	return fill_any(box->policy, box->when, places, takers);
}

static gboolean next_combination(Box *box)
{
	for (guint side = 0; side < SIDES; side++) {
		if (++box->at[side] < box->cells[side]->len)
			return TRUE;
		box->at[side] = 0;
	}
	return FALSE;
}

/* Whether the chains above leave nothing of the box. */
static gboolean is_taken(Box *box, GArray *takers)
{
	memset(box->at, 0, sizeof box->at);
	do {
		g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
		for (guint i = 0; i < box->place; i++)
			if (covers_combination(box, chain_at(box->policy, i)))
				g_array_append_val(places, i);
		if (!fill_any(box->policy, box->when, places, takers))
			return FALSE;
	} while (next_combination(box));
	return TRUE;
}

static gint compare_places(gconstpointer a, gconstpointer b)
{
	const guint first = *(const guint *)a, second = *(const guint *)b;
	return first < second ? -1 : first > second;
}

static void sort_once(GArray *takers)
{
	g_array_sort(takers, compare_places);
	for (guint i = takers->len; i > 1; i--)
		if (g_array_index(takers, guint, i - 1) == g_array_index(takers, guint, i - 2))
			g_array_remove_index(takers, i - 1);
}

static void box_init(Box *box, const Policy *policy, guint place)
{
	*box = (Box){.policy = policy, .place = place, .when = &chain_at(policy, place)->when};
	for (guint side = 0; side < SIDES; side++)
		box->cells[side] = cells_of(policy, box->when, side);
}

/* Few enough combinations to go through, and not none. */
static gboolean is_small(const Box *box)
{
	gint64 combinations = 1;
	for (guint side = 0; side < SIDES; side++)
		combinations = MIN(combinations * box->cells[side]->len, COMBINATIONS_MAX + 1);
	return combinations > 0 && combinations <= COMBINATIONS_MAX;
}

static void box_clear(Box *box)
{
	for (guint side = 0; side < SIDES; side++)
		g_ptr_array_unref(box->cells[side]);
}

static void reach_free(gpointer data)
{
	Reach *reach = data;
	g_array_unref(reach->takers);
	g_free(reach);
}

static Reach *add_reach(GPtrArray *found, ReachType type, guint chain)
{
	Reach *reach = g_new0(Reach, 1);
	reach->type = type;
	reach->chain = chain;
	reach->takers = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(found, reach);
	return reach;
}

/* One chain above that takes it all is named alone. TRUE: it can never match. */
static gboolean find_takers(const Policy *policy, guint place, GPtrArray *found)
{
	Box box;
	g_autoptr(GArray) takers = g_array_new(FALSE, FALSE, sizeof(guint));
	box_init(&box, policy, place);
	for (guint i = 0; i < place && !takers->len; i++)
		if (takes_alone(&box, i))
			g_array_append_val(takers, i);
	const gboolean taken = takers->len > 0 || (is_small(&box) && is_taken(&box, takers));
	box_clear(&box);
	if (!taken)
		return FALSE;
	sort_once(takers);
	Reach *reach = add_reach(found, REACH_NEVER, place);
	g_array_append_vals(reach->takers, takers->data, takers->len);
	return TRUE;
}

/* --- between chains that differ in amounts alone --- */

static gboolean are_same_lists(const GPtrArray *a, const GPtrArray *b)
{
	if (!a || !b)
		return a == b;
	for (guint i = 0; i < a->len; i++)
		if (!g_ptr_array_find_with_equal_func((GPtrArray *)b, g_ptr_array_index(a, i), g_str_equal, NULL))
			return FALSE;
	return a->len == b->len;
}

static gboolean differ_in_amounts_alone(const Chain *a, const Chain *b)
{
	const When *first = &a->when, *second = &b->when;
	if (!is_bounded(first) || !is_bounded(second) || strcmp(currency_of(first), currency_of(second)) != 0 ||
	    first->has_accumulated || second->has_accumulated)
		return FALSE;
	for (guint side = 0; side < SIDES; side++)
		if (!are_same_lists(list_of(first, side), list_of(second, side)))
			return FALSE;
	return TRUE;
}

static void set_amounts(Reach *reach, const char *currency, gint64 from, gint64 until)
{
	reach->from.minor = from;
	reach->until.minor = until;
	g_strlcpy(reach->from.currency, currency, sizeof reach->from.currency);
	g_strlcpy(reach->until.currency, currency, sizeof reach->until.currency);
}

/* A bound that is said and lies inside a chain above: that one takes what both would. */
static void find_overlap(const Policy *policy, guint place, guint above, GPtrArray *found)
{
	const When *when = &chain_at(policy, place)->when, *other = &chain_at(policy, above)->when;
	const gboolean below = when->has_min && other->has_max && lowest(when) >= lowest(other) && lowest(when) <= highest(other);
	const gboolean beyond = when->has_max && other->has_min && highest(when) >= lowest(other) && highest(when) <= highest(other);
	if (below == beyond) /* none, or it lies inside as a whole */
		return;
	Reach *reach = add_reach(found, REACH_OVERLAP, place);
	reach->other = above;
	reach->at_least = below;
	set_amounts(reach, currency_of(when), below ? lowest(when) : lowest(other), below ? highest(other) : highest(when));
}

/* The first chain that takes all of the chain's invoices of these amounts. */
static guint taker_of(const Policy *policy, guint place, gint64 from, gint64 until)
{
	Chain between = *chain_at(policy, place);
	const char *currency = currency_of(&between.when);
	Money bound = {0};
	g_strlcpy(bound.currency, currency, sizeof bound.currency);
	between.when.has_min = between.when.has_max = TRUE;
	between.when.min = between.when.max = bound;
	between.when.min.minor = from;
	between.when.max.minor = until;
	for (guint i = 0; i < policy->chains->len; i++) {
		Box box;
		box_init(&box, policy, place);
		box.when = &between.when;
		const gboolean taken = takes_alone(&box, i);
		box_clear(&box);
		if (taken)
			return i;
	}
	return policy->chains->len;
}

/* The chain that lies next above the amounts of this one, and whether anything lies between them that a chain below both gets. */
static void find_gap(const Policy *policy, guint place, GPtrArray *found)
{
	const When *when = &chain_at(policy, place)->when;
	guint next = place;
	for (guint i = 0; i < policy->chains->len; i++) {
		const When *other = &chain_at(policy, i)->when;
		if (i == place || !differ_in_amounts_alone(chain_at(policy, place), chain_at(policy, i)) || highest(other) <= highest(when))
			continue;
		if (next == place || lowest(other) < lowest(&chain_at(policy, next)->when))
			next = i;
	}
	const gint64 from = highest(when) + 1, until = lowest(&chain_at(policy, next)->when) - 1;
	if (next == place || from > until)
		return;
	const guint taker = taker_of(policy, place, from, until);
	if (taker < MAX(place, next) || taker >= policy->chains->len)
		return;
	Reach *reach = add_reach(found, REACH_GAP, MAX(place, next));
	reach->other = MIN(place, next);
	reach->at_least = next > place;
	g_array_append_val(reach->takers, taker);
	set_amounts(reach, currency_of(when), from, until);
}

static gint compare_reaches(gconstpointer a, gconstpointer b)
{
	const Reach *first = *(const Reach *const *)a, *second = *(const Reach *const *)b;
	return first->chain < second->chain ? -1 : first->chain > second->chain;
}

GPtrArray *policy_reach(const Policy *policy)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(reach_free);
	for (guint place = 0; place < policy->chains->len; place++) {
		const gboolean never = find_takers(policy, place, found);
		for (guint above = 0; above < place && !never; above++)
			if (differ_in_amounts_alone(chain_at(policy, above), chain_at(policy, place)))
				find_overlap(policy, place, above, found);
		if (!never)
			find_gap(policy, place, found);
	}
	g_ptr_array_sort(found, compare_reaches);
	return found;
}
