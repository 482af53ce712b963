/* Invariant: entries are as idn_mail_address() writes them, in lower case. One line that cannot be understood spoils all of it: whoever made it meant something. */
#include "mail/allow_list.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/idn.h"

#include <string.h>

#define SIZE_MAX_BYTES (1024 * 1024)

struct AllowList {
	GHashTable *entries; /* of char *: "anna@example.nl", "@example.nl" */
};

void allow_list_free(AllowList *list)
{
	if (list == NULL)
		return;
	g_hash_table_unref(list->entries);
	g_free(list);
}

static char *entry_of(const char *text)
{
	const gboolean whole_domain = text[0] == '@';
	g_autofree char *somebody = g_strconcat(whole_domain ? "somebody" : "", text, NULL);
	g_autofree char *address = idn_mail_address(somebody, NULL);
	return address != NULL ? g_ascii_strdown(whole_domain ? strrchr(address, '@') : address, -1) : NULL;
}

static gboolean add_line(AllowList *list, const char *path, guint number, char *line, GError **error)
{
	line[strcspn(line, "#")] = '\0';
	g_strstrip(line);
	if (line[0] == '\0')
		return TRUE;
	char *entry = entry_of(line);
	if (entry != NULL) {
		g_hash_table_add(list->entries, entry);
		return TRUE;
	}
	g_autofree char *shown = text_clean_line(line);
	error_set(error, ERROR_CONFIG, "mail: allow_list %s:%u: \"%s\": wanted a mail address, or @ and a domain", path, number, shown);
	return FALSE;
}

static gboolean read_lines(AllowList *list, const char *path, const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (!add_line(list, path, i + 1, lines[i], error))
			return FALSE;
	if (g_hash_table_size(list->entries) > 0)
		return TRUE;
	error_set(error, ERROR_CONFIG, "mail: allow_list %s: it names nobody", path);
	return FALSE;
}

static char *read_text(const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		error_set(error, ERROR_CONFIG, "mail: allow_list: %s", cause->message);
		return NULL;
	}
	if (length <= SIZE_MAX_BYTES && strlen(text) == length)
		return g_steal_pointer(&text);
	error_set(error, ERROR_CONFIG, "mail: allow_list %s: larger than a megabyte, or no text", path);
	return NULL;
}

AllowList *allow_list_read(const char *path, GError **error)
{
	g_autofree char *text = read_text(path, error);
	if (text == NULL)
		return NULL;
	g_autoptr(AllowList) list = g_new0(AllowList, 1);
	list->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return read_lines(list, path, text, error) ? g_steal_pointer(&list) : NULL;
}

gboolean allow_list_has(const AllowList *list, const char *address)
{
	g_autofree char *entry = address != NULL && address[0] != '@' ? entry_of(address) : NULL;
	return entry != NULL && (g_hash_table_contains(list->entries, entry) || g_hash_table_contains(list->entries, strrchr(entry, '@')));
}

guint allow_list_count(const AllowList *list)
{
	return g_hash_table_size(list->entries);
}
