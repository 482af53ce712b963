/* iCalendar content lines (RFC 5545, 3.1), brought within limits before a parser of trees sees them. */
#ifndef ICS_CONTENT_H
#define ICS_CONTENT_H

#include <glib.h>

/* The text unfolded: one property a line, CRLF behind each, bytes that are no UTF-8 replaced, a byte order mark and empty lines
 * left out. ERROR_INVALID where it is no iCalendar text (it must begin with BEGIN:VCALENDAR, every END fit its BEGIN, nothing
 * stand outside, no control characters) or is too large: 256 KiB in all, 64 KiB a line, components 8 deep. Owned by the caller.
 */
char *content_unfold(const char *text, gsize length, GError **error);

#endif
