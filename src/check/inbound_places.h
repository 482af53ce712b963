/* Where mails come in, as far as it can be told without asking a server: what lies there untaken, what cannot be read, what was of no use. */
#ifndef CHECK_INBOUND_PLACES_H
#define CHECK_INBOUND_PLACES_H

#include "session/session.h"

/* `online`: mailboxes are read now, so that it is no matter that they could not be. */
void inbound_places_check(Session *session, const char *path, gint64 now, gboolean online, Problems *problems);

#endif
