/* One look at a person: what it adds to the looks before. */
#include "domain/sighting.h"

#include "base/instant.h"

#include <string.h>

static Sighting not_found(gint64 as_of, gint64 missed, gint64 now)
{
	if (as_of > now)
		return (Sighting){PRESENCE_MISSING, now, now + SIGHTING_APART_S};
	if (missed == INSTANT_NONE || missed > as_of)
		return (Sighting){PRESENCE_MISSING, as_of, as_of + SIGHTING_APART_S};
	if (as_of - missed < SIGHTING_APART_S)
		return (Sighting){PRESENCE_MISSING, missed, missed + SIGHTING_APART_S};
	return (Sighting){PRESENCE_LOST, missed, INSTANT_NONE};
}

Sighting sighting_judge(PersonAnswer answer, gint64 as_of, gint64 missed, gint64 now)
{
	switch (answer) {
	case ANSWER_NOT_FOUND:
		return not_found(as_of, missed, now);
	case ANSWER_USABLE:
		return (Sighting){PRESENCE_FINE, INSTANT_NONE, INSTANT_NONE};
	case ANSWER_UNUSABLE:
		return (Sighting){PRESENCE_LOST, INSTANT_NONE, INSTANT_NONE};
	case ANSWER_UNKNOWN:
		break;
	}
	return (Sighting){PRESENCE_UNKNOWN, missed, INSTANT_NONE};
}

/* The enhanced code after the first one, "5.1.1"; NULL. */
static const char *enhanced_code(const char *reply)
{
	const char *code = reply + 3;
	if (*code != ' ' && *code != '-')
		return NULL;
	code++;
	return g_ascii_isdigit(code[0]) && code[1] == '.' && g_ascii_isdigit(code[2]) ? code : NULL;
}

gboolean sighting_refusal_counts(const char *reply)
{
	if (!reply || strlen(reply) < 3 || reply[0] != '5')
		return FALSE;
	const char *code = enhanced_code(reply);
	if (code && (g_str_has_prefix(code, "5.1.7") || g_str_has_prefix(code, "5.1.8")) && !g_ascii_isdigit(code[5]))
		return FALSE;
	if (code)
		return g_str_has_prefix(code, "5.1.") || (g_str_has_prefix(code, "5.2.1") && !g_ascii_isdigit(code[5]));
	if (g_str_has_suffix(reply, REFUSAL_OF_CONTENT))
		return FALSE;
	return g_str_has_prefix(reply, "550") || g_str_has_prefix(reply, "551") || g_str_has_prefix(reply, "553");
}

gboolean mass_change_is_held(gint64 count, gint64 open, guint percent)
{
	return count >= MASS_CHANGE_LEAST && count * 100 > open * percent;
}
