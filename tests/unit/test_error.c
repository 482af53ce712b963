/* Kinds of errors, foreign errors, exit codes. */
#include "base/error.h"

static void test_exit_codes(void)
{
	static const struct {
		ErrorKind kind;
		int exit_code;
	} CASES[] = {
		{ERROR_INVALID, 65},   {ERROR_NOT_FOUND, 66},   {ERROR_CONFLICT, 65},    {ERROR_FORBIDDEN, 77},
		{ERROR_CONFIG, 78},    {ERROR_USAGE, 64},       {ERROR_TRANSIENT, 75},   {ERROR_UNAVAILABLE, 69},
		{ERROR_PERMANENT, 69}, {ERROR_ELSEWHERE, 69},   {ERROR_UNCERTAIN, 75},   {ERROR_BROKEN, 65},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		error_set(&error, CASES[i].kind, "attempt %u", i);
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, (int)CASES[i].kind));
		g_assert_cmpint(error_kind(error), ==, CASES[i].kind);
		g_assert_cmpint(error_exit_code(error), ==, CASES[i].exit_code);
	}
}

static void test_file_errors(void)
{
	static const struct {
		GFileError code;
		ErrorKind kind;
	} CASES[] = {
		{G_FILE_ERROR_NOENT, ERROR_NOT_FOUND}, {G_FILE_ERROR_NOTDIR, ERROR_NOT_FOUND},
		{G_FILE_ERROR_ACCES, ERROR_FORBIDDEN}, {G_FILE_ERROR_PERM, ERROR_FORBIDDEN},
		{G_FILE_ERROR_NOSPC, ERROR_TRANSIENT}, {G_FILE_ERROR_INTR, ERROR_TRANSIENT},
		{G_FILE_ERROR_ISDIR, ERROR_INVALID},   {G_FILE_ERROR_FAILED, ERROR_INVALID},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, (int)CASES[i].code, "file");
		g_assert_cmpint(error_kind(error), ==, CASES[i].kind);
	}
}

static void test_foreign_error(void)
{
	/* the number of a missing file, in another domain */
	g_autoptr(GError) error = g_error_new_literal(G_MARKUP_ERROR, G_FILE_ERROR_NOENT, "markup");
	g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
	g_assert_cmpint(error_exit_code(error), ==, 65);
}

static void test_text(void)
{
	g_autoptr(GError) error = NULL;
	error_set(&error, ERROR_PERMANENT, "mail to %s: %d%%", "a@x.example", 5);
	g_assert_cmpstr(error->message, ==, "mail to a@x.example: 5%");
	error_set(NULL, ERROR_PERMANENT, "nobody listens to %s", "this");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/exit-codes", test_exit_codes);
	g_test_add_func("/error/file", test_file_errors);
	g_test_add_func("/error/foreign", test_foreign_error);
	g_test_add_func("/error/text", test_text);
	return g_test_run();
}
