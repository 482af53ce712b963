/* Which invoices of a cost centre can come to a chain. Pure. */
#ifndef DOMAIN_CENTRE_REACH_H
#define DOMAIN_CENTRE_REACH_H

#include "domain/policy.h"

/* The amounts with which they can. A currency of "": no bound that way, or none that can be compared. */
typedef struct {
	Money least, most;
} CentreReach;

/* Whether an invoice of that cost centre (NULL: of none) can come to the chain at that place of the policy, whatever else stands on it: its `when` may let it in, and the
 * chains above that ask for nothing but cost centres and amounts do not take all of those. */
gboolean policy_reach_of_centre(const Policy *policy, guint chain, const char *cost_centre, CentreReach *reach);

#endif
