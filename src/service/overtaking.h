/* Mails that still wait, since the server takes none or says "later", when the same person is to be told more of the same approval. */
#ifndef SERVICE_OVERTAKING_H
#define SERVICE_OVERTAKING_H

#include "session/session.h"

/* Takes back what was written to that person about the approval before `now` and has not gone: its reminders, also those of other approvals, are decided anew, as after
 * downtime. What is under way or uncertain stays. *any: some was. In the caller's transaction. */
gboolean overtaking_take_back(Session *session, const char *approval, const char *person, gint64 now, gboolean *any, GError **error);

#endif
