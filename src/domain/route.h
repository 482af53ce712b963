/* Which chain an invoice takes, and why not the ones above it. Pure. */
#ifndef DOMAIN_ROUTE_H
#define DOMAIN_ROUTE_H

#include "domain/invoice.h"
#include "domain/policy.h"

/* Another invoice of the same supplier. */
typedef struct {
	const char *id;
	gint64 received;
	Money amount; /* not below 0 */
} RouteOther;

/* An invoice, with all that a chain's `when` can ask of it. Borrowed. */
typedef struct {
	const InvoiceFacts *facts;
	const Administration *administration; /* NULL: it belongs to none */
	gint64 received;
	/* Of RouteOther: the supplier's other invoices that are open or approved and no credit notes, received no later than this one and at least as far back
	 * as route_reach() says, in any order. NULL: none. */
	const GArray *others;
} RouteSubject;

/* One condition of one chain: that it does not hold, or, of `accumulated`, that it does. */
typedef struct {
	char *chain;
	char *condition; /* as the policy names it: supplier, cost_centre, max_amount, accumulated, … */
	gboolean holds;
	gboolean no_rate; /* nobody can say: a currency has no rate */
	/* Of char *. What the invoice has: its values for the condition, none of which fits; the amount, and then, where it is another, what that is in the currency
	 * of the bound; of `accumulated` the sum and then the ids of the other invoices in it (where a rate lacks, the first amount that has none). Empty: not known. */
	GPtrArray *found;
	GPtrArray *wanted; /* of char *: the patterns, the bound; of `accumulated` its min_amount and its supplier_within */
} RouteReason;
RouteReason *route_reason_new(const char *chain, const char *condition);
void route_reason_free(RouteReason *reason);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RouteReason, route_reason_free)

/* NULL where the chain's `when` holds for the invoice, else the first condition that does not. Owned by the caller. */
RouteReason *route_mismatch(const Policy *policy, const Chain *chain, const RouteSubject *subject);

/* Whether a shell pattern fits the supplier's name, VAT number or an id, as in `when`. */
gboolean route_is_supplier(const char *pattern, const Party *supplier);

/* The first chain that matches, borrowed; NULL where none does, or where a rate lacks to say which: *no_rate tells. `reasons` (may be NULL; owns its elements) gets one
 * a chain above it, and last, where the chain asks what the supplier's invoices add up to, what they do. */
const Chain *route_find(const Policy *policy, const RouteSubject *subject, GPtrArray *reasons, gboolean *no_rate);

/* From when on a supplier's other invoices matter for one of that administration (NULL: of none) that was received then: `received` itself where no chain asks what
 * they add up to. */
gint64 route_reach(const Policy *policy, const Administration *administration, gint64 received);

/* The name of the ladder that an invoice of the administration (NULL: of none) follows at a stage of its chain: the stage's, else the administration's, else
 * the policy's first; but for a credit note the policy's `credit_note_ladder` where there is one and the chain's `when` says nothing of the kind. The
 * policy has a ladder. Borrowed. */
const char *route_ladder(const Policy *policy, const Administration *administration, const Chain *chain, const StageRule *stage,
                         InvoiceKind kind);

#endif
