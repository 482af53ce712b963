/* The holes of a filter are braces around the name of a field (directory/filter.h). */
#include "people/lookup_fields.h"

#include "domain/step.h"

#include <string.h>

static const char *filter_of(const Settings *settings, const char *lookup)
{
	const LookupSettings *known = settings_lookup(settings, lookup);
	return known ? known->filter : NULL;
}

static gboolean names(const char *filter, const char *field)
{
	g_autofree char *hole = g_strdup_printf("{%s}", field);
	return strstr(filter, hole) != NULL;
}

GHashTable *lookup_fields(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre)
{
	const char *filter = filter_of(settings, lookup);
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!facts)
		return fields;
	if (!cost_centre && facts->cost_references && facts->cost_references->len)
		cost_centre = facts->cost_references->pdata[0];
	const struct {
		const char *name, *value;
	} values[] = {
		{"cost_centre", cost_centre},
		{"buyer_reference", facts->buyer_reference},
		{"order", facts->order_reference},
		{"contract", facts->contract_reference},
		{"project", facts->project_reference},
		{"supplier", facts->supplier.name},
		{"supplier_vat", facts->supplier.vat},
		{"buyer", facts->buyer.name},
		{"currency", facts->currency},
		{"requester", facts->requester},
		{"number", facts->number},
	};
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		if (values[i].value && *values[i].value && (!filter || names(filter, values[i].name)))
			g_hash_table_insert(fields, g_strdup(values[i].name), g_strdup(values[i].value));
	return fields;
}

/* The first field that its filter asks for and the invoice does not have; NULL: none. Owned by the caller. */
static char *missing_field(const char *filter, GHashTable *fields)
{
	for (const char *hole = filter ? strchr(filter, '{') : NULL; hole; hole = strchr(hole + 1, '{')) {
		g_autofree char *name = g_strndup(hole + 1, strcspn(hole + 1, "}"));
		if (!g_hash_table_contains(fields, name))
			return g_steal_pointer(&name);
	}
	return NULL;
}

DirectoryQuestion *lookup_question(const Settings *settings, const char *lookup, const SelectorContext *context, GPtrArray *steps)
{
	g_autoptr(GHashTable) fields = lookup_fields(settings, lookup, context->facts, context->cost_centre);
	g_autofree char *missing = missing_field(filter_of(settings, lookup), fields);
	if (!missing)
		return directory_question_new(QUESTION_LOOKUP, lookup, g_steal_pointer(&fields));
	if (steps)
		g_ptr_array_add(steps, step_new(STEP_NO_FIELD, lookup, missing, NULL));
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
