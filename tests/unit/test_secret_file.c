/* Files that hold a secret. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secret_file.h"

#define BYTES(text) text, sizeof text - 1

static void test_read(void)
{
	static const struct {
		const char *bytes;
		gsize length;
		const char *secret; /* NULL: refused */
	} cases[] = {
		{BYTES("s3cr3t"), "s3cr3t"},
		{BYTES("s3cr3t\n"), "s3cr3t"},
		{BYTES("s3cr3t\r\n"), "s3cr3t"},
		{BYTES(" two words \n"), " two words "},
		{BYTES("first\nsecond\n"), "first"},
		{BYTES("gehe\xc3\xafm\n"), "gehe\xc3\xafm"},
		{BYTES("\xff\n"), "\xff"},
		{BYTES("12345678"), "12345678"},
		{BYTES("123456789"), NULL}, /* too large */
		{BYTES("1234567\n\n"), NULL},
		{BYTES(""), NULL},
		{BYTES("\n"), NULL},
		{BYTES("\r\n"), NULL},
		{BYTES("\nlater"), NULL},
		{BYTES("a\0b"), NULL},
		{BYTES("a\n\0"), NULL},
		{BYTES("\0"), NULL},
	};
	g_autofree char *folder = g_dir_make_tmp("akkoord-XXXXXX", NULL), *path = g_build_filename(folder, "secret", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_true(g_file_set_contents(path, cases[i].bytes, (gssize)cases[i].length, NULL));
		char *secret = secret_file_read(path, i < 7 ? SECRET_FILE_MAX_BYTES : 8, &error);
		g_assert_cmpstr(secret, ==, cases[i].secret);
		if (cases[i].secret == NULL) {
			g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
			g_assert_nonnull(strstr(error->message, path));
			g_assert_null(strstr(error->message, "later"));
		} else {
			g_assert_no_error(error);
		}
		secret_file_free(secret);
	}
	g_unlink(path);
	g_rmdir(folder);
}

static void test_missing(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(secret_file_read("/nonexistent/secret", SECRET_FILE_MAX_BYTES, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "/nonexistent/secret"));
	secret_file_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret_file/read", test_read);
	g_test_add_func("/secret_file/missing", test_missing);
	return g_test_run();
}
