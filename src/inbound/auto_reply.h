/* Automatic replies: absences, receipts, challenges. */
#ifndef INBOUND_AUTO_REPLY_H
#define INBOUND_AUTO_REPLY_H

#include "codec/mime_read.h"

/* Whether a machine answers for its owner: by RFC 3834 and the marks that were used before it, or by the subject. */
gboolean auto_reply_is_one(const MimeEntity *mail);

/* Whether its subject alone says so. */
gboolean auto_reply_is_titled(const MimeEntity *mail);

/* Whether it asks the sender to prove who he is before the mail is delivered; such a one may come dressed as a delivery report. */
gboolean auto_reply_is_challenge(const MimeEntity *mail, const char *text);

#endif
