/* A pile of old invoices taken in quietly (DESIGN.md 3, rule 10): each opens on a day of its own. */
#ifndef SERVICE_BACKLOG_H
#define SERVICE_BACKLOG_H

#include "session/session.h"

/* Puts the files (GPtrArray of char * paths) in the order in which they open: by due date, then by date of issue, then as they stood; what has no due date, or is no
 * invoice, comes last. Gives for each when it opens (GArray of gint64), spread over the slots of `over` working days of the default calendar; 0 for what
 * is no new invoice. Reads every file; changes nothing in the store. ERROR_CONFIG: the default calendar has no work. */
GArray *backlog_plan(Session *session, GPtrArray *files, guint over, gint64 now, GError **error);

#endif
