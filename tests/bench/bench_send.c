/* Sending alone: messages that wait are handed over, with states, events and hash chain committed. Beside it smtp-source of Postfix, with as many connections and messages
 * of the same size, to Postfix's smtp-sink, which takes everything at once; and fewer of them to a server that takes 5 ms a message, as a real one does.
 * Goals (PEERS.md, "Sending"): at least 0.9 of smtp-source at 5 ms a message, at most 0.3 ms of processor time each, at most 40 MiB. Prints; never fails on a time.
 *
 *   bench_send [MESSAGES [BYTES [SLOW]]]      default 20000, 8000, and 2000 to the slow server
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "measure.h"
#include "sink.h"

#define SMTP_SINK   "/usr/sbin/smtp-sink"
#define SMTP_SOURCE "/usr/sbin/smtp-source"
#define SLOW_MS     5
#define BATCH       1000

#define QUEUED      G_GINT64_CONSTANT(1796029200) /* Monday 2026-11-30 10:00 in Amsterdam, where the demonstration company is */
#define QUEUED_TEXT "2026-11-30T10:00:00+01:00"

static const guint CONNECTIONS[] = {1, 4, 16};

typedef struct {
	const char *program;
	char *folder, *config, *store, *kept;
	guint messages;
	gsize size;
	GBytes *bytes;
} Bench;

/* --- a store with messages that wait --- */

static void configure(const Bench *bench, int port, guint connections)
{
	g_autofree char *text = g_strdup_printf("organisation = { name = \"Voorbeeld BV\"; };\nstore = \"sqlite:akkoord.db\";\n"
	                                        "mail = { transport = \"smtp://127.0.0.1:%d\"; from = \"akkoord@voorbeeld.example\"; connections = %u; };\n",
	                                        port, connections);
	g_autoptr(GError) error = NULL;
	measure_check(g_file_set_contents(bench->config, text, -1, &error), &error);
}

/* The demonstration company's policy, without limits. */
static void apply_policy(const Bench *bench)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *from = g_build_filename(source != NULL ? source : ".", "contrib/demo/policy.conf", NULL);
	g_autofree char *to = g_build_filename(bench->folder, "policy.conf", NULL), *settings = g_build_filename(bench->folder, "new", "akkoord.conf", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	measure_check(g_file_get_contents(from, &text, NULL, &error), &error);
	g_autoptr(GString) policy = g_string_new(text);
	g_string_replace(policy, "rates = \"rates.csv\";", "hourly_budget = 1000000;", 0);
	g_string_replace(policy, "lookup(budget_holder)", "user(anna)", 0);
	measure_check(g_file_set_contents(to, policy->str, -1, &error), &error);
	const char *const init[] = {bench->program, "-c", settings, "--now", QUEUED_TEXT, "init", "--state", bench->folder, NULL};
	const char *const apply[] = {bench->program, "-c", bench->config, "--now", QUEUED_TEXT, "policy", "apply", to, NULL};
	measure_program(init, NULL, EXIT_SUCCESS);
	measure_program(apply, NULL, EXIT_SUCCESS);
}

static void add_person(Store *store, guint number)
{
	Event *event = event_new("person.recorded", QUEUED, NULL, NULL);
	g_autofree char *id = g_strdup_printf("w%u", number), *mail = g_strdup_printf("w%u@voorbeeld.example", number);
	js_object_set_string(event->data, "person", id);
	js_object_set_string(event_private(event), "uid", id);
	js_object_set_string(event_private(event), "mail", mail);
	js_object_set_string(event_private(event), "country", "NL");
	g_autoptr(GError) error = NULL;
	measure_check(store_append(store, event, NULL, &error), &error);
}

static void add_message(const Bench *bench, Store *store, guint number)
{
	Event *event = event_new("message.queued", QUEUED, NULL, NULL);
	g_autofree char *id = g_strdup_printf("m%u", number), *person = g_strdup_printf("w%u", number), *to = g_strdup_printf("w%u@voorbeeld.example", number);
	g_autofree char *message_id = g_strdup_printf("<m%u@voorbeeld.example>", number), *approval = g_strdup_printf("a%08u", number);
	Json *approvals = js_array_new();
	js_array_append_string(approvals, approval);
	js_object_set(event->data, "approvals", approvals);
	js_object_set_string(event->data, "message", id);
	js_object_set_string(event->data, "kind", "mail");
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event_private(event), "to", to);
	js_object_set_string(event_private(event), "subject", "Approval needed");
	js_object_set_string(event_private(event), "message_id", message_id);
	g_autoptr(GError) error = NULL;
	measure_check(store_append_message(store, event, bench->bytes, NULL, &error), &error);
	measure_check(store_wakeup_set(store, WAKEUP_APPROVAL, approval, INSTANT_NONE, &error), &error);
}

static void fill(gpointer data)
{
	const Bench *bench = data;
	g_autofree char *uri = g_strdup_printf("sqlite:%s", bench->store);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(uri, FALSE, QUEUED, &error);
	measure_check(store != NULL && store_begin(store, &error), &error);
	crowd_add_person(store, QUEUED);
	measure_check(store_commit(store, &error), &error);
	crowd_open(store, 0, (bench->messages + CROWD_OF_INVOICE - 1) / CROWD_OF_INVOICE * CROWD_OF_INVOICE, QUEUED);
	for (guint i = 0; i < bench->messages; i++) {
		if (i % BATCH == 0)
			measure_check(store_begin(store, &error), &error);
		add_person(store, i);
		add_message(bench, store, i);
		if ((i + 1) % BATCH == 0 || i + 1 == bench->messages)
			measure_check(store_commit(store, &error), &error);
	}
}

static void copy(const char *from, const char *to)
{
	const char *const words[] = {"cp", from, to, NULL};
	measure_program(words, NULL, EXIT_SUCCESS);
}

static GBytes *body_of(gsize size)
{
	GString *body = g_string_new("From: akkoord@voorbeeld.example\r\nSubject: Approval needed\r\n\r\n");
	while (body->len < size)
		g_string_append(body, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n");
	return g_string_free_to_bytes(body);
}

static void prepare(Bench *bench, guint messages)
{
	bench->messages = messages;
	bench->folder = measure_folder_new();
	bench->config = g_build_filename(bench->folder, "akkoord.conf", NULL);
	bench->store = g_build_filename(bench->folder, "akkoord.db", NULL);
	bench->kept = g_build_filename(bench->folder, "kept.db", NULL);
	configure(bench, 25, 1);
	apply_policy(bench);
	measure_work(fill, bench);
	copy(bench->store, bench->kept);
}

static void clear(Bench *bench)
{
	measure_folder_free(bench->folder);
	g_free(bench->config);
	g_free(bench->store);
	g_free(bench->kept);
}

/* --- who sends --- */

static Cost send_by_akkoord(const Bench *bench, int port, guint connections)
{
	const char *const words[] = {bench->program, "-c", bench->config, "--now", QUEUED_TEXT, "tick", NULL};
	copy(bench->kept, bench->store);
	configure(bench, port, connections);
	return measure_program(words, NULL, EXIT_SUCCESS);
}

static Cost send_by_smtp_source(const Bench *bench, int port, guint connections)
{
	g_autofree char *sessions = g_strdup_printf("%u", connections), *messages = g_strdup_printf("%u", bench->messages);
	g_autofree char *size = g_strdup_printf("%" G_GSIZE_FORMAT, bench->size), *server = g_strdup_printf("127.0.0.1:%d", port);
	const char *const words[] = {SMTP_SOURCE, "-d", "-s", sessions, "-m", messages, "-l", size, "-f", "akkoord@voorbeeld.example", "-t", "w@voorbeeld.example", server, NULL};
	return measure_program(words, NULL, EXIT_SUCCESS);
}

static void print_cost(const Bench *bench, const char *who, guint connections, Cost cost)
{
	printf("  %-12s %2u  %9.0f  %10.0f  %6.1f", who, connections, bench->messages / cost.wall_s, cost.cpu_s * 1e6 / bench->messages, cost.peak_mib);
}

static void measure_server(const Bench *bench, int port)
{
	for (gsize i = 0; i < G_N_ELEMENTS(CONNECTIONS); i++) {
		const Cost yardstick = send_by_smtp_source(bench, port, CONNECTIONS[i]), own = send_by_akkoord(bench, port, CONNECTIONS[i]);
		print_cost(bench, "smtp-source", CONNECTIONS[i], yardstick);
		printf("\n");
		print_cost(bench, "akkoord", CONNECTIONS[i], own);
		printf("  %5.2f\n", yardstick.wall_s / own.wall_s);
	}
}

/* --- the servers --- */

static int free_port(void)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	if (bind(listener, (struct sockaddr *)&address, length) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		g_error("no port is free");
	close(listener);
	return ntohs(address.sin_port);
}

static gboolean answers(int port)
{
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((guint16)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	gboolean connected = connect(client, (const struct sockaddr *)&address, sizeof address) == 0;
	close(client);
	return connected;
}

static GPid start_smtp_sink(int port)
{
	g_autofree char *address = g_strdup_printf("127.0.0.1:%d", port);
	const char *const words[] = {SMTP_SINK, "-u", "nobody", address, "100", NULL};
	const char *const plain[] = {SMTP_SINK, address, "100", NULL};
	g_autoptr(GError) error = NULL;
	GPid process;
	measure_check(g_spawn_async(NULL, (char **)(getuid() == 0 ? words : plain), NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &process, &error), &error);
	for (guint tries = 0; !answers(port); tries++) {
		if (tries == 100)
			g_error("smtp-sink does not answer");
		g_usleep(20000);
	}
	return process;
}

static void measure_fast(Bench *bench, guint messages)
{
	const int port = free_port();
	prepare(bench, messages);
	GPid process = start_smtp_sink(port);
	printf("\nSending: %u messages of %" G_GSIZE_FORMAT " octets to smtp-sink\n", bench->messages, bench->size);
	printf("  %-12s %2s  %9s  %10s  %6s  %5s\n", "", "on", "a second", "CPU us", "MiB", "ratio");
	measure_server(bench, port);
	kill(process, SIGTERM);
	waitpid(process, NULL, 0);
	g_spawn_close_pid(process);
	clear(bench);
}

static void measure_slow(Bench *bench, guint messages)
{
	Sink sink;
	prepare(bench, messages);
	sink_start_slow(&sink, SLOW_MS);
	printf("\nSending: %u messages to a server that takes %d ms each (goals: 0.9 of smtp-source, 300 us, 40 MiB)\n", bench->messages, SLOW_MS);
	measure_server(bench, sink.port);
	sink_stop(&sink);
	clear(bench);
}

static guint argument(int argc, char **argv, int place, guint usual)
{
	return argc > place ? (guint)g_ascii_strtoull(argv[place], NULL, 10) : usual;
}

int main(int argc, char **argv)
{
	const char *program = g_getenv("AKKOORD_PROGRAM");
	Bench bench = {.program = program != NULL ? program : "./akkoord", .size = argument(argc, argv, 2, 8000)};
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!secret_init())
		return EXIT_FAILURE;
	if (!g_file_test(SMTP_SINK, G_FILE_TEST_IS_EXECUTABLE) || !g_file_test(SMTP_SOURCE, G_FILE_TEST_IS_EXECUTABLE)) {
		printf("\nSending: not measured, there is no smtp-sink or smtp-source (Debian: postfix)\n");
		return EXIT_SUCCESS;
	}
	bench.bytes = body_of(bench.size);
	measure_fast(&bench, argument(argc, argv, 1, 20000));
	measure_slow(&bench, argument(argc, argv, 3, 2000));
	g_bytes_unref(bench.bytes);
	return EXIT_SUCCESS;
}
