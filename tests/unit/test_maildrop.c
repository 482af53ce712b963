/* A Maildir that a mail server fills: what is taken, in which order, and what is not; and where it goes. */
#include "inbound/maildrop.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	char *path;
} Fixture;

static char *inside(const Fixture *fixture, const char *folder, const char *name)
{
	return g_build_filename(fixture->path, folder, name, NULL);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->path = g_dir_make_tmp("maildrop-XXXXXX", NULL);
	static const char *const folders[] = {"new", "cur", "tmp"};
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = inside(fixture, folders[i], NULL);
		g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	}
}

static void empty(const Fixture *fixture, const char *name)
{
	g_autofree char *folder = inside(fixture, name, NULL);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	for (const char *entry; entries != NULL && (entry = g_dir_read_name(entries)) != NULL;) {
		g_autofree char *path = inside(fixture, name, entry);
		g_remove(path);
	}
	g_rmdir(folder);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	empty(fixture, "new");
	empty(fixture, "cur");
	empty(fixture, "tmp");
	g_rmdir(fixture->path);
	g_free(fixture->path);
}

static void put(const Fixture *fixture, const char *folder, const char *name, const char *text)
{
	g_autofree char *path = inside(fixture, folder, name);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void assert_holds(const Fixture *fixture, const char *folder, const char *name, const char *text)
{
	g_autofree char *path = inside(fixture, folder, name), *found = NULL;
	g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
	g_assert_cmpstr(found, ==, text);
}

static void test_listed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	put(fixture, "new", "20.M1.mx", "second");
	put(fixture, "new", "10.M9.mx", "first");
	put(fixture, "new", ".hidden", "no mail");
	put(fixture, "cur", "05.M1.mx:2,", "seen");
	g_autoptr(GPtrArray) all = maildrop_new_mails(fixture->path, 10, &error);
	g_autoptr(GPtrArray) one = maildrop_new_mails(fixture->path, 1, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_true(g_str_has_suffix(one->pdata[0], "/new/10.M9.mx"));
	g_assert_true(maildrop_is_there(fixture->path));
	g_assert_false(maildrop_is_there("/nowhere"));
	g_assert_null(maildrop_new_mails("/nowhere", 10, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

static void test_read(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL, gone = NULL;
	put(fixture, "new", "1", "0123456789");
	g_autofree char *path = inside(fixture, "new", "1"), *link = inside(fixture, "new", "2"), *none = inside(fixture, "new", "3");
	g_autoptr(GBytes) whole = maildrop_read(path, 100, &error);
	g_autoptr(GBytes) cut = maildrop_read(path, 4, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(whole), ==, 10);
	g_assert_cmpuint(g_bytes_get_size(cut), ==, 4);
	g_assert_cmpint(symlink(path, link), ==, 0);
	g_assert_null(maildrop_read(link, 100, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_assert_null(maildrop_read(none, 100, &gone));
	g_assert_error(gone, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

/* Nothing is written over, and what is gone already was done. */
static void test_done(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = inside(fixture, "new", "1.M1.mx"), *flagged = inside(fixture, "new", "2.M1.mx:2,");
	put(fixture, "new", "1.M1.mx", "one");
	put(fixture, "new", "2.M1.mx:2,", "two");
	g_assert_true(maildrop_done(path, &error));
	g_assert_true(maildrop_done(flagged, &error));
	assert_holds(fixture, "cur", "1.M1.mx:2,S", "one");
	assert_holds(fixture, "cur", "2.M1.mx:2,S", "two");
	g_assert_true(maildrop_done(path, &error));
	put(fixture, "new", "1.M1.mx", "another");
	g_assert_true(maildrop_done(path, &error));
	g_assert_no_error(error);
	assert_holds(fixture, "cur", "1.M1.mx:2,S", "one");
	assert_holds(fixture, "cur", "1.M1.mx.again:2,S", "another");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/maildrop/listed", Fixture, NULL, set_up, test_listed, tear_down);
	g_test_add("/maildrop/read", Fixture, NULL, set_up, test_read, tear_down);
	g_test_add("/maildrop/done", Fixture, NULL, set_up, test_done, tear_down);
	return g_test_run();
}
