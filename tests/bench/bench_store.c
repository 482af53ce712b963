/* What the store costs: events appended, invoices and messages taken in, the question what is due beside 1,000, 100,000 and 1,000,000
 * open approvals (goal: within 2x, and under 64 MiB), the record verified and replayed. Prints; never fails on a time.
 * Rates are by the clock and, since others may use the machine, by processor time. BENCH_APPROVALS makes the largest number smaller; an
 * argument (due, events, invoices, messages) measures that alone. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "audit/facts.h"
#include "base/clock.h"
#include "measure.h"
#include "store/sql.h"
#include "store/store.h"

#define NOW G_GINT64_CONSTANT(1796000000)
#define LATER (NOW + 1000) /* when everything is looked at again: nothing is due at NOW */
#define APPROVALS_OF_INVOICE 10
#define RECORDED_MAX 100000 /* approvals opened by events; what is above stands in the tables only */

typedef struct {
	char *folder;
	char *uri;
	Store *store;
} Bench;

static void check(gboolean done, GError *error)
{
	if (!done)
		g_error("%s", error != NULL ? error->message : "it failed");
}

static void bench_open(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	bench->folder = measure_folder_new();
	bench->uri = g_strdup_printf("sqlite:%s/akkoord.db", bench->folder);
	bench->store = store_open(bench->uri, TRUE, NOW, &error);
	check(bench->store != NULL, error);
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
	check(store_begin(bench->store, &error), error);
}

static void commit(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	check(store_commit(bench->store, &error), error);
}

static void append(Bench *bench, Event *event)
{
	g_autoptr(GError) error = NULL;
	check(store_append(bench->store, event, NULL, &error), error);
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

static double peak_mib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static void record_person(Bench *bench)
{
	Event *event = event_new("person.recorded", NOW, NULL, NULL);
	js_object_set_string(event->data, "person", "p1");
	js_object_set_string(event_private(event), "directory_id", "d1");
	begin(bench);
	append(bench, event);
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

static InvoiceFacts *make_facts(guint number)
{
	InvoiceFacts *facts = invoice_facts_new();
	facts->syntax = g_strdup("ubl-invoice");
	facts->type_code = g_strdup("380");
	facts->number = g_strdup_printf("2026-%06u", number);
	facts->supplier.name = g_strdup_printf("Leverancier %u B.V.", number % 500);
	facts->supplier.vat = g_strdup_printf("NL%09uB01", number % 500);
	facts->buyer.name = g_strdup("Voorbeeld B.V.");
	facts->buyer.vat = g_strdup("NL001234567B01");
	facts->issue_date = date_from_ymd(2026, 11, 27);
	facts->due_date = date_from_ymd(2026, 12, 27);
	facts->currency = g_strdup("EUR");
	facts->has_gross = decimal_parse("1234.50", &facts->gross, NULL);
	facts->has_payable = decimal_parse("1234.50", &facts->payable, NULL);
	g_ptr_array_add(facts->ibans, g_strdup("NL91ABNA0417164300"));
	g_ptr_array_add(facts->cost_references, g_strdup("IT-100"));
	return facts;
}

static void append_invoice(Bench *bench, const char *id, guint number, const char *document)
{
	g_autoptr(InvoiceFacts) facts = make_facts(number);
	g_autofree char *identity = invoice_identity(facts);
	g_autofree char *supplier_key = invoice_supplier_key(facts);
	g_autofree char *substance = invoice_substance(facts);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(identity, strlen(identity), sha256);
	Event *event = event_new("invoice.received", LATER, NULL, id);
	js_object_set_string(event->data, "document", document);
	js_object_set_string(event->data, "identity", sha256);
	facts_to_event(facts, event->data, event_private(event));
	js_object_set_line(event_private(event), "identity", identity);
	js_object_set_line(event_private(event), "supplier_key", supplier_key);
	js_object_set_line(event_private(event), "substance", substance);
	append(bench, event);
}

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
		check(store_put_blob(bench.store, document, size, sha256, &error), error);
		g_autofree char *id = secret_random_id(10);
		append_invoice(&bench, id, i, sha256);
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
	check(store_append_message(bench->store, event, bytes, NULL, &error), error);
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

/* --- what is due --- */

static void append_stage(Bench *bench, const char *invoice)
{
	static const char *const words[][2] = {{"chain", "rest"}, {"name", "budget holder"}, {"ladder", "standard"},
	                                       {"need", "all"},   {"within", "5bd"},         {"at_least", "1bd"}};
	Event *event = event_new("stage.opened", LATER, NULL, invoice);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		js_object_set_string(event->data, words[i][0], words[i][1]);
	js_object_set_integer(event->data, "stage", 1);
	js_object_set_integer(event->data, "position", 0);
	js_object_set_integer(event->data, "groups", APPROVALS_OF_INVOICE);
	js_object_set_integer(event->data, "policy_version", 1);
	append(bench, event);
}

static void append_approval(Bench *bench, const char *invoice, guint group)
{
	g_autofree char *id = secret_random_id(10);
	Event *event = event_new("approval.opened", LATER, NULL, invoice);
	js_object_set_string(event->data, "approval", id);
	js_object_set_integer(event->data, "stage", 1);
	js_object_set_integer(event->data, "group", (gint64)group);
	js_object_set_string(event->data, "person", "p1");
	js_object_set_instant(event->data, "start", LATER);
	js_object_set_instant(event->data, "deadline", LATER + 500000);
	append(bench, event);
}

static void open_approvals(Bench *bench, guint from, guint to)
{
	for (guint i = from; i < to; i += APPROVALS_OF_INVOICE) {
		g_autofree char *invoice = secret_random_id(10);
		if (i % 1000 == 0)
			begin(bench);
		append_invoice(bench, invoice, i, NULL);
		append_stage(bench, invoice);
		for (guint group = 0; group < APPROVALS_OF_INVOICE; group++)
			append_approval(bench, invoice, group);
		if ((i + APPROVALS_OF_INVOICE) % 1000 == 0)
			commit(bench);
	}
}

/* As open_approvals, straight into the tables: a million in a minute. Only the tables are asked afterwards. */
static void fill_approvals(Bench *bench, guint from, guint to)
{
	static const char FILL[] =
		"CREATE TEMP TABLE fill AS WITH RECURSIVE n (i) AS (SELECT %u UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %u)"
		" SELECT i, hex(randomblob(5)) AS id, printf('i%%07d', i / 10) AS invoice FROM n ORDER BY id;"
		"INSERT INTO invoice (id, state, identity, received, facts, policy_version, stuck)"
		" SELECT invoice, 'open', id, %u, 1, 1, 0 FROM fill WHERE i %% 10 = 0;"
		"INSERT INTO stage (invoice, ordinal, position, chain, name, ladder, need, within, at_least, before, group_count,"
		" policy_version, opened) SELECT invoice, 1, 0, 'rest', 'x', 'standard', 'all', '5bd', '1bd', '', 10, 1, 0"
		" FROM fill WHERE i %% 10 = 0;"
		"INSERT INTO approval (id, invoice, stage, group_number, person, state, start, deadline, opened, event)"
		" SELECT id, invoice, 1, i %% 10, 'p1', 'pending', 0, 0, 0, 1000000000 + i FROM fill;"
		"INSERT INTO wakeup (kind, id, at) SELECT 1, id, %u FROM fill;"
		"DROP TABLE fill;";
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) sql = sql_open(bench->uri, FALSE, &error);
	check(sql != NULL, error);
	for (guint i = from; i < to; i += 100000) {
		g_autofree char *script = g_strdup_printf(FILL, i, MIN(i + 100000, to), (guint)LATER, (guint)LATER);
		check(sql_begin(sql, SQL_WRITE, &error) && sql_script(sql, script, &error) && sql_commit(sql, &error), error);
	}
}

static int compare_times(const void *a, const void *b)
{
	gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
	return left < right ? -1 : left > right;
}

static void ask_what_is_due(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	gint64 at;
	g_autoptr(GPtrArray) due = store_wakeups_due(bench->store, NOW, 100, &error);
	check(due != NULL && due->len == 0, error);
	check(store_wakeup_next(bench->store, &at, &error), error);
	check(store_next_message_try(bench->store, &at, &error), error);
}

/* What a pass with nothing to do asks; the median of many, in microseconds. */
static double time_of_idle_pass(Bench *bench)
{
	enum { ROUNDS = 2001, REPEATS = 10 };
	gint64 times[ROUNDS];
	for (guint i = 0; i < ROUNDS; i++) {
		gint64 start = clock_monotonic_us();
		for (guint repeat = 0; repeat < REPEATS; repeat++)
			ask_what_is_due(bench);
		times[i] = clock_monotonic_us() - start;
	}
	qsort(times, ROUNDS, sizeof times[0], compare_times);
	return (double)times[ROUNDS / 2] / REPEATS;
}

static void measure_record(Bench *bench, const char *what, gboolean (*judge)(Store *, gint64 *, GError **))
{
	g_autoptr(GError) error = NULL;
	gint64 events;
	Time start = time_now();
	check(judge(bench->store, &events, &error), error);
	print_rate(what, events, start);
}

static void measure_due(guint largest)
{
	static const guint sizes[] = {1000, 100000, 1000000};
	Bench bench;
	double first = 0;
	guint open = 0;
	bench_open(&bench);
	record_person(&bench);
	for (gsize i = 0; i < G_N_ELEMENTS(sizes) && sizes[i] <= largest; i++) {
		Time start = time_now();
		if (sizes[i] > RECORDED_MAX)
			fill_approvals(&bench, open, sizes[i]);
		else
			open_approvals(&bench, open, sizes[i]);
		if (sizes[i] == RECORDED_MAX)
			print_rate("approvals opened, with their invoices", sizes[i] - open, start);
		open = sizes[i];
		double time = time_of_idle_pass(&bench);
		first = i == 0 ? time : first;
		printf("nothing due of %u open approvals: %.2f us, ratio %.2f, peak memory %.1f MiB\n", open, time, time / first, peak_mib());
		if (open == RECORDED_MAX) {
			measure_record(&bench, "events verified", store_verify);
			measure_record(&bench, "events replayed", store_replay);
		}
	}
	bench_close(&bench);
	printf("peak memory %.1f MiB\n", peak_mib());
}

static guint largest_number(void)
{
	const char *largest = g_getenv("BENCH_APPROVALS");
	return largest != NULL ? (guint)g_ascii_strtoull(largest, NULL, 10) : 1000000;
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	if (!secret_init())
		return EXIT_FAILURE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (only == NULL || strcmp(only, "due") == 0)
		measure_due(largest_number());
	if (only == NULL || strcmp(only, "events") == 0) {
		measure_events(1, 500);
		measure_events(100, 20000);
		measure_events(1000, 50000);
	}
	if (only == NULL || strcmp(only, "invoices") == 0)
		measure_invoices(10000, 10000);
	if (only == NULL || strcmp(only, "messages") == 0)
		measure_messages(20000, 20000);
	return EXIT_SUCCESS;
}
