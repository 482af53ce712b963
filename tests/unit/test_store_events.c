#include "store_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_init(fixture);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_clear(fixture);
}

/* --- appending --- */

static void append_note(Store *store, gint64 after)
{
	g_autoptr(GError) error = NULL;
	store_append(store, fixture_event("approver.resolved", after, NULL, NULL, "{'steps':['x']}"), NULL, &error);
	g_assert_no_error(error);
}

static void append_notes(Store *store, guint count)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(store, &error));
	for (guint i = 0; i < count; i++)
		append_note(store, i);
	g_assert_true(store_commit(store, &error));
}

static void assert_whole(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	gint64 verified = 0, replayed = 0;
	store_verify(fixture->store, &verified, &error);
	g_assert_no_error(error);
	store_replay(fixture->store, &replayed, &error);
	g_assert_no_error(error);
	g_assert_cmpint(verified, ==, replayed);
}

static void test_numbers(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (gint64 seq = 2; seq < 6; seq++)
		g_assert_cmpint(fixture_record(fixture, 0, "approver.resolved", NULL, NULL, NULL), ==, seq);
	fixture_reopen(fixture);
	g_assert_cmpint(fixture_record(fixture, 0, "approver.resolved", NULL, NULL, NULL), ==, 6);
}

static void test_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_false(store_append(fixture->store, fixture_event("approver.resolved", 0, NULL, NULL, NULL), NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID); /* outside of a transaction */
	static const char *const types[] = {"", "invoice", "invoice.eaten", "INVOICE.RECEIVED", "event'; DROP TABLE event; --"};
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *why = fixture_refused(fixture, ERROR_INVALID, types[i], "i1", NULL, NULL);
		g_assert_nonnull(strstr(why, types[i]));
	}
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, 1);
	assert_whole(fixture);
}

/* After a refused event the transaction cannot be committed, not even its good part; the next one can. */
static void test_refused_in_the_middle(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	append_note(fixture->store, 0);
	g_assert_false(store_append(fixture->store, fixture_event("approval.lapsed", 0, "i1", "{'approval':'a1'}", NULL), NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(store_commit(fixture->store, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	store_rollback(fixture->store);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, 1);
	append_notes(fixture->store, 1);
	assert_whole(fixture);
}

static void test_rolled_back(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	append_note(fixture->store, 0);
	append_note(fixture->store, 1);
	store_rollback(fixture->store);
	append_notes(fixture->store, 3);
	g_assert_cmpint(fixture_count(fixture, "SELECT MAX(seq) FROM event"), ==, 4);
	assert_whole(fixture);
}

/* Two processes on one store: the chain goes on from whatever the other appended. */
static void test_two_stores(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) other = store_open(fixture->uri, FALSE, FIXTURE_NOW, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < 5; i++) {
		append_notes(fixture->store, i);
		append_notes(other, 2);
	}
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, 21);
	assert_whole(fixture);
}

/* The chain as any auditor would work it out, with nothing of ours but SHA-256. */
typedef struct {
	char previous[SHA256_HEX_SIZE];
	guint count;
} Auditor;

static gboolean audit(const Event *event, gpointer user_data)
{
	Auditor *auditor = user_data;
	g_autofree char *line = event_export(event);
	/* "hash" sorts between "data" and "invoice", "private", "seq": taking its member out gives the canonical form */
	g_autofree char *member = g_strdup_printf("\"hash\":\"%s\",", event->hash);
	g_auto(GStrv) parts = g_strsplit(line, member, -1);
	g_assert_cmpuint(g_strv_length(parts), ==, 2);
	g_autofree char *chained = g_strconcat(auditor->previous, parts[0], parts[1], NULL);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, chained, -1);
	g_assert_cmpstr(hash, ==, event->hash);
	g_strlcpy(auditor->previous, hash, sizeof auditor->previous);
	auditor->count++;
	return TRUE;
}

static void test_auditor(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	Auditor auditor = {.previous = EVENT_HASH_ZERO};
	fixture_tell_story(fixture);
	g_assert_true(store_events(fixture->store, NULL, 0, audit, &auditor, &error));
	g_assert_cmpuint(auditor.count, >, 30);
}

/* --- reading --- */

typedef struct {
	Fixture *fixture;
	GString *seen;
	gint64 last;
	guint count;
	guint stop_after;
	gboolean ask_again;
} Reader;

static gboolean read_event(const Event *event, gpointer user_data)
{
	Reader *reader = user_data;
	g_assert_cmpint(event->seq, >, reader->last);
	reader->last = event->seq;
	reader->count++;
	if (reader->seen != NULL)
		g_string_append_printf(reader->seen, "%s ", event->type);
	if (reader->ask_again) {
		Reader inner = {.stop_after = 3};
		g_assert_true(store_events(reader->fixture->store, NULL, 0, read_event, &inner, NULL));
		g_assert_cmpuint(inner.count, ==, 3);
	}
	return reader->count != reader->stop_after;
}

static void test_pages(Fixture *fixture, gconstpointer data)
{
	static const guint counts[] = {0, 1, 255, 256, 257, 511, 512, 513};
	(void)data;
	g_autoptr(GError) error = NULL;
	append_notes(fixture->store, 512);
	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
		Reader reader = {.last = 513 - counts[i]};
		g_assert_true(store_events(fixture->store, NULL, reader.last, read_event, &reader, &error));
		g_assert_cmpuint(reader.count, ==, counts[i]);
	}
	Reader first = {.stop_after = 300};
	g_assert_true(store_events(fixture->store, NULL, 0, read_event, &first, &error));
	g_assert_cmpint(first.last, ==, 300);
	Reader nested = {.fixture = fixture, .ask_again = TRUE};
	g_assert_true(store_events(fixture->store, NULL, 0, read_event, &nested, &error));
	g_assert_cmpuint(nested.count, ==, 513);
}

static void test_of_invoice(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	Reader all = {.seen = g_string_new(NULL)};
	g_assert_true(store_events(fixture->store, "i1", 0, read_event, &all, &error));
	g_assert_cmpstr(all.seen->str, ==,
	                "invoice.received invoice.routed stage.opened approver.resolved approval.opened approval.opened ");
	g_string_free(all.seen, TRUE);
	Reader none = {0};
	g_assert_true(store_events(fixture->store, "i2", 0, read_event, &none, &error));
	g_assert_cmpuint(none.count, ==, 0);
}

static gboolean check_side(const Event *event, gpointer user_data)
{
	guint *checked = user_data;
	if (strcmp(event->type, "person.recorded") != 0)
		return TRUE;
	g_assert_nonnull(event->private);
	g_assert_nonnull(js_object_get_string(event->private, "name"));
	g_assert_cmpuint(strlen(event->private_salt), ==, SHA256_HEX_SIZE - 1);
	(*checked)++;
	return TRUE;
}

static void test_side_records(Fixture *fixture, gconstpointer data)
{
	(void)data;
	guint checked = 0;
	fixture_open_approvals(fixture);
	g_assert_true(store_events(fixture->store, NULL, 0, check_side, &checked, NULL));
	g_assert_cmpuint(checked, ==, 2);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event WHERE canonical LIKE '%Anna%' OR canonical LIKE '%Jansen%'"), ==, 0);
}

static void test_broken_side_record(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	fixture_tamper(fixture, "UPDATE side SET body = '{' WHERE seq = 3");
	Reader reader = {0};
	g_assert_false(store_events(fixture->store, NULL, 0, read_event, &reader, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	g_assert_nonnull(strstr(error->message, "event 3 (person.recorded)"));
}

/* --- dying --- */

/* Appends for ever, 20 events a transaction. */
static void append_until_killed(const char *uri)
{
	g_autoptr(Store) store = store_open(uri, FALSE, FIXTURE_NOW, NULL);
	while (store != NULL)
		append_notes(store, 20);
	_exit(1);
}

static pid_t fork_writer(const char *uri)
{
	pid_t child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		append_until_killed(uri);
	return child;
}

static void test_killed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	gint64 before = 0;
	for (int round = 0; round < 15; round++) {
		pid_t child = fork_writer(fixture->uri);
		g_usleep((gulong)g_test_rand_int_range(5000, 40000));
		g_assert_cmpint(kill(child, SIGKILL), ==, 0);
		int status;
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		fixture_reopen(fixture);
		gint64 now = fixture_count(fixture, "SELECT COUNT(*) FROM event");
		g_assert_cmpint(now, >=, before);
		g_assert_cmpint(now % 20, ==, 1); /* whole transactions, after the first event */
		before = now;
		assert_whole(fixture);
	}
	g_test_message("%d events survived 15 kills", (int)before);
}

/* In the middle of a transaction: nothing of it is left. */
static void test_killed_before_commit(Fixture *fixture, gconstpointer data)
{
	(void)data;
	append_notes(fixture->store, 3);
	pid_t child = fork();
	if (child == 0) {
		g_autoptr(Store) store = store_open(fixture->uri, FALSE, FIXTURE_NOW, NULL);
		store_begin(store, NULL);
		for (int i = 0; i < 2000; i++) /* more than the page cache holds back */
			append_note(store, i);
		raise(SIGKILL);
	}
	int status;
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	fixture_reopen(fixture);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, 4);
	append_notes(fixture->store, 1);
	assert_whole(fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-events/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("numbers", test_numbers);
	ADD("refused", test_refused);
	ADD("refused-in-the-middle", test_refused_in_the_middle);
	ADD("rolled-back", test_rolled_back);
	ADD("two-stores", test_two_stores);
	ADD("auditor", test_auditor);
	ADD("pages", test_pages);
	ADD("of-invoice", test_of_invoice);
	ADD("side-records", test_side_records);
	ADD("broken-side-record", test_broken_side_record);
	ADD("killed", test_killed);
	ADD("killed-before-commit", test_killed_before_commit);
	return g_test_run();
}
