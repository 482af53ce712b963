/* What is asked of a server, apart from how. */
#include "directory/search.h"
#include "domain/step.h"

#include <string.h>

Search *search_new(const char *what, gboolean is_read, const char *base, const char *filter, const char *const *attributes)
{
	Search *search = g_new0(Search, 1);

	search->what = what;
	search->is_read = is_read;
	search->base = g_strdup(base);
	search->filter = g_strdup(filter);
	search->attributes = attributes;
	return search;
}

void search_free(Search *search)
{
	if (search == NULL)
		return;
	g_free(search->base);
	g_free(search->filter);
	g_clear_pointer(&search->entries, g_ptr_array_unref);
	g_clear_error(&search->error);
	g_free(search);
}

gboolean search_is_open(const Search *search)
{
	return search->entries == NULL && search->error == NULL;
}

void search_settle(Search *search, GPtrArray *entries)
{
	g_assert(search_is_open(search));
	search->entries = entries;
}

void search_fail(Search *search, const GError *error)
{
	g_assert(search_is_open(search));
	search->error = g_error_copy(error);
}

guint search_hash(gconstpointer data)
{
	const Search *search = data;

	return g_str_hash(search->base) * 31 + g_str_hash(search->filter);
}

static gboolean attributes_equal(const char *const *a, const char *const *b)
{
	return a == b || g_strv_equal(a, b);
}

gboolean search_equal(gconstpointer a, gconstpointer b)
{
	const Search *one = a, *other = b;

	return one->is_read == other->is_read && one->wants_one == other->wants_one && strcmp(one->base, other->base) == 0 && strcmp(one->filter, other->filter) == 0 &&
	       attributes_equal(one->attributes, other->attributes);
}

static void entry_free_any(gpointer entry)
{
	entry_free(entry);
}

GPtrArray *search_entries_new(void)
{
	return g_ptr_array_new_with_free_func(entry_free_any);
}

/* --- steps --- */

char *search_step(const Search *search, const char *filter, guint found)
{
	g_autofree char *count = g_strdup_printf("%u", found);
	const char *asked = filter != NULL ? filter : search->filter;

	if (search->error != NULL)
		return step_new(STEP_UNANSWERED, search->what, asked, search->base, search->error->message, search->is_read ? STEP_AT : STEP_BELOW, NULL);
	return step_new(search->is_read ? STEP_READ : STEP_SEARCHED, search->what, asked, search->base, count, NULL);
}

char *search_step_of_reads(const GPtrArray *searches)
{
	const Search *first = g_ptr_array_index(searches, 0);
	g_autofree char *names = g_strdup_printf("%u", searches->len);
	guint found = 0;

	for (guint i = 0; i < searches->len; i++) {
		const Search *search = g_ptr_array_index(searches, i);
		if (search->error != NULL)
			return step_new(STEP_UNANSWERED, search->what, search->filter, search->base, search->error->message, STEP_AT, NULL);
		found += search->entries->len;
	}
	if (searches->len == 1)
		return search_step(first, NULL, found);
	g_autofree char *count = g_strdup_printf("%u", found);
	return step_new(STEP_READ_MANY, first->what, first->filter, names, count, NULL);
}
