/* Files that hold a secret: a password, a token, a key. */
#ifndef BASE_SECRET_FILE_H
#define BASE_SECRET_FILE_H

#include <glib.h>

/* No password, key or secret of an address is longer. */
#define SECRET_FILE_MAX_BYTES 4096

/* The first line, without its end. ERROR_CONFIG, which names the file: it cannot be read, is larger than that, its first line is empty, or has a NUL in it. Owned by the caller,
 * who wipes it (secret_file_free()). */
char *secret_file_read(const char *path, gsize max_bytes, GError **error);

/* Leaves nothing of it in memory; `secret` may be NULL. */
void secret_file_free(char *secret);

#endif
