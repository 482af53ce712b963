/* Asks the directory what test_directory.py wants to know: the settings as a JSON object in the only argument, one
 * question (or a batch of them) a line on standard input, one answer a line on standard output, with the time and the processor
 * time that it took. */
#include "base/clock.h"
#include "base/error.h"
#include "codec/json.h"
#include "directory/directory.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- settings --- */

typedef struct {
	const char *name;
	gsize offset;
} TextSetting;

#define TEXT_SETTING(field)                              \
	{                                                \
#field, G_STRUCT_OFFSET(Settings, field) \
	}
static const TextSetting TEXT_SETTINGS[] = {
	TEXT_SETTING(ca_file),
	TEXT_SETTING(base_dn),
	TEXT_SETTING(bind_method),
	TEXT_SETTING(bind_dn),
	TEXT_SETTING(bind_password_file),
	TEXT_SETTING(bind_keytab),
	TEXT_SETTING(bind_principal),
	TEXT_SETTING(person_base),
	TEXT_SETTING(person_filter),
	TEXT_SETTING(person_id),
	TEXT_SETTING(person_uid),
	TEXT_SETTING(person_name),
	TEXT_SETTING(person_mail),
	TEXT_SETTING(person_manager),
	TEXT_SETTING(person_language),
	TEXT_SETTING(person_country),
	TEXT_SETTING(person_authority),
	TEXT_SETTING(person_disabled),
	TEXT_SETTING(person_expires),
	TEXT_SETTING(person_deputy),
	TEXT_SETTING(group_base),
	TEXT_SETTING(group_filter),
	TEXT_SETTING(group_member),
	TEXT_SETTING(group_nested),
};

static void lookup_free(gpointer data)
{
	LookupSettings *lookup = data;

	g_free(lookup->name);
	g_free(lookup->base);
	g_free(lookup->filter);
	g_free(lookup->attribute);
	g_free(lookup);
}

static GPtrArray *read_lookups(Json *array)
{
	GPtrArray *lookups = g_ptr_array_new_with_free_func(lookup_free);

	for (gsize i = 0; i < js_array_length(array); i++) {
		Json *object = js_array_get(array, i);
		LookupSettings *lookup = g_new0(LookupSettings, 1);
		lookup->name = g_strdup(js_object_get_string(object, "name"));
		lookup->base = g_strdup(js_object_get_string(object, "base"));
		lookup->filter = g_strdup(js_object_get_string(object, "filter"));
		lookup->attribute = g_strdup(js_object_get_string(object, "attribute"));
		g_ptr_array_add(lookups, lookup);
	}
	return lookups;
}

static void read_settings(Settings *settings, const Json *object)
{
	Json *uris = js_object_get(object, "uris");

	settings->has_directory = TRUE;
	settings->uris = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < js_array_length(uris); i++)
		g_ptr_array_add(settings->uris, g_strdup(js_string(js_array_get(uris, i))));
	settings->starttls = js_object_get_boolean(object, "starttls");
	settings->directory_timeout_s = js_object_get_integer(object, "timeout_s", 5);
	settings->lookups = read_lookups(js_object_get(object, "lookups"));
	for (guint i = 0; i < G_N_ELEMENTS(TEXT_SETTINGS); i++)
		G_STRUCT_MEMBER(char *, settings, TEXT_SETTINGS[i].offset) =
			g_strdup(js_object_get_string(object, TEXT_SETTINGS[i].name));
}

static void clear_settings(Settings *settings)
{
	g_ptr_array_unref(settings->uris);
	g_ptr_array_unref(settings->lookups);
	for (guint i = 0; i < G_N_ELEMENTS(TEXT_SETTINGS); i++)
		g_free(G_STRUCT_MEMBER(char *, settings, TEXT_SETTINGS[i].offset));
}

/* --- questions --- */

static void add_field(const char *key, Json *value, gpointer fields)
{
	g_hash_table_insert(fields, g_strdup(key), g_strdup(js_string(value)));
}

static const char *const KINDS[] = {"user", "mail", "group", "lookup", "manager", "again"};

/* NULL where it is of no such kind. */
static DirectoryQuestion *read_question(const Json *object)
{
	const char *what = js_object_get_string(object, "ask");
	const char *of = js_object_get_string(object, "of");

	for (guint kind = 0; of != NULL && kind < G_N_ELEMENTS(KINDS); kind++) {
		if (strcmp(what, KINDS[kind]) != 0)
			continue;
		GHashTable *fields =
			kind == QUESTION_LOOKUP ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) : NULL;
		if (fields != NULL)
			js_object_foreach(js_object_get(object, "fields"), add_field, fields);
		return directory_question_new(kind, of, fields);
	}
	return NULL;
}

static Json *person_json(const Person *person)
{
	Json *object = js_object_new();

	js_object_set_string(object, "id", person->directory_id);
	js_object_set_string(object, "uid", person->uid);
	js_object_set_string(object, "dn", person->dn);
	js_object_set_string(object, "name", person->name);
	js_object_set_string(object, "mail", person->mail);
	js_object_set_string(object, "language", person->language);
	js_object_set_string(object, "country", person->country);
	js_object_set_string(object, "manager", person->manager_dn);
	js_object_set_string(object, "deputy_dn", person->deputy_dn);
	js_object_set_string(object, "deputy", person->deputy);
	js_object_set_string(object, "authority", person->authority);
	js_object_set_boolean(object, "disabled", person->disabled);
	return object;
}

static const char *kind_name(const GError *error)
{
	switch (error_kind(error)) {
	case ERROR_UNAVAILABLE:
		return "unavailable";
	case ERROR_PERMANENT:
		return "permanent";
	case ERROR_ELSEWHERE:
		return "elsewhere";
	case ERROR_CONFIG:
		return "config";
	case ERROR_NOT_FOUND:
		return "not found";
	default:
		return "other";
	}
}

static gint64 processor_ms(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void set_error(Json *answer, const GError *error)
{
	js_object_set_boolean(answer, "ok", error == NULL);
	if (error != NULL) {
		js_object_set_string(answer, "kind", kind_name(error));
		js_object_set_string(answer, "message", error->message);
	}
}

static void print_answer(Json *answer)
{
	g_autofree char *line = js_line(answer);

	puts(line);
	fflush(stdout);
}

static Json *answer_json(const DirectoryQuestion *question)
{
	Json *answer = js_object_new(), *people = js_array_new(), *steps = js_array_new();

	g_assert((question->people == NULL) == (question->error != NULL));
	set_error(answer, question->error);
	for (guint i = 0; question->people != NULL && i < question->people->len; i++)
		js_array_append(people, person_json(g_ptr_array_index(question->people, i)));
	for (guint i = 0; i < question->steps->len; i++)
		js_array_append_string(steps, g_ptr_array_index(question->steps, i));
	js_object_set(answer, "people", people);
	js_object_set(answer, "trace", steps);
	return answer;
}

static Json *ping(Directory *directory)
{
	Json *answer = js_object_new();
	g_autoptr(GError) error = NULL;

	directory_ping(directory, &error);
	set_error(answer, error);
	return answer;
}

/* {"ask": "batch", "of": [questions]} gives {"answers": [...]}. */
static Json *answer_batch(Directory *directory, Json *array)
{
	g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	Json *answer = js_object_new(), *answers = js_array_new();

	for (gsize i = 0; i < js_array_length(array); i++)
		g_ptr_array_add(questions, read_question(js_array_get(array, i)));
	directory_answer(directory, questions);
	for (guint i = 0; i < questions->len; i++)
		js_array_append(answers, answer_json(g_ptr_array_index(questions, i)));
	js_object_set(answer, "answers", answers);
	return answer;
}

static Json *answer_one(Directory *directory, const Json *object)
{
	g_autoptr(DirectoryQuestion) question = read_question(object);
	g_autoptr(GPtrArray) questions = g_ptr_array_new();

	if (question == NULL)
		return ping(directory);
	g_ptr_array_add(questions, question);
	directory_answer(directory, questions);
	return answer_json(question);
}

static void answer_line(Directory *directory, const Json *object)
{
	const gint64 began = clock_monotonic_us(), cpu_began = processor_ms();
	const gboolean is_batch = strcmp(js_object_get_string(object, "ask"), "batch") == 0;
	g_autoptr(Json) answer = is_batch ? answer_batch(directory, js_object_get(object, "of")) : answer_one(directory, object);

	js_object_set_integer(answer, "ms", (clock_monotonic_us() - began) / 1000);
	js_object_set_integer(answer, "cpu_ms", processor_ms() - cpu_began);
	print_answer(answer);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) object = argc == 2 ? js_parse(argv[1], strlen(argv[1]), &error) : NULL;
	Settings settings = {0};
	char *line = NULL;
	size_t size = 0;

	if (object == NULL) {
		fprintf(stderr, "usage: %s SETTINGS-AS-JSON: %s\n", argv[0], error != NULL ? error->message : "");
		return 64;
	}
	read_settings(&settings, object);
	g_autoptr(Directory) directory = directory_new(&settings, &error);
	if (directory == NULL) {
		g_autoptr(Json) answer = js_object_new();
		set_error(answer, error);
		print_answer(answer);
	}
	while (directory != NULL && getline(&line, &size, stdin) > 0) {
		g_autoptr(Json) question = js_parse(line, strlen(line), NULL);
		g_assert(question != NULL);
		answer_line(directory, question);
	}
	free(line);
	g_clear_pointer(&directory, directory_free);
	clear_settings(&settings);
	return 0;
}
