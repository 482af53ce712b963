/* Entries: names and values as the server sent them, in one piece of memory: there are many of them, and they are read once.
 * Values are bytes; only the readers here make text of them. */
#include "directory/entry.h"
#include "base/text.h"

#include <string.h>

#define RANGE ";range="

/* Places in the entry's text. */
typedef struct {
	guint name, bytes;
	gsize length;
} Value;

Entry *entry_new(const char *dn)
{
	Entry *entry = g_new0(Entry, 1);

	entry->dn = g_strdup(dn);
	entry->text = g_byte_array_sized_new(256);
	entry->values = g_array_sized_new(FALSE, FALSE, sizeof(Value), 8);
	return entry;
}

void entry_free(Entry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->dn);
	g_byte_array_unref(entry->text);
	g_array_unref(entry->values);
	g_free(entry);
}

static Value *value_at(const Entry *entry, guint place)
{
	return &g_array_index(entry->values, Value, place);
}

static const char *text_at(const Entry *entry, guint place)
{
	return (const char *)entry->text->data + place;
}

static const char *name_at(const Entry *entry, guint place)
{
	return text_at(entry, value_at(entry, place)->name);
}

static guint append(Entry *entry, const void *bytes, gsize length)
{
	const guint place = entry->text->len;

	g_byte_array_append(entry->text, bytes, (guint)length);
	g_byte_array_append(entry->text, (const guint8 *)"", 1);
	return place;
}

/* Where the name stands; that of the value before where it is the same, as it is most of the time. */
static guint append_name(Entry *entry, const char *attribute)
{
	const guint last = entry->values->len - 1;

	if (entry->values->len > 0 && strcmp(name_at(entry, last), attribute) == 0)
		return value_at(entry, last)->name;
	g_autofree char *lower = g_ascii_strdown(attribute, -1);
	const gboolean is_range = strstr(lower, RANGE) != NULL;
	entry->has_ranges = entry->has_ranges || is_range;
	return append(entry, is_range ? lower : attribute, strlen(attribute));
}

void entry_add(Entry *entry, const char *attribute, const void *bytes, gsize length)
{
	const guint name = append_name(entry, attribute);
	const Value value = {.name = name, .bytes = append(entry, bytes, length), .length = length};

	g_array_append_val(entry->values, value);
}

/* The place of the next value of that name from `place` on; the number of all values where there is none. */
static guint find(const Entry *entry, const char *attribute, guint place)
{
	if (attribute == NULL)
		return entry->values->len;
	while (place < entry->values->len && g_ascii_strcasecmp(name_at(entry, place), attribute) != 0)
		place++;
	return place;
}

gboolean entry_has(const Entry *entry, const char *attribute)
{
	return find(entry, attribute, 0) < entry->values->len;
}

guint entry_count(const Entry *entry, const char *attribute)
{
	guint count = 0;

	for (guint place = find(entry, attribute, 0); place < entry->values->len; place = find(entry, attribute, place + 1))
		count++;
	return count;
}

const char *entry_value(const Entry *entry, const char *attribute, gsize *length)
{
	const guint place = find(entry, attribute, 0);

	if (place == entry->values->len)
		return NULL;
	*length = value_at(entry, place)->length;
	return text_at(entry, value_at(entry, place)->bytes);
}

static gboolean is_name_of(const char *name, const char *attribute)
{
	const gsize length = strlen(attribute);

	return g_ascii_strncasecmp(name, attribute, length) == 0 && (name[length] == '\0' || name[length] == ';');
}

const char *entry_next(const Entry *entry, const char *attribute, guint *place, gsize *length)
{
	for (; *place < entry->values->len; (*place)++) {
		const Value *value = value_at(entry, *place);
		if (!is_name_of(text_at(entry, value->name), attribute))
			continue;
		(*place)++;
		*length = value->length;
		return text_at(entry, value->bytes);
	}
	return NULL;
}

char *entry_line(const Entry *entry, const char *attribute)
{
	gsize length = 0;
	const char *text = entry_value(entry, attribute, &length);

	return text != NULL && strlen(text) == length ? text_clean_or_null(text) : NULL;
}

GPtrArray *entry_texts(const Entry *entry, const char *attribute)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (guint place = find(entry, attribute, 0); place < entry->values->len; place = find(entry, attribute, place + 1)) {
		const char *text = text_at(entry, value_at(entry, place)->bytes);
		if (strlen(text) == value_at(entry, place)->length)
			g_ptr_array_add(texts, g_strdup(text));
	}
	return texts;
}

/* --- attributes in pieces --- */

const char *entry_partial(const Entry *entry)
{
	for (guint place = 0; entry->has_ranges && place < entry->values->len; place++)
		if (strstr(name_at(entry, place), RANGE) != NULL)
			return name_at(entry, place);
	return NULL;
}

void entry_rename(Entry *entry, const char *name, const char *attribute)
{
	g_autofree char *old = g_strdup(name);
	const guint renamed = append(entry, attribute, strlen(attribute));

	for (guint place = find(entry, old, 0); place < entry->values->len; place = find(entry, old, place + 1))
		value_at(entry, place)->name = renamed;
}

void entry_add_from(Entry *entry, const char *attribute, const Entry *from, const char *name)
{
	for (guint place = find(from, name, 0); place < from->values->len; place = find(from, name, place + 1))
		entry_add(entry, attribute, text_at(from, value_at(from, place)->bytes), value_at(from, place)->length);
}
