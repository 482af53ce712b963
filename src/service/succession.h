/* Who is asked is gone or unusable: the approval goes to whoever the stage's selectors mean now (DESIGN.md 3, rule 6). */
#ifndef SERVICE_SUCCESSION_H
#define SERVICE_SUCCESSION_H

#include "service/approval_case.h"

/* Looks again at everybody whom the pending approval asks. Whoever was put beside and is gone leaves it, and `*about` is read anew. Where the approver is gone it is handed on: to the
 * first whom the stage's selectors mean now, else to who stands beside them, else, where the stage cannot do without, to the first of the fallback; where nobody is left it stays with
 * them and the invoice is stuck. *settled: there is nothing to decide of it in this pass: it was handed on, or it waits because the directory does not say, the change is held, or
 * nobody has it; what was on its way to who is gone is taken back, and it is looked at again. Not inside a transaction. */
gboolean succession_settle(Session *session, ApprovalCase **about, gint64 now, gboolean *settled, GError **error);

#endif
