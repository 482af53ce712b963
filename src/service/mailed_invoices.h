/* The invoices attached to a mail that came in are taken in as files are. */
#ifndef SERVICE_MAILED_INVOICES_H
#define SERVICE_MAILED_INVOICES_H

#include "inbound/received.h"
#include "session/session.h"

/* Inside a transaction of the caller's. What they came through is the mailbox: the first part of the address that the mail was delivered to. *refusal (owned by the
 * caller) says why an invoice in it was not taken in; NULL: nothing needs anybody's look. One that was held is such a one, and one that cannot be read, unless
 * another attachment of the same mail was taken: many a PDF only shows what an XML file beside it says. FALSE: the store's error, or ERROR_TRANSIENT: one could not
 * be read for want of something of this machine, and the mail is to be tried again. */
gboolean mailed_invoices_take(Session *session, GBytes *mail, const Received *received, gint64 now, char **refusal, GError **error);

#endif
