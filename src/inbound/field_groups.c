/* Folded lines are joined first, so that a field is a line; then it is a matter of colons. */
#include "inbound/field_groups.h"

#include "base/text.h"

#include <string.h>

#define NAME_MAX_OCTETS 64

static char *unfolded(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));
	for (const char *p = text; *p != '\0'; p++) {
		const gboolean folds = *p == '\n' && (p[1] == ' ' || p[1] == '\t') && out->len > 0 && out->str[out->len - 1] != '\n';
		g_string_append_c(out, folds ? ' ' : *p);
	}
	return g_string_free(out, FALSE);
}

static void field_add(GHashTable *group, const char *line)
{
	const char *colon = strchr(line, ':');
	g_autofree char *name = colon != NULL ? g_ascii_strdown(line, colon - line) : NULL;
	if (name == NULL || *g_strstrip(name) == '\0' || strpbrk(name, " \t") != NULL || strlen(name) > NAME_MAX_OCTETS)
		return;
	g_autofree char *value = text_clean_or_null(colon + 1);
	if (value != NULL && !g_hash_table_contains(group, name))
		g_hash_table_insert(group, g_steal_pointer(&name), g_steal_pointer(&value));
}

/* Some leave out the blank line between recipients. */
static gboolean begins_next(const GHashTable *group, const char *line)
{
	static const char *const names[] = {"final-recipient", "original-recipient"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const gsize length = strlen(names[i]);
		if (g_ascii_strncasecmp(line, names[i], length) == 0 && line[length + strspn(line + length, " \t")] == ':')
			return field_group_get(group, names[i]) != NULL;
	}
	return FALSE;
}

static void group_close(GPtrArray *groups, GHashTable **group)
{
	if (g_hash_table_size(*group) == 0 || groups->len >= FIELD_GROUPS_MAX)
		return;
	g_ptr_array_add(groups, *group);
	*group = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

GPtrArray *field_groups_read(const char *text)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
	g_autoptr(GHashTable) group = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *lines = unfolded(text);
	char *rest = lines;
	while (rest != NULL) {
		char *line = g_strstrip(strsep(&rest, "\n"));
		if (*line == '\0' || begins_next(group, line))
			group_close(groups, &group);
		field_add(group, line);
	}
	group_close(groups, &group);
	return groups;
}

const char *field_group_get(const GHashTable *group, const char *name)
{
	return g_hash_table_lookup((GHashTable *)group, name);
}

const char *field_value_of_type(const char *value)
{
	const char *semicolon = value != NULL ? strchr(value, ';') : NULL;
	if (semicolon == NULL || memchr(value, '@', (gsize)(semicolon - value)) != NULL)
		return value;
	for (const char *p = value; p < semicolon; p++)
		if (!g_ascii_isalnum(*p) && strchr("-._/ ", *p) == NULL)
			return value;
	return semicolon + 1 + strspn(semicolon + 1, " ");
}
