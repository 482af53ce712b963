/* The circuit breaker: a server that is down (the mail server, or that of a channel) is left alone for a while, which grows each time it is found down again, and is then tried with
 * one message. What it remembers stands in `runtime`, which is no part of the record: forgotten, the server is tried at once. `server`: a word of its own for each. */
#ifndef SENDING_BREAKER_H
#define SENDING_BREAKER_H

#include "session/session.h"

/* When the server may be tried: `now`, or later. */
gboolean breaker_find(Session *session, const char *server, gint64 now, gint64 *at, GError **error);

/* It is down, as `message` found, or asks to be left alone for so long at least. What finds that again before it may be tried adds nothing but that. In the caller's transaction. */
gboolean breaker_trip(Session *session, const char *server, const char *message, gint64 least_s, gint64 now, GError **error);

/* It answered. In the caller's transaction; writes only where it was down. */
gboolean breaker_mend(Session *session, const char *server, GError **error);

#endif
