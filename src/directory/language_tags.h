/* The languages that somebody reads, out of what the directory says of them. */
#ifndef DIRECTORY_LANGUAGE_TAGS_H
#define DIRECTORY_LANGUAGE_TAGS_H

#include <glib.h>

/* An Accept-Language list (RFC 2798, 2.7; RFC 9110, 12.5.4) as its lower-case primary tags, best liked first: "sv-FI;q=0.8, nl, en;q=0.1" -> "nl, sv, en".
 * Among equals the first. Which of them there is a mail in is for the one who writes it (mail/language.h).
 * - What has q=0 is left out, as is what is no tag.
 * - "*" ends the list where its quality puts it, behind its equals: from there on the organisation's language is as good as any.
 * - At most 8 tags, out of the first 1,000 bytes.
 * NULL where none is left. Owned by the caller. */
char *language_tags_by_liking(const char *list);

#endif
