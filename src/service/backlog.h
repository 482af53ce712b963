/* A pile of old invoices taken in quietly (DESIGN.md 3, rule 10): each opens on a day of its own. */
#ifndef SERVICE_BACKLOG_H
#define SERVICE_BACKLOG_H

#include "session/session.h"

/* Gives for each document in the files (GPtrArray of char * paths) when it opens (GArray of gint64, file after file), spread over the slots of `over` working days of the
 * default calendar: by due date, then by date of issue, then as they stood; what has no due date comes last; 0 for what is no new invoice. Puts the files in the order
 * in which the first of each opens. Reads every file; changes nothing in the store. ERROR_CONFIG: the default calendar has no work. */
GArray *backlog_plan(Session *session, GPtrArray *files, guint over, gint64 now, GError **error);

#endif
