#include "store_fixture.h"

#include <string.h>

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_init(fixture);
	fixture_tell_story(fixture);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_clear(fixture);
}

static void assert_fits(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	gint64 events = 0;
	store_verify(fixture->store, &events, &error);
	g_assert_no_error(error);
	g_assert_cmpint(events, ==, fixture_count(fixture, "SELECT MAX(seq) FROM event"));
}

static void assert_broken(Fixture *fixture, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	gint64 events = -7;
	g_assert_false(store_verify(fixture->store, &events, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	if (strstr(error->message, wanted) == NULL)
		g_error("wanted \"%s\", got \"%s\"", wanted, error->message);
	g_assert_cmpint(events, ==, -7);
}

static void test_story(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	(void)data;
	assert_fits(fixture);
	fixture_reopen(fixture);
	assert_fits(fixture);
	g_assert_true(store_begin(fixture->store, &error));
	assert_fits(fixture);
	store_rollback(fixture->store);
}

typedef struct {
	const char *name;
	const char *script;
	const char *wanted;
} Tampering;

/* In the story, event 2 is policy.applied, 3 person.recorded of p1, 5 invoice.received, 9 approval.opened of a1, 12 message.queued of m1. */
static const Tampering TAMPERINGS[] = {
	{"a fact", "UPDATE event SET canonical = replace(canonical, '121.00', '921.00') WHERE seq = 5",
     "event 5 (invoice.received): its hash does not follow from event 4"},
	{"an instant", "UPDATE event SET canonical = replace(canonical, '\"at\":\"2', '\"at\":\"3') WHERE seq = 9", "event 9 (approval.opened): its hash"},
	{"the last event", "UPDATE event SET canonical = replace(canonical, '\"seq\":', '\"seq\":9') WHERE seq = (SELECT MAX(seq) FROM event)", "its hash does not follow"},
	{"the first event", "UPDATE event SET canonical = replace(canonical, 'system', 'cli') WHERE seq = 1", "event 1 (store.created): its hash is not that of a first"},
	{"a hash", "UPDATE event SET hash = replace(hash, substr(hash, 1, 1), 'z') WHERE seq = 7", "event 7"},
	{"all hashes after", "UPDATE event SET hash = upper(hash) WHERE seq = 7", "event 7"},
	{"no JSON", "UPDATE event SET canonical = '' WHERE seq = 7", "event 7 (unreadable)"},
	{"a deleted event", "DELETE FROM event WHERE seq = 6", "event 6 is missing: after 5 comes 7"},
	{"the first deleted", "DELETE FROM event WHERE seq = 1", "event 1 is missing"},
	{"two exchanged", "UPDATE event SET seq = -1 WHERE seq = 6; UPDATE event SET seq = 6 WHERE seq = 7; UPDATE event SET seq = 7 WHERE seq = -1", "event 6"},
	{"a number", "UPDATE event SET seq = 1000 WHERE seq = (SELECT MAX(seq) FROM event)", "is missing"},
	{"an added event", "INSERT INTO event (seq, canonical, hash) SELECT MAX(seq) + 1, '{\"seq\":99}', hash FROM event", "its hash does not follow"},
	{"filed elsewhere", "UPDATE event SET invoice = 'i2' WHERE seq = 9", "event 9 (approval.opened): it is filed under another invoice"},
	{"filed nowhere", "UPDATE event SET invoice = NULL WHERE seq = 9", "event 9 (approval.opened): it is filed under another invoice"},
	{"a name", "UPDATE side SET body = replace(body, 'Anna', 'Mallory') WHERE seq = 3", "event 3 (person.recorded): its side record was altered"},
	{"a salt", "UPDATE side SET salt = replace(salt, substr(salt, 1, 1), 'z') WHERE seq = 3", "event 3 (person.recorded): its side record was altered"},
	{"half erased", "UPDATE side SET body = NULL WHERE seq = 3", "event 3 (person.recorded): its side record is erased, but not its salt"},
	{"no salt", "UPDATE side SET salt = NULL WHERE seq = 3", "event 3 (person.recorded): its side record has no salt"},
	{"a lost side record", "DELETE FROM side WHERE seq = 3", "event 3 (person.recorded): its side record is missing"},
	{"a moved side record", "UPDATE side SET seq = 7 WHERE seq = 3", "event 3 (person.recorded): its side record is missing"},
	{"an added side record", "INSERT INTO side (seq, salt, body) VALUES (6, 'x', '{}')", "event 6 (invoice.routed): it has a side record"},
	{"a cut tail with its side record", "DELETE FROM event WHERE seq >= 15", "only its side record is there"},
	{"a message's bytes", "UPDATE message_body SET bytes = x'00' WHERE message = 'm1'", "event 12 (message.queued): the message's bytes were altered"},
	{"emptied bytes", "UPDATE message_body SET bytes = x'' WHERE message = 'm1'", "event 12 (message.queued): the message's bytes were altered"},
	{"lost bytes", "DELETE FROM message_body WHERE message = 'm1'", "event 12 (message.queued): the message's bytes are missing"},
	{"exchanged bytes", "UPDATE message_body SET bytes = (SELECT bytes FROM message_body WHERE message = 'm2') WHERE message = 'm1'", "event 12"},
	{"a document", "UPDATE blob SET bytes = bytes || x'00'", "was altered: its SHA-256 is now"},
	{"a lost document", "DELETE FROM blob", "event 2 (policy.applied): document "},
	{"a renamed document", "UPDATE blob SET sha256 = 'x'", "event 2 (policy.applied): document "},
	{"an added document", "INSERT INTO blob (sha256, bytes) VALUES ('x', x'00')", "document x was altered"},
};

static void test_tampering(Fixture *fixture, gconstpointer data)
{
	const Tampering *tampering = data;
	fixture_tamper(fixture, tampering->script);
	assert_broken(fixture, tampering->wanted);
}

/* The forger knows how hashes are made, and makes them anew from there on: the record itself fits again, the tables do not. */
static void test_recomputed_chain(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tamper(fixture, "UPDATE event SET canonical = replace(canonical, '\"decision\":\"approve\"', '\"decision\":\"reject\"')");
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, &error);
	char hash[SHA256_HEX_SIZE] = EVENT_HASH_ZERO;
	gint64 last = fixture_count(fixture, "SELECT MAX(seq) FROM event");
	for (gint64 seq = 1; seq <= last; seq++) {
		static const char SELECT[] = "SELECT canonical FROM event WHERE seq = :seq";
		static const char UPDATE[] = "UPDATE event SET hash = :hash WHERE seq = :seq";
		g_autoptr(SqlStatement) select = sql_prepare(sql, SELECT, &error);
		sql_bind_integer(select, ":seq", seq);
		g_assert_cmpint(sql_step(select, &error), ==, SQL_ROW);
		sha256_hex2(hash, strlen(hash), sql_text(select, 0), strlen(sql_text(select, 0)), hash);
		g_autoptr(SqlStatement) update = sql_prepare(sql, UPDATE, &error);
		sql_bind_text(update, ":hash", hash);
		sql_bind_integer(update, ":seq", seq);
		g_assert_true(sql_run(update, NULL, &error));
	}
	assert_fits(fixture);
	gint64 events;
	g_assert_false(store_replay(fixture->store, &events, &error));
	g_assert_nonnull(strstr(error->message, "table decision"));
}

/* The hash is right, but it is no event as we write one. */
static void test_not_canonical(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char canonical[] = "{ \"seq\":1,\"at\":\"2026-01-01T00:00:00Z\",\"type\":\"store.created\",\"actor\":\"cli\"}";
	char hash[SHA256_HEX_SIZE];
	sha256_hex2(EVENT_HASH_ZERO, strlen(EVENT_HASH_ZERO), canonical, strlen(canonical), hash);
	g_autofree char *script = g_strdup_printf("UPDATE event SET canonical = '%s', hash = '%s' WHERE seq = 1", canonical, hash);
	fixture_tamper(fixture, script);
	assert_broken(fixture, "event 1: not an event: it is not in canonical form");
}

/* Known, and said in the header: a chain does not tell that its end was cut off with care. */
static void test_cut_tail_fits(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tamper(fixture, "DELETE FROM side WHERE seq > 20; DELETE FROM event WHERE seq > 20;");
	assert_fits(fixture);
}

static void test_erased(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tamper(fixture, "UPDATE side SET salt = NULL, body = NULL; UPDATE message_body SET bytes = NULL;");
	assert_fits(fixture);
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceRow) invoice = store_invoice(fixture->store, "i1", &error);
	g_assert_no_error(error);
	g_assert_null(invoice->facts->number);
	g_assert_null(invoice->facts->supplier.name);
	g_assert_cmpstr(invoice->facts->currency, ==, "EUR");
	g_autoptr(MessageRow) message = store_message(fixture->store, "m1", &error);
	g_assert_no_error(error);
	g_assert_null(message->bytes);
}

/* A store that another process writes to while it is verified. */
static void test_one_state(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) other = store_open(fixture->uri, FALSE, FIXTURE_NOW, &error);
	g_assert_true(store_begin(other, &error));
	g_assert_true(store_append(other, fixture_event("invoice.unstuck", 0, "i1", NULL, NULL), NULL, &error));
	assert_fits(fixture);
	g_assert_true(store_commit(other, &error));
	assert_fits(fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-verify/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("story", test_story);
	for (gsize i = 0; i < G_N_ELEMENTS(TAMPERINGS); i++) {
		g_autofree char *path = g_strdup_printf("/store-verify/tampering/%s", TAMPERINGS[i].name);
		g_test_add(path, Fixture, &TAMPERINGS[i], set_up, test_tampering, tear_down);
	}
	ADD("recomputed-chain", test_recomputed_chain);
	ADD("not-canonical", test_not_canonical);
	ADD("cut-tail", test_cut_tail_fits);
	ADD("erased", test_erased);
	ADD("one-state", test_one_state);
	return g_test_run();
}
