/* Why an invoice took its chain and not one above it, inside an event's side record: domain/route.h's reasons as JSON, and back. */
#ifndef AUDIT_REASONS_H
#define AUDIT_REASONS_H

#include "codec/json.h"
#include "domain/route.h"

/* An array of {chain, condition, holds: true, no_rate: true, found: [texts], wanted: [texts]}; what is FALSE is left out. Owned by the caller. */
Json *reasons_to_event(const GPtrArray *reasons);

/* GPtrArray of RouteReason, owned by the caller; empty for NULL. What is no reason is left out. */
GPtrArray *reasons_from_event(const Json *array);

#endif
