#include "store/schema.h"
#include "store_fixture.h"

#include <string.h>

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

static void assert_same(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	gint64 events = 0;
	store_replay(fixture->store, &events, &error);
	g_assert_no_error(error);
	g_assert_cmpint(events, ==, fixture_count(fixture, "SELECT COUNT(*) FROM event"));
}

static void assert_differs(Fixture *fixture, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	gint64 events = -7;
	g_assert_false(store_replay(fixture->store, &events, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	if (strstr(error->message, wanted) == NULL)
		g_error("wanted \"%s\", got \"%s\"", wanted, error->message);
	g_assert_cmpint(events, ==, -7);
}

static void test_empty(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_same(fixture);
}

static void test_story(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	assert_same(fixture);
	fixture_reopen(fixture);
	assert_same(fixture);
}

/* What the story leaves out: it would end what other tests go on with. */
static void test_handed_on(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tell_story(fixture);
	fixture_record(fixture, 100, "approval.delegated", "i1", "{'approval':'a3','stage':2,'why':'delegate','to':'a4','person':'p2'}", "{'reason':'away'}");
	fixture_record(fixture, 101, "approval.opened", "i1",
	               "{'approval':'a4','stage':2,'group':0,'person':'p1','start':'2026-12-01T09:00:00Z','deadline':'2026-12-03T16:30:00Z','centre':1,"
	               "'replaces':'a3','by':'p2'}", NULL);
	assert_same(fixture);
	g_autoptr(GPtrArray) approvals = store_approvals(fixture->store, "i1", &error);
	g_assert_no_error(error);
	const Approval *handed = approvals->pdata[2], *taken = approvals->pdata[3];
	g_assert_cmpint(handed->state, ==, APPROVAL_DELEGATED);
	g_assert_cmpstr(handed->handed, ==, "delegate");
	g_assert_cmpstr(taken->replaces, ==, "a3");
	g_assert_cmpint(taken->centre, ==, 1);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "approval.delegated", "i1", "{'approval':'a3','stage':2,'why':'delegate'}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invoice.booked", "i1", NULL, NULL));
	fixture_record(fixture, 102, "approval.lapsed", "i1", "{'approval':'a4','stage':2}", NULL);
	fixture_record(fixture, 103, "stage.closed", "i1", "{'stage':2,'outcome':'restarted'}", NULL);
	fixture_record(fixture, 104, "invoice.restarted", "i1", "{'channel':'cli'}", NULL);
	fixture_record(fixture, 105, "invoice.routed", "i1", "{'chain':'rest','policy_version':1,'passed_over':0}", NULL);
	fixture_record(fixture, 106, "invoice.waits", "i1", "{'stage':'confirmation','position':0,'why':'booked'}", NULL);
	assert_same(fixture);
	g_autoptr(InvoiceRow) invoice = store_invoice(fixture->store, "i1", &error);
	g_assert_no_error(error);
	g_assert_cmpint(invoice->began, ==, 3);
	g_assert_cmpstr(invoice->waits, ==, "booked");
	g_assert_cmpint(invoice->booked, ==, FIXTURE_NOW + 69);
	fixture_record(fixture, 107, "invoice.withdrawn", "i1", NULL, NULL);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invoice.restarted", "i1", NULL, NULL));
	assert_same(fixture);
}

/* Who is owed word that it is done, until they have it or nobody can give it. */
static void test_thanks(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tell_story(fixture);
	g_autoptr(GPtrArray) owed = store_thanks_owed(fixture->store, "p1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(owed->len, ==, 1);
	g_assert_cmpint(((const OwedRow *)owed->pdata[0])->since, ==, FIXTURE_NOW + 63);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM wakeup WHERE kind = 6"), ==, 2);
	g_autoptr(GPtrArray) told = store_told_of_stage(fixture->store, "i1", 1, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < told->len; i++)
		g_assert_cmpstr(told->pdata[i], ==, "p1"); /* the other's mail was withdrawn */
	fixture_record(fixture, 100, "message.queued", NULL, "{'message':'d1','kind':'news','person':'p1','approvals':['a1']}", NULL);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM thanks_owed"), ==, 2);
	fixture_record(fixture, 101, "message.queued", NULL, "{'message':'d2','kind':'done','person':'p1','approvals':['a1']}", NULL);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM thanks_owed WHERE person = 'p2'"), ==, 1);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM thanks_owed"), ==, 1);
	assert_same(fixture);
	fixture_record(fixture, 102, "thanks.dropped", NULL, "{'person':'p2','approvals':['a2'],'why':'absent'}", NULL);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM thanks_owed"), ==, 0);
	assert_same(fixture);
}

static void test_inside_a_transaction(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tell_story(fixture);
	g_assert_true(store_begin(fixture->store, &error));
	assert_same(fixture);
	g_assert_true(store_commit(fixture->store, &error));
}

/* Every table and column that holds anything after the story. */
static GPtrArray *story_columns(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, &error);
	GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
	for (const SchemaTable *table = schema_tables(); table->name != NULL; table++) {
		g_autoptr(SqlStatement) statement = sql_prepare(sql, table->select, &error);
		g_assert_no_error(error);
		g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW); /* the story leaves no table empty */
		for (guint i = 0; i < sql_columns(statement); i++)
			g_ptr_array_add(columns, g_strdup_printf("%s %s", table->name, sql_column_name(statement, i)));
	}
	return columns;
}

/* "invoice, ordinal" */
static char *key_of(const Fixture *fixture, const char *name)
{
	const SchemaTable *table = schema_tables();
	while (strcmp(table->name, name) != 0)
		table++;
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, NULL);
	g_autoptr(SqlStatement) statement = sql_prepare(sql, table->select, NULL);
	GString *key = g_string_new(NULL);
	for (guint i = 0; i < table->keys; i++)
		g_string_append_printf(key, "%s%s", i > 0 ? ", " : "", sql_column_name(statement, i));
	return g_string_free(key, FALSE);
}

/* In the first row. */
static void alter(const Fixture *fixture, const char *table, const char *column)
{
	g_autofree char *key = key_of(fixture, table);
	g_autofree char *script = g_strdup_printf("UPDATE %s SET %s = CASE typeof(%s) WHEN 'integer' THEN %s + 1000 WHEN 'null' THEN 7"
	                                          " ELSE %s || 'x' END WHERE (%s) = (SELECT %s FROM %s ORDER BY %s LIMIT 1)",
	                                          table, column, column, column, column, key, key, table, key);
	fixture_tamper(fixture, script);
}

static gboolean is_of_table(const char *column, const char *table)
{
	return g_str_has_prefix(column, table) && column[strlen(table)] == ' ';
}

/* One row altered in one column, and put right again: after the last of a table all is as it was. */
static void test_every_column(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	g_autoptr(GPtrArray) columns = story_columns(fixture);
	g_assert_cmpuint(columns->len, >, 80);
	for (guint i = 0; i < columns->len; i++) {
		g_auto(GStrv) words = g_strsplit(columns->pdata[i], " ", 2);
		g_autofree char *wanted = g_strdup_printf("table %s", words[0]);
		g_autofree char *save = g_strdup_printf("CREATE TABLE kept AS SELECT * FROM %s", words[0]);
		g_autofree char *restore = g_strdup_printf("DELETE FROM %s; INSERT INTO %s SELECT * FROM kept; DROP TABLE kept;", words[0], words[0]);
		fixture_tamper(fixture, save);
		alter(fixture, words[0], words[1]);
		assert_differs(fixture, wanted);
		fixture_tamper(fixture, restore);
		gboolean is_last = i + 1 == columns->len || !is_of_table(columns->pdata[i + 1], words[0]);
		if (is_last)
			assert_same(fixture);
	}
}

/* What schema_tables() compares is all there is: no table and no column is left out. */
static void test_nothing_left_out(Fixture *fixture, gconstpointer data)
{
	static const char *const apart[] = {"event", "side", "blob", "message_body", "message_file", "wakeup", "runtime", "directory_answer", "feed", "feed_absence", "secret_key", "store_schema"};
	(void)data;
	gint64 compared = 0;
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, NULL);
	for (const SchemaTable *table = schema_tables(); table->name != NULL; table++, compared++) {
		g_autofree char *question = g_strdup_printf("SELECT COUNT(*) FROM pragma_table_info('%s')", table->name);
		g_autoptr(SqlStatement) statement = sql_prepare(sql, table->select, NULL);
		g_assert_cmpint(fixture_count(fixture, question), ==, sql_columns(statement));
	}
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'"), ==,
	                compared + (gint64)G_N_ELEMENTS(apart));
}

static void test_rows_lost_and_added(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *script;
		const char *wanted;
	} cases[] = {
		{"DELETE FROM approval WHERE id = 'a3'", "table approval, row a3: it is missing"},
		{"DELETE FROM approval WHERE id = 'a1'", "table approval: row a2 stands where the events give row a1"},
		{"INSERT INTO policy_file (version, name, document) VALUES (1, 'z', 'x')", "table policy_file, row 1, z: no event gives it"},
		{"UPDATE approval SET state = 'approved' WHERE id = 'a3'", "table approval, row a3: state is not what"},
		{"UPDATE person SET name = 'Mallory' WHERE id = 'p1'", "table person, row p1: name is not what"},
	};
	(void)data;
	fixture_tell_story(fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		fixture_tamper(fixture, "CREATE TABLE a AS SELECT * FROM approval; CREATE TABLE p AS SELECT * FROM person;"
		                        "CREATE TABLE f AS SELECT * FROM policy_file;");
		fixture_tamper(fixture, cases[i].script);
		assert_differs(fixture, cases[i].wanted);
		fixture_tamper(fixture, "DELETE FROM approval; INSERT INTO approval SELECT * FROM a; DROP TABLE a;"
		                        "DELETE FROM person; INSERT INTO person SELECT * FROM p; DROP TABLE p;"
		                        "DELETE FROM policy_file; INSERT INTO policy_file SELECT * FROM f; DROP TABLE f;");
	}
	assert_same(fixture);
}

/* A text where a number was, of the same digits, is another value. */
static void test_types_count(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_tamper(fixture, "UPDATE message SET subject = CAST(subject AS BLOB) WHERE id = 'm1'");
	assert_differs(fixture, "table message, row m1: subject");
}

static void test_altered_event(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_tamper(fixture, "UPDATE event SET canonical = replace(canonical, '\"approval\":\"a3\"', '\"approval\":\"a4\"')");
	assert_differs(fixture, "table approval: row a3 stands where the events give row a4");
}

static void test_event_that_does_not_fit(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_tamper(fixture, "UPDATE event SET canonical = replace(canonical, '\"type\":\"approval.lapsed\"', '\"type\":\"approval.moved\"')");
	assert_differs(fixture, "does not fit those before it: approval.moved of a2");
}

static void test_unreadable_event(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_tamper(fixture, "UPDATE event SET canonical = '{' WHERE seq = 5");
	assert_differs(fixture, "not an event");
}

/* What erasing does: the side record goes, and with it the personal columns. */
static void test_erased(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_tamper(fixture, "UPDATE side SET salt = NULL, body = NULL WHERE seq IN (SELECT seq FROM event WHERE canonical LIKE '%\"p1\"%'"
	                        " AND canonical LIKE '%person.recorded%')");
	assert_differs(fixture, "table person, row p1");
	fixture_tamper(fixture, "UPDATE person SET directory_id = NULL, uid = NULL, dn = NULL, name = NULL, mail = NULL, language = NULL,"
	                        " country = NULL, uid_key = NULL, mail_key = NULL WHERE id = 'p1'");
	assert_same(fixture);
	g_autoptr(GError) error = NULL;
	gint64 events;
	g_assert_true(store_verify(fixture->store, &events, &error));
	g_autoptr(PersonRow) person = store_person(fixture->store, "p1", &error);
	g_assert_no_error(error);
	g_assert_null(person->person->name);
}

/* --- random sequences --- */

#define STEPS 1500

static const char *const EVENT_TYPES[] = {
	"invoice.received",    "invoice.updated",   "invoice.routed",    "invoice.stuck",     "invoice.unstuck",    "invoice.approved",
	"invoice.rejected",    "invoice.withdrawn", "stage.opened",      "stage.closed",      "approval.opened",    "approval.moved",
	"approval.approved",   "approval.rejected", "approval.lapsed",   "reminder.planned",  "reminder.claimed",  "reminder.superseded", "reminder.passed",
	"reminder.returned",   "message.queued",    "message.waits",     "message.withheld",   "message.sending",   "message.accepted",  "message.deferred",   "message.refused",
	"message.uncertain",   "message.unsent",    "message.withdrawn", "invite.requested",  "invite.updated",    "invite.cancelled",  "decision.recorded",  "person.recorded",
	"policy.applied",      "approver.resolved", "invoice.held",      "invoice.released",  "approval.idle",      "approval.attended",  "sending.paused",
	"sending.resumed",     "budget.reached",    "approver.added",    "approver.left",     "rung.acted",        "absence.set",
	"absence.cleared",     "absence.over",
	"person.missing",      "person.lost",       "person.found",      "change.held",       "change.allowed",     "change.confirmed",
	"directory.silent",    "directory.answers", "calendar.silent",   "calendar.answers",
};

static void set_random_id(Json *object, const char *key, const char *kind, int count)
{
	g_autofree char *id = g_strdup_printf("%s%d", kind, g_test_rand_int_range(1, count));
	js_object_set_string(object, key, id);
}

/* Every member that any event reads, each with a random value: what a type does not read does no harm. */
static Event *random_event(int step)
{
	const char *type = EVENT_TYPES[g_test_rand_int_range(0, (gint32)G_N_ELEMENTS(EVENT_TYPES))];
	static const char *const decisions[] = {"approve", "reject", "withdraw"};
	g_autofree char *invoice = g_strdup_printf("i%d", g_test_rand_int_range(1, 4));
	Event *event = event_new(type, FIXTURE_NOW + step, NULL, invoice);
	Json *data = event->data;
	set_random_id(data, "approval", "a", 6);
	set_random_id(data, "person", "p", 3);
	set_random_id(data, "message", "m", 6);
	set_random_id(data, "absence", "b", 9);
	set_random_id(data, "deputy", "p", 3);
	set_random_id(data, "calendar", "c", 3);
	set_random_id(data, "rung", "r", 3);
	set_random_id(data, "document", "doc", 9);
	set_random_id(data, "identity", "identity", 4);
	js_object_set_integer(data, "stage", g_test_rand_int_range(1, 4));
	js_object_set_integer(data, "position", 0);
	js_object_set_integer(data, "group", 0);
	js_object_set_integer(data, "groups", 1);
	js_object_set_integer(data, "occurrence", g_test_rand_int_range(0, 2));
	js_object_set_integer(data, "attempt", step);
	js_object_set_integer(data, "sequence", g_test_rand_int_range(0, 5));
	js_object_set_integer(data, "version", g_test_rand_int_range(1, 9));
	js_object_set_integer(data, "policy_version", 1);
	js_object_set_integer(data, "budget", 5000);
	js_object_set_boolean(data, "restarts", g_test_rand_bit());
	gboolean held = strcmp(type, "invoice.held") == 0;
	js_object_set_string(data, "kind", held ? "hold" : g_test_rand_bit() ? "mail" : "notice");
	Json *people = js_array_new();
	js_array_append_string(people, g_test_rand_bit() ? "p1" : "p2");
	js_object_set(data, "people", people);
	js_object_set_integer(data, "count", step);
	js_object_set_integer(data, "open", g_test_rand_int_range(1, 99));
	Json *facts = js_array_new();
	g_autofree char *fact = g_strdup_printf("%s%d", g_test_rand_bit() ? "stuck:i1:" : "refused:m", g_test_rand_int_range(1, 6));
	js_array_append_string(facts, fact);
	js_object_set(data, "facts", facts);
	js_object_set_string(data, "decision", decisions[g_test_rand_int_range(0, 3)]);
	js_object_set_string(data, "state", g_test_rand_bit() ? "queued" : "deferred");
	js_object_set_string(data, "outcome", strcmp(type, "rung.acted") == 0 ? "nobody" : "outcome");
	js_object_set_string(data, "how", g_test_rand_bit() ? "added" : "deputy");
	js_object_set_string(data, "action", g_test_rand_bit() ? "add" : "reassign");
	static const char *const words[] = {"role", "of", "chain", "name", "ladder", "need", "within", "at_least", "why", "uid", "channel", "policy"};
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		js_object_set_string(data, words[i], held && i == 0 ? "finance" : words[i]);
	if (strcmp(type, "person.lost") == 0)
		js_object_set_string(data, "why", g_test_rand_bit() ? "gone" : "disabled");
	static const char *const instants[] = {"seen", "missed", "since", "until", "ended", "opens", "start", "deadline", "unrolled", "fires", "not_before", "next_try", "tried", "starts", "ends"};
	for (gsize i = 0; i < G_N_ELEMENTS(instants); i++)
		js_object_set_instant(data, instants[i], FIXTURE_NOW + g_test_rand_int_range(0, 100000));
	js_object_set_instant(data, "from", FIXTURE_NOW - g_test_rand_int_range(1, 100000));
	if (g_test_rand_int_range(0, 4) != 0) {
		Json *side = event_private(event);
		set_random_id(side, "number", "N-", 5);
		set_random_id(side, "directory_id", "d", 4);
		set_random_id(side, "uid", "Uid", 4);
		set_random_id(side, "label", "calendar ", 3);
		set_random_id(side, "reply", "250 ", 9);
		set_random_id(side, "reason", "because ", 9);
	}
	return event;
}

static gboolean append_random(Fixture *fixture, int step)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	Event *event = random_event(step);
	g_autofree char *type = g_strdup(event->type);
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	gboolean taken = strcmp(type, "message.queued") == 0 ? store_append_message(fixture->store, event, bytes, NULL, &error)
	                                                     : store_append(fixture->store, event, NULL, &error);
	if (taken) {
		g_assert_true(store_commit(fixture->store, &error));
		return TRUE;
	}
	g_assert_cmpint(error_kind(error), ==, ERROR_CONFLICT);
	store_rollback(fixture->store);
	return FALSE;
}

static void test_random(Fixture *fixture, gconstpointer data)
{
	(void)data;
	guint taken = 0;
	for (int step = 0; step < STEPS; step++) {
		taken += append_random(fixture, step) ? 1 : 0;
		if (step % 300 == 0)
			assert_same(fixture);
	}
	assert_same(fixture);
	g_assert_cmpuint(taken, >, STEPS / 20);
	g_test_message("%u of %d events were taken", taken, STEPS);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-replay/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("empty", test_empty);
	ADD("story", test_story);
	ADD("handed-on", test_handed_on);
	ADD("thanks", test_thanks);
	ADD("inside-a-transaction", test_inside_a_transaction);
	ADD("every-column", test_every_column);
	ADD("nothing-left-out", test_nothing_left_out);
	ADD("rows-lost-and-added", test_rows_lost_and_added);
	ADD("types-count", test_types_count);
	ADD("altered-event", test_altered_event);
	ADD("event-that-does-not-fit", test_event_that_does_not_fit);
	ADD("unreadable-event", test_unreadable_event);
	ADD("erased", test_erased);
	ADD("random", test_random);
	return g_test_run();
}
