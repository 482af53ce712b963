/* What is asked, apart from how. */
#include "directory/question.h"

#include "base/instant.h"

#include <string.h>

static const char *const KINDS[] = {"user", "mail", "group", "lookup", "manager", "again", "server"};

DirectoryQuestion *directory_question_new(QuestionKind kind, const char *argument, GHashTable *fields)
{
	DirectoryQuestion *question = g_new0(DirectoryQuestion, 1);
	question->kind = kind;
	question->argument = g_strdup(argument);
	question->fields = fields;
	question->certificate_ends = INSTANT_NONE;
	return question;
}

void directory_question_free(DirectoryQuestion *question)
{
	if (!question)
		return;
	directory_question_clear_answer(question);
	g_free(question->argument);
	g_clear_pointer(&question->fields, g_hash_table_unref);
	g_free(question);
}

/* Two threads may each have one of them: they share nothing. */
DirectoryQuestion *directory_question_copy(const DirectoryQuestion *question)
{
	GHashTable *fields = question->fields ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) : NULL;
	GHashTableIter iter;
	gpointer name, value;
	if (fields)
		g_hash_table_iter_init(&iter, question->fields);
	while (fields && g_hash_table_iter_next(&iter, &name, &value))
		g_hash_table_insert(fields, g_strdup(name), g_strdup(value));
	return directory_question_new(question->kind, question->argument, fields);
}

void directory_question_clear_answer(DirectoryQuestion *question)
{
	g_clear_pointer(&question->people, g_ptr_array_unref);
	g_clear_error(&question->error);
	g_clear_pointer(&question->steps, g_ptr_array_unref);
	g_clear_pointer(&question->strays, g_ptr_array_unref);
}

void directory_question_take_answer(DirectoryQuestion *question, DirectoryQuestion *answered)
{
	directory_question_clear_answer(question);
	question->people = g_steal_pointer(&answered->people);
	question->error = g_steal_pointer(&answered->error);
	question->steps = g_steal_pointer(&answered->steps);
	question->strays = g_steal_pointer(&answered->strays);
	question->is_active_directory = answered->is_active_directory;
	question->certificate_ends = answered->certificate_ends;
}

char *directory_question_key(const DirectoryQuestion *question)
{
	GString *key = g_string_new(NULL);
	g_string_append_printf(key, "%s(%s)", KINDS[question->kind], question->argument);
	if (!question->fields)
		return g_string_free(key, FALSE);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(question->fields), (GCompareFunc)strcmp);
	for (GList *name = names; name; name = name->next) {
		g_autofree char *value = g_strescape(g_hash_table_lookup(question->fields, name->data), NULL);
		g_string_append_printf(key, "\n%s=%s", (const char *)name->data, value);
	}
	return g_string_free(key, FALSE);
}

void directory_question_reset(DirectoryQuestion *question)
{
	g_clear_pointer(&question->people, g_ptr_array_unref);
	g_clear_pointer(&question->steps, g_ptr_array_unref);
	g_clear_pointer(&question->strays, g_ptr_array_unref);
	g_clear_error(&question->error);
	question->steps = g_ptr_array_new_with_free_func(g_free);
}

void directory_question_answer(DirectoryQuestion *question, GPtrArray *people)
{
	g_assert(directory_question_is_open(question));
	question->people = people;
}

void directory_question_fail(DirectoryQuestion *question, const GError *error)
{
	g_assert(directory_question_is_open(question));
	question->error = g_error_copy(error);
	/* A DN says more of a person than the reader of an error needs, an id nothing. */
	if (question->kind == QUESTION_AGAIN)
		g_prefix_error(&question->error, "directory: ");
	else if (question->kind == QUESTION_MANAGER)
		g_prefix_error(&question->error, "directory: manager: ");
	else
		g_prefix_error(&question->error, "directory: %s %s: ", KINDS[question->kind], question->argument);
}

gboolean directory_question_is_open(const DirectoryQuestion *question)
{
	return !question->people && !question->error;
}
