/* The body's METHOD counts, not the one in the part's header: Exchange's gateways lose the latter. */
#include "inbound/calendar_answer.h"

#include "base/text.h"
#include "ics/content.h"
#include "ics/property.h"
#include "inbound/mail_parts.h"

#include <string.h>

#define CALENDAR_MAX_OCTETS (256 * 1024)
#define VALUE_MAX_OCTETS 500

typedef struct {
	gboolean answers;
	char *uid, *partstat;
	gboolean uids, attendees; /* more than one of them, that differ */
} Answer;

static gboolean is_calendar(const MimeEntity *part, gpointer user_data)
{
	(void)user_data;
	return mail_part_is(part, "text/calendar", ".ics") || g_str_equal(part->type, "application/ics");
}

/* Keeps the first; says in *several that another came. */
static void value_keep(char **kept, gboolean *several, const char *value)
{
	g_autofree char *clean = text_clean_or_null(value);
	if (clean == NULL || strlen(clean) > VALUE_MAX_OCTETS)
		return;
	if (*kept == NULL)
		*kept = g_steal_pointer(&clean);
	else if (!g_str_equal(*kept, clean))
		*several = TRUE;
}

static const char *property_visit(ContentKind kind, const char *text, guint depth, gpointer user_data)
{
	static const char *const methods[] = {"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"};
	Answer *answer = user_data;
	g_autoptr(IcsProperty) property = kind == CONTENT_PROPERTY ? ics_property_parse(text) : NULL;
	if (property == NULL)
		return NULL;
	for (gsize i = 0; depth == 1 && g_str_equal(property->name, "METHOD") && i < G_N_ELEMENTS(methods); i++)
		answer->answers = answer->answers || ics_property_says(property, methods[i]);
	if (depth == 2 && g_str_equal(property->name, "UID"))
		value_keep(&answer->uid, &answer->uids, property->value);
	if (depth == 2 && g_str_equal(property->name, "ATTENDEE"))
		value_keep(&answer->partstat, &answer->attendees, ics_property_parameter(property, "PARTSTAT"));
	return NULL;
}

gboolean calendar_answer_read(const MimeEntity *mail, Received *received)
{
	const MimeEntity *part = mail_part_search(mail, is_calendar, NULL);
	if (part == NULL)
		return FALSE;
	g_autofree char *text = mime_text(part, CALENDAR_MAX_OCTETS);
	const char *begin = text + strspn(text, " \t\n");
	Answer answer = {0};
	const gboolean read = content_walk(begin, strlen(begin), CALENDAR_MAX_OCTETS, property_visit, &answer, NULL);
	if (read && answer.answers) {
		received->uid = answer.uids ? NULL : g_strdup(answer.uid);
		received->partstat = answer.attendees || answer.partstat == NULL ? NULL : g_ascii_strup(answer.partstat, -1);
	}
	g_free(answer.uid);
	g_free(answer.partstat);
	return read && answer.answers;
}
