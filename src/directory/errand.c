/* The questions, each as the searches it takes, one step after the other. */
#include "directory/errand.h"
#include "base/error.h"
#include "directory/filter.h"
#include "directory/gather.h"
#include "directory/members.h"
#include "directory/root_dse.h"
#include "domain/step.h"

#include <string.h>

/* What comes after a run of the round. FALSE: the question is unknown. */
typedef gboolean (*Step)(Errand *errand, GError **error);

struct Errand {
	const Finder *finder;
	Round *round;
	DirectoryQuestion *question;
	Step next;
	Find find;            /* people that were asked for */
	Search *search;       /* groups, or what a lookup points with */
	const char *names[2]; /* its attributes */
	Members *members;
	GPtrArray *bases;     /* of Search, borrowed from the round: whether there is anything below each */
};

/* --- people --- */

static gboolean take_people(Errand *errand, GError **error)
{
	GPtrArray *people = NULL;

	find_steps(&errand->find, errand->question->steps);
	if (!finder_take(errand->finder, &errand->find, &people, error))
		return FALSE;
	directory_question_answer(errand->question, people);
	return TRUE;
}

static gboolean ask_people(Errand *errand, const char *base, const char *filter)
{
	errand->find = finder_search(errand->finder, errand->round, base, filter);
	errand->next = take_people;
	return TRUE;
}

static gboolean ask_alone(Errand *errand)
{
	g_autofree char *filter = gather_filter(errand->finder->settings, errand->question);

	return ask_people(errand, NULL, filter);
}

/* --- manager --- */

static gboolean ask_manager(Errand *errand)
{
	DirectoryQuestion *question = errand->question;
	g_autofree char *key = connection_dn_key(question->argument);

	if (key == NULL) {
		g_ptr_array_add(question->steps, step_new(STEP_BAD_MANAGER, question->argument, NULL));
		directory_question_answer(question, g_ptr_array_new_with_free_func((GDestroyNotify)person_free));
		return TRUE;
	}
	errand->find = finder_read(errand->finder, errand->round, question->argument);
	errand->next = take_people;
	return TRUE;
}

/* --- members --- */

static void answer_members(Errand *errand)
{
	directory_question_answer(errand->question, members_take(errand->members));
	errand->question->strays = members_take_strays(errand->members);
}

static gboolean take_members(Errand *errand, GError **error)
{
	if (!members_are_all(errand->members) && !members_go_on(errand->members, error))
		return FALSE;
	if (members_are_all(errand->members))
		answer_members(errand);
	errand->next = take_members;
	return TRUE;
}

/* The entries of the search before. */
static gboolean take_entries(Errand *errand, GPtrArray **entries, GError **error)
{
	Search *search = errand->search;

	g_ptr_array_add(errand->question->steps, search_step(search, NULL, search->entries != NULL ? search->entries->len : 0));
	if (search->error == NULL) {
		*entries = search->entries;
		return TRUE;
	}
	g_propagate_error(error, g_error_copy(search->error));
	return FALSE;
}

/* Those without members are the whole answer already. */
static gboolean end_if_all(Errand *errand)
{
	errand->next = take_members;
	if (members_are_all(errand->members))
		answer_members(errand);
	return TRUE;
}

/* --- group --- */

static gboolean take_groups(Errand *errand, GError **error)
{
	GPtrArray *groups = NULL;

	return take_entries(errand, &groups, error) && members_of_groups(errand->members, groups, error) && end_if_all(errand);
}

static gboolean ask_group(Errand *errand, GError **error)
{
	const Settings *settings = errand->finder->settings;
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(values, (char *)"name", errand->question->argument);
	g_autofree char *filter = filter_fill(settings->group_filter, values, error);
	if (filter == NULL)
		return FALSE;
	const char *base = settings->group_base != NULL ? settings->group_base : settings->base_dn;
	errand->members = members_new(errand->finder, errand->round, errand->question->steps);
	errand->search = round_search(errand->round, "group", base, filter, members_attributes(errand->members));
	errand->next = take_groups;
	return TRUE;
}

/* --- lookup --- */

static gboolean take_pointers(Errand *errand, GError **error)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *entries = NULL;

	if (!take_entries(errand, &entries, error))
		return FALSE;
	for (guint i = 0; i < entries->len; i++) {
		g_autoptr(GPtrArray) texts = entry_texts(g_ptr_array_index(entries, i), errand->names[0]);
		g_ptr_array_extend_and_steal(values, g_steal_pointer(&texts));
	}
	return members_of_names(errand->members, values, error) && end_if_all(errand);
}

static gboolean ask_lookup(Errand *errand, GError **error)
{
	const Settings *settings = errand->finder->settings;
	const LookupSettings *lookup = settings_lookup(settings, errand->question->argument);

	if (lookup == NULL) {
		error_set(error, ERROR_CONFIG, "akkoord.conf has no lookup of this name");
		return FALSE;
	}
	g_autofree char *filter = filter_fill(lookup->filter, errand->question->fields, error);
	if (filter == NULL)
		return FALSE;
	if (lookup->attribute == NULL || *lookup->attribute == '\0')
		return ask_people(errand, lookup->base, filter);
	const char *base = lookup->base != NULL ? lookup->base : settings->base_dn;
	errand->names[0] = lookup->attribute;
	errand->members = members_new(errand->finder, errand->round, errand->question->steps);
	errand->search = round_search(errand->round, "lookup", base, filter, errand->names);
	errand->next = take_pointers;
	return TRUE;
}

/* --- server --- */

static void add_base(Errand *errand, Search *search)
{
	search->wants_one = TRUE;
	if (!g_ptr_array_find(errand->bases, search, NULL))
		g_ptr_array_add(errand->bases, search);
}

/* A server that has it elsewhere says so of the entry, one that knows it nowhere of what lies below. */
static void ask_base(Errand *errand, const char *base)
{
	static const char *const none[] = {"1.1", NULL};
	static const char any[] = "(objectClass=*)";

	if (base == NULL)
		return;
	add_base(errand, round_read(errand->round, "base", base, any, none));
	add_base(errand, round_search(errand->round, "base", base, any, none));
}

static void ask_bases(Errand *errand)
{
	const Settings *settings = errand->finder->settings;

	errand->bases = g_ptr_array_new();
	ask_base(errand, settings->base_dn);
	ask_base(errand, settings->person_base);
	ask_base(errand, settings->group_base);
	for (guint i = 0; i < settings->lookups->len; i++)
		ask_base(errand, ((const LookupSettings *)g_ptr_array_index(settings->lookups, i))->base);
}

/* Only what will stay so: a server that is busy may have it. */
static void tell_bases(Errand *errand)
{
	for (guint i = 0; i < errand->bases->len; i++) {
		const Search *search = g_ptr_array_index(errand->bases, i);
		if (search->error != NULL && (error_kind(search->error) == ERROR_PERMANENT || error_kind(search->error) == ERROR_ELSEWHERE))
			g_ptr_array_add(errand->question->steps, search_step(search, NULL, 0));
	}
}

static gboolean take_server(Errand *errand, GError **error)
{
	GPtrArray *entries = NULL;

	if (!take_entries(errand, &entries, error))
		return FALSE;
	tell_bases(errand);
	errand->question->is_active_directory = root_dse_is_active_directory(errand->search);
	errand->question->certificate_ends = round_certificate_ends(errand->round);
	directory_question_answer(errand->question, g_ptr_array_new_with_free_func((GDestroyNotify)person_free));
	return TRUE;
}

static gboolean ask_server(Errand *errand)
{
	errand->search = root_dse_ask(errand->round);
	ask_bases(errand);
	errand->next = take_server;
	return TRUE;
}

/* --- all --- */

static gboolean errand_ask(Errand *errand, GError **error)
{
	switch (errand->question->kind) {
	case QUESTION_GROUP:
		return ask_group(errand, error);
	case QUESTION_LOOKUP:
		return ask_lookup(errand, error);
	case QUESTION_MANAGER:
		return ask_manager(errand);
	case QUESTION_SERVER:
		return ask_server(errand);
	default:
		return ask_alone(errand);
	}
}

static void errand_end_unless(Errand *errand, gboolean ok, const GError *error)
{
	if (!ok)
		directory_question_fail(errand->question, error);
}

Errand *errand_new(const Finder *finder, Round *round, DirectoryQuestion *question)
{
	Errand *errand = g_new0(Errand, 1);
	g_autoptr(GError) error = NULL;

	errand->finder = finder;
	errand->round = round;
	errand->question = question;
	gboolean ok = errand_ask(errand, &error);
	errand_end_unless(errand, ok, error);
	return errand;
}

void errand_go_on(Errand *errand)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = errand->next(errand, &error);

	errand_end_unless(errand, ok, error);
}

void errand_free(Errand *errand)
{
	if (errand == NULL)
		return;
	members_free(errand->members);
	g_clear_pointer(&errand->bases, g_ptr_array_unref);
	g_free(errand);
}
