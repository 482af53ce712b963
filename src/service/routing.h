/* Which administration an invoice belongs to and which chain it would take, with all that is asked of the store for it. */
#ifndef SERVICE_ROUTING_H
#define SERVICE_ROUTING_H

#include "domain/administration.h"
#include "domain/route.h"
#include "session/session.h"

typedef struct {
	const Administration *administration; /* borrowed from the policy, so is the chain; NULL: it belongs to none */
	AdministrationBy by;
	const Chain *chain; /* NULL: none matches, or a rate lacks to say which */
	gboolean no_rate;
	GPtrArray *reasons; /* of RouteReason, as route_find() gives them */
} Routing;
void routing_free(Routing *routing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Routing, routing_free)

/* As if the invoice were routed now under that policy. Writes nothing. */
Routing *routing_find(Session *session, const Policy *policy, const InvoiceRow *invoice, GError **error);

#endif
