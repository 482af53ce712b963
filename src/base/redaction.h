/* What others say, without the secrets that were told to them. */
#ifndef BASE_REDACTION_H
#define BASE_REDACTION_H

#include <glib.h>

/* The text with "***" in the place of each word that holds one of the secrets, or is a piece of one (of eight characters or more: servers echo what they did not understand,
 * often cut short). `secrets`: NULL-ended; those shorter than four characters are not looked for. Words end at blanks, controls, quotes, brackets, commas and
 * semicolons. Pure. Owned by the caller. */
char *redaction_apply(const char *text, const char *const *secrets);

#endif
