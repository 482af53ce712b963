/* Words are compared as they stand: what an echo changes in a secret (case, an encoding of its own) is not found again. */
#include "base/redaction.h"

#include <string.h>

#define ENDS_OF_WORDS " \t\r\n\v\f\"'`()[]{}<>,;"
#define SECRET_LEAST 4
#define PIECE_LEAST  8
#define HIDDEN       "***"

static gboolean is_piece(const char *word, const char *secret)
{
	return (strlen(secret) >= SECRET_LEAST && strstr(word, secret)) || (strlen(word) >= PIECE_LEAST && strstr(secret, word));
}

/* Behind a cut-short word stand dots, before one stands what it is the value of. */
static gboolean tells(const char *word, const char *const *secrets)
{
	g_autofree char *bare = g_strdup(word);
	for (gsize length = strlen(bare); length > 0 && strchr(".:!?", bare[length - 1]); length--)
		bare[length - 1] = '\0';
	const char *equals = strchr(bare, '=');
	for (; *secrets; secrets++)
		if (is_piece(bare, *secrets) || (equals && equals[1] && is_piece(equals + 1, *secrets)))
			return TRUE;
	return FALSE;
}

/* A secret of several words is no word: first the whole ones. */
static char *without_whole(const char *text, const char *const *secrets)
{
	GString *out = g_string_new(text);
	for (; *secrets; secrets++)
		if (strlen(*secrets) >= SECRET_LEAST)
			g_string_replace(out, *secrets, HIDDEN, 0);
	return g_string_free(out, FALSE);
}

char *redaction_apply(const char *text, const char *const *secrets)
{
	g_autofree char *whole = without_whole(text, secrets);
	GString *out = g_string_sized_new(strlen(whole));
	for (const char *p = whole; *p;) {
		const gsize between = strspn(p, ENDS_OF_WORDS), length = strcspn(p + between, ENDS_OF_WORDS);
		g_string_append_len(out, p, (gssize)between);
		g_autofree char *word = g_strndup(p + between, length);
		g_string_append(out, tells(word, secrets) ? HIDDEN : word);
		p += between + length;
	}
	return g_string_free(out, FALSE);
}
