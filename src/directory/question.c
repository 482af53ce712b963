/* What is asked, apart from how. */
#include "directory/question.h"

#include <string.h>

DirectoryQuestion *directory_question_new(QuestionKind kind, const char *argument, GHashTable *fields)
{
	DirectoryQuestion *question = g_new0(DirectoryQuestion, 1);
	question->kind = kind;
	question->argument = g_strdup(argument);
	question->fields = fields;
	return question;
}

void directory_question_free(DirectoryQuestion *question)
{
	if (!question)
		return;
	g_free(question->argument);
	g_clear_pointer(&question->fields, g_hash_table_unref);
	g_clear_pointer(&question->people, g_ptr_array_unref);
	g_clear_error(&question->error);
	g_clear_pointer(&question->steps, g_ptr_array_unref);
	g_free(question);
}

char *directory_question_key(const DirectoryQuestion *question)
{
	static const char *const kinds[] = {"user", "mail", "group", "lookup", "manager", "again"};
	GString *key = g_string_new(NULL);
	g_string_append_printf(key, "%s(%s)", kinds[question->kind], question->argument);
	if (!question->fields)
		return g_string_free(key, FALSE);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(question->fields), (GCompareFunc)strcmp);
	for (GList *name = names; name; name = name->next) {
		g_autofree char *value = g_strescape(g_hash_table_lookup(question->fields, name->data), NULL);
		g_string_append_printf(key, "\n%s=%s", (const char *)name->data, value);
	}
	return g_string_free(key, FALSE);
}
