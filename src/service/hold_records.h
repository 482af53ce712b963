/* Holds as JSON records, for list and show. */
#ifndef SERVICE_HOLD_RECORDS_H
#define SERVICE_HOLD_RECORDS_H

#include "session/session.h"

/* `on_hold` {kind, role, person, asked, reason, began, until} where the invoice is on hold at `now`, and `opens` where no stage of it opens before. */
gboolean hold_records_set_waiting(Session *session, Json *record, const InvoiceRow *invoice, gint64 now, GError **error);

/* `holds`: all that there were, each as above with `ended` and `answer`. */
gboolean hold_records_set_all(Session *session, Json *record, const char *invoice, GError **error);

#endif
