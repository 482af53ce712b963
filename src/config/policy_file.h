/* policy.conf: what finance sets, from text to a checked Policy. */
#ifndef CONFIG_POLICY_FILE_H
#define CONFIG_POLICY_FILE_H

#include "config/problems.h"
#include "domain/policy.h"

/* Gives the bytes of a file that the policy names (a holiday calendar), by the name written there: from disk when a policy is
 * checked, from the store when a version is loaded. NULL with an error. */
typedef GBytes *(*PolicyFileReader)(const char *name, gpointer user_data, GError **error);

/* NULL where any problem is an error. `origin` is the file name used in problems. `read_file` may be NULL where there are no
 * files. */
Policy *policy_parse(const char *text, gsize length, const char *origin, PolicyFileReader read_file, gpointer user_data,
                     Problems *problems);

/* The names of the files that the policy text refers to (GPtrArray of char *), each once. */
GPtrArray *policy_file_names(const char *text, gsize length);

/* A PolicyFileReader that reads beside the policy's path (user_data: const char *path of the policy). */
GBytes *policy_read_beside(const char *name, gpointer path, GError **error);

#endif
