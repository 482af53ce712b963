/* The policy's versions: checked, applied, shown. */
#ifndef SERVICE_GOVERNING_H
#define SERVICE_GOVERNING_H

#include "config/problems.h"
#include "domain/policy_diff.h"
#include "session/session.h"

/* What a policy that lies at that path names, lies beside it; `currency` is the organisation's, NULL = not known. Borrows both. */
PolicyFiles governing_files_beside(const char *path, const char *currency);

/* Reads and checks a policy file against the settings (lookups that it names exist). NULL where any problem is an error. `settings` may be NULL. */
Policy *governing_check(const char *path, const Settings *settings, Date today, Problems *problems);

/* A policy that lies in a file: its text and every file that it names, read once, so that what is shown of it is what is applied. */
typedef struct {
	char *path;
	GBytes *text;
	GHashTable *files; /* name, as the policy gives it -> GBytes */
	Policy *policy;
} PolicyDraft;
PolicyDraft *governing_read(Session *session, const char *path, GError **error); /* ERROR_CONFIG with every problem where it is wrong */
void policy_draft_free(PolicyDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyDraft, policy_draft_free)

/* What applying it would change, GPtrArray of PolicyChange; NULL where the policy in force cannot be read or none is. */
GPtrArray *governing_changes(Session *session, const PolicyDraft *draft);

/* From one policy to another, GPtrArray of PolicyChange; each is the number of a version or a path. `first` alone: from that version to the one in force,
 * or from that to the file; neither: from the version before to the one in force. ERROR_NOT_FOUND: no such version; ERROR_CONFIG: the file is wrong. */
GPtrArray *governing_diff(Session *session, const char *first, const char *second, GError **error);

/* Applies it as a new version, live at the next pass, whatever lies in the file by now. *version is its number; where the policy in force is the same
 * text, that one's and nothing happens (*same). */
gboolean governing_apply(Session *session, const PolicyDraft *draft, const char *note, gint64 *version, gboolean *same, GError **error);

#endif
