/* Who was put beside an approver leaves again; and what is on its way to somebody who is to hear no more is taken back. */
#ifndef SERVICE_LEAVING_H
#define SERVICE_LEAVING_H

#include "session/session.h"

/* Takes `left`, an approver.left event with all but its `approval`, and appends it; takes back what waits for its `person`, and what was put off for them is superseded with
 * `dropped` (a WHY_ of domain/reminder.h). In the caller's transaction. */
gboolean leaving_record(Session *session, const char *approval, Event *left, const char *dropped, gint64 now, GError **error);

/* The messages about the approval that wait for that person, but for what ends an entry in a calendar, are withdrawn; their reminders are planned again, also for the other
 * approvals in them. In the caller's transaction. */
gboolean leaving_take_back(Session *session, const char *approval, const char *person, const char *why, gint64 now, GError **error);

#endif
