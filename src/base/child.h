/* Another program, run to its end within limits. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <glib.h>

/* Within what a program runs. What is zero or NULL does not bind it. */
typedef struct {
	gint64 timeout_s;   /* it is killed when it is not done after so long; must be set */
	gsize output_max;   /* or has printed more bytes; must be set */
	gint64 cpu_max_s;   /* or has used so much processor time */
	gsize memory_max;   /* bytes of address space it gets */
	gboolean no_files;  /* it may write into none */
	GBytes *input;      /* on its standard input, as a file that can be sought in and read again by /dev/stdin; else nothing is on it */
} ChildTerms;

/* Runs argv (NULL-ended; the first is the program's path: no shell and no PATH come into it) and waits. What it printed, and *length
 * where that is not NULL; owned by the caller, a NUL behind it. NULL: ERROR_UNAVAILABLE where it could not be started or was not done in time, ERROR_INVALID where
 * its exit code is not 0, or a limit or a signal killed it; with the first it said on standard error, from which what it printed is left out. *said (may be NULL)
 * is that where it went well; NULL: nothing; owned by the caller. Whatever it started too is killed with it, unless that left its process group. Any thread. */
char *child_run_within(const char *const *argv, const ChildTerms *terms, gsize *length, char **said, GError **error);

/* The same with nothing but these limits; every error is ERROR_UNAVAILABLE. */
char *child_run(const char *const *argv, gint64 timeout_s, gsize output_max, gsize *length, GError **error);

#endif
