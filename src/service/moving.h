/* Deadlines that move: with an invoice's dates, and after a hold. */
#ifndef SERVICE_MOVING_H
#define SERVICE_MOVING_H

#include "session/session.h"

/* Works the deadlines of the invoice's pending approvals out anew, as the invoice and its holds stand in the store: `within`, `before` and `at_least` stay as they
 * were when the stage opened. approval.moved for each that changed, with `why` ("invoice-dates", "hold"). In the caller's transaction. */
gboolean moving_deadlines(Session *session, const char *invoice, const char *why, gint64 now, GError **error);

#endif
