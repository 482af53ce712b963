/* Another program, run to its end within limits. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <glib.h>

/* Runs argv (NULL-ended; the first is the program's path: no shell and no PATH come into it) with nothing on its standard input, and waits. What it printed, and *length
 * where that is not NULL; owned by the caller, a NUL behind it. NULL: it could not be started, exit code other than 0, killed since it was not done after `timeout_s` or printed more than
 * `output_max` bytes. ERROR_UNAVAILABLE, with the first it said on standard error, from which what it printed is left out. Whatever it started too is killed with it, unless that
 * left its process group. Any thread. */
char *child_run(const char *const *argv, gint64 timeout_s, gsize output_max, gsize *length, GError **error);

#endif
