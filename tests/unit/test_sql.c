#include "base/instant.h"
#include "store/sql.h"
#include "store_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
	Fixture files; /* only its folder matters here */
	Sql *sql;
} Database;

static Sql *open_at(const Database *database, const char *name, gboolean create, GError **error)
{
	g_autofree char *uri = g_strdup_printf("sqlite:%s/%s", database->files.folder, name);
	return sql_open(uri, create, error);
}

static void set_up(Database *database, gconstpointer data)
{
	(void)data;
	fixture_init(&database->files);
	g_autoptr(GError) error = NULL;
	database->sql = open_at(database, "sql.db", TRUE, &error);
	g_assert_no_error(error);
	g_assert_true(sql_script(database->sql,
	                         "CREATE TABLE parent (id TEXT NOT NULL PRIMARY KEY);"
	                         "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER CHECK (size < 10),"
	                         " bytes BLOB, parent TEXT REFERENCES parent (id));",
	                         &error));
}

static void tear_down(Database *database, gconstpointer data)
{
	(void)data;
	sql_close(database->sql);
	fixture_clear(&database->files);
}

static const char INSERT[] = "INSERT INTO t (id, name, size, bytes, parent) VALUES (:id, :name, :size, :bytes, :parent)";
static const char SELECT[] = "SELECT id, name, size, bytes, parent FROM t ORDER BY id";

static gboolean insert(Sql *sql, gint64 id, const char *name, gint64 size, const char *parent, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(sql, INSERT, error);
	g_assert_nonnull(statement);
	sql_bind_integer(statement, ":id", id);
	sql_bind_text(statement, ":name", name);
	sql_bind_instant(statement, ":size", size);
	sql_bind_blob(statement, ":bytes", "a\0b", 3);
	sql_bind_text(statement, ":parent", parent);
	return sql_run(statement, NULL, error);
}

static void test_values(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(insert(database->sql, 1, "één", INSTANT_NONE, NULL, &error));
	g_autoptr(SqlStatement) statement = sql_prepare(database->sql, SELECT, &error);
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW);
	gsize length;
	g_assert_cmpint(sql_integer(statement, 0), ==, 1);
	g_assert_cmpstr(sql_text(statement, 1), ==, "één");
	g_assert_true(sql_is_null(statement, 2));
	g_assert_true(sql_instant(statement, 2) == INSTANT_NONE);
	const void *bytes = sql_blob(statement, 3, &length);
	g_assert_cmpuint(length, ==, 3);
	g_assert_true(memcmp(bytes, "a\0b", 3) == 0);
	g_assert_null(sql_text(statement, 4));
	g_assert_cmpstr(sql_column_name(statement, 1), ==, "name");
	g_assert_cmpuint(sql_columns(statement), ==, 5);
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_DONE);
}

static void test_no_bytes_are_a_value(Database *database, gconstpointer data)
{
	static const char UPDATE[] = "UPDATE t SET bytes = :bytes";
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &error));
	g_autoptr(SqlStatement) update = sql_prepare(database->sql, UPDATE, &error);
	sql_bind_blob(update, ":bytes", NULL, 0);
	gint64 changes = 0;
	g_assert_true(sql_run(update, &changes, &error));
	g_assert_cmpint(changes, ==, 1);
	g_autoptr(SqlStatement) statement = sql_prepare(database->sql, SELECT, &error);
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW);
	gsize length = 9;
	sql_blob(statement, 3, &length);
	g_assert_false(sql_is_null(statement, 3));
	g_assert_cmpuint(length, ==, 0);
}

static void test_refused_values(Database *database, gconstpointer data)
{
	static const struct {
		const char *name;
		gint64 size;
		const char *parent;
		ErrorKind kind;
	} cases[] = {
		{"a", 1, NULL, ERROR_CONFLICT},       /* there is one */
		{NULL, 1, NULL, ERROR_INVALID},       /* must be there */
		{"b", 11, NULL, ERROR_INVALID},       /* out of range */
		{"b", 1, "nobody", ERROR_CONFLICT},   /* refers to nothing */
	};
	(void)data;
	g_autoptr(GError) none = NULL;
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &none));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(insert(database->sql, 2, cases[i].name, cases[i].size, cases[i].parent, &error));
		g_assert_error(error, AKKOORD_ERROR, (int)cases[i].kind);
	}
	g_assert_true(insert(database->sql, 2, "b", 9, NULL, &none)); /* the cached statement is as good as new */
}

static void test_cache(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	SqlStatement *first = sql_prepare(database->sql, SELECT, &error);
	SqlStatement *twin = sql_prepare(database->sql, SELECT, &error);
	g_assert_true(first != twin); /* in use: asking the same inside a visit must not disturb it */
	sql_finish(twin);
	sql_finish(first);
	SqlStatement *again = sql_prepare(database->sql, SELECT, &error);
	g_assert_true(again == first);
	sql_finish(again);
}

static void test_nothing_stays_bound(Database *database, gconstpointer data)
{
	static const char ECHO[] = "SELECT :x";
	(void)data;
	g_autoptr(GError) error = NULL;
	SqlStatement *statement = sql_prepare(database->sql, ECHO, &error);
	sql_bind_text(statement, ":x", "old");
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW);
	sql_finish(statement);
	statement = sql_prepare(database->sql, ECHO, &error);
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW);
	g_assert_null(sql_text(statement, 0));
	sql_finish(statement);
}

static gint64 count_rows(Sql *sql)
{
	static const char COUNT[] = "SELECT COUNT(*) FROM t";
	g_autoptr(SqlStatement) statement = sql_prepare(sql, COUNT, NULL);
	g_assert_cmpint(sql_step(statement, NULL), ==, SQL_ROW);
	return sql_integer(statement, 0);
}

static void test_transactions(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_false(sql_commit(database->sql, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	sql_rollback(database->sql);
	g_assert_true(sql_begin(database->sql, SQL_WRITE, &error));
	g_assert_true(sql_in_transaction(database->sql));
	g_assert_false(sql_begin(database->sql, SQL_WRITE, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &error));
	sql_rollback(database->sql);
	g_assert_cmpint(count_rows(database->sql), ==, 0);
	g_assert_true(sql_begin(database->sql, SQL_WRITE, &error));
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &error));
	g_assert_true(sql_commit(database->sql, &error));
	g_assert_false(sql_in_transaction(database->sql));
	g_assert_cmpint(count_rows(database->sql), ==, 1);
}

static void insert_part(Sql *sql, gint64 id, gboolean keep)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("row %d", (int)id);
	g_assert_true(sql_begin(sql, SQL_WRITE, &error));
	g_assert_true(insert(sql, id, name, 1, NULL, &error));
	if (!keep)
		sql_rollback(sql);
	else
		g_assert_true(sql_commit(sql, &error));
	g_assert_false(sql_in_transaction(sql));
}

static void test_batch(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	Sql *sql = database->sql;
	g_autoptr(Sql) other = open_at(database, "sql.db", FALSE, &error);
	g_assert_true(sql_script(other, "PRAGMA busy_timeout = 0", &error));
	g_assert_true(sql_batch_begin(sql, &error));
	g_assert_true(sql_in_batch(sql));
	g_assert_false(sql_begin(other, SQL_WRITE, NULL)); /* from the beginning */
	insert_part(sql, 1, TRUE);
	const gint64 written = sql_written(sql);
	insert_part(sql, 2, FALSE);
	g_assert_cmpint(sql_written(sql), >, written); /* what was rolled back was written too */
	g_assert_cmpint(count_rows(sql), ==, 1);
	g_assert_true(insert(sql, 3, "between", 1, NULL, &error));
	g_assert_false(sql_batch_begin(sql, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	g_assert_cmpint(count_rows(other), ==, 0); /* nothing is written before the end */
	g_assert_true(sql_begin(sql, SQL_WRITE, &error));
	g_assert_true(insert(sql, 4, "open", 1, NULL, &error));
	g_assert_true(sql_batch_end(sql, &error));
	g_assert_false(sql_in_batch(sql));
	g_assert_false(sql_in_transaction(sql));
	g_assert_cmpint(count_rows(other), ==, 2);
	insert_part(sql, 2, TRUE);
	g_assert_cmpint(count_rows(other), ==, 3);
}

/* A batch that is lost is lost whole, and nothing more is written in it. */
static void test_lost_batch(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	Sql *sql = database->sql;
	g_assert_true(sql_batch_begin(sql, &error));
	insert_part(sql, 1, TRUE);
	g_assert_true(sql_begin(sql, SQL_WRITE, &error));
	g_assert_true(sql_script(sql, "ROLLBACK", &error));
	g_assert_false(insert(sql, 2, "b", 1, NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
	g_clear_error(&error);
	g_assert_false(sql_commit(sql, NULL));
	sql_rollback(sql);
	g_assert_false(sql_begin(sql, SQL_WRITE, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
	g_clear_error(&error);
	g_assert_false(insert(sql, 3, "c", 1, NULL, NULL));
	g_assert_false(sql_batch_end(sql, &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	g_assert_cmpint(count_rows(sql), ==, 0);
	insert_part(sql, 1, TRUE);
	g_assert_cmpint(count_rows(sql), ==, 1);
}

static void test_one_writer(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) other = open_at(database, "sql.db", FALSE, &error);
	g_assert_true(sql_script(other, "PRAGMA busy_timeout = 0", &error));
	g_assert_true(sql_begin(database->sql, SQL_WRITE, &error));
	g_assert_false(sql_begin(other, SQL_WRITE, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
	g_clear_error(&error);
	g_assert_cmpint(count_rows(other), ==, 0); /* reading goes on */
	g_assert_true(sql_commit(database->sql, &error));
	g_assert_true(sql_begin(other, SQL_WRITE, &error));
}

static void test_reading_sees_one_state(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) reader = open_at(database, "sql.db", FALSE, &error);
	g_assert_true(sql_begin(reader, SQL_READ, &error));
	g_assert_cmpint(count_rows(reader), ==, 0);
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &error));
	g_assert_cmpint(count_rows(reader), ==, 0);
	sql_rollback(reader);
	g_assert_cmpint(count_rows(reader), ==, 1);
}

/* SQLite rolls back by itself where the disk is full: what follows must not run outside of the transaction. */
static void test_lost_transaction(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(sql_begin(database->sql, SQL_WRITE, &error));
	g_assert_true(sql_script(database->sql, "ROLLBACK", &error));
	g_assert_false(insert(database->sql, 1, "a", 1, NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
	g_clear_error(&error);
	g_assert_false(sql_commit(database->sql, &error));
	g_clear_error(&error);
	sql_rollback(database->sql);
	g_assert_cmpint(count_rows(database->sql), ==, 0);
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, &error));
}

static void test_disk_full(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(sql_script(database->sql, "PRAGMA max_page_count = 10", &error));
	g_assert_true(sql_begin(database->sql, SQL_WRITE, &error));
	gboolean inserted = TRUE;
	g_autofree char *name = g_strnfill(100000, 'x');
	for (gint64 id = 1; inserted && id < 10; id++) {
		name[0] = (char)('0' + id);
		inserted = insert(database->sql, id, name, 1, NULL, &error);
	}
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
	sql_rollback(database->sql);
	g_assert_cmpint(count_rows(database->sql), ==, 0);
}

static void test_open_errors(Database *database, gconstpointer data)
{
	static const struct {
		const char *uri; /* %s: the folder */
		gboolean create;
		ErrorKind kind;
	} cases[] = {
		{"mysql:%s/x", TRUE, ERROR_CONFIG},
		{"sqlite", TRUE, ERROR_CONFIG},
		{"sqlit:%s/x", TRUE, ERROR_CONFIG},
		{"sqlite:", TRUE, ERROR_CONFIG},
		{"", TRUE, ERROR_CONFIG},
		{"sqlite:%s/none", FALSE, ERROR_NOT_FOUND},
		{"sqlite:%s/no/such/folder", TRUE, ERROR_NOT_FOUND},
		{"sqlite:%s", TRUE, ERROR_FORBIDDEN},
		{"sqlite:%s/garbage", FALSE, ERROR_BROKEN},
		{"sqlite:%s/garbage", TRUE, ERROR_BROKEN},
	};
	(void)data;
	g_autofree char *garbage = g_build_filename(database->files.folder, "garbage", NULL);
	g_autofree char *text = g_strnfill(5000, 'x');
	g_assert_true(g_file_set_contents(garbage, text, -1, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) parts = g_strsplit(cases[i].uri, "%s", 2);
		g_autofree char *uri = g_strjoinv(database->files.folder, parts);
		g_autoptr(GError) error = NULL;
		g_assert_null(sql_open(uri, cases[i].create, &error));
		g_assert_error(error, AKKOORD_ERROR, (int)cases[i].kind);
	}
	g_autofree char *kept = NULL;
	g_assert_true(g_file_get_contents(garbage, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, text);
}

static void test_only_for_the_owner(Database *database, gconstpointer data)
{
	static const char *const files[] = {"sql.db", "sql.db-wal", "sql.db-shm"};
	(void)data;
	g_assert_true(insert(database->sql, 1, "a", 1, NULL, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(database->files.folder, files[i], NULL);
		GStatBuf status;
		g_assert_cmpint(g_stat(path, &status), ==, 0);
		g_assert_cmpint(status.st_mode & 0777, ==, 0600);
	}
}

static void test_relative_paths(Database *database, gconstpointer data)
{
	(void)data;
	g_autofree char *before = g_get_current_dir();
	g_autoptr(GError) error = NULL;
	g_assert_cmpint(g_chdir(database->files.folder), ==, 0);
	Sql *memory = sql_open("sqlite::memory:", TRUE, &error);
	g_assert_no_error(error);
	g_assert_true(g_file_test(":memory:", G_FILE_TEST_EXISTS)); /* a file of that name, not a store that is lost at the end */
	sql_close(memory);
	g_assert_cmpint(g_chdir(before), ==, 0);
}

static void test_scratch(Database *database, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) scratch = sql_open_scratch(database->sql, &error);
	gboolean has = TRUE;
	g_assert_true(sql_has_table(scratch, "t", &has, &error));
	g_assert_false(has);
	g_assert_true(sql_has_table(database->sql, "t", &has, &error));
	g_assert_true(has);
	g_assert_true(sql_script(scratch, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, size INTEGER, bytes BLOB, parent TEXT)", &error));
	g_assert_true(insert(scratch, 1, "a", 1, NULL, &error));
	g_assert_true(insert(database->sql, 1, "a", 2, NULL, &error));
	g_autoptr(SqlStatement) one = sql_prepare(scratch, SELECT, &error);
	g_autoptr(SqlStatement) two = sql_prepare(database->sql, SELECT, &error);
	g_assert_cmpint(sql_step(one, &error), ==, SQL_ROW);
	g_assert_cmpint(sql_step(two, &error), ==, SQL_ROW);
	static const gboolean same[] = {TRUE, TRUE, FALSE, TRUE, TRUE};
	for (guint i = 0; i < G_N_ELEMENTS(same); i++)
		g_assert_cmpint(sql_same_value(one, two, i), ==, same[i]);
}

static void test_no_such_table(Database *database, gconstpointer data)
{
	static const char NONSENSE[] = "SELECT x FROM nowhere";
	static const char QUOTED[] = "SELECT \"a string?\" FROM t";
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_null(sql_prepare(database->sql, NONSENSE, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	g_assert_null(sql_prepare(database->sql, QUOTED, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/sql/" name, Database, NULL, set_up, test, tear_down)
	ADD("values", test_values);
	ADD("no-bytes", test_no_bytes_are_a_value);
	ADD("refused-values", test_refused_values);
	ADD("cache", test_cache);
	ADD("nothing-stays-bound", test_nothing_stays_bound);
	ADD("transactions", test_transactions);
	ADD("batch", test_batch);
	ADD("lost-batch", test_lost_batch);
	ADD("one-writer", test_one_writer);
	ADD("reading-sees-one-state", test_reading_sees_one_state);
	ADD("lost-transaction", test_lost_transaction);
	ADD("disk-full", test_disk_full);
	ADD("open-errors", test_open_errors);
	ADD("only-for-the-owner", test_only_for_the_owner);
	ADD("relative-paths", test_relative_paths);
	ADD("scratch", test_scratch);
	ADD("no-such-table", test_no_such_table);
	return g_test_run();
}
