/* Text hygiene: what comes from documents, directories and people is hostile until it went through here. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <glib.h>

/* TRUE where the text is nothing but printable ASCII: most is, and every cleaning leaves it as it is but for blanks. */
gboolean text_is_plain(const char *text);

/* One line for people: valid UTF-8 (bad bytes become U+FFFD), C0/C1 controls and bidi controls
 * (U+202A-202E, U+2066-2069) removed, XML white space trimmed and runs of it folded to one blank; NBSP and
 * zero-width characters stay. Never NULL; owned by the caller. */
char *text_clean_line(const char *text);

/* The same for several lines: CR, CRLF -> LF, LF kept, every line cleaned. */
char *text_clean_lines(const char *text);

/* As text_clean_line, NULL where nothing is left. */
char *text_clean_or_null(const char *text);

/* TRUE where `text` matches the shell pattern (*, ?, [a-z], [!a]) without regard to case, as a whole. */
gboolean text_matches(const char *pattern, const char *text);

/* TRUE where `wider` surely matches every text that `pattern` matches; FALSE where it does not, or that cannot be told piece by piece. */
gboolean text_pattern_covers(const char *wider, const char *pattern);

/* For comparing names and numbers: NFKC, casefolded, everything but letters and digits dropped. */
char *text_key(const char *text);

/* The candidate nearest to `word` by edit distance, or NULL where none is near enough to be a slip of
 * the pen (more than a third of its length, at least 1). Borrowed from `candidates` (NULL-ended). */
const char *text_nearest(const char *word, const char *const *candidates);

/* An addr-spec that may go to a mail server: ASCII or UTF-8 domain, no blanks, controls, quotes or <>,
 * one @, local part at most 64 octets, 254 in all (RFC 5321 4.5.3.1). */
gboolean text_is_mail_address(const char *address);

/* TRUE where the host of a URI is this machine and no other: localhost, 127.0.0.0/8, ::1. NULL is none. A name that only begins with 127 is not. */
gboolean text_is_this_machine(const char *host);

#endif
