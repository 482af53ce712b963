/* Looking people up: all questions of a pass together (directory_answer) beside plain libldap, one synchronous search after
 * another, with the same filters and attributes, in the same run and over the same line. Once without and once with a filter for
 * the disabled, which is a second search for both. On loopback, and a round trip of one and of five milliseconds away. Goals
 * (PEERS.md, "LDAP"): 4, 40 and 100 times as fast. Prints; never fails on a time.
 *
 *   bench_directory [PEOPLE [LOOKUPS]]      default 50000 and 20000
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "delay.h"
#include "directory/directory.h"
#include "measure.h"

#define SUFFIX   "dc=voorbeeld,dc=example"
#define ACCOUNT  "cn=akkoord,ou=services," SUFFIX
#define PASSWORD "only-for-the-demo"
#define FILTER   "(objectClass=inetOrgPerson)"
#define DISABLED "(pwdAccountLockedTime=*)"

typedef struct {
	const char *name;
	int round_trip_us;
	double goal;
	guint synchronous; /* so many, one after another: there is no need for more */
} Distance;

static const Distance DISTANCES[] = {{"local", 0, 4, 4000}, {"1 ms away", 1000, 40, 1000}, {"5 ms away", 5000, 100, 250}};

typedef struct {
	guint people, lookups;
	char *folder, *secret;
	GPid process;
	int input, port;
	FILE *output;
} Bench;

static gboolean start_directory(Bench *bench)
{
	const char *source = g_getenv("AKKOORD_SRCDIR"), *python = g_getenv("PYTHON");
	g_autofree char *script = g_build_filename(source != NULL ? source : ".", "tests/bench/directory.py", NULL);
	g_autofree char *people = g_strdup_printf("%u", bench->people);
	const char *const words[] = {
		python != NULL && *python ? python : "/usr/bin/python3", script, bench->folder, people, "10", NULL};
	int output;
	if (!g_file_test("/usr/sbin/slapd", G_FILE_TEST_IS_EXECUTABLE) ||
	    !g_spawn_async_with_pipes(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
	                              &bench->process, &bench->input, &output, NULL, NULL))
		return FALSE;
	bench->output = fdopen(output, "r");
	bench->secret = g_build_filename(bench->folder, "slapd/ldap.secret", NULL);
	return fscanf(bench->output, "%d", &bench->port) == 1;
}

static void stop_directory(Bench *bench)
{
	close(bench->input);
	waitpid(bench->process, NULL, 0);
	fclose(bench->output);
	g_free(bench->secret);
}

/* Spread over all, each once. */
static char *uid_of(const Bench *bench, guint number)
{
	return g_strdup_printf("u%05u", (guint)((guint64)number * 7919 % bench->people));
}

/* --- the yardstick --- */

static void search(LDAP *ld, const char *filter, const char *const *attributes)
{
	struct timeval limit = {.tv_sec = 30};
	LDAPMessage *message = NULL;
	int code = ldap_search_ext_s(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter, (char **)attributes, 0, NULL, NULL, &limit, 0,
	                             &message);
	if (code != LDAP_SUCCESS)
		g_error("%s: %s", filter, ldap_err2string(code));
	ldap_msgfree(message);
}

static double synchronous(const Bench *bench, int port, guint lookups, const char *disabled)
{
	static const char *const ATTRIBUTES[] = {"entryUUID", "uid", "cn", "mail", "manager", "preferredLanguage", "c", NULL},
				 *const NONE[] = {"1.1", NULL};
	g_autofree char *uri = g_strdup_printf("ldap://127.0.0.1:%d", port);
	struct berval password = {.bv_len = strlen(PASSWORD), .bv_val = (char *)PASSWORD};
	const int version = LDAP_VERSION3;
	LDAP *ld = NULL;
	if (ldap_initialize(&ld, uri) != LDAP_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
	    ldap_sasl_bind_s(ld, ACCOUNT, LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL) != LDAP_SUCCESS)
		g_error("%s: no bind", uri);
	const gint64 start = clock_monotonic_us();
	for (guint i = 0; i < lookups; i++) {
		g_autofree char *uid = uid_of(bench, i), *people = g_strdup_printf("(&" FILTER "(uid=%s))", uid),
				*gone = g_strdup_printf("(&%s%s)", people, disabled);
		search(ld, people, ATTRIBUTES);
		if (*disabled != '\0')
			search(ld, gone, NONE);
	}
	const double took_s = (double)(clock_monotonic_us() - start) / 1e6;
	ldap_unbind_ext_s(ld, NULL, NULL);
	return lookups / took_s;
}

/* --- the directory --- */

static void answer(Directory *directory, GPtrArray *questions)
{
	directory_answer(directory, questions);
	for (guint i = 0; i < questions->len; i++) {
		const DirectoryQuestion *question = g_ptr_array_index(questions, i);
		if (question->people == NULL || question->people->len != 1)
			g_error("%s: %s", question->argument,
			        question->error != NULL ? question->error->message : "not one person");
	}
}

static GPtrArray *questions_of(const Bench *bench, guint first, guint count)
{
	GPtrArray *questions = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	for (guint i = first; i < first + count; i++) {
		g_autofree char *uid = uid_of(bench, i);
		g_ptr_array_add(questions, directory_question_new(QUESTION_USER, uid, NULL));
	}
	return questions;
}

/* The questions of passes of two thousand, as a day with so many open approvals asks them. */
static double together(const Bench *bench, int port, const char *disabled, double *cpu_us)
{
	const char *const uris[] = {g_strdup_printf("ldap://127.0.0.1:%d", port)};
	Settings settings = {
		.has_directory = TRUE,
		.uris = g_ptr_array_new_with_free_func(g_free),
		.directory_timeout_s = 30,
		.base_dn = (char *)SUFFIX,
		.bind_method = (char *)"simple",
		.bind_dn = (char *)ACCOUNT,
		.bind_password_file = bench->secret,
		.person_filter = (char *)FILTER,
		.person_id = (char *)"entryUUID",
		.person_uid = (char *)"uid",
		.person_name = (char *)"cn",
		.person_mail = (char *)"mail",
		.person_manager = (char *)"manager",
		.person_language = (char *)"preferredLanguage",
		.person_country = (char *)"c",
		.person_disabled = (char *)disabled,
		.group_member = (char *)"member",
	};
	g_autoptr(GError) error = NULL;
	g_ptr_array_add(settings.uris, (char *)uris[0]);
	g_autoptr(Directory) directory = directory_new(&settings, &error);
	if (directory == NULL || !directory_ping(directory, &error))
		g_error("%s", error->message);
	const double cpu_start = measure_processor_us();
	gint64 took_us = 0;
	for (guint first = 0; first < bench->lookups; first += 2000) {
		g_autoptr(GPtrArray) questions = questions_of(bench, first, MIN(2000, bench->lookups - first));
		const gint64 start = clock_monotonic_us();
		answer(directory, questions);
		took_us += clock_monotonic_us() - start;
	}
	*cpu_us = (measure_processor_us() - cpu_start) / bench->lookups;
	g_clear_pointer(&directory, directory_free);
	g_ptr_array_unref(settings.uris);
	return bench->lookups * 1e6 / (double)took_us;
}

static void compare(const Bench *bench, const Distance *distance, const char *disabled)
{
	Delay delay = {.port = bench->port};
	if (distance->round_trip_us > 0)
		delay_start(&delay, bench->port, distance->round_trip_us);
	double cpu_us = 0;
	const double plain = synchronous(bench, delay.port, distance->synchronous, disabled),
		     ours = together(bench, delay.port, disabled, &cpu_us);
	printf("%-10s %-9s %12.0f/s %12.0f/s %10.1f x %8.0f x %11.1f us\n", distance->name, *disabled != '\0' ? "yes" : "no",
	       plain, ours, ours / plain, distance->goal, cpu_us);
	fflush(stdout);
	if (distance->round_trip_us > 0)
		delay_stop(&delay);
}

int main(int argc, char **argv)
{
	Bench bench = {.people = argc > 1 ? (guint)atoi(argv[1]) : 50000,
	               .lookups = argc > 2 ? (guint)atoi(argv[2]) : 20000,
	               .folder = measure_folder_new()};
	printf("bench_directory: %u of %u people looked up by uid, in passes of 2000\n", bench.lookups, bench.people);
	fflush(stdout);
	if (!start_directory(&bench)) {
		printf("there is no slapd here\n");
		measure_folder_free(bench.folder);
		return EXIT_SUCCESS;
	}
	printf("%-10s %-9s %14s %14s %12s %10s %14s\n", "", "disabled?", "one by one", "together", "", "wanted",
	       "processor each");
	for (guint i = 0; i < G_N_ELEMENTS(DISTANCES); i++) {
		compare(&bench, &DISTANCES[i], "");
		compare(&bench, &DISTANCES[i], DISABLED);
	}
	stop_directory(&bench);
	measure_folder_free(bench.folder);
	return EXIT_SUCCESS;
}
