/* What a pass costs that has nothing to do, beside a thousand, a hundred thousand and a million open approvals: the real `akkoord tick`, a pass
 * inside a process, and the question alone that it asks; and what memory it takes, as `list`, `report latency` and `policy check --open` do. Goals: within 2x from the
 * fewest to the most, and under 64 MiB. Prints; never fails on a time.
 *
 *   bench_open [APPROVALS…]      default 1000 100000 1000000, ascending multiples of 10
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "crowd.h"
#include "measure.h"
#include "pass/pass.h"

#define OPENED G_GINT64_CONSTANT(1796000000)
#define BEFORE (OPENED - 1000) /* when nothing is due */
#define BEFORE_TEXT "2026-11-29T23:36:40Z"
#define AFTER_TEXT "2026-12-01T12:00:00Z"

#define ROUNDS 5
#define REPEATS 200

typedef struct {
	const char *program;
	const char *folder;
	char *config;
	guint from, to; /* approvals to open */
} Bench;

/* What is measured in another process and read in this one. */
typedef struct {
	double pass_us;
	double question_us;
} Inside;

static void fill(gpointer data)
{
	const Bench *bench = data;
	g_autofree char *uri = g_strdup_printf("sqlite:%s/akkoord.db", bench->folder);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(uri, FALSE, BEFORE, &error);
	measure_check(store != NULL, &error);
	if (bench->from == 0) {
		measure_check(store_begin(store, &error), &error);
		crowd_add_person(store, OPENED);
		measure_check(store_commit(store, &error), &error);
	}
	crowd_open(store, bench->from, bench->to, OPENED);
}

static Cost run(const Bench *bench, const char *now, const char *command, const char *argument)
{
	const char *const words[] = {bench->program, "-c", bench->config, "--now", now, command, argument, NULL};
	return measure_program(words, NULL, EXIT_SUCCESS);
}

static Cost run_tick(const Bench *bench)
{
	Cost costs[ROUNDS];
	for (guint i = 0; i < ROUNDS; i++)
		costs[i] = run(bench, BEFORE_TEXT, "tick", NULL);
	return measure_median_cost(costs, ROUNDS);
}

/* The first screen of the list, as someone at a terminal asks for it. */
static Cost run_list(const Bench *bench)
{
	g_autofree char *line = g_strdup_printf("'%s' -c '%s' --now %s list | head >/dev/null", bench->program, bench->config, AFTER_TEXT);
	const char *const words[] = {"/bin/sh", "-c", line, NULL};
	return measure_program(words, NULL, EXIT_SUCCESS);
}

/* What a policy with other times would change for all of them. */
static Cost run_preview(const Bench *bench)
{
	g_autofree char *line = g_strdup_printf("cd '%s' && sed 's/start+1bd/start+2bd/; s/deadline-4bh/deadline-1bd/' policy.conf >coming.conf &&"
	                                        " '%s' -c '%s' --now %s policy check --open coming.conf >/dev/null",
	                                        bench->folder, bench->program, bench->config, AFTER_TEXT);
	const char *const words[] = {"/bin/sh", "-c", line, NULL};
	return measure_program(words, NULL, EXIT_SUCCESS);
}

static void do_pass(Session *session)
{
	g_autoptr(GError) error = NULL;
	const PassOrder order = {.parts = PASS_ALL, .now = BEFORE};
	PassCount count = {0};
	measure_check(pass_run(session, &order, &count, &error), &error);
	g_assert_cmpuint(count.looked_at + count.opened + count.sent.accepted, ==, 0);
}

static void ask_what_is_due(Session *session)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) due = store_wakeups_due(session_store(session), BEFORE, 100, &error);
	measure_check(due != NULL && due->len == 0, &error);
	gint64 at;
	measure_check(pass_next(session, &at, &error) && at == OPENED, &error);
}

/* Of processor time: waiting for the disk is as long as others let it be. */
static double median_us(Session *session, void (*work)(Session *session))
{
	double times[REPEATS];
	for (guint i = 0; i < REPEATS; i++) {
		double start = measure_processor_us();
		work(session);
		times[i] = measure_processor_us() - start;
	}
	return measure_median(times, REPEATS);
}

typedef struct {
	const Bench *bench;
	Inside *inside;
} InsideWork;

static void measure_inside(gpointer data)
{
	const InsideWork *work = data;
	const Invocation invocation = {.config_path = work->bench->config, .now_given = TRUE, .now = BEFORE};
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(&invocation, &error);
	measure_check(session != NULL, &error);
	work->inside->pass_us = median_us(session, do_pass);
	work->inside->question_us = median_us(session, ask_what_is_due);
}

typedef struct {
	Cost tick, pass, list, report, preview;
	Inside inside;
} Result;

static Result measure_size(Bench *bench, guint size, Inside *shared)
{
	InsideWork work = {bench, shared};
	bench->from = bench->to;
	bench->to = size;
	measure_work(fill, bench);
	Result result = {
		.tick = run_tick(bench),
		.pass = measure_work(measure_inside, &work),
		.list = run_list(bench),
		.report = run(bench, AFTER_TEXT, "report", "latency"),
		.preview = run_preview(bench),
	};
	result.inside = *shared;
	return result;
}

static void print_result(guint size, const Result *result)
{
	printf("%9u  %8.1f %6.1f  %9.0f %9.0f  %8.2f %6.1f  %8.2f %6.1f  %8.2f %6.1f\n", size, result->tick.cpu_s * 1e3, result->tick.peak_mib,
	       result->inside.pass_us, result->inside.question_us, result->list.cpu_s, result->list.peak_mib, result->report.cpu_s,
	       result->report.peak_mib, result->preview.cpu_s, result->preview.peak_mib);
}

static void print_ratios(const Result *first, const Result *last)
{
	printf("%9s  %8.2f %6s  %9.2f %9.2f   (goal: at most 2.00; memory under 64 MiB)\n", "ratio", last->tick.cpu_s / first->tick.cpu_s, "",
	       last->inside.pass_us / first->inside.pass_us, last->inside.question_us / first->inside.question_us);
}

static void measure_sizes(Bench *bench, const guint *sizes, guint count, Inside *shared)
{
	Result first = {0}, last = {0};
	printf("\nNothing due: processor time of `akkoord tick`, of a pass inside a process and of its question alone; peak memory\n");
	printf("%9s  %15s  %19s  %15s  %15s  %15s\n", "", "tick", "inside", "list | head", "report latency", "policy --open");
	printf("%9s  %8s %6s  %9s %9s  %8s %6s  %8s %6s  %8s %6s\n", "open", "ms", "MiB", "pass us", "asks us", "s", "MiB", "s", "MiB", "s", "MiB");
	for (guint i = 0; i < count; i++) {
		last = measure_size(bench, sizes[i], shared);
		first = i == 0 ? last : first;
		print_result(sizes[i], &last);
	}
	print_ratios(&first, &last);
}

int main(int argc, char **argv)
{
	guint sizes[8] = {1000, 100000, 1000000}, count = 3;
	if (argc > 1) {
		count = MIN((guint)argc - 1, G_N_ELEMENTS(sizes));
		for (guint i = 0; i < count; i++)
			sizes[i] = (guint)g_ascii_strtoull(argv[i + 1], NULL, 10);
	}
	Inside *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *program = g_getenv("AKKOORD_PROGRAM");
	char *folder = measure_folder_new();
	Bench bench = {.program = program != NULL ? program : "./akkoord", .folder = folder};
	bench.config = g_build_filename(folder, "akkoord.conf", NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (shared == MAP_FAILED || !secret_init())
		return EXIT_FAILURE;
	const char *const init[] = {bench.program, "-c", bench.config, "--now", BEFORE_TEXT, "init", "--state", folder, NULL};
	measure_program(init, NULL, EXIT_SUCCESS);
	measure_sizes(&bench, sizes, count, shared);
	measure_folder_free(folder);
	g_free(bench.config);
	return EXIT_SUCCESS;
}
