/* Delivery status notifications (RFC 3464): what the report says of each recipient. */
#ifndef INBOUND_DSN_H
#define INBOUND_DSN_H

#include "codec/mime_read.h"
#include "inbound/received.h"

/* The first part of that type in the tree, itself included, in document order; NULL: none. Parts of a message within it are not looked at, but for
 * the types of a returned message themselves. */
const MimeEntity *mail_part_find(const MimeEntity *mail, const char *type);

/* Adds the recipients of the report's message/delivery-status part. FALSE: there is no such part. */
gboolean dsn_read(const MimeEntity *mail, Received *received);

/* The same for text that holds such fields: those of a report that came without its parts. */
void dsn_read_text(const char *text, Received *received);

#endif
