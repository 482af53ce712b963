/* The reasons of routing in words. */
#ifndef EXPLAIN_REASONS_TEXT_H
#define EXPLAIN_REASONS_TEXT_H

#include "domain/route.h"

/* Without the chain's name and a full stop, in the language of the process: "cost_centre is "4200", wanted IT-* or 4100", "amount 900.00 EUR is above max_amount
 * 250.00 EUR", "the supplier's invoices of 30d add up to 6000.00 EUR (this one and 2 others: …), at least 5000.00 EUR". Owned by the caller. */
char *reasons_text(const RouteReason *reason);

#endif
