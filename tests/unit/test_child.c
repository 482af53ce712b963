#include "base/child.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* What a program of its own would be: a shell with a script. */
static char *run_script(const char *script, gint64 timeout_s, gsize max, gsize *length, GError **error)
{
	const char *const argv[] = {"/bin/sh", "-c", script, "sh", "a b", "$HOME", NULL};
	return child_run(argv, timeout_s, max, length, error);
}

static void test_prints(void)
{
	static const struct {
		const char *script, *wanted;
	} cases[] = {
		{"echo token", "token\n"},
		{"exit 0", ""},
		{"printf '%s|%s' \"$1\" \"$2\"", "a b|$HOME"},
		{"cat; echo nothing came in", "nothing came in\n"},
		{"echo noise >&2; echo token", "token\n"},
		{"exec 2>&-; echo token", "token\n"},
		{"yes | head -c 300000 >&2; echo token", "token\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *printed = run_script(cases[i].script, 60, 1000, NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(printed, ==, cases[i].wanted);
	}
}

static void test_bytes(void)
{
	gsize length = 0;
	g_autofree char *printed = run_script("printf 'a\\000b'", 60, 3, &length, NULL);
	g_assert_cmpuint(length, ==, 3);
	g_assert_true(memcmp(printed, "a\0b", 4) == 0);
}

static void test_fails(void)
{
	static const struct {
		const char *script, *wanted;
	} cases[] = {
		{"echo why >&2; exit 3", "/bin/sh: exit code 3: why"},
		{"exit 1", "/bin/sh: exit code 1"},
		{"kill -9 $$", "/bin/sh: killed by signal 9"},
		{"yes", "/bin/sh: printed more than 1000 bytes"},
		{"echo ya29.secret; echo refreshing ya29.secret failed >&2; exit 1", "/bin/sh: exit code 1: refreshing *** failed"},
		{"printf 'a\\033[31m\\nb' >&2; exit 1", "/bin/sh: exit code 1: a[31m b"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(run_script(cases[i].script, 60, 1000, NULL, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
		g_assert_cmpstr(error->message, ==, cases[i].wanted);
	}
}

static void test_long_complaint(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(run_script("yes | head -c 300000 >&2; exit 1", 60, 1000, NULL, &error));
	g_assert_cmpuint(strlen(error->message), <, 500);
}

static void test_no_program(void)
{
	static const char *const argv[] = {"/nonexistent/program", NULL};
	g_autoptr(GError) error = NULL;
	g_assert_null(child_run(argv, 60, 1000, NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_true(g_str_has_prefix(error->message, "/nonexistent/program: "));
}

static void test_input(void)
{
	static const char *const argv[] = {"/bin/sh", "-c", "cat /dev/stdin /dev/stdin; echo why >&2", NULL};
	g_autofree char *many = g_strnfill(300000, 'x'), *said = NULL;
	g_autoptr(GBytes) input = g_bytes_new_static(many, 300000);
	const ChildTerms terms = {.timeout_s = 60, .output_max = 1000000, .input = input};
	g_autoptr(GError) error = NULL;
	gsize length = 0;
	g_autofree char *printed = child_run_within(argv, &terms, &length, &said, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(length, ==, 600000);
	g_assert_true(memcmp(printed, many, 300000) == 0);
	g_assert_cmpstr(said, ==, "why");
}

static void test_limits(void)
{
	static const struct {
		const char *script;
		ChildTerms terms;
		const char *wanted;
	} cases[] = {
		{"while :; do :; done", {.timeout_s = 600, .output_max = 1000, .cpu_max_s = 1}, "/bin/sh: used more than 1 s of processor time"},
		{"exec tail /dev/zero", {.timeout_s = 600, .output_max = 1000, .memory_max = 50000000}, "/bin/sh: exit code 1: tail: memory exhausted"},
		{"echo a >written", {.timeout_s = 600, .output_max = 1000, .no_files = TRUE}, "/bin/sh: killed by signal 25"},
		{"yes", {.timeout_s = 600, .output_max = 1000}, "/bin/sh: printed more than 1000 bytes"},
	};
	g_autofree char *folder = g_dir_make_tmp("child-XXXXXX", NULL), *file = g_build_filename(folder, "written", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *script = g_strdup_printf("cd %s; %s", folder, cases[i].script);
		const char *const argv[] = {"/bin/sh", "-c", script, NULL};
		g_assert_null(child_run_within(argv, &cases[i].terms, NULL, NULL, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_true(g_str_has_prefix(error->message, cases[i].wanted));
	}
	g_unlink(file);
	g_rmdir(folder);
}

/* It, and what it started, whether they hold on to the pipe or not. */
static void test_too_long(void)
{
	static const char *const scripts[] = {
		"echo $$; exec sleep 600",
		"sleep 600 & echo $$; wait",
		"exec >&- 2>&-; sleep 600",
		"trap '' TERM INT; sleep 600",
		"sleep 600 &",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(run_script(scripts[i], 1, 1000, NULL, &error));
		g_assert_cmpstr(error->message, ==, "/bin/sh: not done after 1 s");
	}
}

static void test_group_is_killed(void)
{
	g_autofree char *folder = g_dir_make_tmp("child-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "pid", NULL);
	g_autofree char *script = g_strdup_printf("sleep 600 & echo $! >%s; wait", file);
	g_autofree char *text = NULL;
	g_assert_null(run_script(script, 2, 1000, NULL, NULL));
	if (g_file_get_contents(file, &text, NULL, NULL)) { /* else it was killed before it had got so far */
		const GPid pid = (GPid)g_ascii_strtoll(text, NULL, 10);
		g_autofree char *status = g_strdup_printf("/proc/%d/stat", pid);
		g_autofree char *stat = NULL;
		for (int tries = 0; tries < 1000 && kill(pid, 0) == 0; tries++) {
			g_clear_pointer(&stat, g_free);
			if (!g_file_get_contents(status, &stat, NULL, NULL) || strstr(stat, ") Z ") != NULL)
				break; /* dead, and nobody has reaped it */
			g_assert_cmpint(tries, <, 999);
			g_usleep(10000);
		}
	}
	g_unlink(file);
	g_rmdir(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/child/prints", test_prints);
	g_test_add_func("/child/bytes", test_bytes);
	g_test_add_func("/child/fails", test_fails);
	g_test_add_func("/child/long_complaint", test_long_complaint);
	g_test_add_func("/child/no_program", test_no_program);
	g_test_add_func("/child/input", test_input);
	g_test_add_func("/child/limits", test_limits);
	g_test_add_func("/child/too_long", test_too_long);
	g_test_add_func("/child/group_is_killed", test_group_is_killed);
	return g_test_run();
}
