/* Whether everything is as it must be: the two files, the store, and, online, directory and mail server, the last pass and what is overdue. */
#ifndef CHECK_CHECKING_H
#define CHECK_CHECKING_H

#include "base/invocation.h"
#include "config/problems.h"

/* Adds every finding. The policy checked is `policy_path`; NULL: policy.conf beside akkoord.conf, and that it is the one in force. FALSE: the only errors are
 * that the directory or the mail server does not answer, which is no fault of the configuration's. */
gboolean checking_run(const Invocation *invocation, const char *policy_path, gboolean online, Problems *problems);

#endif
