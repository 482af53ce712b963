/* Putting an invoice on its way: the chain it takes, the stage that opens, the people who are asked. */
#ifndef SERVICE_OPENING_H
#define SERVICE_OPENING_H

#include "session/session.h"

/* The stage that comes at that position of the invoice's chain: as the policy in force has the chain, else as the one under which it was routed. NULL without an
 * error: the chain has no such stage. Borrowed. */
const StageRule *opening_stage_rule(Session *session, const InvoiceRow *invoice, int position, GError **error);

/* The rule of a stage that opened, as it was then. NULL without an error: there is none any more. Borrowed. */
const StageRule *opening_rule_of(Session *session, const InvoiceRow *invoice, const Stage *stage, GError **error);

/* The ordinal and position of the stage that the invoice opens next (`stages`: all of its). FALSE where one is open. */
gboolean opening_next(const InvoiceRow *invoice, const GPtrArray *stages, int *ordinal, int *position);

/* Does what is next for an open invoice: routes it, opens its next stage, asks more people at one that has too few, or marks it stuck; sets when to look again. A directory
 * that does not answer is no error: the invoice waits. */
gboolean opening_advance(Session *session, const char *invoice, gint64 now, GError **error);

/* The anchors of an approval of that invoice that opened at `start`, in the approver's calendar; deadline not yet set. `policy`: for the
 * payment runs. `held`: its holds (of HeldSpan), NULL = none. */
Anchors opening_anchors(const Policy *policy, const InvoiceRow *invoice, const GArray *held, Calendar *calendar, gint64 start);

#endif
