/* policy.conf: what finance sets, from text to a checked Policy. */
#ifndef CONFIG_POLICY_FILE_H
#define CONFIG_POLICY_FILE_H

#include "config/problems.h"
#include "domain/policy.h"

/* Gives the dates (GArray of Date, owned by the caller) of a holiday calendar by the name that the policy gives it: from a file when
 * a policy is checked, from the store when a version is loaded. NULL with an error. */
typedef GArray *(*PolicyHolidays)(const char *name, gpointer user_data, GError **error);

/* NULL where any problem is an error. `origin` is the file name used in problems. `holidays` may be NULL where there are no
 * files. */
Policy *policy_parse(const char *text, gsize length, const char *origin, PolicyHolidays holidays, gpointer user_data,
                     Problems *problems);

/* The names of the files that the policy text refers to (GPtrArray of char *), each once. */
GPtrArray *policy_file_names(const char *text, gsize length);

/* The bytes of a file that a policy names, relative to the policy's own path. */
GBytes *policy_read_beside(const char *name, const char *path, GError **error);

#endif
