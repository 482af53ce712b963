#include "mail/allow_list.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
	char *folder, *path;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->folder = g_dir_make_tmp("allow-list-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->folder, "list", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_unlink(fixture->path);
	g_rmdir(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->path);
}

static AllowList *read_list(const Fixture *fixture, const char *text, GError **error)
{
	g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
	return allow_list_read(fixture->path, error);
}

static void test_has(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *address;
		gboolean on_it;
	} cases[] = {
		{"anna@example.nl", TRUE}, {"Anna@EXAMPLE.nl", TRUE}, {"bob@example.nl", FALSE}, {"anna@sub.example.nl", FALSE}, {"xanna@example.nl", FALSE},
		{"jo@trial.example", TRUE}, {"jo@sub.trial.example", FALSE}, {"jo@TRIAL.example", TRUE}, {"trial.example", FALSE}, {"@trial.example", FALSE},
		{"jo@b\xc3\xbc" "cher.example", TRUE}, {"jo@xn--bcher-kva.example", TRUE}, {"", FALSE}, {NULL, FALSE}, {"jo@trial.example\r\nX: y", FALSE},
		{"evil@trial.example@example.com", FALSE}, {"comment@example.nl", FALSE},
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(AllowList) list = read_list(fixture,
	                                      "# who takes part\r\n\r\n  anna@example.nl # the first\n@trial.example\n@B\xc3\xbc" "cher.example\n#comment@example.nl", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(allow_list_count(list), ==, 3);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (allow_list_has(list, cases[i].address) != cases[i].on_it)
			g_error("%s", cases[i].address != NULL ? cases[i].address : "NULL");
}

static void test_fails_closed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", "it names nobody"}, {"\n \n# anna@example.nl\n", "it names nobody"}, {"anna@example.nl\nbob\n", ":2: \"bob\": wanted a mail address"}, {"@\n", ":1: \"@\""},
		{"*@example.nl\n*\n", ":2: \"*\""}, {"anna@example.nl, bob@example.nl\n", ":1: "}, {"Anna <anna@example.nl>", ":1: "}, {"@exa mple.nl", ":1: "},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(read_list(fixture, cases[i].text, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
		if (strstr(error->message, cases[i].wanted) == NULL || strstr(error->message, fixture->path) == NULL)
			g_error("%s", error->message);
	}
}

static void test_unreadable(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *large = g_strnfill(1024 * 1024 + 1, '\n');
	g_autoptr(GError) absent = NULL, folder = NULL, size = NULL, nul = NULL;
	g_assert_null(allow_list_read(fixture->path, &absent));
	g_assert_error(absent, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_null(allow_list_read(fixture->folder, &folder));
	g_assert_error(folder, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_null(read_list(fixture, large, &size));
	g_assert_error(size, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_true(g_file_set_contents(fixture->path, "a@example.nl\n\0b@example.nl\n", 27, NULL));
	g_assert_null(allow_list_read(fixture->path, &nul));
	g_assert_error(nul, AKKOORD_ERROR, ERROR_CONFIG);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/allow_list/has", Fixture, NULL, set_up, test_has, tear_down);
	g_test_add("/allow_list/fails_closed", Fixture, NULL, set_up, test_fails_closed, tear_down);
	g_test_add("/allow_list/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
	return g_test_run();
}
