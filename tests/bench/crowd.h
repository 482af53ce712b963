/* Many open approvals in a store, recorded as the program records them. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "store/store.h"

#define CROWD_OF_INVOICE 10 /* approvals of one invoice */
#define CROWD_CENTRES 500   /* cost centres, "C000" to "C499" */

/* Records the approver, "p1". Inside a transaction, as the next. */
void crowd_add_person(Store *store, gint64 at);

/* Records an invoice of that number and id with `document` (NULL: none). */
void crowd_add_invoice(Store *store, const char *id, guint number, const char *document, gint64 at);

/* Opens approvals number `from` to `to` - 1, multiples of CROWD_OF_INVOICE, in transactions of its own. All is received and opened at `at`, and
 * to be looked at then. */
void crowd_open(Store *store, guint from, guint to, gint64 at);

#endif
