/* The calendar entry of an approval: asked for once, taken back when there is nothing left to do. */
#ifndef SERVICE_INVITE_H
#define SERVICE_INVITE_H

#include "service/approval_case.h"

/* Queues the REQUEST for the approver and records invite.requested, in the caller's transaction. `message` is its id. */
gboolean invite_request(Session *session, ApprovalCase *about, const char *message, gint64 now, GError **error);

/* Where the deadline moved since the entry was asked for: the entry moves with it, at the attendee's next slot. In the caller's transaction. */
gboolean invite_follow(Session *session, ApprovalCase *about, gint64 now, GError **error);

/* TRUE in *owed where an invite of that approval still stands in a calendar, or is about to. */
gboolean invite_stands(Session *session, const char *approval, gboolean *owed, GError **error);

/* Takes back the invites of an approval that has ended: a CANCEL where the REQUEST may have arrived. In the caller's transaction. */
gboolean invite_cancel(Session *session, const char *approval, gint64 now, GError **error);

#endif
