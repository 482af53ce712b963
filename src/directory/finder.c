/* People found. Whether an entry is a person, and whether it is disabled, is a filter that only the server can
 * judge, so the second question is asked of it too: as one more search over the same entries, or, for entries read
 * by name, one more round of reads sent all at once. */
#include "directory/finder.h"
#include "base/clock.h"
#include "base/error.h"
#include "directory/filter.h"

static const char *const NO_ATTRIBUTES[] = {"1.1", NULL};

Finder *finder_new(const Settings *settings, Servers *servers)
{
	Finder *finder = g_new0(Finder, 1);

	finder->settings = settings;
	finder->servers = servers;
	finder->attributes = person_attributes(settings);
	return finder;
}

void finder_free(Finder *finder)
{
	if (finder == NULL)
		return;
	g_ptr_array_unref(finder->attributes);
	g_free(finder);
}

static void person_free_any(gpointer person)
{
	if (person != NULL)
		person_free(person);
}

/* Keeps places: NULL stays NULL. */
static GPtrArray *finder_read_entries(const Finder *finder, const GPtrArray *entries, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(person_free_any);

	const gint64 now = clock_now();

	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = g_ptr_array_index(entries, i);
		Person *person = entry != NULL ? person_from_entry(entry, finder->settings, now, error) : NULL;
		if (entry != NULL && person == NULL)
			return NULL;
		g_ptr_array_add(found, person);
	}
	return g_steal_pointer(&found);
}

static void mark_disabled(const GPtrArray *found, const GPtrArray *disabled)
{
	g_autoptr(GHashTable) dns = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < disabled->len; i++) {
		Entry *entry = g_ptr_array_index(disabled, i);
		if (entry != NULL)
			g_hash_table_add(dns, entry->dn);
	}
	for (guint i = 0; i < found->len; i++) {
		Person *person = g_ptr_array_index(found, i);
		if (person != NULL)
			person->disabled |= g_hash_table_contains(dns, person->dn);
	}
}

/* The names of those found; NULL where there are none. */
static GPtrArray *names_of(const GPtrArray *found)
{
	g_autoptr(GPtrArray) dns = g_ptr_array_new();

	for (guint i = 0; i < found->len; i++) {
		const Person *person = g_ptr_array_index(found, i);
		if (person != NULL)
			g_ptr_array_add(dns, person->dn);
	}
	return dns->len > 0 ? g_steal_pointer(&dns) : NULL;
}

/* `asked`: the search that gave the entries. */
static gboolean find_disabled(Finder *finder, const Search *asked, const GPtrArray *found, GError **error)
{
	const char *disabled = finder->settings->person_disabled;
	g_autoptr(GPtrArray) names = names_of(found);
	g_autoptr(GPtrArray) entries = NULL;

	if (disabled == NULL || *disabled == '\0' || names == NULL)
		return TRUE;
	g_autofree char *filter = filter_and(asked->filter, disabled);
	const Search search = {
		.what = "disabled among them",
		.base = asked->base,
		.dns = asked->dns != NULL ? names : NULL,
		.filter = filter,
		.attributes = NO_ATTRIBUTES,
	};
	if (!servers_run(finder->servers, &search, &entries, error))
		return FALSE;
	mark_disabled(found, entries);
	return TRUE;
}

static gboolean finder_ask(Finder *finder, const Search *search, GPtrArray **found, GError **error)
{
	g_autoptr(GPtrArray) entries = NULL;

	if (!servers_run(finder->servers, search, &entries, error))
		return FALSE;
	g_autoptr(GPtrArray) persons = finder_read_entries(finder, entries, error);
	if (persons == NULL || !find_disabled(finder, search, persons, error))
		return FALSE;
	*found = g_steal_pointer(&persons);
	return TRUE;
}

gboolean finder_search(Finder *finder, const char *base, const char *filter, GPtrArray **found, GError **error)
{
	const Settings *settings = finder->settings;
	g_autofree char *both = filter_and(settings->person_filter, filter);
	const Search search = {
		.what = "people",
		.base = base != NULL                    ? base
	                : settings->person_base != NULL ? settings->person_base
	                                                : settings->base_dn,
		.filter = both,
		.attributes = (const char *const *)finder->attributes->pdata,
	};

	return finder_ask(finder, &search, found, error);
}

gboolean finder_read(Finder *finder, GPtrArray *dns, GPtrArray **found, GError **error)
{
	const Search search = {
		.what = "people",
		.dns = dns,
		.filter = finder->settings->person_filter,
		.attributes = (const char *const *)finder->attributes->pdata,
	};

	return finder_ask(finder, &search, found, error);
}
