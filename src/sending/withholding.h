/* mail.allow_list, for trials: a message to somebody who is not on it is held back, seen by whoever looks, and goes, as far as it is still true, once they are. */
#ifndef SENDING_WITHHOLDING_H
#define SENDING_WITHHOLDING_H

#include "mail/allow_list.h"
#include "session/session.h"

/* *list: who may be written to; NULL: everybody. FALSE with ERROR_CONFIG where the list cannot be read or names nobody: then nothing may be sent. */
gboolean withholding_read(Session *session, AllowList **list, GError **error);

/* What the sender asks of a message before its first byte: where its recipient (or the address that everything is redirected to) is not on the list, message.withheld, and
 * *withheld is TRUE. It is not lost, counts as no mail to them, and starts no grace. `list` as above. In the caller's transaction. */
gboolean withholding_stop_message(Session *session, const AllowList *list, const MessageRow *message, gint64 now, gboolean *withheld, GError **error);

/* Before a pass plans: of what was held back for people who may be written to now, reminders and entries are decided anew, so that a long trial ends in one mail that is true and not
 * in a heap of old ones; the rest goes as it is. Where the list cannot be read nothing changes: the sender says so. */
gboolean withholding_release(Session *session, gint64 now, GError **error);

#endif
