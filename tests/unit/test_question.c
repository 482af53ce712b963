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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/question/key", test_key);
	return g_test_run();
}
