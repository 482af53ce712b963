/* Settings with which one logs in to a mail server: `user` with `password_file`, or with `auth` "xoauth2" or "oauthbearer" and a token. What they say together, for the finish functions of
 * the groups that have them; and what else such groups complain of. */
#ifndef CONFIG_LOG_IN_H
#define CONFIG_LOG_IN_H

#include "config/options.h"

extern const char *const log_in_ways[]; /* of `auth`; NULL-ended */
gboolean log_in_takes_token(const char *auth);

/* `auth` and `token_command` (of char *) as they were read: either may be NULL where they could not be. */
void log_in_check(const ConfNode *group, const char *auth, const GPtrArray *token_command, const OptionReader *reader);

/* Reports what is wanted of the member, which may be absent. */
void complain_of_member(const OptionReader *reader, const ConfNode *group, const char *name, const char *wanted);

/* A warning where the file that the member names can be read by everybody. */
void warn_of_open_secret(const OptionReader *reader, const ConfNode *group, const char *name);

#endif
