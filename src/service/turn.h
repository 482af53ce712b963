/* Whether an invoice's turn has come: not while it is on hold, and not before the day that a pile taken in at once gave it. */
#ifndef SERVICE_TURN_H
#define SERVICE_TURN_H

#include "session/session.h"

/* *come FALSE: nothing of it is opened now; it is looked at again when its turn comes. A hold whose time is over is ended here. Not inside a transaction. */
gboolean turn_has_come(Session *session, const InvoiceRow *invoice, gint64 now, gboolean *come, GError **error);

#endif
