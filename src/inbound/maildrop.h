/* A Maildir that a mail server fills for us: what lies in new/ is taken and goes to cur/. */
#ifndef INBOUND_MAILDROP_H
#define INBOUND_MAILDROP_H

#include <glib.h>

/* Whether it has new/ and cur/. */
gboolean maildrop_is_there(const char *maildir);

/* Up to `limit` of the mails in new/, oldest name first: GPtrArray of char * paths. ERROR_NOT_FOUND, ERROR_FORBIDDEN. */
GPtrArray *maildrop_new_mails(const char *maildir, guint limit, GError **error);

/* At most `limit` octets of it, and only of a regular file: ERROR_INVALID for any other. ERROR_NOT_FOUND, ERROR_FORBIDDEN, ERROR_TRANSIENT. */
GBytes *maildrop_read(const char *path, gsize limit, GError **error);

/* Moves it to cur/, as seen. Where it is gone already, that is fine. */
gboolean maildrop_done(const char *path, GError **error);

#endif
