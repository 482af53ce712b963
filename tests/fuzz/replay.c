/* Stands in for libFuzzer in `make check`: feeds a fuzzer every seed, and of each seed some cut and damaged copies.
 *
 * The copies come from a generator started the same way in every run, so what fails once fails again. The seeds of fuzz_NAME are the
 * folder tests/fuzz/seeds/NAME and what tests/fuzz/seeds/NAME.more lists: paths from the source root, or "corpus/…" for the test
 * corpus. Prints TAP, one line a path. A fuzzer fails by crashing.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAMAGED_COPIES 24

/* An exact copy on the heap, so that the sanitizer sees a step beyond its end. */
static void feed(const char *bytes, gsize length)
{
	g_autofree uint8_t *copy = length > 0 ? g_memdup2(bytes, length) : g_malloc(1);
	LLVMFuzzerTestOneInput(copy, length);
}

static void feed_damaged(const char *bytes, gsize length, GRand *rand)
{
	static const char spice[] = "\0\n\r\t \"'&<>{}[](),;:=#/*%\\-+.0915\x7f\x80\xc3\xe2\xff";
	g_autofree char *copy = g_memdup2(bytes, length);
	gsize cut = (gsize)g_rand_int_range(rand, 0, (gint32)length + 1);
	guint wounds = (guint)g_rand_int_range(rand, 1, 9);
	for (guint i = 0; i < wounds && length > 0; i++)
		copy[g_rand_int_range(rand, 0, (gint32)length)] = spice[g_rand_int_range(rand, 0, (gint32)sizeof spice - 1)];
	feed(copy, g_rand_boolean(rand) ? cut : length);
}

static guint replay_file(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;
	g_autoptr(GError) error = NULL;
	if (!g_file_get_contents(path, &bytes, &length, &error))
		g_error("%s", error->message);
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)length);
	feed(bytes, length);
	for (guint i = 0; i < DAMAGED_COPIES; i++)
		feed_damaged(bytes, length, rand);
	return 1;
}

static guint replay(const char *path)
{
	if (!g_file_test(path, G_FILE_TEST_IS_DIR))
		return replay_file(path);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint count = 0;
	const char *name;
	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		count += replay(inner);
	}
	return count;
}

/* The path of a line of NAME.more; owned by the caller. */
static char *seeds_path(const char *root, const char *line)
{
	const char *corpus = g_getenv("AKKOORD_CORPUS");
	if (!g_str_has_prefix(line, "corpus/"))
		return g_build_filename(root, line, NULL);
	return corpus ? g_build_filename(corpus, line + strlen("corpus/"), NULL)
	              : g_build_filename(root, "../shared", line, NULL);
}

/* GPtrArray of char *: what to replay for fuzz_NAME. */
static GPtrArray *seeds_find(const char *name)
{
	const char *root = g_getenv("AKKOORD_SRCDIR") ? g_getenv("AKKOORD_SRCDIR") : ".";
	g_autofree char *folder = g_build_filename(root, "tests/fuzz/seeds", name, NULL);
	g_autofree char *list = g_strconcat(folder, ".more", NULL);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	if (g_file_test(folder, G_FILE_TEST_IS_DIR))
		g_ptr_array_add(paths, g_strdup(folder));
	g_autofree char *text = NULL;
	if (!g_file_get_contents(list, &text, NULL, NULL))
		return paths;
	g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
	for (guint i = 0; lines[i]; i++)
		g_ptr_array_add(paths, seeds_path(root, lines[i]));
	return paths;
}

static void report(guint number, const char *path)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		printf("ok %u - %s # SKIP not there\n", number, path);
		return;
	}
	guint count = replay(path);
	printf("%s %u - %u seeds of %s, each with %d damaged copies\n", count > 0 ? "ok" : "not ok", number, count, path, DAMAGED_COPIES);
}

int main(int argc, char **argv)
{
	(void)argc;
	g_autofree char *program = g_path_get_basename(argv[0]);
	g_autoptr(GPtrArray) paths = seeds_find(g_str_has_prefix(program, "fuzz_") ? program + strlen("fuzz_") : program);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%u\n", paths->len + 1);
	feed("", 0);
	printf("ok 1 - nothing at all\n");
	for (guint i = 0; i < paths->len; i++)
		report(i + 2, g_ptr_array_index(paths, i));
	return 0;
}
