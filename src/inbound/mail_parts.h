/* Walking the parts of a mail: those it consists of, not those of a mail that it brings along. */
#ifndef INBOUND_MAIL_PARTS_H
#define INBOUND_MAIL_PARTS_H

#include "codec/mime_read.h"

typedef gboolean (*MailPartFits)(const MimeEntity *part, gpointer user_data);

/* The first part that fits, in document order, the mail itself included; NULL: none. */
const MimeEntity *mail_part_search(const MimeEntity *mail, MailPartFits fits, gpointer user_data);

/* The first of that type ("text/plain"). */
const MimeEntity *mail_part_find(const MimeEntity *mail, const char *type);

/* Whether the part says it is of that type, or has a file name with that ending (".ics"). */
gboolean mail_part_is(const MimeEntity *part, const char *type, const char *ending);

#endif
