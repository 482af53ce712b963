/* The token: 16 letters of signature, 2 of the key's id, then the message's id as it is. All are letters and digits, so that no mail server takes part of it for
 * something else. */
#include "mail/verp.h"

#include <string.h>

#define PURPOSE        "bounce-address/v1"
#define LOCAL_PART_MAX 64
#define MAC_LETTERS    16 /* 80 bits */
#define KEY_LETTERS    2
#define KEYS_MAX       (32 * 32)
#define MESSAGE_MAX    24

static const char DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void write_key(gint64 id, char letters[KEY_LETTERS + 1])
{
	letters[0] = DIGITS[id / 32 % 32];
	letters[1] = DIGITS[id % 32];
	letters[2] = '\0';
}

static gboolean read_key(const char *letters, gint64 *id)
{
	const char *high = strchr(DIGITS, letters[0]), *low = strchr(DIGITS, letters[1]);
	if (high == NULL || low == NULL)
		return FALSE;
	*id = (high - DIGITS) * 32 + (low - DIGITS);
	return TRUE;
}

char *verp_address(const char *bounce, const char *message, const SecretKey *key)
{
	const char *at = strrchr(bounce, '@');
	char letters[KEY_LETTERS + 1];
	const gsize length = at != NULL ? (gsize)(at - bounce) + 1 + MAC_LETTERS + KEY_LETTERS + strlen(message) : LOCAL_PART_MAX + 1;
	if (length > LOCAL_PART_MAX || strlen(message) > MESSAGE_MAX || key->id < 1 || key->id >= KEYS_MAX)
		return NULL;
	g_autofree char *mac = secret_mac(key, PURPOSE, message, MAC_LETTERS);
	write_key(key->id, letters);
	return g_strdup_printf("%.*s+%s%s%s%s", (int)(at - bounce), bounce, mac, letters, message, at);
}

/* The token, in lower case; NULL where there is none. */
static char *token_of(const char *address)
{
	const char *at = strrchr(address, '@');
	const char *plus = at != NULL ? g_strrstr_len(address, at - address, "+") : NULL;
	if (plus == NULL)
		return NULL;
	const gsize length = (gsize)(at - plus) - 1;
	if (length <= MAC_LETTERS + KEY_LETTERS || length > MAC_LETTERS + KEY_LETTERS + MESSAGE_MAX)
		return NULL;
	char *token = g_ascii_strdown(plus + 1, (gssize)length);
	if (strspn(token, DIGITS) == length)
		return token;
	g_free(token);
	return NULL;
}

gboolean verp_read(const char *address, char **message, gint64 *key)
{
	g_autofree char *token = token_of(address);
	if (token == NULL || !read_key(token + MAC_LETTERS, key))
		return FALSE;
	*message = g_strdup(token + MAC_LETTERS + KEY_LETTERS);
	return TRUE;
}

gboolean verp_is_true(const char *address, const SecretKey *key)
{
	g_autofree char *token = token_of(address), *message = NULL;
	gint64 id;
	if (token == NULL || !verp_read(address, &message, &id) || id != key->id)
		return FALSE;
	g_autofree char *mac = secret_mac(key, PURPOSE, message, MAC_LETTERS);
	token[MAC_LETTERS] = '\0';
	return secret_equal(token, mac);
}
