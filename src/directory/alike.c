/* Values compared with caution (RFC 4517, 4.2; RFC 4518; Active Directory, which also leaves out accents). */
#include "directory/alike.h"

#include <string.h>

#define PLAIN_BYTES_MAX 200

static gboolean is_printable_ascii(const char *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isprint(bytes[i]))
			return FALSE;
	return TRUE;
}

gboolean alike_is_plain(const char *value)
{
	const gsize length = strlen(value);

	return length > 0 && length <= PLAIN_BYTES_MAX && is_printable_ascii(value, length);
}

char *alike_key(const char *value)
{
	GString *key = g_string_sized_new(32);

	for (const char *at = value; *at != '\0'; at++)
		if (*at != ' ')
			g_string_append_c(key, g_ascii_tolower(*at));
		else if (key->len > 0 && key->str[key->len - 1] != ' ')
			g_string_append_c(key, ' ');
	if (key->len > 0 && key->str[key->len - 1] == ' ')
		g_string_truncate(key, key->len - 1);
	return g_string_free(key, FALSE);
}

/* Letters and digits; NULL where there is something else than ASCII left that counts. `text` is in lower case and decomposed. */
static char *bare(const char *text)
{
	g_autoptr(GString) letters = g_string_sized_new(32);

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		const gunichar character = g_utf8_get_char(at);
		const gboolean is_zero_in_front = character == '0' && letters->len == 0;
		if (character < 0x80 && g_ascii_isalnum((char)character) && !is_zero_in_front)
			g_string_append_c(letters, g_ascii_tolower((char)character));
		else if (character >= 0x80 && !g_unichar_ismark(character))
			return NULL;
	}
	return g_string_free(g_steal_pointer(&letters), FALSE);
}

char *alike_blur(const void *bytes, gsize length)
{
	if (memchr(bytes, '\0', length) != NULL || !g_utf8_validate(bytes, (gssize)length, NULL))
		return NULL;
	g_autofree char *text = g_strndup(bytes, length);
	if (is_printable_ascii(text, length))
		return bare(text);
	g_autofree char *folded = g_utf8_casefold(text, -1);
	g_autofree char *decomposed = g_utf8_normalize(folded, -1, G_NORMALIZE_ALL);
	return decomposed != NULL ? bare(decomposed) : NULL;
}
