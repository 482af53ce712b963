/* Whole passes of the real program, with a real directory server: as many invoices as wanted are routed, their approvers found and asked by mail
 * and invite; a working day later each is reminded. The SMTP server at the other end takes everything at once. Beside it as
 * many messages of their mean size by libcurl alone. Goals of a later issue (PEERS.md, "Sending"): at most 0.3 ms of processor time a reminder, at most 40 MiB.
 * Prints; never fails on a time.
 *
 *   bench_pass [INVOICES [PEOPLE]]      default 2000 and 5000; 500 of the people approve
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "measure.h"
#include "sink.h"

#define RECEIVED G_GINT64_CONSTANT(1796025300) /* Monday 2026-11-30 08:55 in Amsterdam, where the demonstration company is */
#define RECEIVED_TEXT "2026-11-30T08:55:00+01:00"

typedef struct {
	const char *program;
	const char *folder;
	char *config;
	guint invoices, people;
	Sink sink;
	GPid directory;
	int directory_input;
	FILE *directory_output;
	int directory_port;
} Bench;

static char *source_path(const char *name)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	return g_build_filename(source != NULL ? source : ".", name, NULL);
}

/* FALSE where there is no directory server to start. */
static gboolean start_directory(Bench *bench)
{
	g_autofree char *script = source_path("tests/bench/directory.py");
	g_autofree char *people = g_strdup_printf("%u", bench->people), *centres = g_strdup_printf("%u", CROWD_CENTRES);
	const char *python = g_getenv("PYTHON");
	const char *const words[] = {python != NULL && *python ? python : "/usr/bin/python3", script, bench->folder, people, centres, NULL};
	int output;
	if (!g_file_test("/usr/sbin/slapd", G_FILE_TEST_IS_EXECUTABLE) ||
	    !g_spawn_async_with_pipes(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &bench->directory,
	                              &bench->directory_input, &output, NULL, NULL))
		return FALSE;
	bench->directory_output = fdopen(output, "r");
	return fscanf(bench->directory_output, "%d", &bench->directory_port) == 1;
}

static void stop_directory(Bench *bench)
{
	close(bench->directory_input);
	waitpid(bench->directory, NULL, 0);
	fclose(bench->directory_output);
}

static void replace(GString *text, const char *name, const char *value)
{
	g_string_replace(text, name, value, 0);
}

/* The demonstration company's settings and policy, with this directory and this SMTP server. */
static void configure(const Bench *bench)
{
	g_autofree char *template = source_path("contrib/demo/akkoord.conf.in"), *policy = source_path("contrib/demo/policy.conf");
	g_autofree char *port = g_strdup_printf("%d", bench->directory_port), *transport = g_strdup_printf("smtp://127.0.0.1:%d", bench->sink.port);
	g_autofree char *start = g_build_filename(bench->folder, "start.conf", NULL), *secret = g_build_filename(bench->folder, "slapd/ldap.secret", NULL);
	g_autofree char *secret_here = g_build_filename(bench->folder, "ldap.secret", NULL);
	const char *const init[] = {bench->program, "-c", start, "--now", RECEIVED_TEXT, "init", "--state", bench->folder, NULL};
	const char *const copy[] = {"cp", secret, secret_here, NULL};
	const char *const apply[] = {bench->program, "-c", bench->config, "--now", RECEIVED_TEXT, "policy", "apply", policy, NULL};
	g_autofree char *settings = NULL;
	g_autoptr(GError) error = NULL;
	measure_check(g_file_get_contents(template, &settings, NULL, &error), &error);
	g_autoptr(GString) text = g_string_new(settings);
	replace(text, "@DIR@", bench->folder);
	replace(text, "@LDAP_PORT@", port);
	replace(text, "@TRANSPORT@", transport);
	measure_check(g_file_set_contents(bench->config, text->str, -1, &error), &error);
	measure_program(init, NULL, EXIT_SUCCESS);
	measure_program(copy, NULL, EXIT_SUCCESS);
	measure_program(apply, NULL, EXIT_SUCCESS);
}

static void receive(gpointer data)
{
	const Bench *bench = data;
	g_autofree char *uri = g_strdup_printf("sqlite:%s/akkoord.db", bench->folder);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(uri, FALSE, RECEIVED, &error);
	measure_check(store != NULL && store_begin(store, &error), &error);
	for (guint i = 0; i < bench->invoices; i++) {
		g_autofree char *id = secret_random_id(8);
		crowd_add_invoice(store, id, i, NULL, RECEIVED);
	}
	measure_check(store_commit(store, &error), &error);
}

/* --- libcurl alone --- */

typedef struct {
	const Sink *sink;
	guint messages;
	gsize size;
	gsize left; /* of the message under way */
} Plain;

static size_t give(char *buffer, size_t size, size_t count, void *data)
{
	Plain *plain = data;
	gsize length = MIN(plain->left, size * count);
	memset(buffer, 'x', length);
	for (gsize i = 77; i + 1 < length; i += 78)
		memcpy(buffer + i - 1, "\r\n", 2);
	plain->left -= length;
	return length;
}

static void send_plainly(gpointer data)
{
	Plain *plain = data;
	g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%d", plain->sink->port);
	struct curl_slist *to = curl_slist_append(NULL, "<anna@voorbeeld.example>");
	CURL *curl = curl_easy_init();
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<akkoord@voorbeeld.example>");
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, plain);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	for (guint i = 0; i < plain->messages; i++) {
		plain->left = plain->size;
		if (curl_easy_perform(curl) != CURLE_OK)
			g_error("libcurl could not send to the sink");
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
}

/* --- the passes --- */

static void print_cost(const char *what, guint reminders, guint messages, gsize size, Cost cost)
{
	printf("%-26s %9u %9u %7.1f  %8.0f %8.2f  %6.1f\n", what, reminders, messages, (double)size / 1000, reminders / cost.wall_s,
	       cost.cpu_s * 1e3 / reminders, cost.peak_mib);
}

static void measure_pass(const Bench *bench, const char *what, const char *now)
{
	const char *const words[] = {bench->program, "-c", bench->config, "--now", now, "tick", NULL};
	const SinkCount before = *bench->sink.count;
	Cost cost = measure_program(words, NULL, EXIT_SUCCESS);
	Plain plain = {.sink = &bench->sink, .messages = bench->sink.count->messages - before.messages};
	plain.size = plain.messages > 0 ? (gsize)((bench->sink.count->bytes - before.bytes) / plain.messages) : 0;
	print_cost(what, bench->invoices, plain.messages, plain.size, cost);
	if (plain.messages > 0)
		print_cost("  so much by libcurl alone", bench->invoices, plain.messages, plain.size, measure_work(send_plainly, &plain));
}

static void measure(Bench *bench)
{
	configure(bench);
	Cost taken = measure_work(receive, bench);
	printf("\nWhole passes: %u invoices of %u approvers, %u people in the directory; %.0f recorded a second (goal of a later issue: 0.30 ms a reminder, 40 MiB)\n",
	       bench->invoices, MIN(CROWD_CENTRES, bench->invoices), bench->people, bench->invoices / taken.cpu_s);
	printf("%-26s %9s %9s %7s  %8s %8s  %6s\n", "", "approvals", "messages", "kB each", "a second", "CPU ms", "MiB");
	measure_pass(bench, "asked: mail and invite", "2026-11-30T09:00:00+01:00");
	measure_pass(bench, "next day: reminded", "2026-12-01T14:00:00+01:00");
	measure_pass(bench, "after that: looked at", "2026-12-01T14:01:00+01:00");
}

int main(int argc, char **argv)
{
	const char *program = g_getenv("AKKOORD_PROGRAM");
	char *folder = measure_folder_new();
	Bench bench = {
		.program = program != NULL ? program : "./akkoord",
		.folder = folder,
		.config = g_build_filename(folder, "akkoord.conf", NULL),
		.invoices = argc > 1 ? (guint)g_ascii_strtoull(argv[1], NULL, 10) : 2000,
		.people = argc > 2 ? (guint)g_ascii_strtoull(argv[2], NULL, 10) : 5000,
	};
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!secret_init() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return EXIT_FAILURE;
	if (start_directory(&bench)) {
		sink_start(&bench.sink);
		measure(&bench);
		sink_stop(&bench.sink);
		stop_directory(&bench);
	} else {
		printf("\nWhole passes: not measured, there is no slapd to start\n");
	}
	measure_folder_free(folder);
	g_free(bench.config);
	return EXIT_SUCCESS;
}
