/* The questions, each as the searches it takes. Nothing is remembered here between two questions but the connection:
 * what a last good answer is still worth is for the one who asks. */
#include "directory/directory.h"
#include "base/error.h"
#include "directory/filter.h"
#include "directory/members.h"
#include "directory/finder.h"
#include "directory/servers.h"
#include "domain/step.h"

#include <signal.h>
#include <string.h>

struct Directory {
	const Settings *settings;
	Servers *servers;
	Finder *finder;
};

/* What libldap needs of the process, before its first call. */
static void prepare_process(void)
{
	/* Else /etc/ldap/ldap.conf, ~/.ldaprc and LDAP* in the environment would have a say. */
	g_setenv("LDAPNOINIT", "1", FALSE);
	/* It writes to lines that broke, and to those that never came up. */
	signal(SIGPIPE, SIG_IGN);
}

Directory *directory_new(const Settings *settings, GError **error)
{
	prepare_process();
	if (!settings->has_directory) {
		error_set(error, ERROR_CONFIG, "there is no directory section");
		return NULL;
	}
	Servers *servers = servers_new(settings, error);
	if (servers == NULL)
		return NULL;
	Directory *directory = g_new0(Directory, 1);
	directory->settings = settings;
	directory->servers = servers;
	directory->finder = finder_new(settings, servers);
	return directory;
}

void directory_free(Directory *directory)
{
	if (directory == NULL)
		return;
	finder_free(directory->finder);
	servers_free(directory->servers);
	g_free(directory);
}

static GPtrArray *nobody(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
}

/* One search where people are. */
static gboolean directory_find(Directory *directory, const char *filter, GPtrArray **people, GError **error)
{
	servers_begin(directory->servers);
	return finder_search(directory->finder, NULL, filter, people, error);
}

gboolean directory_user(Directory *directory, const char *uid, GPtrArray **people, GError **error)
{
	g_autofree char *filter = filter_equals(directory->settings->person_uid, uid);

	if (directory_find(directory, filter, people, error))
		return TRUE;
	g_prefix_error(error, "directory: user %s: ", uid);
	return FALSE;
}

gboolean directory_mail(Directory *directory, const char *address, GPtrArray **people, GError **error)
{
	g_autofree char *filter = person_mail_filter(directory->settings, address);

	if (directory_find(directory, filter, people, error))
		return TRUE;
	g_prefix_error(error, "directory: mail %s: ", address);
	return FALSE;
}

gboolean directory_again(Directory *directory, const char *directory_id, GPtrArray **people, GError **error)
{
	g_autofree char *filter = person_id_filter(directory->settings, directory_id);

	if (directory_find(directory, filter, people, error))
		return TRUE;
	g_prefix_error(error, "directory: person %s: ", directory_id);
	return FALSE;
}

/* --- groups --- */

/* The entries that the group's filter finds, with their members. */
static gboolean find_groups(Directory *directory, const char *name, GPtrArray **groups, GError **error)
{
	const Settings *settings = directory->settings;
	const char *const attributes[] = {settings->group_member, NULL};
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(values, (char *)"name", (char *)name);
	g_autofree char *filter = filter_fill(settings->group_filter, values, error);
	if (filter == NULL)
		return FALSE;
	const Search search = {
		.what = "group",
		.base = settings->group_base != NULL ? settings->group_base : settings->base_dn,
		.filter = filter,
		.attributes = attributes,
	};
	return servers_run(directory->servers, &search, groups, error);
}

static gboolean group_members(Directory *directory, const char *name, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) groups = NULL;
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) opened = g_ptr_array_new();

	if (!find_groups(directory, name, &groups, error))
		return FALSE;
	for (guint i = 0; i < groups->len; i++) {
		Entry *group = g_ptr_array_index(groups, i);
		g_ptr_array_add(opened, group->dn);
		if (!members_of_entry(group, directory->settings, values, error))
			return FALSE;
	}
	return members_resolve(directory->finder, values, opened, people, error);
}

gboolean directory_group(Directory *directory, const char *name, GPtrArray **people, GError **error)
{
	servers_begin(directory->servers);
	if (group_members(directory, name, people, error))
		return TRUE;
	g_prefix_error(error, "directory: group %s: ", name);
	return FALSE;
}

/* --- lookups --- */

static const LookupSettings *find_lookup(const Settings *settings, const char *name)
{
	for (guint i = 0; settings->lookups != NULL && i < settings->lookups->len; i++) {
		const LookupSettings *lookup = g_ptr_array_index(settings->lookups, i);
		if (strcmp(lookup->name, name) == 0)
			return lookup;
	}
	return NULL;
}

/* The people that the found entries' attribute points to. */
static gboolean lookup_follow(Directory *directory, const LookupSettings *lookup, const char *filter, GPtrArray **people,
                              GError **error)
{
	const char *const attributes[] = {lookup->attribute, NULL};
	const Search search = {
		.what = "lookup",
		.base = lookup->base != NULL ? lookup->base : directory->settings->base_dn,
		.filter = filter,
		.attributes = attributes,
	};
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) entries = NULL;

	if (!servers_run(directory->servers, &search, &entries, error))
		return FALSE;
	for (guint i = 0; i < entries->len; i++) {
		g_autoptr(GPtrArray) texts = entry_texts(g_ptr_array_index(entries, i), lookup->attribute);
		g_ptr_array_extend_and_steal(values, g_steal_pointer(&texts));
	}
	return members_resolve(directory->finder, values, NULL, people, error);
}

static gboolean lookup_people(Directory *directory, const char *name, GHashTable *fields, GPtrArray **people, GError **error)
{
	const LookupSettings *lookup = find_lookup(directory->settings, name);

	if (lookup == NULL) {
		error_set(error, ERROR_CONFIG, "akkoord.conf has no lookup of this name");
		return FALSE;
	}
	g_autofree char *filter = filter_fill(lookup->filter, fields, error);
	if (filter == NULL)
		return FALSE;
	if (lookup->attribute == NULL || *lookup->attribute == '\0')
		return finder_search(directory->finder, lookup->base, filter, people, error);
	return lookup_follow(directory, lookup, filter, people, error);
}

gboolean directory_lookup(Directory *directory, const char *lookup, GHashTable *fields, GPtrArray **people, GError **error)
{
	servers_begin(directory->servers);
	if (lookup_people(directory, lookup, fields, people, error))
		return TRUE;
	g_prefix_error(error, "directory: lookup %s: ", lookup);
	return FALSE;
}

/* --- manager --- */

gboolean directory_manager(Directory *directory, const Person *person, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GPtrArray) found = NULL;
	g_autofree char *key = person->manager_dn != NULL ? connection_dn_key(person->manager_dn) : NULL;

	if (key == NULL) {
		servers_trace(directory->servers, step_new(person->manager_dn == NULL ? STEP_NO_MANAGER : STEP_BAD_MANAGER, person->dn, NULL));
		*people = nobody();
		return TRUE;
	}
	servers_begin(directory->servers);
	g_ptr_array_add(names, person->manager_dn);
	if (!finder_read(directory->finder, names, &found, error)) {
		g_prefix_error(error, "directory: manager of %s: ", person->uid);
		return FALSE;
	}
	*people = nobody();
	if (found->len > 0 && g_ptr_array_index(found, 0) != NULL)
		g_ptr_array_add(*people, g_steal_pointer(&g_ptr_array_index(found, 0)));
	return TRUE;
}

/* --- many questions --- */

static gboolean put(Directory *directory, DirectoryQuestion *question)
{
	const Person whose = {.manager_dn = question->argument, .uid = question->argument, .dn = question->argument};

	switch (question->kind) {
	case QUESTION_USER:
		return directory_user(directory, question->argument, &question->people, &question->error);
	case QUESTION_MAIL:
		return directory_mail(directory, question->argument, &question->people, &question->error);
	case QUESTION_GROUP:
		return directory_group(directory, question->argument, &question->people, &question->error);
	case QUESTION_LOOKUP:
		return directory_lookup(directory, question->argument, question->fields, &question->people, &question->error);
	case QUESTION_MANAGER:
		return directory_manager(directory, &whose, &question->people, &question->error);
	default:
		return directory_again(directory, question->argument, &question->people, &question->error);
	}
}

void directory_answer(Directory *directory, GPtrArray *questions)
{
	for (guint i = 0; i < questions->len; i++) {
		DirectoryQuestion *question = g_ptr_array_index(questions, i);
		g_clear_pointer(&question->people, g_ptr_array_unref);
		g_clear_pointer(&question->steps, g_ptr_array_unref);
		g_clear_error(&question->error);
		put(directory, question);
		question->steps = directory_take_trace(directory);
	}
}

/* --- the rest --- */

gboolean directory_ping(Directory *directory, GError **error)
{
	static const char *const ATTRIBUTES[] = {"namingContexts", NULL};
	g_autoptr(GPtrArray) root = g_ptr_array_new();
	g_autoptr(GPtrArray) entries = NULL;
	const Search search = {.what = "root", .dns = root, .filter = "(objectClass=*)", .attributes = ATTRIBUTES};

	g_ptr_array_add(root, (char *)"");
	servers_begin(directory->servers);
	if (servers_run(directory->servers, &search, &entries, error))
		return TRUE;
	g_prefix_error(error, "directory: ");
	return FALSE;
}

GPtrArray *directory_take_trace(Directory *directory)
{
	return servers_take_trace(directory->servers);
}
