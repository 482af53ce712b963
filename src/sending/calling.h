/* Making the calls of the policy's channels. They go beside the mails, and whatever a channel's server does delays no mail by more than one answer of it. */
#ifndef SENDING_CALLING_H
#define SENDING_CALLING_H

#include "sending/sending.h"

/* Makes every call whose time has come, in the caller's hourly budget, some at once; as sending_run() does with mails. A channel whose server is down, or asks to be left
 * alone, waits: what else was to go over it is not tried in this run. At a kill as many calls are uncertain as go at once. */
gboolean calling_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error);

#endif
