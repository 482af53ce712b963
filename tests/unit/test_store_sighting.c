/* Who is gone or unusable, as the store keeps it: what an event changes, what it wakes, what is counted. In the story p1 was disabled and is there again, p2 is gone and
 * cleared, p3 was not found once. */
#include "store_fixture.h"

#define FAR  (FIXTURE_NOW + 1000000)
#define NINE G_GINT64_CONSTANT(1796115600) /* 2026-12-01T09:00:00Z */

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

static SightingRow *sighting(Fixture *fixture, const char *person)
{
	g_autoptr(GError) error = NULL;
	SightingRow *row = store_sighting(fixture->store, person, &error);
	g_assert_no_error(error);
	return row;
}

static gint64 wakeup_of(Fixture *fixture, const char *id)
{
	g_autofree char *question = g_strdup_printf("SELECT COALESCE(MAX(at), -1) FROM wakeup WHERE id = '%s'", id);
	return fixture_count(fixture, question);
}

static guint held(Fixture *fixture, gint64 *count, gint64 *open)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = store_sightings(fixture->store, TRUE, &error);
	g_assert_no_error(error);
	g_assert_true(store_count_changes(fixture->store, count, open, &error));
	return rows->len;
}

static void test_story(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(SightingRow) p1 = sighting(fixture, "p1"), p2 = sighting(fixture, "p2"), p3 = sighting(fixture, "p3");
	gint64 at;
	g_assert_null(p1);
	g_assert_cmpstr(p2->why, ==, "gone");
	g_assert_cmpint(p2->missed, ==, NINE);
	g_assert_cmpint(p2->lost, ==, NINE + 3600);
	g_assert_cmpint(p2->cleared, ==, FIXTURE_NOW + 86);
	g_assert_cmpuint(p2->approvals, ==, 1);
	g_assert_null(p3->why);
	g_assert_cmpint(p3->missed, ==, NINE + 1800);
	g_assert_cmpint(p3->lost, ==, INSTANT_NONE);
	g_assert_cmpuint(p3->approvals, ==, 0);
	g_assert_true(store_change_hold(fixture->store, &at, &error));
	g_assert_cmpint(at, ==, INSTANT_NONE);
}

static void test_refused_events(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "person.missing", NULL, "{'person':'p9','seen':'2026-12-01T09:00:00Z'}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "person.lost", NULL, "{'person':'p9','why':'gone','seen':'2026-12-01T09:00:00Z'}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "person.found", NULL, "{'person':'p1','seen':'2026-12-01T09:00:00Z'}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "change.confirmed", NULL, "{'people':['p1'],'count':1}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "change.allowed", NULL, "{'people':['p3'],'count':1,'open':1}", NULL)); /* not lost yet */
}

/* Held until cleared; what is cleared wakes what is asked of them, and what they stand beside. */
static void test_held(Fixture *fixture, gconstpointer data)
{
	(void)data;
	gint64 count, open;
	g_assert_cmpuint(held(fixture, &count, &open), ==, 0);
	fixture_record(fixture, 100, "person.lost", NULL, "{'person':'p3','why':'disabled','seen':'2026-12-01T10:30:00Z'}", NULL);
	g_assert_cmpuint(held(fixture, &count, &open), ==, 0); /* nothing is asked of p3 */
	fixture_record(fixture, 101, "approver.added", "i1", "{'approval':'a3','person':'p3','how':'added','since':'2026-12-01T10:00:00Z'}", NULL);
	g_assert_cmpuint(held(fixture, &count, &open), ==, 1);
	g_assert_cmpint(count, ==, 0); /* beside another: it does not change hands */
	fixture_record(fixture, 102, "person.found", NULL, "{'person':'p2','seen':'2026-12-01T11:00:00Z'}", NULL);
	fixture_record(fixture, 103, "person.lost", NULL, "{'person':'p2','why':'no-mail','seen':'2026-12-01T11:30:00Z'}", NULL);
	g_assert_cmpuint(held(fixture, &count, &open), ==, 2);
	g_assert_cmpint(count, ==, 1);
	g_assert_cmpint(open, ==, 1);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 104, "change.allowed", NULL, "{'people':['p3'],'count':1,'open':1}", NULL);
	g_assert_cmpint(wakeup_of(fixture, "a3"), ==, FIXTURE_NOW + 104);
	g_assert_cmpuint(held(fixture, &count, &open), ==, 1);
	fixture_record(fixture, 105, "change.confirmed", NULL, "{'people':['p2'],'count':1}", NULL);
	g_assert_cmpint(wakeup_of(fixture, "a3"), ==, FIXTURE_NOW + 105);
	g_assert_cmpuint(held(fixture, &count, &open), ==, 0);
	g_assert_cmpint(count, ==, 0);
	fixture_record(fixture, 106, "person.found", NULL, "{'person':'p2','seen':'2026-12-01T11:00:00Z'}", NULL);
	g_assert_cmpint(wakeup_of(fixture, "a3"), ==, FIXTURE_NOW + 106);
}

static gboolean is_due(Fixture *fixture, const char *person, gint64 now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) due = store_people_due(fixture->store, now, &error);
	g_assert_no_error(error);
	return g_ptr_array_find_with_equal_func(due, person, g_str_equal, NULL);
}

/* Whoever a due approval asks is looked at, but not while its invoice is on hold; and who has a wakeup of their own. */
static void test_due(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_tamper(fixture, "DELETE FROM wakeup");
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a3", FIXTURE_NOW + 500, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_PERSON, "p3", FIXTURE_NOW + 900, &error));
	g_assert_true(store_commit(fixture->store, &error));
	g_assert_false(is_due(fixture, "p2", FAR)); /* the story ends on hold */
	g_assert_true(is_due(fixture, "p3", FIXTURE_NOW + 900));
	g_assert_false(is_due(fixture, "p3", FIXTURE_NOW + 899));
	fixture_record(fixture, 100, "invoice.released", "i1", "{'ended':'2026-12-02T15:00:00Z','early':true}", NULL);
	g_assert_true(is_due(fixture, "p2", FIXTURE_NOW + 500));
	g_assert_false(is_due(fixture, "p2", FIXTURE_NOW + 499));
	g_assert_false(is_due(fixture, "p1", FAR));
	fixture_record(fixture, 101, "approver.added", "i1", "{'approval':'a3','person':'p1','how':'added','since':'2026-12-01T10:00:00Z'}", NULL);
	g_assert_true(is_due(fixture, "p1", FAR));
	fixture_record(fixture, 102, "approver.left", "i1", "{'approval':'a3','person':'p1','why':'gone'}", NULL);
	g_assert_false(is_due(fixture, "p1", FAR));
}

static char *refusal(Fixture *fixture, const char *person, const char *address, gint64 since)
{
	g_autoptr(GError) error = NULL;
	char *reply = NULL;
	g_assert_true(store_last_refusal(fixture->store, person, address, since, &reply, &error));
	g_assert_no_error(error);
	return reply;
}

static void try_mail(Fixture *fixture, gint64 after, const char *id, const char *outcome, const char *reply)
{
	g_autofree char *queued = g_strdup_printf("{'message':'%s','kind':'mail','person':'p3'}", id), *data = g_strdup_printf("{'message':'%s','attempt':1}", id);
	g_autofree char *side = g_strdup_printf("{'reply':'%s'}", reply);
	fixture_record(fixture, after, "message.queued", NULL, queued, "{'to':'joost@example.nl','subject':'s','message_id':'<x@y>'}");
	fixture_record(fixture, after, "message.sending", NULL, data, NULL);
	fixture_record(fixture, after + 1, outcome, NULL, data, side);
}

/* The last one counts, to that very address; a refusal has the person looked at. */
static void test_refusal(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_null(refusal(fixture, "p3", "joost@example.nl", 0));
	fixture_tamper(fixture, "DELETE FROM wakeup");
	try_mail(fixture, 100, "m90", "message.refused", "550 5.1.1 no");
	g_autofree char *reply = refusal(fixture, "p3", "joost@example.nl", 0);
	g_assert_cmpstr(reply, ==, "550 5.1.1 no");
	g_assert_cmpint(wakeup_of(fixture, "p3"), ==, FIXTURE_NOW + 101);
	g_assert_null(refusal(fixture, "p3", "j@example.nl", 0));
	g_assert_null(refusal(fixture, "p2", "joost@example.nl", 0));
	g_assert_null(refusal(fixture, "p3", "joost@example.nl", FIXTURE_NOW + 101));
	try_mail(fixture, 200, "m91", "message.accepted", "250 ok");
	g_assert_null(refusal(fixture, "p3", "joost@example.nl", 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-sighting/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("story", test_story);
	ADD("refused-events", test_refused_events);
	ADD("held", test_held);
	ADD("due", test_due);
	ADD("refusal", test_refusal);
	return g_test_run();
}
