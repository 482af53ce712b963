/* Enhanced status codes (RFC 3463): found in what servers write, and the most exact one chosen. */
#ifndef INBOUND_STATUS_H
#define INBOUND_STATUS_H

#include <glib.h>

/* The first "class.subject.detail" in the text that stands by itself (no part of a longer number, an address or a version), class 2, 4 or 5; of
 * several one that says more than x.0.0 goes before one that does not. NULL: none. Owned by the caller. */
char *status_find(const char *text);

/* The most exact of what a report says: `field` (its Status; may be NULL) unless it is vague (x.0.0, x.x.0) and `diagnostic` has a better one of the same
 * class or words that say more. NULL: nothing can be told. Owned by the caller. */
char *status_choose(const char *field, const char *diagnostic);

/* '2', '4' or '5' of an SMTP reply code (550) that stands in the text as such; '\0': none. */
char status_reply_class(const char *text);

/* TRUE for class 5. NULL is not. */
gboolean status_is_permanent(const char *status);

#endif
