/* What waits for an answer, in words for people (session/waits.h). */
#ifndef SERVICE_WAITING_H
#define SERVICE_WAITING_H

#include "session/session.h"

/* The invoice waits; of a rung (NULL: not of one) only what that does. */
void waiting_note(Session *session, const InvoiceRow *invoice, const char *rung, const GError *why);

#endif
