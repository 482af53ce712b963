/* The cost centres that invoices are booked on, to try a policy and a directory with. */
#ifndef CHECK_IN_USE_H
#define CHECK_IN_USE_H

#include "session/session.h"

/* One cost centre and, where lookups ask for more, what else stood on the invoice. */
typedef struct {
	char *cost_centre;   /* NULL: invoices without one */
	InvoiceFacts *facts; /* what a lookup may ask of an invoice (lookup_fields()) */
	Money amount;        /* the highest of those invoices; currency "": not known */
	char *chain;         /* that they took; NULL: they were not routed, or only the policy names it */
	gboolean is_literal; /* only the policy names it */
} InUse;
void in_use_free(InUse *use);

/* GPtrArray of InUse, owned by the caller: one for each chain and each difference that a lookup of akkoord.conf can see, of the invoices that are open and those received in the last 400
 * days before `now`; and the cost centres that the policy's chains name without a pattern. */
GPtrArray *in_use_find(Session *session, const Policy *policy, gint64 now, GError **error);

#endif
