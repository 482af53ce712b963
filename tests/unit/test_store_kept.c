/* People and the policy in force are read once a transaction, and never as they were before. */
#include "store_fixture.h"

#define RENAMED "{'directory_id':'d1','uid':'anna','name':'Johanna','mail':'anna@example.nl'}"

static void assert_name(Store *store, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PersonRow) row = store_person(store, "p1", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(row->id, ==, "p1");
	g_assert_cmpstr(row->person->name, ==, name);
	/* what one reader does to it is nothing to the next */
	g_free(row->person->name);
	row->person->name = g_strdup("Nobody");
}

static void assert_policy(Store *store, gint64 version)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PolicyRow) row = store_policy_current(store, &error);
	g_assert_no_error(error);
	g_assert_cmpint(row->version, ==, version);
}

static void append(Store *store, const char *type, const char *data, const char *private)
{
	g_autoptr(GError) error = NULL;
	store_append(store, fixture_event(type, 90, NULL, data, private), NULL, &error);
	g_assert_no_error(error);
}

static void rename_person(Store *store)
{
	append(store, "person.recorded", "{'person':'p1'}", RENAMED);
}

static void apply_policy(Store *store)
{
	append(store, "policy.applied", "{'version':2,'policy':'0000000000000000000000000000000000000000000000000000000000000000','files':[]}", "{'author':'f'}");
}

static void rename_and_apply(Store *store)
{
	rename_person(store);
	apply_policy(store);
}

static void begin(Store *store)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(store, &error));
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_init(fixture);
	fixture_open_approvals(fixture);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_clear(fixture);
}

static void test_own_changes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	Store *store = fixture->store;
	begin(store);
	for (guint i = 0; i < 2; i++) {
		assert_name(store, "Anna");
		assert_policy(store, 1);
	}
	rename_person(store); /* each by itself, since one forgets what the other would have to */
	for (guint i = 0; i < 2; i++)
		assert_name(store, "Johanna");
	assert_policy(store, 1);
	apply_policy(store);
	for (guint i = 0; i < 2; i++)
		assert_policy(store, 2);
	store_rollback(store);
	assert_name(store, "Anna");
	begin(store);
	assert_name(store, "Anna");
	assert_policy(store, 1);
	store_rollback(store);
}

/* A part of a batch that is rolled back takes with it what was read of it. */
static void test_part_of_batch(Fixture *fixture, gconstpointer data)
{
	(void)data;
	Store *store = fixture->store;
	g_assert_true(store_batch_begin(store, NULL));
	begin(store);
	rename_and_apply(store);
	assert_name(store, "Johanna");
	assert_policy(store, 2);
	store_rollback(store);
	assert_name(store, "Anna");
	assert_policy(store, 1);
	g_assert_true(store_batch_end(store, NULL));
}

static void change_from_outside(const Fixture *fixture)
{
	g_autoptr(Store) other = store_open(fixture->uri, FALSE, FIXTURE_NOW, NULL);
	begin(other);
	rename_and_apply(other);
	g_assert_true(store_commit(other, NULL));
}

static void test_others(Fixture *fixture, gconstpointer data)
{
	(void)data;
	Store *store = fixture->store;
	gboolean own;
	assert_name(store, "Anna");
	g_assert_true(store_snapshot_begin(store, &own, NULL));
	g_assert_true(own);
	assert_name(store, "Anna");
	assert_policy(store, 1);
	change_from_outside(fixture);
	assert_name(store, "Anna");
	assert_policy(store, 1);
	store_snapshot_end(store, own);
	assert_name(store, "Johanna");
	assert_policy(store, 2);
	begin(store);
	assert_name(store, "Johanna");
	assert_policy(store, 2);
	store_rollback(store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/store-kept/own-changes", Fixture, NULL, set_up, test_own_changes, tear_down);
	g_test_add("/store-kept/part-of-batch", Fixture, NULL, set_up, test_part_of_batch, tear_down);
	g_test_add("/store-kept/others", Fixture, NULL, set_up, test_others, tear_down);
	return g_test_run();
}
