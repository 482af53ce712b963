/* Importing a folder with the real program, beside what libxml2 takes to build its tree of the same files and SQLite to take one row of
 * each. Goal (PEERS.md, "Documents"): at least half as fast. Medians of interleaved rounds in one run, by processor time, since others
 * may use the machine, and by the clock. Prints; never fails on a time.
 *
 *   bench_import [FILES]      default 10000, a third of each size
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "sample.h"

#define ROUNDS 3
#define BATCH 200 /* files a transaction, as the program has it */

static const guint sizes[] = {1, 6, 22}; /* lines */

typedef struct {
	const char *program;
	char *files;  /* the folder of one size */
	char *work;   /* where stores are made */
	guint count;
	gboolean keeps_document;
} Import;

static void write_files(const Import *import, guint lines)
{
	g_mkdir(import->files, 0700);
	for (guint i = 0; i < import->count; i++) {
		g_autofree char *path = g_strdup_printf("%s/%06u.xml", import->files, i);
		g_autofree char *text = sample_invoice(i, lines, 0);
		if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
			g_error("cannot write %s", path);
	}
}

static void check(sqlite3 *db, int code, int wanted)
{
	if (code != wanted)
		g_error("SQLite: %s", sqlite3_errmsg(db));
}

static void run(sqlite3 *db, const char *sql)
{
	check(db, sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Something of each document, so that the tree is looked at. */
static void bind_number(sqlite3_stmt *insert, xmlDocPtr tree)
{
	xmlNodePtr node = xmlDocGetRootElement(tree)->children;
	while (node != NULL && xmlStrcmp(node->name, (const xmlChar *)"ID") != 0)
		node = node->next;
	xmlChar *number = xmlNodeGetContent(node);
	sqlite3_bind_text(insert, 2, (const char *)number, -1, SQLITE_TRANSIENT);
	xmlFree(number);
}

static void take_plainly(const Import *import, sqlite3 *db, sqlite3_stmt *insert, guint index)
{
	g_autofree char *path = g_strdup_printf("%s/%06u.xml", import->files, index);
	g_autofree char *bytes = NULL;
	gsize length;
	if (!g_file_get_contents(path, &bytes, &length, NULL))
		g_error("cannot read %s", path);
	xmlDocPtr tree = xmlReadMemory(bytes, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	sqlite3_bind_text(insert, 1, path, -1, SQLITE_STATIC);
	bind_number(insert, tree);
	if (import->keeps_document)
		sqlite3_bind_blob(insert, 3, bytes, (int)length, SQLITE_STATIC);
	check(db, sqlite3_step(insert), SQLITE_DONE);
	sqlite3_reset(insert);
	xmlFreeDoc(tree);
}

static void import_plainly(gpointer data)
{
	const Import *import = data;
	g_autofree char *path = g_build_filename(import->work, "plain.db", NULL);
	sqlite3 *db;
	sqlite3_stmt *insert;
	check(NULL, sqlite3_open(path, &db), SQLITE_OK);
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE invoice (path TEXT, number TEXT, document BLOB)");
	check(db, sqlite3_prepare_v2(db, "INSERT INTO invoice VALUES (?, ?, ?)", -1, &insert, NULL), SQLITE_OK);
	for (guint i = 0; i < import->count; i++) {
		if (i % BATCH == 0)
			run(db, "BEGIN IMMEDIATE");
		take_plainly(import, db, insert, i);
		if (i % BATCH == BATCH - 1 || i == import->count - 1)
			run(db, "COMMIT");
	}
	sqlite3_finalize(insert);
	sqlite3_close(db);
	g_remove(path);
}

static Cost run_program(const Import *import, const char *command, const char *option, const char *argument)
{
	g_autofree char *config = g_build_filename(import->work, "akkoord.conf", NULL);
	const char *const words[] = {import->program, "-c", config, command, option, argument, NULL};
	return measure_program(words, NULL, EXIT_SUCCESS);
}

typedef enum { PLAIN, PLAIN_WITH_DOCUMENT, FIRST, AGAIN, WAYS } Way;

/* One round of each way, with a store that did not exist before. */
static void measure_round(Import *import, Cost costs[WAYS])
{
	char *folder = import->work = measure_folder_new();
	import->keeps_document = FALSE;
	costs[PLAIN] = measure_work(import_plainly, import);
	import->keeps_document = TRUE;
	costs[PLAIN_WITH_DOCUMENT] = measure_work(import_plainly, import);
	run_program(import, "init", "--state", folder);
	costs[FIRST] = run_program(import, "import", import->files, NULL);
	costs[AGAIN] = run_program(import, "import", import->files, NULL);
	measure_folder_free(folder);
}

static void add(Cost *sum, Cost cost)
{
	sum->wall_s += cost.wall_s;
	sum->cpu_s += cost.cpu_s;
	sum->peak_mib = MAX(sum->peak_mib, cost.peak_mib);
}

static void print_costs(const char *what, guint count, const Cost costs[WAYS])
{
	printf("%-9s", what);
	for (Way way = PLAIN; way < WAYS; way++)
		printf("  %6.0f %6.0f", count / costs[way].cpu_s, count / costs[way].wall_s);
	printf("  %6.2f %5.2f  %6.2f  %5.1f\n", costs[PLAIN].cpu_s / costs[FIRST].cpu_s, costs[PLAIN].wall_s / costs[FIRST].wall_s,
	       costs[PLAIN_WITH_DOCUMENT].cpu_s / costs[FIRST].cpu_s, costs[FIRST].peak_mib);
}

static void measure_size(Import *import, guint lines, Cost sums[WAYS])
{
	Cost costs[WAYS][ROUNDS], medians[WAYS];
	write_files(import, lines);
	for (guint i = 0; i < ROUNDS; i++) {
		Cost round[WAYS];
		measure_round(import, round);
		for (Way way = PLAIN; way < WAYS; way++)
			costs[way][i] = round[way];
	}
	for (Way way = PLAIN; way < WAYS; way++) {
		medians[way] = measure_median_cost(costs[way], ROUNDS);
		add(&sums[way], medians[way]);
	}
	g_autofree char *what = g_strdup_printf("%u line%s", lines, lines == 1 ? "" : "s");
	print_costs(what, import->count, medians);
}

int main(int argc, char **argv)
{
	const char *program = g_getenv("AKKOORD_PROGRAM");
	guint files = argc > 1 ? (guint)g_ascii_strtoull(argv[1], NULL, 10) : 10000;
	Import import = {.program = program != NULL ? program : "./akkoord", .count = MAX(files / G_N_ELEMENTS(sizes), 1)};
	Cost sums[WAYS] = {0};
	char *folder = measure_folder_new();
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("\nImport of %u files: files a second, by processor time and by the clock (goal: at least 0.50 of libxml2 and a row)\n",
	       import.count * (guint)G_N_ELEMENTS(sizes));
	printf("%-9s  %13s  %13s  %13s  %13s  %12s  %6s  %5s\n", "", "libxml2 + row", "+ document", "akkoord", "again", "of + row", "of +d.", "MiB");
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		import.files = g_strdup_printf("%s/%u", folder, sizes[i]);
		measure_size(&import, sizes[i], sums);
		g_free(import.files);
	}
	print_costs("all", import.count * (guint)G_N_ELEMENTS(sizes), sums);
	measure_folder_free(folder);
	return EXIT_SUCCESS;
}
