/* One table: the names of each step's fields. */
#include "explain/step_record.h"

#include "domain/step.h"
#include "explain/wording.h"

#include <string.h>

#define FIELDS_MAX 5

/* A name that ends in "#" is of a number, one that ends in "*" of all fields that are left. An empty field is left out. */
static const struct {
	const char *word;
	const char *names[FIELDS_MAX];
} shapes[] = {
	{STEP_SEARCHED, {"for", "filter", "base", "found#"}},
	{STEP_READ, {"for", "filter", "dn", "found#"}},
	{STEP_READ_MANY, {"for", "filter", "names#", "found#"}},
	{STEP_UNANSWERED, {"for", "filter", "where", "error", "scope"}},
	{STEP_NO_MANAGER, {"dn"}},
	{STEP_BAD_MANAGER, {"dn"}},
	{STEP_NO_FIELD, {"lookup", "field"}},
	{STEP_AS_OF, {"as_of"}},
	{STEP_MEANS, {"selector", "cost_centre", "people*"}},
	{STEP_UP_THE_LINE, {"from", "to"}},
};

static Json *list_of(char *const *fields)
{
	Json *list = js_array_new();
	for (; *fields; fields++)
		js_array_append_string(list, *fields);
	return list;
}

/* `fields`: this one and those after it. FALSE: it took them all. */
static gboolean add_field(Json *record, const char *name, char *const *fields)
{
	g_autofree char *key = g_strndup(name, strcspn(name, "#*"));
	if (g_str_has_suffix(name, "*"))
		js_object_set(record, key, list_of(fields));
	else if (g_str_has_suffix(name, "#"))
		js_object_set_integer(record, key, g_ascii_strtoll(*fields, NULL, 10));
	else if (**fields)
		js_object_set_line(record, key, *fields);
	return !g_str_has_suffix(name, "*");
}

static const char *const *names_of(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
		if (!strcmp(shapes[i].word, word))
			return shapes[i].names;
	return NULL;
}

Json *step_record(const char *step)
{
	g_auto(GStrv) fields = step_fields(step);
	g_autofree char *text = wording_step(step);
	const char *const *names = names_of(fields[0]);
	Json *record = js_object_new();
	js_object_set_line(record, "step", fields[0]);
	if (!names)
		js_object_set(record, "fields", list_of(fields + 1));
	for (guint i = 0; names && i < FIELDS_MAX && names[i]; i++)
		if ((i >= g_strv_length(fields) - 1 && !g_str_has_suffix(names[i], "*")) || !add_field(record, names[i], fields + 1 + i))
			break;
	js_object_set_line(record, "text", text);
	return record;
}
