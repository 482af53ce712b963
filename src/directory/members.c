/* Groups and what points to people. The names of one level are read together: those that are people are done, the others may be
 * groups, which are opened together and give the next level: by their own attribute (member, uniqueMember, memberUid), or by
 * asking whose memberOf names them. A name seen before is not asked for again, so circles end. */
#include "directory/members.h"
#include "base/error.h"
#include "directory/filter.h"
#include "directory/root_dse.h"

#include <string.h>

#define DEPTH_MAX 10
#define NAMES_MAX 10000
/* So many names go into one filter: larger ones are slower, and servers have their limits. */
#define NAMES_IN_FILTER 50
#define MEMBER_OF       "memberOf"
/* LDAP_MATCHING_RULE_IN_CHAIN */
#define IN_CHAIN ":1.2.840.113556.1.4.1941:"

static const char *const NO_ATTRIBUTES[] = {"1.1", NULL};

typedef enum { OPEN_BY_VALUE, OPEN_BY_LINK, OPEN_IN_CHAIN } Opening;

typedef struct {
	char *dn;
	Find find;
} Named;

struct Members {
	const Finder *finder;
	Round *round;
	GPtrArray *steps;
	Opening opening;
	gboolean expands;
	const char *attributes[2];
	GHashTable *seen;  /* keys of the names met so far */
	GHashTable *ids;   /* directory ids of those found; borrowed from them */
	GPtrArray *found;  /* of Person */
	GPtrArray *strays; /* of char *: names that are nobody's and no group's */
	GHashTable *uids;  /* folded uid -> uid: those asked for whom nobody was found yet */
	guint depth;
	/* What the round was asked for: */
	GArray *named;     /* of Named: names that may be people's, or groups' */
	GArray *finds;     /* of Find: by uids, or by memberOf */
	GPtrArray *groups; /* of Search: groups opened by value, or looked for within those opened by link */
	Search *root;      /* in-chain; else NULL */
};

static void named_clear(gpointer named)
{
	g_free(((Named *)named)->dn);
}

static gboolean is_member_of(const char *attribute)
{
	g_autofree char *lower = g_ascii_strdown(attribute, -1);

	/* isMemberOf elsewhere */
	return g_str_has_suffix(lower, "memberof");
}

static Opening opening_of(const Settings *settings)
{
	if (g_strcmp0(settings->group_nested, "in-chain") == 0)
		return OPEN_IN_CHAIN;
	return is_member_of(settings->group_member) ? OPEN_BY_LINK : OPEN_BY_VALUE;
}

Members *members_new(const Finder *finder, Round *round, GPtrArray *steps)
{
	Members *members = g_new0(Members, 1);

	members->finder = finder;
	members->round = round;
	members->steps = steps;
	members->opening = opening_of(finder->settings);
	members->expands = g_strcmp0(finder->settings->group_nested, "off") != 0;
	members->attributes[0] = members->opening == OPEN_BY_VALUE ? finder->settings->group_member : NO_ATTRIBUTES[0];
	members->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	members->ids = g_hash_table_new(g_str_hash, g_str_equal);
	members->found = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	members->strays = g_ptr_array_new_with_free_func(g_free);
	members->uids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	members->named = g_array_new(FALSE, FALSE, sizeof(Named));
	g_array_set_clear_func(members->named, named_clear);
	members->finds = g_array_new(FALSE, FALSE, sizeof(Find));
	members->groups = g_ptr_array_new();
	return members;
}

void members_free(Members *members)
{
	if (members == NULL)
		return;
	g_hash_table_unref(members->seen);
	g_hash_table_unref(members->ids);
	g_ptr_array_unref(members->found);
	g_ptr_array_unref(members->strays);
	g_hash_table_unref(members->uids);
	g_array_unref(members->named);
	g_array_unref(members->finds);
	g_ptr_array_unref(members->groups);
	g_free(members);
}

const char *const *members_attributes(const Members *members)
{
	return members->attributes;
}

GPtrArray *members_take(Members *members)
{
	GPtrArray *found = members->found;

	members->found = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	g_hash_table_remove_all(members->ids);
	return found;
}

GPtrArray *members_take_strays(Members *members)
{
	GPtrArray *strays = g_steal_pointer(&members->strays);
	GHashTableIter iter;
	gpointer uid;

	members->strays = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_iter_init(&iter, members->uids);
	while (g_hash_table_iter_next(&iter, NULL, &uid))
		g_ptr_array_add(strays, g_strdup(uid));
	if (strays->len > 0)
		return strays;
	g_ptr_array_unref(strays);
	return NULL;
}

gboolean members_are_all(const Members *members)
{
	return members->named->len == 0 && members->finds->len == 0 && members->groups->len == 0;
}

static gboolean members_descend(Members *members, GError **error)
{
	if (members->depth++ <= DEPTH_MAX)
		return TRUE;
	error_set(error, ERROR_PERMANENT, "groups within groups to more than %d levels", DEPTH_MAX);
	return FALSE;
}

static gboolean members_check_size(const Members *members, GError **error)
{
	if (g_hash_table_size(members->seen) <= NAMES_MAX && members->found->len <= NAMES_MAX)
		return TRUE;
	error_set(error, ERROR_PERMANENT, "more than %d members", NAMES_MAX);
	return FALSE;
}

/* --- names --- */

char *members_name(const char *attribute, const char *value)
{
	const char *uid = g_ascii_strcasecmp(attribute, "uniqueMember") == 0 ? strrchr(value, '#') : NULL;
	const gboolean is_bits = uid != NULL && uid[1] == '\'' && strcmp(uid + 2 + strspn(uid + 2, "01"), "'B") == 0;

	return is_bits ? g_strndup(value, (gsize)(uid - value)) : g_strdup(value);
}

/* FALSE where the name was met before. */
static gboolean members_see(Members *members, const char *name, gboolean *is_dn)
{
	char *key = connection_dn_key(name);

	*is_dn = key != NULL;
	return g_hash_table_add(members->seen, key != NULL ? key : g_strdup(name));
}

/* It may be any bytes. */
static char *fold(const char *uid)
{
	g_autofree char *valid = g_utf8_make_valid(uid, -1);

	return g_utf8_casefold(valid, -1);
}

static void ask_uids(Members *members, GPtrArray *uids)
{
	for (guint first = 0; first < uids->len; first += NAMES_IN_FILTER) {
		g_autofree char *filter = filter_any(members->finder->settings->person_uid, uids, first, NAMES_IN_FILTER);
		Find find = finder_search(members->finder, members->round, NULL, filter);
		g_array_append_val(members->finds, find);
	}
}

/* `are_uids`: whatever they look like. */
static gboolean ask_names(Members *members, GPtrArray *names, gboolean are_uids, GError **error)
{
	g_autoptr(GPtrArray) uids = g_ptr_array_new();

	if (names->len > 0 && !members_descend(members, error))
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		char *name = g_ptr_array_index(names, i);
		gboolean is_dn = FALSE;
		if (*name == '\0' || !members_see(members, name, &is_dn))
			continue;
		if (!is_dn || are_uids) {
			g_ptr_array_add(uids, name);
			g_hash_table_insert(members->uids, fold(name), g_strdup(name));
			continue;
		}
		Named named = {.dn = g_strdup(name), .find = finder_read(members->finder, members->round, name)};
		g_array_append_val(members->named, named);
	}
	ask_uids(members, uids);
	return members_check_size(members, error);
}

gboolean members_of_names(Members *members, GPtrArray *names, GError **error)
{
	return ask_names(members, names, FALSE, error);
}

/* --- groups --- */

/* Those whose memberOf names the group, and the groups among them. */
static void open_by_link(Members *members, const char *dn)
{
	const Settings *settings = members->finder->settings;
	const char *base = settings->group_base != NULL ? settings->group_base : settings->base_dn;
	const gboolean is_in_chain = members->opening == OPEN_IN_CHAIN;
	const char *attribute = is_member_of(settings->group_member) ? settings->group_member : MEMBER_OF;
	g_autofree char *rule = g_strconcat(attribute, is_in_chain ? IN_CHAIN : "", NULL);
	g_autofree char *filter = filter_equals(rule, dn);
	Find find = finder_search(members->finder, members->round, NULL, filter);

	g_array_append_val(members->finds, find);
	if (is_in_chain || !members->expands)
		return;
	g_autofree char *no_person = filter_not(settings->person_filter);
	g_autofree char *groups = filter_and(filter, no_person);
	g_ptr_array_add(members->groups, round_search(members->round, "groups within", base, groups, NO_ATTRIBUTES));
}

/* `dns`: of char *, names that may be groups'. */
static gboolean open_groups(Members *members, GPtrArray *dns, GError **error)
{
	if (dns->len > 0 && members->opening != OPEN_BY_VALUE && !members_descend(members, error))
		return FALSE;
	if (dns->len > 0 && members->opening == OPEN_IN_CHAIN)
		members->root = root_dse_ask(members->round);
	for (guint i = 0; i < dns->len; i++) {
		const char *dn = g_ptr_array_index(dns, i);
		if (members->opening != OPEN_BY_VALUE)
			open_by_link(members, dn);
		else
			g_ptr_array_add(members->groups,
			                round_read(members->round, "groups within", dn, "(objectClass=*)", members->attributes));
	}
	return TRUE;
}

/* What the groups' own attribute holds. */
static gboolean ask_values(Members *members, GPtrArray *entries, GError **error)
{
	const char *attribute = members->finder->settings->group_member;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < entries->len; i++) {
		g_autoptr(GPtrArray) values = entry_texts(g_ptr_array_index(entries, i), attribute);
		for (guint k = 0; k < values->len; k++)
			g_ptr_array_add(names, members_name(attribute, g_ptr_array_index(values, k)));
	}
	return ask_names(members, names, g_ascii_strcasecmp(attribute, "memberUid") == 0, error);
}

gboolean members_of_groups(Members *members, GPtrArray *entries, GError **error)
{
	g_autoptr(GPtrArray) dns = g_ptr_array_new();
	gboolean is_dn = FALSE;

	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = g_ptr_array_index(entries, i);
		if (members_see(members, entry->dn, &is_dn))
			g_ptr_array_add(dns, entry->dn);
	}
	return members->opening == OPEN_BY_VALUE ? ask_values(members, entries, error) : open_groups(members, dns, error);
}

/* --- what was answered --- */

/* Takes the persons of a find; *any: there were some. */
static gboolean take_find(Members *members, const Find *find, gboolean *any, GError **error)
{
	g_autoptr(GPtrArray) people = NULL;

	if (!finder_take(members->finder, find, &people, error))
		return FALSE;
	*any = people->len > 0;
	g_ptr_array_set_free_func(people, NULL);
	for (guint i = 0; i < people->len; i++) {
		Person *person = g_ptr_array_index(people, i);
		g_autofree char *uid = fold(person->uid);
		g_hash_table_remove(members->uids, uid);
		if (g_hash_table_add(members->ids, person->directory_id))
			g_ptr_array_add(members->found, person);
		else
			person_free(person);
	}
	return TRUE;
}

static void add_steps_of_reads(Members *members, GPtrArray *reads)
{
	if (reads->len > 0)
		g_ptr_array_add(members->steps, search_step_of_reads(reads));
}

/* The disabled are mentioned only where there is somebody. */
static void add_steps_of_names(Members *members, const GArray *named)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new(), disabled = g_ptr_array_new();

	for (guint i = 0; i < named->len; i++) {
		const Find *find = &g_array_index(named, Named, i).find;
		g_ptr_array_add(people, find->people);
		if (find->disabled != NULL && find->people->entries != NULL && find->people->entries->len > 0)
			g_ptr_array_add(disabled, find->disabled);
	}
	add_steps_of_reads(members, people);
	add_steps_of_reads(members, disabled);
}

/* `others` gets the names that are nobody's. */
static gboolean take_names(Members *members, const GArray *named, GPtrArray *others, GError **error)
{
	add_steps_of_names(members, named);
	for (guint i = 0; i < named->len; i++) {
		const Named *name = &g_array_index(named, Named, i);
		gboolean any = FALSE;
		if (!take_find(members, &name->find, &any, error))
			return FALSE;
		if (!any)
			g_ptr_array_add(others, name->dn);
	}
	return TRUE;
}

static gboolean take_finds(Members *members, const GArray *finds, GError **error)
{
	for (guint i = 0; i < finds->len; i++) {
		const Find *find = &g_array_index(finds, Find, i);
		gboolean any = FALSE;
		find_steps(find, members->steps);
		if (!take_find(members, find, &any, error))
			return FALSE;
	}
	return TRUE;
}

/* Opened by name: what is not there, or has no members, is no group. */
static void note_stray(Members *members, const Search *search)
{
	const Entry *entry = search->entries->len > 0 ? g_ptr_array_index(search->entries, 0) : NULL;

	if (search->is_read && (entry == NULL || !entry_has(entry, members->finder->settings->group_member)))
		g_ptr_array_add(members->strays, g_strdup(search->base));
}

/* `entries` (of Entry, borrowed) gets the groups. */
static gboolean take_groups(Members *members, const GPtrArray *groups, GPtrArray *entries, GError **error)
{
	for (guint i = 0; i < groups->len; i++) {
		const Search *search = g_ptr_array_index(groups, i);
		if (!search->is_read)
			g_ptr_array_add(members->steps,
			                search_step(search, NULL, search->entries != NULL ? search->entries->len : 0));
		if (search->error != NULL) {
			g_propagate_error(error, g_error_copy(search->error));
			return FALSE;
		}
		note_stray(members, search);
		g_ptr_array_extend(entries, search->entries, NULL, NULL);
	}
	return TRUE;
}

static gboolean take_root(Members *members, GError **error)
{
	const Search *root = g_steal_pointer(&members->root);

	if (root == NULL)
		return TRUE;
	g_ptr_array_add(members->steps, search_step(root, NULL, root->entries != NULL ? root->entries->len : 0));
	return root_dse_has_in_chain(root, error);
}

static GArray *steal_array(GArray **array, guint size)
{
	GArray *taken = *array;

	*array = g_array_new(FALSE, FALSE, size);
	return taken;
}

gboolean members_go_on(Members *members, GError **error)
{
	g_autoptr(GArray) named = steal_array(&members->named, sizeof(Named));
	g_autoptr(GArray) finds = steal_array(&members->finds, sizeof(Find));
	g_autoptr(GPtrArray) groups = g_steal_pointer(&members->groups);
	g_autoptr(GPtrArray) others = g_ptr_array_new(), entries = g_ptr_array_new();

	g_array_set_clear_func(members->named, named_clear);
	members->groups = g_ptr_array_new();
	if (groups->len > 0 && ((Search *)g_ptr_array_index(groups, 0))->is_read)
		add_steps_of_reads(members, groups);
	if (!take_root(members, error) || !take_names(members, named, others, error) || !take_finds(members, finds, error) ||
	    !take_groups(members, groups, entries, error) || !members_check_size(members, error))
		return FALSE;
	if (!members->expands)
		g_ptr_array_set_size(others, 0);
	return open_groups(members, others, error) && members_of_groups(members, entries, error);
}
