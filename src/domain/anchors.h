/* What the anchors of time expressions mean for an approval (DESIGN.md 2). Pure. */
#ifndef DOMAIN_ANCHORS_H
#define DOMAIN_ANCHORS_H

#include "domain/hold.h"
#include "domain/invoice.h"
#include "domain/policy.h"

/* Of an approval that opened at `start`, in the approver's calendar; `held`: the invoice's holds (GArray of HeldSpan; NULL = none); `policy`: for the payment runs. The
 * deadline is not yet set. */
Anchors anchors_of(const Policy *policy, const InvoiceFacts *facts, gint64 received, const GArray *held, const Calendar *calendar, gint64 start);

#endif
