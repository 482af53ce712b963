/* Hashes and random identifiers; the only file that includes libsodium and Nettle. Randomness comes from the system's source.
 *
 * SHA-256 is Nettle's, since it uses the processor's instructions for it where there are any, and libsodium's does not: every document,
 * message and event is hashed, and libsodium would need more time for that than everything else does.
 */
#include "base/secret.h"

#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

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

char *hmac_sha256_base64(const void *key, gsize key_length, const void *bytes, gsize length)
{
	crypto_auth_hmacsha256_state state;
	unsigned char digest[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_init(&state, key, key_length);
	crypto_auth_hmacsha256_update(&state, bytes, length);
	crypto_auth_hmacsha256_final(&state, digest);
	sodium_memzero(&state, sizeof state);
	return g_base64_encode(digest, sizeof digest);
}

static const char ALPHABET[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *secret_random_id(guint length)
{
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

G_STATIC_ASSERT(SECRET_KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES);

void secret_key_fill(SecretKey *key)
{
	randombytes_buf(key->bytes, sizeof key->bytes);
}

static char letter_at(const guchar *bytes, guint bit)
{
	const guint pair = (guint)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
	return ALPHABET[pair >> (11 - bit % 8) & 31];
}

/* The NUL after the purpose goes in too, so that no other purpose and text together read the same. */
char *secret_mac(const SecretKey *key, const char *purpose, const char *text, guint length)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES + 1] = {0};
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
	crypto_auth_hmacsha256_update(&state, (const guchar *)purpose, strlen(purpose) + 1);
	crypto_auth_hmacsha256_update(&state, (const guchar *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	length = MIN(length, crypto_auth_hmacsha256_BYTES * 8 / 5);
	char *letters = g_malloc((gsize)length + 1);
	for (guint i = 0; i < length; i++)
		letters[i] = letter_at(mac, i * 5);
	letters[length] = '\0';
	sodium_memzero(&state, sizeof state);
	return letters;
}

gboolean secret_equal(const char *a, const char *b)
{
	const gsize length = strlen(a);
	return length == strlen(b) && sodium_memcmp(a, b, length) == 0;
}
