#include "base/instant.h"
#include "store/schema.h"
#include "store/sql_driver.h"
#include "store/store_internal.h"
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

static void test_new(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event WHERE canonical LIKE '%store.created%'"), ==, 1);
	fixture_reopen(fixture);
	store_close(fixture->store);
	g_autoptr(GError) error = NULL;
	fixture->store = store_open(fixture->uri, TRUE, FIXTURE_NOW, &error); /* `create` of what is there opens it */
	g_assert_no_error(error);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, 1);
}

static void test_missing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(fixture->folder, "other.db", NULL);
	g_autofree char *uri = g_strconcat("sqlite:", path, NULL);
	g_assert_null(store_open(uri, FALSE, FIXTURE_NOW, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(path, "", 0, NULL)); /* died between making the file and filling it */
	g_assert_null(store_open(uri, FALSE, FIXTURE_NOW, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
	g_clear_error(&error);
	store_close(store_open(uri, TRUE, FIXTURE_NOW, &error));
	g_assert_no_error(error);
}

static void test_newer_schema(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tamper(fixture, "UPDATE store_schema SET version = version + 1");
	g_assert_null(store_open(fixture->uri, TRUE, FIXTURE_NOW, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	g_clear_error(&error);
	fixture_tamper(fixture, "DELETE FROM store_schema");
	g_assert_null(store_open(fixture->uri, FALSE, FIXTURE_NOW, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
}

static void test_transactions(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	store_rollback(fixture->store);
	g_assert_false(store_commit(fixture->store, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_false(store_begin(fixture->store, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	store_rollback(fixture->store);
}

static void append_person(Fixture *fixture, const char *person, gboolean keep)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *data = g_strdup_printf("{'person':'%s'}", person), *side = g_strdup_printf("{'directory_id':'of %s'}", person);
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_true(store_append(fixture->store, fixture_event("person.recorded", 1, NULL, data, side), NULL, &error));
	if (!keep)
		store_rollback(fixture->store);
	else
		g_assert_true(store_commit(fixture->store, &error));
}

/* Parts that are rolled back leave no gap in the record, and it holds from one batch to the next. */
static void test_batch(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 events = 0;
	const gint64 before = fixture_count(fixture, "SELECT COUNT(*) FROM event");
	g_assert_cmpint(store_mark(fixture->store), ==, 0);
	g_assert_false(store_is_writing(fixture->store));
	g_assert_true(store_batch_begin(fixture->store, &error));
	g_assert_true(store_is_writing(fixture->store));
	const gint64 mark = store_mark(fixture->store);
	g_assert_cmpint(mark, !=, 0);
	append_person(fixture, "p0", FALSE);
	g_assert_cmpint(store_mark(fixture->store), !=, mark);
	append_person(fixture, "p1", TRUE);
	g_autofree char *why = fixture_refused(fixture, ERROR_CONFLICT, "approval.approved", "i1", "{'approval':'a1','person':'p1'}", NULL);
	g_assert_nonnull(why);
	append_person(fixture, "p2", FALSE);
	append_person(fixture, "p3", TRUE);
	const gint64 read = store_mark(fixture->store);
	g_autoptr(PersonRow) person = store_person(fixture->store, "p3", &error);
	g_assert_nonnull(person);
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_true(store_commit(fixture->store, &error));
	g_assert_cmpint(store_mark(fixture->store), ==, read);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, before);
	g_assert_true(store_batch_end(fixture->store, &error));
	g_assert_cmpint(store_mark(fixture->store), ==, 0);
	append_person(fixture, "p4", TRUE);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, before + 3);
	g_assert_cmpint(fixture_count(fixture, "SELECT MAX(seq) FROM event"), ==, before + 3);
	g_assert_true(store_verify(fixture->store, &events, &error));
	g_assert_no_error(error);
}

static void test_blobs(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	char first[SHA256_HEX_SIZE], second[SHA256_HEX_SIZE];
	g_assert_true(store_put_blob(fixture->store, "a\0b", 3, first, &error));
	g_assert_true(store_put_blob(fixture->store, "a\0b", 3, second, &error));
	g_assert_cmpstr(first, ==, second);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM blob"), ==, 1);
	g_autoptr(GBytes) bytes = store_blob(fixture->store, first, &error);
	gsize length;
	const void *kept = g_bytes_get_data(bytes, &length);
	g_assert_cmpuint(length, ==, 3);
	g_assert_true(memcmp(kept, "a\0b", 3) == 0);
	g_assert_true(store_put_blob(fixture->store, "", 0, second, &error));
	g_autoptr(GBytes) empty = store_blob(fixture->store, second, &error);
	g_assert_cmpuint(g_bytes_get_size(empty), ==, 0);
	g_assert_null(store_blob(fixture->store, "none", &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

static void test_runtime(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 value = 0;
	g_assert_true(store_runtime_get(fixture->store, "last-pass", &value, &error));
	g_assert_true(value == G_MININT64);
	g_assert_true(store_runtime_set(fixture->store, "last-pass", 5, &error));
	g_assert_true(store_runtime_set(fixture->store, "last-pass", -6, &error));
	g_assert_true(store_runtime_get(fixture->store, "last-pass", &value, &error));
	g_assert_cmpint(value, ==, -6);
}

static void test_locks(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gboolean got = FALSE;
	Store *other = store_open(fixture->uri, FALSE, FIXTURE_NOW, &error);
	g_assert_true(store_lock(other, "sending", &got, &error) && got);
	g_assert_true(store_lock(other, "sending", &got, &error) && got); /* it has it already */
	g_assert_true(store_lock(fixture->store, "sending", &got, &error));
	g_assert_false(got);
	g_assert_true(store_lock(fixture->store, "planning", &got, &error) && got);
	store_close(other);
	g_assert_true(store_lock(fixture->store, "sending", &got, &error) && got);
}

static char *due_list(Fixture *fixture, gint64 now, guint limit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) due = store_wakeups_due(fixture->store, now, limit, &error);
	g_assert_no_error(error);
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < due->len; i++) {
		const Wakeup *wakeup = due->pdata[i];
		g_string_append_printf(list, "%s%s@%d ", wakeup->kind == WAKEUP_INVOICE ? "i:" : "a:", wakeup->id, (int)wakeup->at);
	}
	return g_string_free(list, FALSE);
}

static void assert_due(Fixture *fixture, gint64 now, guint limit, const char *wanted)
{
	g_autofree char *list = due_list(fixture, now, limit);
	g_assert_cmpstr(list, ==, wanted);
}

static void assert_next(Fixture *fixture, gint64 wanted)
{
	g_autoptr(GError) error = NULL;
	gint64 at = 0;
	g_assert_true(store_wakeup_next(fixture->store, &at, &error));
	g_assert_true(at == wanted);
}

static void test_wakeups(Fixture *fixture, gconstpointer data)
{
	static const struct {
		WakeupKind kind;
		const char *id;
		gint64 at;
	} wakeups[] = {
		{WAKEUP_APPROVAL, "z", 10}, {WAKEUP_APPROVAL, "a", 10}, {WAKEUP_APPROVAL, "b", 5}, {WAKEUP_INVOICE, "a", 20}, {WAKEUP_APPROVAL, "c", 30},
	};
	(void)data;
	g_autoptr(GError) error = NULL;
	assert_next(fixture, INSTANT_NONE);
	assert_due(fixture, G_MAXINT64, 10, "");
	for (gsize i = 0; i < G_N_ELEMENTS(wakeups); i++)
		g_assert_true(store_wakeup_set(fixture->store, wakeups[i].kind, wakeups[i].id, wakeups[i].at, &error));
	assert_next(fixture, 5);
	assert_due(fixture, 4, 10, "");
	assert_due(fixture, 5, 10, "a:b@5 ");
	assert_due(fixture, 20, 10, "i:a@20 a:b@5 a:a@10 a:z@10 ");
	assert_due(fixture, 20, 1, "i:a@20 ");
	assert_due(fixture, 20, 3, "i:a@20 a:b@5 a:a@10 ");
	assert_due(fixture, 20, 0, "");
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "b", 40, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_INVOICE, "a", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_INVOICE, "a", INSTANT_NONE, &error));
	assert_due(fixture, 50, 10, "a:a@10 a:z@10 a:c@30 a:b@40 ");
	assert_next(fixture, 10);
	g_assert_true(store_wakeup_by(fixture->store, WAKEUP_APPROVAL, "a", 15, &error));
	g_assert_true(store_wakeup_by(fixture->store, WAKEUP_APPROVAL, "b", 35, &error));
	g_assert_true(store_wakeup_by(fixture->store, WAKEUP_APPROVAL, "d", 45, &error));
	assert_due(fixture, 50, 10, "a:a@10 a:z@10 a:c@30 a:b@35 a:d@45 ");
}

static void test_wakeups_of_events(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	g_autofree char *opened = g_strdup_printf("i:i1@%d a:a1@%d a:a2@%d ", (int)FIXTURE_NOW + 4, (int)FIXTURE_NOW + 8, (int)FIXTURE_NOW + 9);
	assert_due(fixture, FIXTURE_NOW + 100, 10, opened);
	fixture_record(fixture, 50, "approval.moved", "i1", "{'approval':'a1','deadline':'2026-12-08T16:30:00Z'}", NULL);
	fixture_record(fixture, 51, "approval.lapsed", "i1", "{'approval':'a2'}", NULL);
	g_autofree char *moved = g_strdup_printf("i:i1@%d a:a1@%d ", (int)FIXTURE_NOW + 4, (int)FIXTURE_NOW + 50);
	assert_due(fixture, FIXTURE_NOW + 100, 10, moved);
	fixture_record(fixture, 52, "approval.approved", "i1", "{'approval':'a1'}", NULL);
	fixture_record(fixture, 53, "stage.closed", "i1", "{'stage':1,'outcome':'reached'}", NULL);
	fixture_record(fixture, 54, "invoice.approved", "i1", NULL, NULL);
	assert_due(fixture, G_MAXINT64, 10, "");
	g_assert_true(store_wakeup_all(fixture->store, 1, &error));
	assert_due(fixture, G_MAXINT64, 10, "");
}

static void test_wake_all(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	fixture_record(fixture, 51, "approval.lapsed", "i1", "{'approval':'a2'}", NULL);
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a1", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_all(fixture->store, 9, &error));
	assert_due(fixture, 9, 10, "i:i1@9 a:a1@9 ");
}

/* What has a wakeup keeps it, and an invoice with an open stage needs none. */
static void test_wake_missing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_INVOICE, "i1", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a1", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a2", 5, &error));
	g_assert_true(store_wakeup_missing(fixture->store, 9, &error));
	assert_due(fixture, 9, 10, "a:a2@5 a:a1@9 ");
	fixture_record(fixture, 51, "stage.closed", "i1", "{'stage':1,'outcome':'restarted'}", NULL);
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_INVOICE, "i1", INSTANT_NONE, &error));
	g_assert_true(store_wakeup_missing(fixture->store, 10, &error));
	assert_due(fixture, 10, 10, "i:i1@10 a:a2@5 a:a1@9 ");
}

static void test_policies(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_null(store_policy_current(fixture->store, &error));
	g_assert_no_error(error);
	fixture_record(fixture, 1, "policy.applied", NULL, "{'version':1,'policy':'x1','files':[{'name':'a.ics','document':'x2'}]}", "{'author':'jo','note':'n'}");
	fixture_record(fixture, 2, "policy.applied", NULL, "{'version':3,'policy':'x3'}", NULL);
	g_autoptr(PolicyRow) current = store_policy_current(fixture->store, &error);
	g_assert_cmpint(current->version, ==, 3);
	g_assert_cmpstr(current->sha256, ==, "x3");
	g_assert_null(current->author);
	g_autoptr(GPtrArray) all = store_policies(fixture->store, &error);
	g_assert_cmpuint(all->len, ==, 2);
	const PolicyRow *first = all->pdata[1];
	g_assert_cmpint(first->at, ==, FIXTURE_NOW + 1);
	g_assert_cmpstr(first->author, ==, "jo");
	g_assert_cmpstr(first->note, ==, "n");
	g_autofree char *file = store_policy_file(fixture->store, 1, "a.ics", &error);
	g_assert_cmpstr(file, ==, "x2");
	g_assert_null(store_policy_file(fixture->store, 3, "a.ics", &error));
	g_assert_null(store_policy_file(fixture->store, 1, "b.ics", &error));
	g_assert_no_error(error);
	static const char *const old[] = {"{'version':3,'policy':'y'}", "{'version':2,'policy':'y'}",
	                                  "{'version':4,'policy':'y','files':[{'name':'a','document':'d'},{'name':'a','document':'e'}]}"};
	for (gsize i = 0; i < G_N_ELEMENTS(old); i++)
		g_free(fixture_refused(fixture, ERROR_CONFLICT, "policy.applied", NULL, old[i], NULL));
	g_free(fixture_refused(fixture, ERROR_INVALID, "policy.applied", NULL, "{'version':4}", NULL));
}

static char *name_of(PersonRow *row)
{
	char *name = row != NULL ? g_strdup_printf("%s %s", row->id, row->person->name) : NULL;
	person_row_free(row);
	return name;
}

static void test_people(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *asked;
		const char *wanted;
	} cases[] = {
		{"anna", "p1 Anna"}, {"ANNA", "p1 Anna"}, {"anna@example.nl", "p1 Anna"}, {"ANNA@EXAMPLE.NL", "p1 Anna"},
		{"bob", "p2 Bob"}, {"an.na", NULL}, {"", NULL}, {"p1", NULL}, {"d1", NULL},
	};
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = name_of(store_person_by_name(fixture->store, cases[i].asked, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(name, ==, cases[i].wanted);
	}
	g_autofree char *by_id = name_of(store_person_by_directory_id(fixture->store, "d2", &error));
	g_assert_cmpstr(by_id, ==, "p2 Bob");
	g_assert_null(store_person_by_directory_id(fixture->store, "d3", &error));
	g_assert_no_error(error);
	g_autoptr(PersonRow) anna = store_person(fixture->store, "p1", &error);
	g_assert_cmpstr(anna->person->directory_id, ==, "d1");
	g_assert_cmpstr(anna->person->dn, ==, "uid=anna");
	g_assert_cmpstr(anna->person->mail, ==, "Anna@example.nl");
	g_assert_cmpstr(anna->person->language, ==, "nl");
	g_assert_cmpstr(anna->person->country, ==, "NL");
	g_assert_null(store_person(fixture->store, "p9", &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

static void test_people_change(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_open_approvals(fixture);
	/* Bob left, his uid and address passed to another: the name is the other's from then on */
	fixture_record(fixture, 20, "person.recorded", NULL, "{'person':'p3'}", "{'directory_id':'d3','uid':'bob','name':'Bobby','mail':'bob@example.nl'}");
	g_autofree char *by_uid = name_of(store_person_by_name(fixture->store, "bob", &error));
	g_assert_cmpstr(by_uid, ==, "p3 Bobby");
	g_autofree char *by_mail = name_of(store_person_by_name(fixture->store, "bob@example.nl", &error));
	g_assert_cmpstr(by_mail, ==, "p3 Bobby");
	fixture_record(fixture, 21, "person.recorded", NULL, "{'person':'p1'}", "{'directory_id':'d1','uid':'annet','name':'Annet'}");
	g_assert_null(store_person_by_name(fixture->store, "anna", &error));
	g_autofree char *renamed = name_of(store_person_by_name(fixture->store, "annet", &error));
	g_assert_cmpstr(renamed, ==, "p1 Annet");
	g_autofree char *why = fixture_refused(fixture, ERROR_CONFLICT, "person.recorded", NULL, "{'person':'p4'}", "{'directory_id':'d1'}");
	g_assert_nonnull(strstr(why, "person.recorded of p4"));
}

/* --- what a question reads --- */

static char *plan_of(Sql *sql, GHashTable *kept, const char *question)
{
	g_autoptr(GError) error = NULL;
	char *text = g_strconcat("EXPLAIN QUERY PLAN ", question, NULL); /* cached by its address: stays until the store is closed */
	g_hash_table_add(kept, text);
	g_autoptr(SqlStatement) statement = sql_prepare(sql, text, &error);
	g_assert_no_error(error);
	GString *plan = g_string_new(NULL);
	while (sql_step(statement, &error) == SQL_ROW)
		g_string_append_printf(plan, "%s; ", sql_text(statement, 3));
	return g_string_free(plan, FALSE);
}

static gboolean never(const InvoiceRow *row, gpointer user_data)
{
	(void)row;
	(void)user_data;
	return FALSE;
}

static void drop(GPtrArray *rows)
{
	g_assert_nonnull(rows);
	g_ptr_array_unref(rows);
}

static void ask_everything(Store *store)
{
	InvoiceFilter open = {.only_open = TRUE}, all = {.now = 1};
	gint64 at, changes;
	gboolean yes;
	guint count;
	char *reply;
	drop(store_wakeups_due(store, 1, 1, NULL));
	store_wakeup_next(store, &at, NULL);
	drop(store_untold(store, "p1", NULL));
	message_row_free(store_waiting_notice(store, "p1", NULL));
	drop(store_messages_to_send(store, 1, 1, NULL));
	store_next_mail_try(store, &at, NULL);
	drop(store_calls_to_make(store, "sms", 1, 1, NULL));
	drop(store_channels_in_use(store, NULL));
	drop(store_messages_of_invoice(store, "i1", NULL));
	drop(store_messages_of_approval(store, "a1", NULL));
	drop(store_stages(store, "i1", NULL));
	drop(store_approvals(store, "i1", NULL));
	drop(store_reminders(store, "a1", NULL));
	drop(store_asked(store, "a1", NULL));
	drop(store_rung_actions(store, "a1", NULL));
	drop(store_invites(store, "p1", NULL));
	drop(store_people_due(store, 1, NULL));
	drop(store_sightings(store, FALSE, NULL));
	drop(store_sightings(store, TRUE, NULL));
	sighting_row_free(store_sighting(store, "p1", NULL));
	store_change_hold(store, &at, NULL);
	store_outage(store, &at, NULL);
	store_last_return(store, "p1", &at, NULL);
	drop(store_calendar_outages(store, NULL));
	store_count_changes(store, &changes, &at, NULL);
	store_last_refusal(store, "p1", "a@b", 1, &reply, NULL);
	g_clear_pointer(&reply, g_free);
	drop(store_invited(store, "p1", NULL));
	drop(store_decisions(store, "i1", NULL));
	drop(store_notes(store, "i1", NULL));
	drop(store_hold_rows(store, "i1", NULL));
	hold_row_free(store_hold_lasting(store, "i1", NULL));
	drop(store_notices_to_send(store, 1, 1, NULL));
	store_paused(store, &yes, NULL, NULL);
	store_count_tried(store, 1, &count, &at, NULL);
	store_last_alarm(store, &at, NULL);
	store_is_idle(store, "a1", "overdue", &yes, NULL, NULL);
	drop(store_waiting_mails(store, NULL));
	invoice_row_free(store_invoice_find(store, "jansen/1", NULL));
	invoice_row_free(store_invoice_by_identity(store, "x", NULL));
	person_row_free(store_person_by_name(store, "x", NULL));
	g_assert_true(store_invoices(store, &open, never, NULL, NULL));
	g_assert_true(store_invoices(store, &all, never, NULL, NULL));
}

static void test_indexes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_tell_story(fixture);
	fixture_reopen(fixture);
	ask_everything(fixture->store);
	g_autoptr(GHashTable) kept = g_hash_table_new_full(g_direct_hash, g_direct_equal, g_free, NULL);
	g_autoptr(GList) questions = g_hash_table_get_keys(fixture->store->sql->cache);
	guint checked = 0, waking = 0, telling = 0;
	for (const GList *link = questions; link != NULL; link = link->next) {
		const char *question = link->data;
		g_autofree char *plan = plan_of(fixture->store->sql, kept, question);
		gboolean reads_wakeups = strstr(question, "FROM wakeup") != NULL;
		/* one page of a list, the next message: an index walked in its order is what is wanted */
		gboolean walks = strstr(question, "LIMIT") != NULL;
		gboolean opens = strstr(question, "store_schema") != NULL || strstr(question, "sqlite_master") != NULL;
		/* nothing stands in these indexes but what is asked for */
		gboolean untold = strstr(plan, "INDEX message_refused") != NULL || strstr(plan, "INDEX invoice_stuck") != NULL ||
		                  strstr(plan, "INDEX idle_untold") != NULL || strstr(plan, "INDEX alarm_untold") != NULL ||
		                  strstr(plan, "INDEX change_hold_untold") != NULL || strstr(plan, "INDEX outage_untold") != NULL || strstr(plan, "INDEX received_untold") != NULL;
		gboolean lasts = strstr(plan, "INDEX pause_lasts") != NULL || strstr(plan, "INDEX change_hold_lasts") != NULL || strstr(plan, "INDEX outage_lasts") != NULL;
		/* the few of whom something is wrong, and beside them at most what is pending */
		gboolean wrong = strstr(plan, "SCAN sighting") != NULL || strstr(plan, "COVERING INDEX approval_pending") != NULL;
		gboolean calls = strstr(plan, "INDEX message_call") != NULL;
		if (strstr(plan, "SCAN") != NULL && !walks && !opens && !untold && !lasts && !wrong && !calls)
			g_error("%s\nreads a whole table: %s", question, plan);
		if ((walks || untold) && strstr(plan, "TEMP B-TREE") != NULL)
			g_error("%s\nsorts: %s", question, plan);
		if (reads_wakeups && (strstr(plan, "USING COVERING INDEX wakeup_due") == NULL || strstr(plan, "SCAN") != NULL))
			g_error("%s\nreads more than the index of what is due: %s", question, plan);
		waking += reads_wakeups ? 1 : 0;
		telling += untold ? 1 : 0;
		checked++;
	}
	g_assert_cmpuint(waking, ==, 3);
	g_assert_cmpuint(telling, ==, 7);
	g_assert_cmpuint(checked, >, 14);
	store_close(g_steal_pointer(&fixture->store)); /* before the texts go */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("new", test_new);
	ADD("missing", test_missing);
	ADD("newer-schema", test_newer_schema);
	ADD("transactions", test_transactions);
	ADD("batch", test_batch);
	ADD("blobs", test_blobs);
	ADD("runtime", test_runtime);
	ADD("locks", test_locks);
	ADD("wakeups", test_wakeups);
	ADD("wakeups-of-events", test_wakeups_of_events);
	ADD("wake-all", test_wake_all);
	ADD("wake-missing", test_wake_missing);
	ADD("policies", test_policies);
	ADD("people", test_people);
	ADD("people-change", test_people_change);
	ADD("indexes", test_indexes);
	return g_test_run();
}
