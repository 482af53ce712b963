/* The policy's versions: checked, applied, shown. */
#ifndef SERVICE_GOVERNING_H
#define SERVICE_GOVERNING_H

#include "config/problems.h"
#include "service/session.h"

/* What a policy that lies at that path names, lies beside it; `currency` is the organisation's, NULL = not known. Borrows both. */
PolicyFiles governing_files_beside(const char *path, const char *currency);

/* Reads and checks a policy file against the settings (lookups that it names exist). NULL where any problem is an error. `settings` may be NULL. */
Policy *governing_check(const char *path, const Settings *settings, Date today, Problems *problems);

/* Applies the file as a new version, live at the next pass. *version is its number; where the policy in force is the same text, that one's and nothing
 * happens (*same). ERROR_CONFIG with every problem where it is wrong: nothing is applied. */
gboolean governing_apply(Session *session, const char *path, const char *note, gint64 *version, gboolean *same, GError **error);

#endif
