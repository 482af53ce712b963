/* iCalendar content lines (RFC 5545, 3.1), brought within limits before a parser of trees sees them. */
#ifndef ICS_CONTENT_H
#define ICS_CONTENT_H

#include <glib.h>

/* The text unfolded: one property a line, CRLF behind each, bytes that are no UTF-8 replaced, a byte order mark and empty lines
 * left out. ERROR_INVALID where it is no iCalendar text (it must begin with BEGIN:VCALENDAR, every END fit its BEGIN, nothing
 * stand outside, no control characters) or is too large: 256 KiB in all, 64 KiB a line, components 8 deep. Owned by the caller.
 */
char *content_unfold(const char *text, gsize length, GError **error);

typedef enum { CONTENT_BEGIN, CONTENT_END, CONTENT_PROPERTY } ContentKind;

/* Sees one component begin or end (`text`: its name, upper case) or one whole property, unfolded, valid UTF-8. `depth`: how many components are open around it,
 * that which begins or ends not counted. NULL, or what is wrong, which ends the walk. */
typedef const char *(*ContentVisit)(ContentKind kind, const char *text, guint depth, gpointer user_data);

/* The text in order, for a reader that passes over what it does not need: its structure is held to the same rules, but control characters and long lines are the
 * reader's affair. ERROR_INVALID as above, or larger than `size_max` bytes, or what the visitor said, with the line. */
gboolean content_walk(const char *text, gsize length, gsize size_max, ContentVisit visit, gpointer user_data, GError **error);

#endif
