/* Absences in the store: which hold, which are refused, and whose approvals they wake. */
#include "store_fixture.h"

#include <string.h>

#define P1_AWAY "{'absence':'b1','person':'p1','deputy':'p2','from':'2026-12-01T08:00:00Z','until':'2026-12-03T08:00:00Z','by':'p2','channel':'cli'}"

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

static gint64 at(const char *text)
{
	gint64 instant;
	g_assert_true(instant_parse(text, &instant, NULL));
	return instant;
}

static void test_read(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 seq = fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, "{'reason':'skiing'}");
	g_autoptr(AbsenceRow) row = store_absence(fixture->store, "b1", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(row->person, ==, "p1");
	g_assert_cmpstr(row->deputy, ==, "p2");
	g_assert_cmpstr(row->by, ==, "p2");
	g_assert_cmpstr(row->reason, ==, "skiing");
	g_assert_cmpint(row->starts, ==, at("2026-12-01T08:00:00Z"));
	g_assert_cmpint(row->ends, ==, at("2026-12-03T08:00:00Z"));
	g_assert_cmpint(row->recorded, ==, FIXTURE_NOW + 20);
	g_assert_cmpint(row->cleared, ==, INSTANT_NONE);
	g_assert_cmpint(row->over, ==, INSTANT_NONE);
	g_assert_cmpint(row->event, ==, seq);
	g_assert_null(store_absence(fixture->store, "b7", &error));
	g_assert_no_error(error);
}

static guint count_holding(Fixture *fixture, const char *now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = store_absences(fixture->store, at(now), &error);
	g_assert_no_error(error);
	return rows->len;
}

static void test_which_hold(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, NULL);
	g_assert_cmpuint(count_holding(fixture, "2026-11-30T08:00:00Z"), ==, 1); /* to come */
	g_assert_cmpuint(count_holding(fixture, "2026-12-03T07:59:59Z"), ==, 1);
	g_assert_cmpuint(count_holding(fixture, "2026-12-03T08:00:00Z"), ==, 0);
	fixture_record(fixture, 21, "absence.cleared", NULL, "{'absence':'b1','person':'p1'}", NULL);
	g_assert_cmpuint(count_holding(fixture, "2026-11-30T08:00:00Z"), ==, 0);
	g_autoptr(GPtrArray) all = store_absences_of(fixture->store, "p1", &error);
	g_autoptr(GPtrArray) others = store_absences_of(fixture->store, "p2", &error);
	g_autoptr(GPtrArray) everybody = store_absences_of(fixture->store, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_cmpint(((const AbsenceRow *)all->pdata[0])->cleared, ==, FIXTURE_NOW + 21);
	g_assert_cmpuint(others->len, ==, 0);
	g_assert_cmpuint(everybody->len, ==, 1);
}

static void test_refused(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *type, *data, *wanted;
	} cases[] = {
		{"absence.set", "{'absence':'b2','person':'p1','from':'2026-12-02T08:00:00Z','until':'2026-12-02T09:00:00Z'}", "overlaps"},
		{"absence.set", "{'absence':'b2','person':'p1','from':'2026-11-01T08:00:00Z','until':'2026-12-01T08:00:01Z'}", "overlaps"},
		{"absence.set", "{'absence':'b2','person':'p1','from':'2026-12-03T07:59:59Z','until':'2026-12-09T08:00:00Z'}", "overlaps"},
		{"absence.set", "{'absence':'b2','person':'p9','from':'2026-12-05T08:00:00Z','until':'2026-12-09T08:00:00Z'}", "not recorded"},
		{"absence.set", "{'absence':'b2','person':'p1','deputy':'p9','from':'2026-12-05T08:00:00Z','until':'2026-12-09T08:00:00Z'}", "not recorded"},
		{"absence.set", "{'absence':'b1','person':'p2','from':'2026-12-05T08:00:00Z','until':'2026-12-09T08:00:00Z'}", "of that id"},
		{"absence.cleared", "{'absence':'b1','person':'p2'}", "no such absence"},
		{"absence.cleared", "{'absence':'b2','person':'p1'}", "no such absence"},
		{"absence.over", "{'absence':'b1','person':'p2'}", "no such absence"},
	};
	(void)data;
	fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *refusal = fixture_refused(fixture, ERROR_CONFLICT, cases[i].type, NULL, cases[i].data, NULL);
		if (!strstr(refusal, cases[i].wanted))
			g_error("%s: wanted \"%s\", got \"%s\"", cases[i].data, cases[i].wanted, refusal);
	}
	/* what touches it, and what is another's, is free */
	fixture_record(fixture, 21, "absence.set", NULL, "{'absence':'b3','person':'p1','from':'2026-12-03T08:00:00Z','until':'2026-12-04T08:00:00Z'}", NULL);
	fixture_record(fixture, 22, "absence.set", NULL, "{'absence':'b4','person':'p2','from':'2026-12-01T08:00:00Z','until':'2026-12-03T08:00:00Z'}", NULL);
	fixture_record(fixture, 23, "absence.cleared", NULL, "{'absence':'b1','person':'p1'}", NULL);
	fixture_record(fixture, 24, "absence.set", NULL, "{'absence':'b5','person':'p1','from':'2026-12-02T08:00:00Z','until':'2026-12-02T09:00:00Z'}", NULL);
	fixture_record(fixture, 25, "absence.over", NULL, "{'absence':'b5','person':'p1'}", NULL);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "absence.over", NULL, "{'absence':'b5','person':'p1'}", NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "absence.cleared", NULL, "{'absence':'b5','person':'p1'}", NULL));
}

static gint64 wakeup(const Fixture *fixture, int kind, const char *id)
{
	g_autofree char *question = g_strdup_printf("SELECT COALESCE(MAX(at), 0) FROM wakeup WHERE kind = %d AND id = '%s'", kind, id);
	return fixture_count(fixture, question);
}

static void test_wakes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const gint64 end = at("2026-12-03T08:00:00Z");
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a1"), ==, FIXTURE_NOW + 20);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a2"), ==, 0);
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p1"), ==, end);
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p2"), ==, 0);
	/* the earliest return counts */
	fixture_record(fixture, 21, "absence.set", NULL, "{'absence':'b2','person':'p1','from':'2026-12-05T08:00:00Z','until':'2026-12-06T08:00:00Z'}", NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p1"), ==, end);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 22, "absence.cleared", NULL, "{'absence':'b1','person':'p1'}", NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a1"), ==, FIXTURE_NOW + 22);
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p1"), ==, FIXTURE_NOW + 22);
}

/* Of whom a person is asked beside another is woken too. */
static void test_wakes_beside(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 19, "approver.added", "i1", "{'approval':'a2','person':'p1','how':'added','since':'2026-12-01T10:00:00Z'}", NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a2"), ==, FIXTURE_NOW + 20);
	fixture_record(fixture, 21, "approver.left", "i1", "{'approval':'a2','person':'p1','why':'gone'}", NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 22, "absence.cleared", NULL, "{'absence':'b1','person':'p1'}", NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a2"), ==, 0);
}

/* Somebody else's absence may end that nobody stands in. */
static void test_wakes_unattended(Fixture *fixture, gconstpointer data)
{
	static const char away[] = "{'absence':'b1','person':'p1','from':'2026-10-01T08:00:00Z','until':'2027-12-03T08:00:00Z'}";
	static const char other[] = "{'absence':'b2','person':'p2','from':'2026-12-01T08:00:00Z','until':'2026-12-03T08:00:00Z'}";
	(void)data;
	fixture_record(fixture, 20, "absence.set", NULL, away, NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	fixture_record(fixture, 21, "absence.set", NULL, other, NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a1"), ==, FIXTURE_NOW + 21);
	fixture_record(fixture, 22, "approver.added", "i1", "{'approval':'a1','person':'p2','how':'deputy','since':'2026-12-01T10:00:00Z'}", NULL);
	fixture_record(fixture, 23, "approval.lapsed", "i1", "{'approval':'a2','stage':1}", NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup; UPDATE asked SET person = 'p3'");
	fixture_record(fixture, 24, "absence.cleared", NULL, "{'absence':'b2','person':'p2'}", NULL);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a1"), ==, 0);
	g_assert_cmpint(wakeup(fixture, WAKEUP_APPROVAL, "a2"), ==, 0);
}

/* A wakeup that was lost is found again. */
static void test_return_found_again(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "absence.set", NULL, P1_AWAY, NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	g_assert_true(store_begin(fixture->store, &error) && store_wakeup_missing(fixture->store, FIXTURE_NOW + 30, &error) &&
	              store_commit(fixture->store, &error));
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p1"), ==, FIXTURE_NOW + 30);
	fixture_record(fixture, 31, "absence.over", NULL, "{'absence':'b1','person':'p1'}", NULL);
	fixture_tamper(fixture, "DELETE FROM wakeup");
	g_assert_true(store_begin(fixture->store, &error) && store_wakeup_all(fixture->store, FIXTURE_NOW + 30, &error) &&
	              store_commit(fixture->store, &error));
	g_assert_cmpint(wakeup(fixture, WAKEUP_RETURN, "p1"), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-absences/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("read", test_read);
	ADD("which-hold", test_which_hold);
	ADD("refused", test_refused);
	ADD("wakes", test_wakes);
	ADD("wakes-beside", test_wakes_beside);
	ADD("wakes-unattended", test_wakes_unattended);
	ADD("return-found-again", test_return_found_again);
	return g_test_run();
}
