/* Envelope senders that say which message came back (VERP): LOCAL+TOKEN@DOMAIN. Pure.
 *
 * The token holds the message's id and a signature, so a report to that address proves that whoever sent it had the message, or carried it. Mail servers may change
 * its case. */
#ifndef MAIL_VERP_H
#define MAIL_VERP_H

#include "base/secret.h"

/* `bounce`: an ASCII address; `message`: a message's id. NULL where the local part would be longer than 64 octets (RFC 5321, 4.5.3.1.1). Owned by the caller. */
char *verp_address(const char *bounce, const char *message, const SecretKey *key);

/* What an address of that form claims, whoever wrote it: FALSE where it has not the form. *message is owned by the caller. */
gboolean verp_read(const char *address, char **message, gint64 *key);

/* Whether the key made it. */
gboolean verp_is_true(const char *address, const SecretKey *key);

#endif
