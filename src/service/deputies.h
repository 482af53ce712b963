/* Who stands in for an approver who is absent (DESIGN.md 3, rule 6). */
#ifndef SERVICE_DEPUTIES_H
#define SERVICE_DEPUTIES_H

#include "service/approval_case.h"

/* Why approval.idle: the approver is absent, and nobody may stand in. */
#define IDLE_NO_DEPUTY "no-deputy"

/* Makes the deputies of the pending approval what they are to be at `now`: while its approver is absent somebody stands in, asked since the absence began, or the approval where that is
 * later; who stands in leaves once the approver is back, is absent too, or is not whom a later absence means. What waits for an absent approver is taken back. Where nobody may stand in,
 * that is recorded once an absence, and the admins are told; that it is over too, and a notice that waits then does not tell it. In transactions of its own, where anything changes; the
 * directory is asked before. *known FALSE: it does not say who stands in: nothing is to be decided about the approval now, and it is looked at again soon. */
gboolean deputies_settle(Session *session, const ApprovalCase *about, gint64 now, gboolean *known, GError **error);

#endif
