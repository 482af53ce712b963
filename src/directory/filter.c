/* Filters: templates and their values. What comes from an invoice or a person is escaped here and nowhere else. */
#include "directory/filter.h"
#include "base/error.h"
#include "directory/connection.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

/* Appends the value of the name that starts behind `brace`; returns what stands behind its closing brace. */
static const char *append_value(GString *filter, const char *brace, GHashTable *values, GError **error)
{
	gsize length = strspn(brace + 1, NAME_CHARACTERS);

	if (length == 0 || brace[1 + length] != '}') {
		error_set(error, ERROR_CONFIG,
		          "found \"%s\", wanted a field's name in braces such as {name}; a brace of its own is \\7b", brace);
		return NULL;
	}
	g_autofree char *name = g_strndup(brace + 1, length);
	const char *value = g_hash_table_lookup(values, name);
	if (value == NULL || *value == '\0') {
		error_set(error, ERROR_NOT_FOUND, "%s has no value", name);
		return NULL;
	}
	g_autofree char *escaped = connection_escape(value, strlen(value));
	g_string_append(filter, escaped);
	return brace + 1 + length + 1;
}

char *filter_fill(const char *template, GHashTable *values, GError **error)
{
	g_autoptr(GString) filter = g_string_new(NULL);
	const char *rest = template;

	while (*rest != '\0') {
		gsize literal = strcspn(rest, "{}");
		g_string_append_len(filter, rest, (gssize)literal);
		rest += literal;
		if (*rest == '\0')
			break;
		rest = append_value(filter, rest, values, error);
		if (rest == NULL) {
			g_prefix_error(error, "filter %s: ", template);
			return NULL;
		}
	}
	return g_string_free(g_steal_pointer(&filter), FALSE);
}

char *filter_equals_bytes(const char *attribute, const void *bytes, gsize length)
{
	g_autofree char *escaped = connection_escape(bytes, length);

	return g_strdup_printf("(%s=%s)", attribute, escaped);
}

char *filter_equals(const char *attribute, const char *value)
{
	return filter_equals_bytes(attribute, value, strlen(value));
}

char *filter_any(const char *attribute, GPtrArray *values, guint first, guint count)
{
	GString *filter = g_string_new("(|");

	for (guint i = first; i < values->len && i - first < count; i++) {
		g_autofree char *equals = filter_equals(attribute, g_ptr_array_index(values, i));
		g_string_append(filter, equals);
	}
	g_string_append_c(filter, ')');
	return g_string_free(filter, FALSE);
}

char *filter_or(GPtrArray *filters)
{
	GString *filter = g_string_new("(|");

	for (guint i = 0; i < filters->len; i++)
		g_string_append(filter, g_ptr_array_index(filters, i));
	g_string_append_c(filter, ')');
	return g_string_free(filter, FALSE);
}

static void append_component(GString *filter, const char *component)
{
	g_string_append_printf(filter, *component == '(' ? "%s" : "(%s)", component);
}

char *filter_and(const char *a, const char *b)
{
	GString *filter = g_string_new("(&");

	append_component(filter, a);
	append_component(filter, b);
	g_string_append_c(filter, ')');
	return g_string_free(filter, FALSE);
}

char *filter_not(const char *a)
{
	GString *filter = g_string_new("(!");

	append_component(filter, a);
	g_string_append_c(filter, ')');
	return g_string_free(filter, FALSE);
}
