/* The watched folders: what lies there ready is taken in, and put aside. */
#ifndef SERVICE_WATCHED_H
#define SERVICE_WATCHED_H

#include "session/session.h"

/* Every ready file of the watched folders and of the folders in them: taken in, committed, then moved to done/ or failed/ beside it. What it came via is the
 * folder that it lies in. *taken counts them. What could not be read for want of something of this machine stays where it is, for the next time.
 *
 * A file of many invoices goes to done/ where any of them was taken in; those that were refused or held are set aside in failed/ as NAME.rejected.json (or .csv),
 * with the reasons beside it: mended, it can be put into the folder again. One of which none was taken goes to failed/ itself. */
gboolean take_folders(Session *session, gint64 now, guint *taken, GError **error);

#endif
