/* The circuit breaker: a mail server that is down is left alone for a while, which grows each time it is found down again, and is then tried with one message.
 * What it remembers stands in `runtime`, which is no part of the record: forgotten, the server is tried at once. */
#ifndef SENDING_BREAKER_H
#define SENDING_BREAKER_H

#include "session/session.h"

/* When the server may be tried: `now`, or later. */
gboolean breaker_find(Session *session, gint64 now, gint64 *at, GError **error);

/* It is down, as `message` found. In the caller's transaction. */
gboolean breaker_trip(Session *session, const char *message, gint64 now, GError **error);

/* It answered. In the caller's transaction; writes only where it was down. */
gboolean breaker_mend(Session *session, GError **error);

#endif
