/* Who is asked and is not there, or cannot be asked, for people to read. */
#ifndef PEOPLE_LOST_PEOPLE_H
#define PEOPLE_LOST_PEOPLE_H

#include "session/session.h"

/* Of Json, in the order of what happened: uid, name, mail (as they were recorded last), why (missing: not found once; gone, disabled, no-mail, refused), since (when the directory or
 * the mail server said so first), approvals (that are asked of them, beside others too), held (they would change hands, but too many would). Who is lost and asked nothing
 * is left out. */
GPtrArray *lost_people_list(Session *session, GError **error);

#endif
