/* How sure it is, without asking the server, that it takes two values of an attribute for the same: its rule of comparing is not
 * known here. */
#ifndef DIRECTORY_ALIKE_H
#define DIRECTORY_ALIKE_H

#include <glib.h>

/* FALSE where too little is known of how such a value compares (not printable ASCII), or it is empty or longer than 200 bytes. */
gboolean alike_is_plain(const char *value);

/* Of a plain value: ASCII letters in lower case, blanks squeezed. Two with one key are the same to every usual rule but those
 * that tell case apart. Owned by the caller. */
char *alike_key(const char *value);

/* Two values with different blurs are different to every rule there is: case, accents, punctuation and leading zeros are left out
 * of it. NULL: nothing can be said, it may be the same as any other. Owned by the caller. */
char *alike_blur(const void *bytes, gsize length);

#endif
