/* Sheaves: searches for any of up to fifty values, and which of the entries found is whose.
 *
 * The server's own rule of comparing is not known, so an entry is a question's only where their values are the same to every
 * usual rule, and where they might be, the question is in doubt. Within a sheaf no two values might be the same. An entry that
 * fits no question throws doubt on all of them. */
#include "directory/gather.h"
#include "directory/alike.h"
#include "directory/filter.h"
#include "domain/step.h"

#include <string.h>

/* Larger filters are slower. */
#define SHEAF_MAX 50
#define KINDS     (QUESTION_AGAIN + 1)

/* One value that is sought, and the questions that seek it. */
typedef struct {
	GPtrArray *questions; /* of DirectoryQuestion, borrowed; the same argument each */
	char *value;
	char *key;
	char *filter;
	GPtrArray *entries; /* of Entry, borrowed */
	gboolean is_doubtful;
	gboolean is_met; /* by the entry that is being looked at; so is the next */
	gboolean is_met_exactly;
} Sought;

typedef struct {
	const char *attribute;
	GHashTable *by_blur;  /* of Sought, owned */
	GHashTable *by_value; /* likewise, borrowed */
	GPtrArray *sought;    /* likewise, in order */
	Find find;
} Sheaf;

struct Gather {
	const Finder *finder;
	Round *round;
	GPtrArray *sheaves; /* of Sheaf */
	Sheaf *open[KINDS]; /* that which is being filled; borrowed */
};

static void sought_free(gpointer data)
{
	Sought *sought = data;

	g_ptr_array_unref(sought->questions);
	g_ptr_array_unref(sought->entries);
	g_free(sought->value);
	g_free(sought->key);
	g_free(sought->filter);
	g_free(sought);
}

static void sheaf_free(gpointer data)
{
	Sheaf *sheaf = data;

	g_ptr_array_unref(sheaf->sought);
	g_hash_table_unref(sheaf->by_value);
	g_hash_table_unref(sheaf->by_blur);
	g_free(sheaf);
}

Gather *gather_new(const Finder *finder, Round *round)
{
	Gather *gather = g_new0(Gather, 1);

	gather->finder = finder;
	gather->round = round;
	gather->sheaves = g_ptr_array_new_with_free_func(sheaf_free);
	return gather;
}

void gather_free(Gather *gather)
{
	if (gather == NULL)
		return;
	g_ptr_array_unref(gather->sheaves);
	g_free(gather);
}

/* --- binding --- */

static const char *attribute_of(const Settings *settings, QuestionKind kind)
{
	return kind == QUESTION_USER ? settings->person_uid : kind == QUESTION_MAIL ? settings->person_mail : settings->person_id;
}

char *gather_filter(const Settings *settings, const DirectoryQuestion *question)
{
	if (question->kind == QUESTION_AGAIN)
		return person_id_filter(settings, question->argument);
	if (question->kind == QUESTION_MAIL)
		return person_mail_filter(settings, question->argument);
	return filter_equals(settings->person_uid, question->argument);
}

static Sheaf *gather_sheaf(Gather *gather, QuestionKind kind)
{
	Sheaf *sheaf = gather->open[kind];

	if (sheaf != NULL && sheaf->sought->len < SHEAF_MAX)
		return sheaf;
	sheaf = g_new0(Sheaf, 1);
	sheaf->attribute = attribute_of(gather->finder->settings, kind);
	sheaf->by_blur = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sought_free);
	sheaf->by_value = g_hash_table_new(g_str_hash, g_str_equal);
	sheaf->sought = g_ptr_array_new();
	g_ptr_array_add(gather->sheaves, sheaf);
	gather->open[kind] = sheaf;
	return sheaf;
}

/* Takes `value`. */
static Sought *sought_new(char *value)
{
	Sought *sought = g_new0(Sought, 1);

	sought->questions = g_ptr_array_new();
	sought->entries = g_ptr_array_new();
	sought->value = value;
	sought->key = alike_key(value);
	return sought;
}

static gboolean is_guid(const char *attribute)
{
	return g_ascii_strcasecmp(attribute, "objectGUID") == 0;
}

/* The argument as it would stand in an entry, an id in bytes in the one way of writing it; NULL where it is none. Owned by the
 * caller. */
static char *value_of(const Settings *settings, const DirectoryQuestion *question)
{
	guint8 guid[16];

	if (question->kind == QUESTION_MAIL)
		return person_mail_value(settings, question->argument);
	if (question->kind == QUESTION_USER || !is_guid(settings->person_id))
		return g_strdup(question->argument);
	if (!guid_parse(question->argument, guid))
		return NULL;
	g_autoptr(GBytes) bytes = g_bytes_new(guid, sizeof guid);
	return guid_format(bytes);
}

gboolean gather_add(Gather *gather, DirectoryQuestion *question)
{
	const Settings *settings = gather->finder->settings;
	Sheaf *sheaf = gather_sheaf(gather, question->kind);
	g_autofree char *value = value_of(settings, question);

	if (value == NULL || !alike_is_plain(value))
		return FALSE;
	g_autofree char *blur = alike_blur(value, strlen(value));
	Sought *sought = g_hash_table_lookup(sheaf->by_blur, blur);
	if (sought != NULL && strcmp(sought->value, value) != 0)
		return FALSE;
	if (sought == NULL) {
		sought = sought_new(g_steal_pointer(&value));
		sought->filter = gather_filter(settings, question);
		g_hash_table_insert(sheaf->by_blur, g_steal_pointer(&blur), sought);
		g_hash_table_insert(sheaf->by_value, sought->value, sought);
		g_ptr_array_add(sheaf->sought, sought);
	}
	g_ptr_array_add(sought->questions, question);
	return TRUE;
}

static void sheaf_ask(Sheaf *sheaf, Gather *gather)
{
	g_autoptr(GPtrArray) filters = g_ptr_array_new();

	for (guint i = 0; i < sheaf->sought->len; i++)
		g_ptr_array_add(filters, ((Sought *)g_ptr_array_index(sheaf->sought, i))->filter);
	g_autofree char *any = filter_or(filters);
	sheaf->find = finder_search(gather->finder, gather->round, NULL, any);
}

void gather_ask(Gather *gather, GPtrArray *alone)
{
	for (guint i = 0; i < gather->sheaves->len; i++) {
		Sheaf *sheaf = g_ptr_array_index(gather->sheaves, i);
		if (sheaf->sought->len > 1)
			sheaf_ask(sheaf, gather);
		else if (sheaf->sought->len == 1)
			g_ptr_array_extend(alone, ((Sought *)g_ptr_array_index(sheaf->sought, 0))->questions, NULL, NULL);
	}
}

/* --- sorting --- */

static void sheaf_doubt_all(Sheaf *sheaf)
{
	for (guint i = 0; i < sheaf->sought->len; i++)
		((Sought *)g_ptr_array_index(sheaf->sought, i))->is_doubtful = TRUE;
}

static void sought_meet(Sought *sought, gboolean is_exact, GPtrArray *met)
{
	sought->is_met_exactly = sought->is_met_exactly || is_exact;
	if (!sought->is_met)
		g_ptr_array_add(met, sought);
	sought->is_met = TRUE;
}

/* `value` is ended by NUL. What is surely sought is added to `met`. */
static void sheaf_meet(Sheaf *sheaf, const char *value, gsize length, GPtrArray *met)
{
	Sought *sought = strlen(value) == length ? g_hash_table_lookup(sheaf->by_value, value) : NULL;

	/* As it is most of the time; none of the others is anything like it. */
	if (sought != NULL) {
		sought_meet(sought, TRUE, met);
		return;
	}
	g_autofree char *blur = alike_blur(value, length);
	if (blur == NULL)
		sheaf_doubt_all(sheaf);
	sought = blur != NULL ? g_hash_table_lookup(sheaf->by_blur, blur) : NULL;
	if (sought == NULL)
		return;
	g_autofree char *key = alike_is_plain(value) ? alike_key(value) : NULL;
	if (g_strcmp0(key, sought->key) == 0)
		sought_meet(sought, FALSE, met);
	else
		sought->is_doubtful = TRUE;
}

/* An id in bytes is compared as text. */
static void sheaf_meet_bytes(Sheaf *sheaf, const char *bytes, gsize length, GPtrArray *met)
{
	g_autoptr(GBytes) id = g_bytes_new_static(bytes, length);
	g_autofree char *text = guid_format(id);

	if (text != NULL)
		sheaf_meet(sheaf, text, strlen(text), met);
}

static void sheaf_sort_entry(Sheaf *sheaf, Entry *entry)
{
	g_autoptr(GPtrArray) met = g_ptr_array_new();
	const gboolean has_bytes = is_guid(sheaf->attribute);
	const char *value = NULL;
	gsize length = 0;

	for (guint place = 0; (value = entry_next(entry, sheaf->attribute, &place, &length)) != NULL;)
		if (has_bytes)
			sheaf_meet_bytes(sheaf, value, length, met);
		else
			sheaf_meet(sheaf, value, length, met);
	if (met->len == 0)
		sheaf_doubt_all(sheaf);
	for (guint i = 0; i < met->len; i++) {
		Sought *sought = g_ptr_array_index(met, i);
		g_ptr_array_add(sought->entries, entry);
		/* The server may tell case apart, and have found it for the sake of another. */
		if (met->len > 1 && !sought->is_met_exactly)
			sought->is_doubtful = TRUE;
		sought->is_met = sought->is_met_exactly = FALSE;
	}
}

/* --- answering --- */

/* The steps as if the question had been asked alone, and that it was not. */
static void add_steps(const Sheaf *sheaf, const Sought *sought, const Finder *finder, guint disabled, GPtrArray *steps)
{
	g_autofree char *filter = finder_filter(finder, sought->filter);
	g_autofree char *disabled_filter = finder_disabled_filter(finder, filter);
	g_autofree char *others = g_strdup_printf("%u", sheaf->sought->len - 1);

	g_ptr_array_add(steps, search_step(sheaf->find.people, filter, sought->entries->len));
	if (disabled_filter != NULL)
		g_ptr_array_add(steps, search_step(sheaf->find.disabled, disabled_filter, disabled));
	g_ptr_array_add(steps, step_new(STEP_TOGETHER, others, NULL));
}

/* NULL where one of the entries is none that can be used. */
static GPtrArray *people_of(const Sought *sought, const Finder *finder, GHashTable *disabled, guint *disabled_count)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);

	*disabled_count = 0;
	for (guint i = 0; i < sought->entries->len; i++) {
		Person *person = finder_person(finder, g_ptr_array_index(sought->entries, i), disabled, NULL);
		if (person == NULL)
			return NULL;
		*disabled_count += person->disabled ? 1 : 0;
		g_ptr_array_add(people, person);
	}
	return g_steal_pointer(&people);
}

static void sought_answer(const Sheaf *sheaf, const Sought *sought, const Finder *finder, GHashTable *disabled)
{
	if (sought->is_doubtful || sought->entries->len == 0)
		return;
	for (guint i = 0; i < sought->questions->len; i++) {
		DirectoryQuestion *question = g_ptr_array_index(sought->questions, i);
		guint disabled_count = 0;
		GPtrArray *people = people_of(sought, finder, disabled, &disabled_count);
		if (people == NULL)
			return;
		add_steps(sheaf, sought, finder, disabled_count, question->steps);
		directory_question_answer(question, people);
	}
}

static void sheaf_answer(Sheaf *sheaf, const Finder *finder)
{
	g_autoptr(GHashTable) disabled = find_disabled(&sheaf->find);

	for (guint i = 0; i < sheaf->find.people->entries->len; i++)
		sheaf_sort_entry(sheaf, g_ptr_array_index(sheaf->find.people->entries, i));
	for (guint i = 0; i < sheaf->sought->len; i++)
		sought_answer(sheaf, g_ptr_array_index(sheaf->sought, i), finder, disabled);
}

/* The step shows the search that each would have been alone. */
static void sheaf_fail(const Sheaf *sheaf, const Finder *finder, const GError *error)
{
	for (guint i = 0; i < sheaf->sought->len; i++) {
		const Sought *sought = g_ptr_array_index(sheaf->sought, i);
		g_autofree char *filter = finder_filter(finder, sought->filter);
		for (guint k = 0; k < sought->questions->len; k++) {
			DirectoryQuestion *question = g_ptr_array_index(sought->questions, k);
			const Search *people = sheaf->find.people;
			g_ptr_array_add(question->steps,
			                step_new(STEP_UNANSWERED, people->what, filter, people->base, error->message, STEP_BELOW, NULL));
			directory_question_fail(question, error);
		}
	}
}

/* What is wrong may be the size of the filter, or one of its values. */
static gboolean find_is_refused(const Find *find)
{
	return find->people->error != NULL ? find->people->is_refused : find->disabled->is_refused;
}

static void sheaf_take(Sheaf *sheaf, const Finder *finder)
{
	if (sheaf->find.people == NULL)
		return;
	const GError *error = find_error(&sheaf->find);
	if (error == NULL)
		sheaf_answer(sheaf, finder);
	else if (!find_is_refused(&sheaf->find))
		sheaf_fail(sheaf, finder, error);
}

void gather_take(Gather *gather)
{
	for (guint i = 0; i < gather->sheaves->len; i++)
		sheaf_take(g_ptr_array_index(gather->sheaves, i), gather->finder);
	g_ptr_array_set_size(gather->sheaves, 0);
	memset(gather->open, 0, sizeof gather->open);
}
