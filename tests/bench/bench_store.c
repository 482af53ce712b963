/* What the store costs: events appended, invoices and messages taken in, the record verified and replayed. Rates are by the clock and,
 * since others may use the machine, by processor time. Prints; never fails on a time.
 *
 *   bench_store [events|invoices|messages|record]      default all */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "crowd.h"
#include "measure.h"

#define NOW G_GINT64_CONSTANT(1796000000)

typedef struct {
	char *folder;
	char *uri;
	Store *store;
} Bench;

static void bench_open(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	bench->folder = measure_folder_new();
	bench->uri = g_strdup_printf("sqlite:%s/akkoord.db", bench->folder);
	bench->store = store_open(bench->uri, TRUE, NOW, &error);
	measure_check(bench->store != NULL, &error);
}

static void bench_close(Bench *bench)
{
	store_close(bench->store);
	measure_folder_free(bench->folder);
	g_free(bench->uri);
}

static void begin(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	measure_check(store_begin(bench->store, &error), &error);
}

static void commit(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	measure_check(store_commit(bench->store, &error), &error);
}

static void append(Bench *bench, Event *event)
{
	g_autoptr(GError) error = NULL;
	measure_check(store_append(bench->store, event, NULL, &error), &error);
}

typedef struct {
	gint64 clock_us;
	gint64 processor_us;
} Time;

static Time time_now(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (Time){
		.clock_us = clock_monotonic_us(),
		.processor_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
	};
}

static void print_rate(const char *what, gint64 count, Time since)
{
	Time now = time_now();
	printf("%-40s %9.0f/s by the clock, %9.0f/s by processor\n", what, (double)count / ((double)(now.clock_us - since.clock_us) / 1e6),
	       (double)count / ((double)(now.processor_us - since.processor_us) / 1e6));
}

static void record_person(Bench *bench)
{
	begin(bench);
	crowd_add_person(bench->store, NOW);
	commit(bench);
}

/* --- events --- */

static void measure_events(guint batch, guint count)
{
	Bench bench;
	bench_open(&bench);
	Time start = time_now();
	for (guint i = 0; i < count; i += batch) {
		begin(&bench);
		for (guint j = 0; j < batch; j++) {
			Event *event = event_new("approver.resolved", NOW, NULL, "i1");
			js_object_set_integer(event->data, "stage", 1);
			js_object_set_integer(event->data, "found", (gint64)j);
			js_object_set_string(event_private(event), "steps", "lookup(budget_holder) found one");
			append(&bench, event);
		}
		commit(&bench);
	}
	g_autofree char *what = g_strdup_printf("events, %u a transaction", batch);
	print_rate(what, count, start);
	bench_close(&bench);
}

/* --- invoices with their documents --- */

static void measure_invoices(guint count, gsize size)
{
	Bench bench;
	bench_open(&bench);
	g_autofree char *document = g_strnfill(size, 'x');
	Time start = time_now();
	for (guint i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		if (i % 200 == 0)
			begin(&bench);
		char number[8], sha256[SHA256_HEX_SIZE];
		g_snprintf(number, sizeof number, "%07u", i % 10000000);
		memcpy(document, number, 7);
		measure_check(store_put_blob(bench.store, document, size, sha256, &error), &error);
		g_autofree char *id = secret_random_id(10);
		crowd_add_invoice(bench.store, id, i, sha256, NOW);
		if (i % 200 == 199)
			commit(&bench);
	}
	g_autofree char *what = g_strdup_printf("invoices with %zu kB, 200 a transaction", size / 1000);
	print_rate(what, count, start);
	bench_close(&bench);
}

/* --- messages --- */

static void append_message(Bench *bench, const char *id, GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	Event *event = event_new("message.queued", NOW, NULL, NULL);
	js_object_set_string(event->data, "message", id);
	js_object_set_string(event->data, "kind", "mail");
	js_object_set_string(event->data, "person", "p1");
	js_object_set_line(event_private(event), "to", "anna.jansen@example.nl");
	js_object_set_line(event_private(event), "subject", "Please approve");
	measure_check(store_append_message(bench->store, event, bytes, NULL, &error), &error);
}

static void append_outcome(Bench *bench, const char *type, const char *id)
{
	Event *event = event_new(type, NOW, NULL, NULL);
	js_object_set_string(event->data, "message", id);
	js_object_set_integer(event->data, "attempt", 1);
	append(bench, event);
}

static void measure_messages(guint count, gsize size)
{
	Bench bench;
	bench_open(&bench);
	record_person(&bench);
	g_autofree char *text = g_strnfill(size, 'x');
	Time start = time_now();
	for (guint i = 0; i < count; i++) {
		if (i % 100 == 0)
			begin(&bench);
		g_autofree char *id = secret_random_id(10);
		memcpy(text, id, 10);
		g_autoptr(GBytes) bytes = g_bytes_new_static(text, size);
		append_message(&bench, id, bytes);
		append_outcome(&bench, "message.sending", id);
		append_outcome(&bench, "message.accepted", id);
		if (i % 100 == 99)
			commit(&bench);
	}
	g_autofree char *what = g_strdup_printf("messages of %zu kB, queued to accepted", size / 1000);
	print_rate(what, count, start);
	bench_close(&bench);
}

/* --- the record --- */

static void measure_record(Bench *bench, const char *what, gboolean (*judge)(Store *, gint64 *, GError **))
{
	g_autoptr(GError) error = NULL;
	gint64 events;
	Time start = time_now();
	measure_check(judge(bench->store, &events, &error), &error);
	print_rate(what, events, start);
}

static void measure_records(guint approvals)
{
	Bench bench;
	bench_open(&bench);
	record_person(&bench);
	Time start = time_now();
	crowd_open(bench.store, 0, approvals, NOW);
	print_rate("approvals opened, with their invoices", approvals, start);
	measure_record(&bench, "events verified", store_verify);
	measure_record(&bench, "events replayed", store_replay);
	bench_close(&bench);
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	if (!secret_init())
		return EXIT_FAILURE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("\nThe store alone\n");
	if (only == NULL || strcmp(only, "events") == 0) {
		measure_events(1, 500);
		measure_events(100, 20000);
		measure_events(1000, 50000);
	}
	if (only == NULL || strcmp(only, "invoices") == 0)
		measure_invoices(10000, 10000);
	if (only == NULL || strcmp(only, "messages") == 0)
		measure_messages(20000, 20000);
	if (only == NULL || strcmp(only, "record") == 0)
		measure_records(100000);
	return EXIT_SUCCESS;
}
