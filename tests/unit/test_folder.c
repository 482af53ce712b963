/* Watched folders against a real one in a private place: what is ready, what is read, what is put aside, and what somebody
 * who may write there can not bring about. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "intake/folder.h"
#include "intake/read.h"

#define SETTLE_S 5

typedef struct {
	char *root;   /* removed at the end */
	char *folder; /* the watched one */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	fixture->root = g_dir_make_tmp("akkoord-folder-XXXXXX", NULL);
	fixture->folder = g_build_filename(fixture->root, "in", NULL);
	g_assert_cmpint(g_mkdir(fixture->folder, 0700), ==, 0);
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_all(inner);
	}
	g_remove(path);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	remove_all(fixture->root);
	g_free(fixture->root);
	g_free(fixture->folder);
}

static char *in(const Fixture *fixture, const char *name)
{
	return g_build_filename(fixture->folder, name, NULL);
}

static void put(const Fixture *fixture, const char *name, const char *text)
{
	g_autofree char *path = in(fixture, name);
	const int file = g_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, text, strlen(text)), ==, (gssize)strlen(text));
	close(file);
}

static void make_folder(const Fixture *fixture, const char *name)
{
	g_autofree char *path = in(fixture, name);

	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

/* The text of a file in the folder, "absent" without one; owned by the caller. */
static char *text_of(const Fixture *fixture, const char *name)
{
	g_autofree char *path = in(fixture, name);
	char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("absent");
}

static void assert_text(const Fixture *fixture, const char *name, const char *expected)
{
	g_autofree char *text = text_of(fixture, name);

	g_assert_cmpstr(text, ==, expected);
}

/* Paths below `root`, "|" between; frees the paths. Owned by the caller. */
static char *listed(GPtrArray *paths, const char *root)
{
	GString *text = g_string_new(NULL);

	g_assert_nonnull(paths);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_assert_true(g_str_has_prefix(path, root));
		g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", path + strlen(root) + 1);
	}
	g_ptr_array_unref(paths);
	return g_string_free(text, FALSE);
}

static void assert_ready(const Fixture *fixture, gint64 now, const char *expected)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *paths = folder_ready(fixture->folder, now, SETTLE_S, &error);
	g_assert_no_error(error);
	g_autofree char *found = listed(paths, fixture->folder);

	g_assert_cmpstr(found, ==, expected);
}

static void assert_error(GError *error, ErrorKind kind, const char *part)
{
	g_assert_nonnull(error);
	g_test_message("%s", error->message);
	g_assert_cmpint(error_kind(error), ==, kind);
	g_assert_nonnull(strstr(error->message, part));
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
	g_error_free(error);
}

static void test_ready(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const passed_over[] = { ".hidden.xml", "a.part", "b.TMP", "c.xml.filepart", "d.partial" };

	put(fixture, "b.xml", "x");
	put(fixture, "a.xml", "");
	put(fixture, "part", "x");
	make_folder(fixture, "below");
	put(fixture, "below/c.xml", "x");
	for (gsize i = 0; i < G_N_ELEMENTS(passed_over); i++)
		put(fixture, passed_over[i], "x");
	assert_ready(fixture, clock_now() + SETTLE_S + 1, "a.xml|b.xml|part");
}

static void assert_folders(const Fixture *fixture, const char *expected)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *paths = folder_folders(fixture->folder, &error);
	g_assert_no_error(error);
	g_autofree char *found = listed(paths, fixture->folder);

	g_assert_cmpstr(found, ==, expected);
}

static void test_folders(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const folders[] = { "nl", "es", "done", "failed", ".hidden", "es/deeper", "es/done" };

	assert_folders(fixture, "");
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
		make_folder(fixture, folders[i]);
	put(fixture, "file.xml", "x");
	g_autofree char *link = in(fixture, "link");
	g_assert_cmpint(symlink("nl", link), ==, 0);
	assert_folders(fixture, "es|nl");
	GError *error = NULL;
	g_autofree char *missing = in(fixture, "missing");
	g_assert_null(folder_folders(missing, &error));
	assert_error(error, ERROR_NOT_FOUND, "cannot list the folder");
}

/* Written to a moment ago it waits, whatever its modification time says; a clock that was set back hides nothing. */
static void test_settling(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	const struct timeval old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	const struct timeval future[2] = { { 4000000000, 0 }, { 4000000000, 0 } };

	put(fixture, "copied-with-its-time.xml", "x");
	put(fixture, "from-the-future.xml", "x");
	g_autofree char *copied = in(fixture, "copied-with-its-time.xml");
	g_autofree char *strange = in(fixture, "from-the-future.xml");
	g_assert_cmpint(utimes(copied, old), ==, 0);
	g_assert_cmpint(utimes(strange, future), ==, 0);
	const gint64 now = clock_now();
	assert_ready(fixture, now, "");
	assert_ready(fixture, now + SETTLE_S - 2, "");
	assert_ready(fixture, now + SETTLE_S + 1, "copied-with-its-time.xml|from-the-future.xml");
	assert_ready(fixture, now - 100000, "copied-with-its-time.xml|from-the-future.xml");
}

static void test_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const names[] = { "a\nb.xml", "bad\xFF\xFE.xml", "blank at end ", "-rf", "quote\"'$(x).xml", "\xC3\xA9t\xC3\xA9.xml" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		put(fixture, names[i], names[i]);
	GPtrArray *paths = folder_ready(fixture->folder, clock_now() + 60, SETTLE_S, NULL);
	g_assert_cmpuint(paths->len, ==, G_N_ELEMENTS(names));
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autoptr(GBytes) bytes = folder_read(path, FALSE, NULL);
		g_assert_nonnull(bytes);
		g_assert_true(i % 2 == 0 ? folder_file_done(path, NULL) : folder_file_failed(path, "why", NULL));
	}
	g_ptr_array_unref(paths);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *done = g_build_filename("done", names[i], NULL);
		g_autofree char *failed = g_build_filename("failed", names[i], NULL);
		g_autofree char *in_done = text_of(fixture, done);
		g_autofree char *in_failed = text_of(fixture, failed);
		g_assert_true((strcmp(in_done, names[i]) == 0) != (strcmp(in_failed, names[i]) == 0));
	}
}

static void test_missing(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *missing = in(fixture, "no\nsuch\xFF");
	GError *error = NULL;

	g_assert_null(folder_ready(missing, 0, 0, &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot list the folder");
	g_assert_null(folder_files(missing, &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot find it");
	g_assert_null(folder_read(missing, TRUE, &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot find it");
	g_assert_null(folder_read(missing, FALSE, &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot find it");
	g_assert_false(folder_file_done(missing, &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot move it aside");
	g_assert_false(folder_file_failed(missing, "why", &error));
	assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "cannot move it aside");
	/* Nothing of the attempt stays behind. */
	g_autofree char *failed = in(fixture, "failed");
	g_autofree char *left = listed(folder_ready(failed, clock_now() + 60, 0, NULL), failed);
	g_assert_cmpstr(left, ==, "");
}

/* Links, pipes and devices show up, are refused without being opened, and can be put aside themselves. */
static void test_special_files(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	static const struct {
		const char *name, *what;
	} cases[] = { { "link", "a symbolic link" }, { "nowhere", "a symbolic link" }, { "pipe", "a pipe or socket" } };
	g_autofree char *secret = g_build_filename(fixture->root, "secret", NULL);
	g_autofree char *link_path = in(fixture, "link");
	g_autofree char *nowhere = in(fixture, "nowhere");
	g_autofree char *pipe_path = in(fixture, "pipe");

	g_assert_true(g_file_set_contents(secret, "secret", -1, NULL));
	g_assert_cmpint(symlink(secret, link_path), ==, 0);
	g_assert_cmpint(symlink("/nonexistent/x", nowhere), ==, 0);
	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	assert_ready(fixture, clock_now() + 60, "link|nowhere|pipe");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = in(fixture, cases[i].name);
		GError *error = NULL;
		g_assert_null(folder_read(path, FALSE, &error));
		g_autofree char *reason = g_strdup(error->message);
		assert_error(error, ERROR_INVALID, cases[i].what);
		g_assert_true(folder_file_failed(path, reason, NULL));
	}
	assert_ready(fixture, clock_now() + 60, "");
	g_autofree char *moved = in(fixture, "failed/link");
	g_assert_true(g_file_test(moved, G_FILE_TEST_IS_SYMLINK));
	g_assert_true(g_file_test(secret, G_FILE_TEST_IS_REGULAR));
}

static void test_device(Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
	GError *error = NULL;

	g_assert_null(folder_read("/dev/zero", FALSE, &error));
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "a device");
	g_assert_null(folder_read("/dev/zero", TRUE, &error)); /* endless */
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "the most that is read");
	g_assert_null(folder_read("/", FALSE, &error));
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "no regular file");
	g_assert_null(folder_read("/", TRUE, &error));
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "cannot read it");
}

static void test_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *path = in(fixture, "a");
	g_autofree char *link_path = in(fixture, "link");

	put(fixture, "a", "text");
	g_assert_cmpint(symlink(path, link_path), ==, 0);
	g_autoptr(GBytes) bytes = folder_read(path, FALSE, NULL);
	g_autoptr(GBytes) through_link = folder_read(link_path, TRUE, NULL);
	g_assert_true(g_bytes_equal(bytes, through_link));
	g_assert_cmpuint(g_bytes_get_size(bytes), ==, 4);
	put(fixture, "a", "");
	g_autoptr(GBytes) empty = folder_read(path, FALSE, NULL);
	g_assert_cmpuint(g_bytes_get_size(empty), ==, 0);
}

static void test_size(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *path = in(fixture, "big");
	GError *error = NULL;

	put(fixture, "big", "x");
	g_assert_cmpint(truncate(path, INTAKE_MAX_BYTES), ==, 0);
	g_autoptr(GBytes) bytes = folder_read(path, FALSE, NULL);
	g_assert_cmpuint(g_bytes_get_size(bytes), ==, INTAKE_MAX_BYTES);
	g_assert_cmpint(truncate(path, INTAKE_MAX_BYTES + 1), ==, 0);
	g_assert_null(folder_read(path, FALSE, &error));
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "more than 10485760 bytes");
	g_assert_null(folder_read(path, TRUE, &error));
	assert_error(g_steal_pointer(&error), ERROR_INVALID, "more than 10485760 bytes");
}

static void test_forbidden(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *path = in(fixture, "a");
	GError *error = NULL;

	if (geteuid() == 0) {
		g_test_skip("root may read everything");
		return;
	}
	put(fixture, "a", "x");
	g_assert_cmpint(chmod(path, 0), ==, 0);
	g_assert_null(folder_read(path, FALSE, &error));
	assert_error(g_steal_pointer(&error), ERROR_FORBIDDEN, "cannot open it");
}

static void test_free_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *path = in(fixture, "a.xml");

	for (guint i = 1; i <= 3; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);
		put(fixture, "a.xml", text);
		g_assert_true(folder_file_done(path, NULL));
		put(fixture, "a.xml", text);
		g_assert_true(folder_file_failed(path, text, NULL));
	}
	assert_text(fixture, "done/a.xml", "1");
	assert_text(fixture, "done/a.xml.2", "2");
	assert_text(fixture, "done/a.xml.3", "3");
	assert_text(fixture, "done/a.xml.reason.txt", "absent");
	assert_text(fixture, "failed/a.xml", "1");
	assert_text(fixture, "failed/a.xml.reason.txt", "1\n");
	assert_text(fixture, "failed/a.xml.3", "3");
	assert_text(fixture, "failed/a.xml.3.reason.txt", "3\n");
	assert_text(fixture, "a.xml", "absent");
}

/* A reason without its file, as a crash leaves it, or a file that is called like one, is never overwritten. */
static void test_reason_in_the_way(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *path = in(fixture, "a.xml");

	make_folder(fixture, "failed");
	put(fixture, "failed/a.xml.reason.txt", "somebody's");
	put(fixture, "a.xml", "x");
	g_assert_true(folder_file_failed(path, "why", NULL));
	assert_text(fixture, "failed/a.xml.reason.txt", "somebody's");
	assert_text(fixture, "failed/a.xml.2", "x");
	assert_text(fixture, "failed/a.xml.2.reason.txt", "why\n");
}

static void test_long_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *most = g_strnfill(255, 'a');
	GString *letters = g_string_new("x");

	while (letters->len < 255)
		g_string_append(letters, "é");
	g_autofree char *wide = g_string_free(letters, FALSE);
	const char *const names[] = { most, wide };
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = in(fixture, names[i]);
		for (guint k = 0; k < 2; k++) {
			put(fixture, names[i], "x");
			g_assert_true(folder_file_failed(path, "why", NULL));
		}
	}
	g_autofree char *failed = in(fixture, "failed");
	GPtrArray *left = folder_ready(failed, clock_now() + 60, 0, NULL);
	g_assert_cmpuint(left->len, ==, 8);
	for (guint i = 0; i < left->len; i++)
		g_assert_true(g_utf8_validate(g_ptr_array_index(left, i), -1, NULL));
	g_ptr_array_unref(left);
}

/* done/ as a link would let whoever may write here make us write elsewhere. */
static void test_planted_link(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *elsewhere = g_build_filename(fixture->root, "elsewhere", NULL);
	g_autofree char *done = in(fixture, "done");
	g_autofree char *path = in(fixture, "a.xml");
	GError *error = NULL;

	g_assert_cmpint(g_mkdir(elsewhere, 0700), ==, 0);
	g_assert_cmpint(symlink(elsewhere, done), ==, 0);
	put(fixture, "a.xml", "x");
	g_assert_false(folder_file_done(path, &error));
	g_assert_nonnull(strstr(error->message, "cannot enter the folder to put it in"));
	g_error_free(error);
	assert_text(fixture, "a.xml", "x");
}

static void test_files(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const files[] = { "b.xml", "a/z.xml", "a/b/c.xml", "done/d.xml", "a/failed/e.xml", ".hidden/f.xml", ".g.xml",
		                             "h.part", "i.xml.reason.txt" };
	static const char *const folders[] = { "a/b", "done", "a/failed", ".hidden", "empty" };
	g_autofree char *loop = in(fixture, "a/loop");
	g_autofree char *link_path = in(fixture, "c-link.xml");
	g_autofree char *target = in(fixture, "b.xml");
	g_autofree char *pipe_path = in(fixture, "pipe");
	g_autofree char *done = in(fixture, "done");

	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
		make_folder(fixture, folders[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		put(fixture, files[i], "x");
	g_assert_cmpint(symlink("..", loop), ==, 0);
	g_assert_cmpint(symlink(target, link_path), ==, 0);
	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	g_autofree char *all = listed(folder_files(fixture->folder, NULL), fixture->folder);
	g_assert_cmpstr(all, ==, "a/b/c.xml|a/z.xml|b.xml|c-link.xml|h.part");
	g_autofree char *itself = listed(folder_files(target, NULL), fixture->folder);
	g_assert_cmpstr(itself, ==, "b.xml");
	g_autofree char *asked_for = listed(folder_files(done, NULL), done);
	g_assert_cmpstr(asked_for, ==, "d.xml");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/folder/ready", test_ready },
		{ "/folder/folders", test_folders },
		{ "/folder/settling", test_settling },
		{ "/folder/names", test_names },
		{ "/folder/missing", test_missing },
		{ "/folder/special-files", test_special_files },
		{ "/folder/device", test_device },
		{ "/folder/read", test_read },
		{ "/folder/size", test_size },
		{ "/folder/forbidden", test_forbidden },
		{ "/folder/free-names", test_free_names },
		{ "/folder/reason-in-the-way", test_reason_in_the_way },
		{ "/folder/long-names", test_long_names },
		{ "/folder/planted-link", test_planted_link },
		{ "/folder/files", test_files },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
