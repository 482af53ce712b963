/* Groups and what points to people. Level by level: the names of one level are read together, those that are people
 * are done, the others may be groups whose members are the next level. A name seen before is not read again, so
 * circles end. */
#include "directory/members.h"
#include "base/error.h"
#include "directory/filter.h"

#include <string.h>

#define DEPTH_MAX 10
#define NAMES_MAX 10000
/* So many names go into one filter: servers have their limits on its length. */
#define NAMES_IN_FILTER 50

typedef struct {
	Finder *finder;
	GHashTable *seen; /* keys of the names met so far */
	GHashTable *ids;  /* directory ids of those found; borrowed from them */
	GPtrArray *found; /* of Person */
	GPtrArray *dns;   /* of char *, borrowed: this level's */
	GPtrArray *uids;  /* likewise */
} Expansion;

static void expansion_clear(Expansion *expansion)
{
	g_hash_table_unref(expansion->seen);
	g_hash_table_unref(expansion->ids);
	g_ptr_array_unref(expansion->found);
	g_ptr_array_unref(expansion->dns);
	g_ptr_array_unref(expansion->uids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expansion, expansion_clear)

/* FALSE where the name was met before. */
static gboolean expansion_see(Expansion *expansion, const char *name, gboolean *is_dn)
{
	char *key = connection_dn_key(name);

	*is_dn = key != NULL;
	return g_hash_table_add(expansion->seen, key != NULL ? key : g_strdup(name));
}

static gboolean expansion_sort(Expansion *expansion, GPtrArray *values, GError **error)
{
	g_ptr_array_set_size(expansion->dns, 0);
	g_ptr_array_set_size(expansion->uids, 0);
	for (guint i = 0; i < values->len; i++) {
		char *name = g_ptr_array_index(values, i);
		gboolean is_dn = FALSE;
		if (*name != '\0' && expansion_see(expansion, name, &is_dn))
			g_ptr_array_add(is_dn ? expansion->dns : expansion->uids, name);
	}
	if (g_hash_table_size(expansion->seen) <= NAMES_MAX)
		return TRUE;
	error_set(error, ERROR_PERMANENT, "more than %d members", NAMES_MAX);
	return FALSE;
}

/* Takes the persons out of `batch`; `others` (may be NULL) gets the name of each place that holds none. */
static void expansion_take(Expansion *expansion, GPtrArray *batch, GPtrArray *others)
{
	for (guint i = 0; i < batch->len; i++) {
		Person *person = g_ptr_array_index(batch, i);
		if (person == NULL && others != NULL)
			g_ptr_array_add(others, g_ptr_array_index(expansion->dns, i));
		if (person == NULL || g_hash_table_contains(expansion->ids, person->directory_id))
			continue;
		g_ptr_array_index(batch, i) = NULL;
		g_hash_table_add(expansion->ids, person->directory_id);
		g_ptr_array_add(expansion->found, person);
	}
}

static gboolean expansion_read_dns(Expansion *expansion, GPtrArray *others, GError **error)
{
	g_autoptr(GPtrArray) batch = NULL;

	if (expansion->dns->len == 0)
		return TRUE;
	if (!finder_read(expansion->finder, expansion->dns, &batch, error))
		return FALSE;
	expansion_take(expansion, batch, others);
	return TRUE;
}

static gboolean expansion_find_uids(Expansion *expansion, GError **error)
{
	for (guint first = 0; first < expansion->uids->len; first += NAMES_IN_FILTER) {
		g_autofree char *filter =
			filter_any(expansion->finder->settings->person_uid, expansion->uids, first, NAMES_IN_FILTER);
		g_autoptr(GPtrArray) batch = NULL;
		if (!finder_search(expansion->finder, NULL, filter, &batch, error))
			return FALSE;
		expansion_take(expansion, batch, NULL);
	}
	return TRUE;
}

gboolean members_of_entry(const Entry *entry, const Settings *settings, GPtrArray *values, GError **error)
{
	g_autoptr(GPtrArray) members = entry_texts(entry, settings->group_member);

	if (entry_is_partial(entry, settings->group_member)) {
		error_set(error, ERROR_PERMANENT, "%s: the server gives its members only in part", entry->dn);
		return FALSE;
	}
	g_ptr_array_set_free_func(members, NULL);
	for (guint i = 0; i < members->len; i++)
		g_ptr_array_add(values, g_ptr_array_index(members, i));
	return TRUE;
}

/* The members of those names that are groups. */
static GPtrArray *expansion_open_groups(Expansion *expansion, GPtrArray *names, GError **error)
{
	const Settings *settings = expansion->finder->settings;
	const char *const attributes[] = {settings->group_member, NULL};
	const Search search = {.what = "groups within", .dns = names, .filter = "(objectClass=*)", .attributes = attributes};
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) entries = NULL;

	if (names->len == 0)
		return g_steal_pointer(&values);
	if (!servers_run(expansion->finder->servers, &search, &entries, error))
		return NULL;
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = g_ptr_array_index(entries, i);
		if (entry != NULL && !members_of_entry(entry, settings, values, error))
			return NULL;
	}
	return g_steal_pointer(&values);
}

/* One level; *next gets the next one's values. */
static gboolean expansion_step(Expansion *expansion, GPtrArray *values, GPtrArray **next, GError **error)
{
	gboolean expands = g_strcmp0(expansion->finder->settings->group_nested, "expand") == 0;
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	if (!expansion_sort(expansion, values, error) || !expansion_read_dns(expansion, others, error) ||
	    !expansion_find_uids(expansion, error))
		return FALSE;
	if (!expands)
		g_ptr_array_set_size(others, 0);
	*next = expansion_open_groups(expansion, others, error);
	return *next != NULL;
}

gboolean members_resolve(Finder *finder, GPtrArray *values, GPtrArray *opened, GPtrArray **found, GError **error)
{
	g_auto(Expansion) expansion = {
		.finder = finder,
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.ids = g_hash_table_new(g_str_hash, g_str_equal),
		.found = g_ptr_array_new_with_free_func((GDestroyNotify)person_free),
		.dns = g_ptr_array_new(),
		.uids = g_ptr_array_new(),
	};
	g_autoptr(GPtrArray) level = g_ptr_array_ref(values);
	gboolean is_dn = FALSE;

	for (guint i = 0; opened != NULL && i < opened->len; i++)
		expansion_see(&expansion, g_ptr_array_index(opened, i), &is_dn);
	for (guint depth = 0; level->len > 0; depth++) {
		GPtrArray *next = NULL;
		if (depth > DEPTH_MAX) {
			error_set(error, ERROR_PERMANENT, "groups within groups to more than %d levels", DEPTH_MAX);
			return FALSE;
		}
		if (!expansion_step(&expansion, level, &next, error))
			return FALSE;
		g_ptr_array_unref(level);
		level = next;
	}
	*found = g_ptr_array_ref(expansion.found);
	return TRUE;
}
