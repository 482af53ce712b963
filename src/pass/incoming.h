/* Mails that came in since, from the places that akkoord.conf names under `inbound`. */
#ifndef PASS_INCOMING_H
#define PASS_INCOMING_H

#include "session/session.h"

/* How many mails a pass takes in at most: the rest comes in the next, which follows at once. */
#define INCOMING_MAX 500u

/* Takes those of Maildirs in one by one (service/receiving.h). A place that cannot be read is logged, and so is a mail that cannot: neither holds up the others. *received: how many were
 * taken in; FALSE where the store fails. */
gboolean incoming_run(Session *session, gint64 now, guint *received, GError **error);

#endif
