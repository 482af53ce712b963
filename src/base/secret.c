/* Hashes and random identifiers; the only file that includes libsodium and Nettle. Randomness comes from the system's source.
 *
 * SHA-256 is Nettle's, since it uses the processor's instructions for it where there are any, and libsodium's does not: every document,
 * message and event is hashed, and libsodium would need more time for that than everything else does.
 */
#include "base/secret.h"

#include <nettle/sha2.h>
#include <sodium.h>

G_STATIC_ASSERT(SHA256_HEX_SIZE == SHA256_DIGEST_SIZE * 2 + 1);

gboolean secret_init(void)
{
	return sodium_init() >= 0;
}

void sha256_hex2(const void *first, gsize first_length, const void *second, gsize second_length,
                 char hex[SHA256_HEX_SIZE])
{
	struct sha256_ctx state;
	unsigned char digest[SHA256_DIGEST_SIZE];
	sha256_init(&state);
	sha256_update(&state, first_length, first);
	sha256_update(&state, second_length, second);
	sha256_digest(&state, sizeof digest, digest);
	sodium_bin2hex(hex, SHA256_HEX_SIZE, digest, sizeof digest);
}

void sha256_hex(const void *bytes, gsize length, char hex[SHA256_HEX_SIZE])
{
	sha256_hex2(bytes, length, "", 0, hex);
}

char *secret_random_id(guint length)
{
	static const char ALPHABET[] = "0123456789abcdefghjkmnpqrstvwxyz";
	char *id = g_malloc((gsize)length + 1);
	randombytes_buf(id, length);
	for (guint i = 0; i < length; i++)
		id[i] = ALPHABET[(guchar)id[i] % 32]; /* 32 divides 256: every letter is equally likely */
	id[length] = '\0';
	return id;
}

char *secret_random_hex(guint bytes)
{
	g_autofree guchar *random = g_malloc(MAX(bytes, 1));
	randombytes_buf(random, bytes);
	char *hex = g_malloc((gsize)bytes * 2 + 1);
	return sodium_bin2hex(hex, (gsize)bytes * 2 + 1, random, bytes);
}
