/* Which chain an invoice takes, and why not the ones above it. Pure. */
#ifndef DOMAIN_ROUTE_H
#define DOMAIN_ROUTE_H

#include "domain/invoice.h"
#include "domain/policy.h"

/* NULL where the chain's `when` holds for the invoice; else a short text in English that names the first
 * condition that does not: "cost_centre is \"4200\", wanted IT-* or 4100". Owned by the caller. *no_rate: whether that is only because its
 * currency has no rate among these (NULL: there are none), so that nobody can say whether the chain fits. */
char *route_mismatch(const Chain *chain, const InvoiceFacts *facts, const Rates *rates, gboolean *no_rate);

/* The first chain that matches, borrowed; NULL where none does, or where a rate lacks to say which: *no_rate tells. `passed_over` (may be NULL) gets
 * one owned string a chain above it: "small: amount 900.00 EUR is above max_amount 250.00 EUR". */
const Chain *route_find(const Policy *policy, const InvoiceFacts *facts, GPtrArray *passed_over, gboolean *no_rate);

/* The name of the ladder that an invoice of the administration (NULL: of none) follows at a stage of its chain: the stage's, else the administration's, else
 * the policy's first; but for a credit note the policy's `credit_note_ladder` where there is one and the chain's `when` says nothing of the kind. The
 * policy has a ladder. Borrowed. */
const char *route_ladder(const Policy *policy, const Administration *administration, const Chain *chain, const StageRule *stage,
                         InvoiceKind kind);

#endif
