/* Delivery status notifications (RFC 3464): what the report says of each recipient. */
#ifndef INBOUND_DSN_H
#define INBOUND_DSN_H

#include "codec/mime_read.h"
#include "inbound/received.h"

/* Adds the recipients of the report's message/delivery-status part. FALSE: there is no such part. */
gboolean dsn_read(const MimeEntity *mail, Received *received);

/* The same for text that holds such fields: those of a report that came without its parts. */
void dsn_read_text(const char *text, Received *received);

#endif
