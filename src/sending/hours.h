/* Rule 1: nothing is handed over outside the recipient's working time, however long it waited for a mail server or for us. */
#ifndef SENDING_HOURS_H
#define SENDING_HOURS_H

#include "session/session.h"

/* When the message may go: `now`, or the beginning of its recipient's working time; a rung in it that takes any time lets it go at once. */
gboolean hours_find(Session *session, const MessageRow *message, gint64 now, gint64 *hour, GError **error);

#endif
