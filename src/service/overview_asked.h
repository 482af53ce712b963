/* Who may decide an approval beside whom it was opened for, and whether that one is away, as records show it. */
#ifndef SERVICE_OVERVIEW_ASKED_H
#define SERVICE_OVERVIEW_ASKED_H

#include "session/session.h"

/* Sets "beside" (everybody who was ever asked too: person, how, rung, since, ended, why) and, of one that is pending, "absent_until" while its approver is away. */
gboolean overview_set_asked(Session *session, Json *record, const Approval *approval, GError **error);

#endif
