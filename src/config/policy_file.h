/* policy.conf: what finance sets, from text to a checked Policy. */
#ifndef CONFIG_POLICY_FILE_H
#define CONFIG_POLICY_FILE_H

#include "config/problems.h"
#include "domain/policy.h"

/* What a policy needs beside its text. */
typedef struct {
	/* A file by the name that the policy gives it: from beside the policy when it is checked, from the store when a version is loaded.
	 * NULL with an error. */
	GBytes *(*read)(const char *name, gconstpointer user_data, GError **error);
	gconstpointer user_data;
	/* The dates (GArray of Date, owned by the caller) in a holiday calendar. NULL with an error. */
	GArray *(*holidays)(GBytes *calendar, GError **error);
	const char *currency; /* the organisation's, which rates are in; NULL = not known */
	/* Whether a channel's templates compile and ask for nothing but what there is; NULL: not asked. */
	gboolean (*check_channel)(const Channel *channel, GError **error);
} PolicyFiles;

/* NULL where any problem is an error. `origin` is the file name used in problems. `files` may be NULL: then every file that the policy names is
 * a problem. */
Policy *policy_parse(const char *text, gsize length, const char *origin, const PolicyFiles *files, Problems *problems);

/* The names of the files that the policy text refers to (GPtrArray of char *), each once. */
GPtrArray *policy_file_names(const char *text, gsize length);

/* The bytes of a file that a policy names, relative to the policy's own path (const char *): a PolicyFiles.read. */
GBytes *policy_read_beside(const char *name, gconstpointer path, GError **error);

#endif
