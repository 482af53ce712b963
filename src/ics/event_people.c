/* Answers for whose absence an event is. Exchange and Outlook say by X-MICROSOFT-CDO-BUSYSTATUS what TRANSP cannot, so that goes before. */
#include "ics/event_people.h"

#include <string.h>

#include "base/text.h"

const IcsProperty *event_property(const GPtrArray *event, const char *name)
{
	for (guint i = 0; i < event->len; i++) {
		const IcsProperty *property = g_ptr_array_index(event, i);
		if (strcmp(property->name, name) == 0)
			return property;
	}
	return NULL;
}

gboolean event_has_people(const GPtrArray *event)
{
	return event_property(event, "ATTENDEE") != NULL || event_property(event, "ORGANIZER") != NULL;
}

static gboolean says_any(const IcsProperty *property, const char *const *values)
{
	for (; property != NULL && *values != NULL; values++) {
		if (ics_property_says(property, *values))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_cancelled(const GPtrArray *event)
{
	for (guint i = 0; i < event->len; i++) {
		const IcsProperty *property = g_ptr_array_index(event, i);
		if (strcmp(property->name, "STATUS") == 0 && ics_property_says(property, "CANCELLED"))
			return TRUE;
	}
	return FALSE;
}

gboolean event_is_no_absence(const GPtrArray *event)
{
	static const char *const free_statuses[] = {"FREE", "WORKINGELSEWHERE", NULL};
	static const char *const known_statuses[] = {"FREE", "WORKINGELSEWHERE", "TENTATIVE", "BUSY", "OOF", NULL};
	static const char *const transparent[] = {"TRANSPARENT", NULL};
	const IcsProperty *status = event_property(event, "X-MICROSOFT-CDO-BUSYSTATUS");
	if (is_cancelled(event))
		return TRUE;
	if (says_any(status, known_statuses))
		return says_any(status, free_statuses);
	return says_any(event_property(event, "TRANSP"), transparent);
}

/* NULL where the property names no mail address: Exchange writes "invalid:nomail", Apple a "urn:uuid:…" with the address in EMAIL. */
static char *address_of(const IcsProperty *property)
{
	g_autofree char *value = g_strstrip(g_strdup(property->value));
	const char *other = ics_property_parameter(property, "EMAIL");
	const gboolean is_mailto = g_ascii_strncasecmp(value, "mailto:", strlen("mailto:")) == 0;
	g_autofree char *named = is_mailto ? g_uri_unescape_string(value + strlen("mailto:"), NULL) : g_strdup(value);
	if ((named == NULL || !text_is_mail_address(named)) && other != NULL) {
		g_free(named);
		named = g_strdup(other);
	}
	g_autofree char *address = named != NULL ? g_strstrip(g_strdup(named)) : NULL;
	return address != NULL && text_is_mail_address(address) ? g_utf8_strdown(address, -1) : NULL;
}

static gboolean parameter_is(const IcsProperty *property, const char *name, const char *value)
{
	const char *said = ics_property_parameter(property, name);
	return said != NULL && g_ascii_strcasecmp(said, value) == 0;
}

static gboolean takes_part(const IcsProperty *property)
{
	return !parameter_is(property, "PARTSTAT", "DECLINED") && !parameter_is(property, "PARTSTAT", "DELEGATED") &&
	       !parameter_is(property, "ROLE", "NON-PARTICIPANT");
}

static gboolean is_of(const IcsProperty *property, gboolean declined)
{
	if (strcmp(property->name, "ATTENDEE") == 0)
		return takes_part(property) != declined;
	return !declined && strcmp(property->name, "ORGANIZER") == 0;
}

static GHashTable *people_of(const GPtrArray *event, gboolean declined)
{
	GHashTable *people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < event->len; i++) {
		const IcsProperty *property = g_ptr_array_index(event, i);
		char *address = is_of(property, declined) ? address_of(property) : NULL;
		if (address != NULL)
			g_hash_table_add(people, address);
	}
	return people;
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *event_people(const GPtrArray *event)
{
	g_autoptr(GHashTable) present = people_of(event, TRUE); /* also where they are its organizer */
	g_autoptr(GHashTable) absent = people_of(event, FALSE);
	GPtrArray *people = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer address;
	g_hash_table_iter_init(&iter, absent);
	while (g_hash_table_iter_next(&iter, &address, NULL)) {
		if (!g_hash_table_contains(present, address))
			g_ptr_array_add(people, g_strdup(address));
	}
	g_ptr_array_sort(people, compare_texts);
	return people;
}

char *event_deputy(const GPtrArray *event)
{
	const IcsProperty *property = event_property(event, "X-AKKOORD-DEPUTY");
	g_autofree char *deputy = property != NULL ? text_clean_or_null(property->value) : NULL;
	return deputy != NULL && g_utf8_strlen(deputy, -1) <= 256 ? g_steal_pointer(&deputy) : NULL;
}
