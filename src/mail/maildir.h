/* Maildir as a transport that needs no server: tmp/ to new/ by rename, both on the disk before it counts. */
#ifndef MAIL_MAILDIR_H
#define MAIL_MAILDIR_H

#include <glib.h>

/* Makes PATH, tmp, new and cur where they are missing. ERROR_CONFIG. */
gboolean maildir_prepare(const char *path, GError **error);

/* Puts the message (CRLF) there with LF line ends as new/NAME. A name that is there already, or was read (cur/NAME:2,…), is left as it is. ERROR_INVALID:
 * `name` is no file name (letters, digits, - and _); ERROR_TRANSIENT: the disk. */
gboolean maildir_deliver(const char *path, const char *name, GBytes *bytes, GError **error);

#endif
