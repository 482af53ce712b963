/* Mails fetched by IMAP from the mailboxes that akkoord.conf names in `inbound.imap` (session/mail_poll.h). */
#ifndef PASS_POLLING_H
#define PASS_POLLING_H

#include "session/session.h"

/* Starts looking at those that are due, unless *received says that the pass has had its share (INCOMING_MAX) already; takes in what has come (service/receiving.h), at most INCOMING_MAX mails
 * of a mailbox, and has the server move it away. Waits for a server that is quick, and no longer than two seconds in all; what comes later is taken in at a later pass. One that cannot be read is logged once, and when that is
 * over; so is a mail too large. FALSE where the store fails. */
gboolean polling_run(Session *session, gint64 now, guint *received, GError **error);

/* Before a process ends: waits for what is under way, as long as its timeouts say, and takes that in. */
gboolean polling_finish(Session *session, gint64 now, guint *received, GError **error);

/* When there is something to look at or to take in; INSTANT_NONE: this process looks at none. */
gint64 polling_next(Session *session, gint64 now);

/* What is known of it: since when it cannot be read (INSTANT_NONE: it can, or was never tried), and how many mails too large are left there. */
gboolean polling_known(Session *session, const ImapAccess *access, gint64 *failing, guint *left, GError **error);

#endif
