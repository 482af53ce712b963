/* Questions that ask the same have the same key, and only those. */
#include "directory/question.h"

static DirectoryQuestion *lookup(const char *name, const char *a, const char *b)
{
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	g_hash_table_insert(fields, (char *)"cost_centre", g_strdup(a));
	if (b)
		g_hash_table_insert(fields, (char *)"supplier", g_strdup(b));
	return directory_question_new(QUESTION_LOOKUP, name, fields);
}

static void assert_keys(DirectoryQuestion *one, DirectoryQuestion *other, gboolean same)
{
	g_autofree char *a = directory_question_key(one), *b = directory_question_key(other);
	g_assert_cmpint(g_str_equal(a, b), ==, same);
	directory_question_free(one);
	directory_question_free(other);
}

static void test_key(void)
{
	assert_keys(directory_question_new(QUESTION_USER, "anna", NULL), directory_question_new(QUESTION_USER, "anna", NULL), TRUE);
	assert_keys(directory_question_new(QUESTION_USER, "anna", NULL), directory_question_new(QUESTION_USER, "Anna", NULL), FALSE);
	assert_keys(directory_question_new(QUESTION_USER, "anna", NULL), directory_question_new(QUESTION_AGAIN, "anna", NULL), FALSE);
	assert_keys(lookup("holder", "4100", "x"), lookup("holder", "4100", "x"), TRUE);
	assert_keys(lookup("holder", "4100", "x"), lookup("holder", "4100", NULL), FALSE);
	assert_keys(lookup("holder", "4100\nsupplier=x", NULL), lookup("holder", "4100", "x"), FALSE);
	assert_keys(lookup("holder", "4100", NULL), lookup("owner", "4100", NULL), FALSE);
}

/* Nothing is left behind, and what was there before is gone. */
static void test_take_answer(void)
{
	g_autoptr(DirectoryQuestion) question = lookup("holder", "4100", "x"), answered = directory_question_copy(question);
	g_autofree char *a = directory_question_key(question), *b = directory_question_key(answered);
	g_assert_cmpstr(a, ==, b);
	question->error = g_error_new_literal(g_quark_from_static_string("test"), 1, "before");
	answered->people = g_ptr_array_new();
	answered->steps = g_ptr_array_new();
	answered->strays = g_ptr_array_new();
	answered->is_active_directory = TRUE;
	answered->certificate_ends = 1796000000;
	directory_question_take_answer(question, answered);
	g_assert_null(question->error);
	g_assert_true(question->people && question->steps && question->strays && question->is_active_directory);
	g_assert_cmpint(question->certificate_ends, ==, 1796000000);
	g_assert_true(!answered->people && !answered->steps && !answered->strays);
	directory_question_clear_answer(question);
	g_assert_true(!question->people && !question->steps && !question->strays && !question->error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/question/key", test_key);
	g_test_add_func("/question/take-answer", test_take_answer);
	return g_test_run();
}
