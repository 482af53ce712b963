/* Notices files that come into watched folders (inotify(7)). */
#ifndef DAEMON_WATCH_H
#define DAEMON_WATCH_H

#include <glib.h>

typedef struct Watch Watch;
typedef void (*WatchNotice)(gpointer user_data);

/* Calls `notice` from the default main context when a file was closed after writing, or renamed into one of the folders (GPtrArray of char *; NULL or empty: never).
 * ERROR_NOT_FOUND, ERROR_FORBIDDEN where a folder cannot be watched. What comes into a folder below one of them is not noticed.
 * A pass looks into them all the same: a notice that is lost costs a minute. */
Watch *watch_new(const GPtrArray *folders, WatchNotice notice, gpointer user_data, GError **error);
void watch_free(Watch *watch);

#endif
