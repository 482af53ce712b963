/* The same reason holds up a hundred invoices: it is told once. */
#include "session/waits.h"

#include <string.h>

#define NAMED_MAX   5
#define REASONS_MAX 10

typedef struct {
	char *why;
	GPtrArray *named; /* of char *, the first few by name */
	guint count;
} Reason;

struct Waits {
	GPtrArray *reasons; /* of Reason */
	GHashTable *by_why; /* borrowed from them */
	GHashTable *noted;  /* of char *: what waits */
};

static void reason_free(gpointer data)
{
	Reason *reason = data;
	g_free(reason->why);
	g_ptr_array_unref(reason->named);
	g_free(reason);
}

Waits *waits_new(void)
{
	Waits *waits = g_new0(Waits, 1);
	waits->reasons = g_ptr_array_new_with_free_func(reason_free);
	waits->by_why = g_hash_table_new(g_str_hash, g_str_equal);
	waits->noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return waits;
}

void waits_free(Waits *waits)
{
	if (!waits)
		return;
	g_hash_table_unref(waits->noted);
	g_hash_table_unref(waits->by_why);
	g_ptr_array_unref(waits->reasons);
	g_free(waits);
}

void waits_clear(Waits *waits)
{
	g_hash_table_remove_all(waits->noted);
	g_hash_table_remove_all(waits->by_why);
	g_ptr_array_set_size(waits->reasons, 0);
}

static Reason *reason_of(Waits *waits, const char *why)
{
	Reason *reason = g_hash_table_lookup(waits->by_why, why);
	if (reason)
		return reason;
	reason = g_new0(Reason, 1);
	reason->why = g_strdup(why);
	reason->named = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(waits->reasons, reason);
	g_hash_table_insert(waits->by_why, reason->why, reason);
	return reason;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void waits_note(Waits *waits, const char *what, const GError *why)
{
	if (!g_hash_table_add(waits->noted, g_strdup(what)))
		return;
	Reason *reason = reason_of(waits, why ? why->message : "?");
	reason->count++;
	g_ptr_array_add(reason->named, g_strdup(what));
	g_ptr_array_sort(reason->named, compare_names);
	if (reason->named->len > NAMED_MAX)
		g_ptr_array_set_size(reason->named, NAMED_MAX);
}

guint waits_count(const Waits *waits)
{
	return g_hash_table_size(waits->noted);
}

static char *line_of(const Reason *reason)
{
	g_autoptr(GString) line = g_string_new(reason->why);
	for (guint i = 0; i < reason->named->len; i++)
		g_string_append_printf(line, "%s%s", i ? ", " : ": ", (const char *)reason->named->pdata[i]);
	if (reason->count > reason->named->len)
		g_string_append_printf(line, " and %u more", reason->count - reason->named->len);
	g_string_append(line, reason->count == 1 ? " waits" : " wait");
	return g_strdup(line->str);
}

GPtrArray *waits_lines(const Waits *waits)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	guint more = 0;
	for (guint i = 0; i < waits->reasons->len; i++) {
		if (i < REASONS_MAX)
			g_ptr_array_add(lines, line_of(waits->reasons->pdata[i]));
		else
			more += ((const Reason *)waits->reasons->pdata[i])->count;
	}
	if (more)
		g_ptr_array_add(lines, g_strdup_printf("%u more wait for the like", more));
	return lines;
}
