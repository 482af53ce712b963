/* People found: two searches, one answer. */
#include "directory/finder.h"
#include "base/clock.h"
#include "directory/filter.h"

static const char *const NO_ATTRIBUTES[] = {"1.1", NULL};

Finder *finder_new(const Settings *settings)
{
	Finder *finder = g_new0(Finder, 1);

	finder->settings = settings;
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

/* --- asking --- */

static const char *const *attributes_of(const Finder *finder)
{
	return (const char *const *)finder->attributes->pdata;
}

char *finder_filter(const Finder *finder, const char *filter)
{
	return filter_and(finder->settings->person_filter, filter);
}

char *finder_disabled_filter(const Finder *finder, const char *people_filter)
{
	const char *disabled = finder->settings->person_disabled;

	return disabled != NULL && *disabled != '\0' ? filter_and(people_filter, disabled) : NULL;
}

static const char *people_base(const Settings *settings)
{
	return settings->person_base != NULL ? settings->person_base : settings->base_dn;
}

Search *finder_anybody(const Finder *finder, Round *round)
{
	g_autofree char *has_id = g_strdup_printf("(%s=*)", finder->settings->person_id);
	g_autofree char *filter = finder_filter(finder, has_id);
	Search *search = round_search(round, "people", people_base(finder->settings), filter, NO_ATTRIBUTES);

	search->wants_one = TRUE;
	return search;
}

Find finder_search(const Finder *finder, Round *round, const char *base, const char *filter)
{
	const Settings *settings = finder->settings;
	const char *below = base != NULL ? base : people_base(settings);
	g_autofree char *people = finder_filter(finder, filter);
	g_autofree char *disabled = finder_disabled_filter(finder, people);

	return (Find){
		.people = round_search(round, "people", below, people, attributes_of(finder)),
		.disabled = disabled != NULL ? round_search(round, "disabled among them", below, disabled, NO_ATTRIBUTES) : NULL,
	};
}

Find finder_read(const Finder *finder, Round *round, const char *dn)
{
	const char *people = finder->settings->person_filter;
	g_autofree char *disabled = finder_disabled_filter(finder, people);

	return (Find){
		.people = round_read(round, "people", dn, people, attributes_of(finder)),
		.disabled = disabled != NULL ? round_read(round, "disabled among them", dn, disabled, NO_ATTRIBUTES) : NULL,
	};
}

/* --- taking --- */

/* Whether nobody was found who could be disabled. */
static gboolean find_is_empty(const Find *find)
{
	return find->people->error == NULL && find->people->entries->len == 0;
}

const GError *find_error(const Find *find)
{
	if (find->people->error != NULL)
		return find->people->error;
	return find->disabled != NULL && !find_is_empty(find) ? find->disabled->error : NULL;
}

GHashTable *find_disabled(const Find *find)
{
	GHashTable *dns = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; find->disabled != NULL && find->disabled->entries != NULL && i < find->disabled->entries->len; i++) {
		Entry *entry = g_ptr_array_index(find->disabled->entries, i);
		g_hash_table_add(dns, entry->dn);
	}
	return dns;
}

Person *finder_person(const Finder *finder, const Entry *entry, GHashTable *disabled, GError **error)
{
	Person *person = person_from_entry(entry, finder->settings, clock_now(), error);

	if (person != NULL)
		person->disabled |= g_hash_table_contains(disabled, entry->dn);
	return person;
}

gboolean finder_take(const Finder *finder, const Find *find, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);

	if (find_error(find) != NULL) {
		g_propagate_error(error, g_error_copy(find_error(find)));
		return FALSE;
	}
	g_autoptr(GHashTable) disabled = find_disabled(find);
	for (guint i = 0; i < find->people->entries->len; i++) {
		Person *person = finder_person(finder, g_ptr_array_index(find->people->entries, i), disabled, error);
		if (person == NULL)
			return FALSE;
		g_ptr_array_add(found, person);
	}
	*people = g_steal_pointer(&found);
	return TRUE;
}

void find_steps(const Find *find, GPtrArray *steps)
{
	g_ptr_array_add(steps, search_step(find->people, NULL, find->people->entries != NULL ? find->people->entries->len : 0));
	if (find->disabled == NULL || find->people->error != NULL || find_is_empty(find))
		return;
	g_ptr_array_add(steps,
	                search_step(find->disabled, NULL, find->disabled->entries != NULL ? find->disabled->entries->len : 0));
}
