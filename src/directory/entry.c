/* Entries: names and values as the server sent them. Values are bytes; only the readers here make text of them. */
#include "directory/entry.h"
#include "base/text.h"

#include <string.h>

Entry *entry_new(const char *dn)
{
	Entry *entry = g_new0(Entry, 1);

	entry->dn = g_strdup(dn);
	entry->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return entry;
}

void entry_free(Entry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->dn);
	g_hash_table_unref(entry->attributes);
	g_free(entry);
}

/* Takes `bytes`. */
static void entry_add_bytes(Entry *entry, const char *attribute, GBytes *bytes)
{
	g_autofree char *name = g_ascii_strdown(attribute, -1);
	GPtrArray *values = g_hash_table_lookup(entry->attributes, name);

	if (values == NULL) {
		values = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
		g_hash_table_insert(entry->attributes, g_steal_pointer(&name), values);
	}
	g_ptr_array_add(values, bytes);
}

void entry_add(Entry *entry, const char *attribute, const void *bytes, gsize length)
{
	entry_add_bytes(entry, attribute, g_bytes_new(bytes, length));
}

/* Borrowed; NULL = none. */
static GPtrArray *entry_values(const Entry *entry, const char *attribute)
{
	if (attribute == NULL)
		return NULL;
	g_autofree char *name = g_ascii_strdown(attribute, -1);
	return g_hash_table_lookup(entry->attributes, name);
}

gboolean entry_has(const Entry *entry, const char *attribute)
{
	return entry_bytes(entry, attribute) != NULL;
}

guint entry_count(const Entry *entry, const char *attribute)
{
	const GPtrArray *values = entry_values(entry, attribute);

	return values != NULL ? values->len : 0;
}

GBytes *entry_bytes(const Entry *entry, const char *attribute)
{
	GPtrArray *values = entry_values(entry, attribute);

	return values != NULL && values->len > 0 ? g_ptr_array_index(values, 0) : NULL;
}

/* NULL where a NUL byte stands inside. */
static char *bytes_text(GBytes *bytes)
{
	gsize length = 0;
	const char *data = g_bytes_get_data(bytes, &length);

	if (length == 0)
		return g_strdup("");
	return memchr(data, '\0', length) == NULL ? g_strndup(data, length) : NULL;
}

char *entry_line(const Entry *entry, const char *attribute)
{
	GBytes *bytes = entry_bytes(entry, attribute);
	g_autofree char *text = bytes != NULL ? bytes_text(bytes) : NULL;

	return text != NULL ? text_clean_or_null(text) : NULL;
}

GPtrArray *entry_texts(const Entry *entry, const char *attribute)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *values = entry_values(entry, attribute);

	for (guint i = 0; values != NULL && i < values->len; i++) {
		char *text = bytes_text(g_ptr_array_index(values, i));
		if (text != NULL)
			g_ptr_array_add(texts, text);
	}
	return texts;
}

/* `name`: in lower case. */
static gboolean is_name_of(const char *name, const char *attribute)
{
	const gsize length = strlen(attribute);

	return g_ascii_strncasecmp(name, attribute, length) == 0 && (name[length] == '\0' || name[length] == ';');
}

GPtrArray *entry_bytes_of_all(const Entry *entry, const char *attribute)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	GHashTableIter attributes;
	gpointer name, values;

	g_hash_table_iter_init(&attributes, entry->attributes);
	while (g_hash_table_iter_next(&attributes, &name, &values))
		if (is_name_of(name, attribute))
			for (guint i = 0; i < ((GPtrArray *)values)->len; i++)
				g_ptr_array_add(all, g_bytes_ref(g_ptr_array_index((GPtrArray *)values, i)));
	return all;
}

const char *entry_partial(const Entry *entry)
{
	GHashTableIter attributes;
	gpointer name;

	g_hash_table_iter_init(&attributes, entry->attributes);
	while (g_hash_table_iter_next(&attributes, &name, NULL))
		if (strstr(name, ";range=") != NULL)
			return name;
	return NULL;
}

void entry_move(Entry *entry, const char *attribute, Entry *from, const char *name)
{
	g_autoptr(GPtrArray) values = g_ptr_array_ref(entry_values(from, name));

	g_hash_table_remove(from->attributes, name);
	for (guint i = 0; i < values->len; i++)
		entry_add_bytes(entry, attribute, g_bytes_ref(g_ptr_array_index(values, i)));
}
