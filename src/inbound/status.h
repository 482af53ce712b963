/* Enhanced status codes (RFC 3463): found in what servers write, and the most exact one chosen. */
#ifndef INBOUND_STATUS_H
#define INBOUND_STATUS_H

#include <glib.h>

/* The first "class.subject.detail" in the text that stands by itself (no part of a longer number, an address or a version), class 2, 4 or 5; of
 * several the first that says most of a failure: x.4.7 tells only that the time was up, x.1.0 that it is about the address, x.0.0 and class 2 nothing. NULL: none. Owned by the caller. */
char *status_find(const char *text);

/* The most exact of what a report says: `field` (its Status; may be NULL), unless `diagnostic` (may be NULL) has a code of the same class, and `field` is vague
 * (x.0.0) or the diagnostic is the other server's own answer ("552 5.2.2 …", "553 … (#5.7.1)"). NULL: no code at all. Owned by the caller. */
char *status_choose(const char *field, const char *diagnostic);

/* '2', '4' or '5' of an SMTP reply code (550) that stands in the text as such; '\0': none. */
char status_reply_class(const char *text);

/* TRUE for class 5. NULL is not. */
gboolean status_is_permanent(const char *status);

#endif
