/* What the finance admins are told: which invoices are stuck, which mails were refused (DESIGN.md 3, rule 10). */
#ifndef PASS_NOTICES_H
#define PASS_NOTICES_H

#include "session/session.h"

/* Where something came about that an admin was not told: one mail to each admin (roles.h), at their next slot, with all that they were not told of their
 * administration's invoices, or where they are the usual ones, of all others. One that
 * still waits for its slot is withdrawn and written anew, with what is new and without what holds no more. A directory that does not answer is no
 * error: they are told later. Reads nothing where nothing came about. */
gboolean notices_run(Session *session, gint64 now, GError **error);

#endif
