/* Hashes, random identifiers and keys (libsodium's door). */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <glib.h>

/* Once in main, before threads. FALSE: no usable random source. */
gboolean secret_init(void);

/* Lower-case hex SHA-256 (64 digits and a NUL) over the concatenation of the pieces. */
#define SHA256_HEX_SIZE 65
void sha256_hex(const void *bytes, gsize length, char hex[SHA256_HEX_SIZE]);
void sha256_hex2(const void *first, gsize first_length, const void *second, gsize second_length,
                 char hex[SHA256_HEX_SIZE]);

/* Standard base64 of HMAC-SHA-256 over the bytes. Owned by the caller. */
char *hmac_sha256_base64(const void *key, gsize key_length, const void *bytes, gsize length);

/* `length` random characters of the 32 letters and digits that nobody misreads (no i, l, o, u; Crockford),
 * lower case: 5 bits each. Owned by the caller. */
char *secret_random_id(guint length);

/* Random lower-case hex of `bytes` bytes. Owned by the caller. */
char *secret_random_hex(guint bytes);

/* A key of a ring: what it signed says by its id which one it was. */
#define SECRET_KEY_BYTES 32
typedef struct {
	gint64 id; /* from 1; 0: none */
	guint8 bytes[SECRET_KEY_BYTES];
} SecretKey;
void secret_key_fill(SecretKey *key); /* with random bytes */

/* The first `length` characters (at most 51) of the HMAC-SHA-256 over the text, in the letters of secret_random_id(): 5 bits each. `purpose` keeps apart what is signed with
 * one key for several uses. Owned by the caller. */
char *secret_mac(const SecretKey *key, const char *purpose, const char *text, guint length);

/* In a time that does not tell where they differ. */
gboolean secret_equal(const char *a, const char *b);

#endif
