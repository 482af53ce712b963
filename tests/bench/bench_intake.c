/* Reading invoices beside what libxml2 takes to build its tree of them: files a second and the ratio of the two, by median of
 * interleaved rounds in one run. Goal (PEERS.md, "Documents"): with checking and storing at least half of libxml2's rate, so that reading
 * alone has to stay well above it. Prints; never fails on a time. */
#include <glib.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "intake/read.h"
#include "sample.h"

#define ROUNDS 7
#define ROUND_US 60000 /* each measure of each round takes about so long */

typedef struct {
	GPtrArray *files; /* of GBytes */
	guint64 bytes;
} Set;

static Set *set_new(void)
{
	Set *set = g_new0(Set, 1);

	set->files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return set;
}

static void set_free(Set *set)
{
	g_ptr_array_unref(set->files);
	g_free(set);
}

static void set_add(Set *set, char *text, gsize length)
{
	set->bytes += length;
	g_ptr_array_add(set->files, g_bytes_new_take(text, length));
}

static Set *make_set(guint files, guint lines, gsize attachment)
{
	Set *set = set_new();

	for (guint i = 0; i < files; i++) {
		char *text = sample_invoice(i, lines, attachment);
		set_add(set, text, strlen(text));
	}
	return set;
}

/* The invoices of the corpus that are read. */
static void collect_corpus(Set *set, const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		char *bytes = NULL;
		gsize length;
		if (g_file_test(inner, G_FILE_TEST_IS_DIR)) {
			collect_corpus(set, inner);
			continue;
		}
		if (!g_file_get_contents(inner, &bytes, &length, NULL))
			continue;
		g_autoptr(InvoiceFacts) facts = intake_read(bytes, length, NULL, NULL);
		if (facts != NULL)
			set_add(set, bytes, length);
		else
			g_free(bytes);
	}
}

static void read_tree(const void *bytes, gsize length)
{
	xmlDocPtr tree = xmlReadMemory(bytes, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	xmlFreeDoc(tree);
}

static void read_facts(const void *bytes, gsize length)
{
	g_autoptr(InvoiceFacts) facts = intake_read(bytes, length, NULL, NULL);
	g_autofree char *identity = facts != NULL ? invoice_identity(facts) : NULL;

	g_assert_nonnull(identity);
}

/* Files a second, over about ROUND_US. */
static double rate(const Set *set, void (*reader)(const void *bytes, gsize length))
{
	const gint64 start = clock_monotonic_us();
	guint done = 0;
	gint64 taken;

	do {
		gsize length;
		const void *bytes = g_bytes_get_data(g_ptr_array_index(set->files, done % set->files->len), &length);
		reader(bytes, length);
		done++;
		taken = clock_monotonic_us() - start;
	} while (taken < ROUND_US || done < set->files->len);
	return done * 1e6 / (double)taken;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof *values, compare_doubles);
	return values[ROUNDS / 2];
}

static void measure(const char *what, Set *set)
{
	double trees[ROUNDS], facts[ROUNDS], ratios[ROUNDS];

	for (guint i = 0; set->files->len > 0 && i < ROUNDS; i++) {
		trees[i] = rate(set, read_tree);
		facts[i] = rate(set, read_facts);
		ratios[i] = facts[i] / trees[i];
	}
	if (set->files->len > 0)
		printf("%-28s %8.1f kB  %9.0f  %9.0f  %6.2f\n", what, (double)set->bytes / set->files->len / 1000, median(trees), median(facts),
		       median(ratios));
	set_free(set);
}

static long peak_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* In a process of its own, that never held more than the file. */
static int measure_memory_of(const char *path)
{
	char *text = NULL;
	gsize length;

	if (!g_file_get_contents(path, &text, &length, NULL))
		return 1;
	const long before = peak_kb();
	read_facts(text, length);
	printf("memory: reading a file of %.1f MB takes %.2f MB beside it\n", (double)length / 1e6, (double)(peak_kb() - before) / 1e3);
	g_free(text);
	return 0;
}

static void measure_memory(void)
{
	g_autofree char *text = sample_invoice(1, 9000, 0);
	g_autofree char *path = NULL;
	const int file = g_file_open_tmp("akkoord-bench-XXXXXX", &path, NULL);
	const char *arguments[] = { "/proc/self/exe", "--memory", path, NULL };

	g_assert_cmpint(file, >=, 0);
	close(file);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	fflush(stdout);
	g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, NULL, NULL);
	unlink(path);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--memory") == 0)
		return measure_memory_of(argv[2]);
	const char *source = g_getenv("AKKOORD_SRCDIR");
	const char *given = g_getenv("AKKOORD_CORPUS");
	g_autofree char *corpus = given != NULL ? g_strdup(given) : g_build_filename(source ? source : ".", "../shared/corpus", NULL);
	g_autofree char *ubl = g_build_filename(corpus, "ubl", NULL);
	Set *real = set_new();

	measure_memory();
	printf("%-28s %11s  %9s  %9s  %6s\n", "files/s, one core", "mean size", "libxml2", "akkoord", "ratio");
	measure("1 line", make_set(20, 1, 0));
	measure("6 lines", make_set(20, 6, 0));
	measure("22 lines", make_set(20, 22, 0));
	measure("6 lines, 300 kB attached", make_set(5, 6, 300000));
	collect_corpus(real, ubl);
	measure("corpus/ubl", real);
	return 0;
}
