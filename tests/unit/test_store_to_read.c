/* A store that is only read: nothing in or beside its file changes, whoever else has it open, whether or not the folder may be written to. */
#include "store_fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define NOBODY 65534

static gint compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every file of the folder but SQLite's index of the log, with its size and what is in it. */
static char *all_bytes(const Fixture *fixture)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) folder = g_dir_open(fixture->folder, 0, NULL);
	for (const char *name = g_dir_read_name(folder); name; name = g_dir_read_name(folder)) {
		g_autofree char *path = g_build_filename(fixture->folder, name, NULL), *bytes = NULL;
		gsize length = 0;
		if (g_str_has_suffix(name, "-shm"))
			continue;
		g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
		g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
		g_ptr_array_add(lines, g_strdup_printf("%s %" G_GSIZE_FORMAT " %s", name, length, sum));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static gboolean note_invoice(const InvoiceRow *row, gpointer user_data)
{
	g_string_append(user_data, row->id);
	return TRUE;
}

static void assert_reads(Store *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) found = g_string_new(NULL);
	const InvoiceFilter all = {0};
	g_assert_true(store_invoices(store, &all, note_invoice, found, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(found->str, ==, "i1");
}

static void assert_refuses(Store *store)
{
	g_autoptr(GError) error = NULL;
	g_assert_false(store_begin(store, &error));
	g_clear_error(&error);
	g_assert_false(store_runtime_set(store, "last_pass", 1, &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_FORBIDDEN);
	g_clear_error(&error);
	g_assert_false(store_append(store, fixture_event("invoice.unstuck", 0, "i1", NULL, NULL), NULL, &error));
}

static void read_it(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *before = all_bytes(fixture);
	g_autoptr(Store) store = store_open_to_read(fixture->uri, &error);
	g_assert_no_error(error);
	assert_reads(store);
	assert_refuses(store);
	g_assert_true(store_is_steady(store));
	g_clear_pointer(&store, store_close);
	g_autofree char *after = all_bytes(fixture);
	g_assert_cmpstr(before, ==, after);
}

static void test_while_open(void)
{
	Fixture fixture;
	fixture_init(&fixture);
	fixture_open_approvals(&fixture);
	read_it(&fixture);
	fixture_clear(&fixture);
}

static void test_closed(void)
{
	Fixture fixture;
	fixture_init(&fixture);
	fixture_open_approvals(&fixture);
	g_clear_pointer(&fixture.store, store_close);
	read_it(&fixture);
	g_assert_cmpint(g_chmod(fixture.path, 0444), ==, 0);
	g_assert_cmpint(g_chmod(fixture.folder, 0555), ==, 0);
	const gboolean is_root = geteuid() == 0; /* who may write everywhere */
	g_assert_true(!is_root || seteuid(NOBODY) == 0);
	read_it(&fixture);
	g_assert_true(!is_root || seteuid(0) == 0);
	g_assert_cmpint(g_chmod(fixture.folder, 0700), ==, 0);
	fixture_clear(&fixture);
}

/* A writer in the middle of its work holds nobody up, and is not seen. */
static void test_beside_a_writer(void)
{
	Fixture fixture;
	fixture_init(&fixture);
	fixture_open_approvals(&fixture);
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture.store, &error));
	g_assert_true(store_append(fixture.store, fixture_event("invoice.withdrawn", 0, "i1", NULL, NULL), NULL, &error));
	read_it(&fixture);
	store_rollback(fixture.store);
	fixture_clear(&fixture);
}

/* One state from its opening on, or it says that it is none. */
static void test_written_meanwhile(void)
{
	for (int open_before = 0; open_before < 2; open_before++) {
		Fixture fixture;
		fixture_init(&fixture);
		fixture_open_approvals(&fixture);
		if (!open_before)
			g_clear_pointer(&fixture.store, store_close);
		g_autoptr(GError) error = NULL;
		g_autoptr(Store) store = store_open_to_read(fixture.uri, &error);
		g_assert_no_error(error);
		assert_reads(store);
		if (!open_before)
			fixture.store = store_open(fixture.uri, FALSE, 0, &error);
		fixture_record(&fixture, 1, "invoice.withdrawn", "i1", NULL, NULL);
		g_assert_true(store_is_steady(store) == open_before);
		g_autoptr(InvoiceRow) row = open_before ? store_invoice(store, "i1", &error) : NULL;
		g_assert_true(!row || row->state == INVOICE_OPEN);
		g_clear_pointer(&fixture.store, store_close);
		g_assert_true(store_is_steady(store) == open_before);
		g_clear_pointer(&store, store_close);
		fixture.store = store_open(fixture.uri, FALSE, 0, &error);
		fixture_clear(&fixture);
	}
}

static void test_none(void)
{
	Fixture fixture;
	fixture_init(&fixture);
	g_autoptr(GError) error = NULL;
	g_assert_null(store_open_to_read("sqlite:/nonexistent/akkoord.db", &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(store_open_to_read("postgres:x", &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_CONFIG);
	g_clear_error(&error);
	g_autofree char *empty = g_build_filename(fixture.folder, "empty.db", NULL), *uri = g_strconcat("sqlite:", empty, NULL);
	g_assert_true(g_file_set_contents(empty, "", 0, NULL));
	g_assert_null(store_open_to_read(uri, &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_NOT_FOUND);
	g_clear_error(&error);
	fixture_tamper(&fixture, "UPDATE store_schema SET version = 0");
	g_assert_null(store_open_to_read(fixture.uri, &error));
	g_clear_error(&error);
	fixture_tamper(&fixture, "UPDATE store_schema SET version = 99");
	g_assert_null(store_open_to_read(fixture.uri, &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_CONFIG);
	g_unlink(empty);
	fixture_clear(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store_to_read/while_open", test_while_open);
	g_test_add_func("/store_to_read/closed", test_closed);
	g_test_add_func("/store_to_read/beside_a_writer", test_beside_a_writer);
	g_test_add_func("/store_to_read/written_meanwhile", test_written_meanwhile);
	g_test_add_func("/store_to_read/none", test_none);
	return g_test_run();
}
