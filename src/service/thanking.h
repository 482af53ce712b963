/* Who is told that it is done (the policy's `thanks`). */
#ifndef SERVICE_THANKING_H
#define SERVICE_THANKING_H

#include "session/session.h"

/* Puts into stage.closed, before it is appended, whom the policy wants told: who had a mail about an approval of that stage which was not handed on; who decided there only where
 * everybody is. What starts anew is not done: nobody is told. In the caller's transaction. */
gboolean thanking_owe(Session *session, const char *invoice, int stage, Event *closed, GError **error);

#endif
