/* The steps on the way to people, as the record keeps them: each a line of fields, so that it can be said in any language. Pure. */
#ifndef DOMAIN_STEP_H
#define DOMAIN_STEP_H

#include <glib.h>

/* The first field says what the others are:
 *   searched      what for, filter, base, how many were found
 *   read          what for, filter, DN, how many
 *   read-many     what for, filter, how many names, how many
 *   unanswered    what for, filter, base (or DN), the error, STEP_AT or STEP_BELOW (absent in old ones)
 *   together      how many other questions the search before was asked for too
 *   no-manager    whose DN: none is named
 *   bad-manager   whose DN: what is named is no DN
 *   no-field      lookup, the field that the invoice lacks
 *   as-of         when the directory said so: it is asked again later, or does not answer now
 *   means         selector, cost centre ("" = none), and each of the people it found
 *   up-the-line   who lacks the authority, who has it */
#define STEP_SEARCHED    "searched"
#define STEP_READ        "read"
#define STEP_READ_MANY   "read-many"
#define STEP_UNANSWERED  "unanswered"
/* of an unanswered one: the entry of that name was meant, or what lies below it */
#define STEP_AT          "at"
#define STEP_BELOW       "below"
#define STEP_TOGETHER    "together"
#define STEP_NO_MANAGER  "no-manager"
#define STEP_BAD_MANAGER "bad-manager"
#define STEP_NO_FIELD    "no-field"
#define STEP_AS_OF       "as-of"
#define STEP_MEANS       "means"
#define STEP_UP_THE_LINE "up-the-line"

/* Fields in one line, "|" between them, "\" before each "|" and "\" inside; cleaned for people. Ended by NULL; owned by the caller. */
char *step_new(const char *word, ...) G_GNUC_NULL_TERMINATED;
char *step_new_of(const char *const *fields);

/* The fields of a line, the word among them: never empty. */
GStrv step_fields(const char *step);

#endif
