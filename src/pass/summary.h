/* The weekly summary to the finance admins (the policy's `summary`). */
#ifndef PASS_SUMMARY_H
#define PASS_SUMMARY_H

#include "session/session.h"

/* One mail a week to each admin (roles.h), at that hour of the week in their own calendar, or when they work next: how it stands with the invoices that are theirs to look after. One whose
 * hour came before the policy in force was applied is not caught up on; where there is nothing to say, none goes. A directory that does not answer is no error: they are told later. */
gboolean summary_run(Session *session, gint64 now, GError **error);

#endif
