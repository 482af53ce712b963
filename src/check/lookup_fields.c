/* The holes of a filter are braces around the name of a field (directory/filter.h). */
#include "check/lookup_fields.h"

#include "people/people.h"

#include <string.h>

static const char *filter_of(const Settings *settings, const char *lookup)
{
	for (guint i = 0; settings->lookups && i < settings->lookups->len; i++) {
		const LookupSettings *known = settings->lookups->pdata[i];
		if (!strcmp(known->name, lookup))
			return known->filter;
	}
	return NULL;
}

static gboolean names(const char *filter, const char *field)
{
	g_autofree char *hole = g_strdup_printf("{%s}", field);
	return strstr(filter, hole) != NULL;
}

GHashTable *lookup_fields(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre)
{
	GHashTable *fields = people_fields(facts, cost_centre);
	const char *filter = filter_of(settings, lookup);
	GHashTableIter iter;
	gpointer name;
	g_hash_table_iter_init(&iter, fields);
	while (filter && g_hash_table_iter_next(&iter, &name, NULL))
		if (!names(filter, name))
			g_hash_table_iter_remove(&iter);
	return fields;
}

char *lookup_missing_field(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre)
{
	g_autoptr(GHashTable) fields = people_fields(facts, cost_centre);
	const char *filter = filter_of(settings, lookup);
	for (const char *hole = filter ? strchr(filter, '{') : NULL; hole; hole = strchr(hole + 1, '{')) {
		g_autofree char *name = g_strndup(hole + 1, strcspn(hole + 1, "}"));
		const char *value = g_hash_table_lookup(fields, name);
		if (!value || !*value)
			return g_steal_pointer(&name);
	}
	return NULL;
}

gboolean lookup_asks_for_the_centre_alone(const Settings *settings, const char *lookup)
{
	const char *filter = filter_of(settings, lookup);
	for (const char *hole = filter ? strchr(filter, '{') : NULL; hole; hole = strchr(hole + 1, '{'))
		if (!g_str_has_prefix(hole, "{cost_centre}"))
			return FALSE;
	return TRUE;
}
