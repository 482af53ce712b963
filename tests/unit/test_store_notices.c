/* What the admins are to be told, and were: once a person, never of their own address, and again where the notice was withdrawn. */
#include "base/instant.h"
#include "store_fixture.h"

#include <string.h>

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

/* i1 cannot be stuck beside its open stage in real life; the tables do not mind. */
static gint64 stick(Fixture *fixture, const char *invoice)
{
	return fixture_record(fixture, 20, "invoice.stuck", invoice, "{'stage':'budget holder','why':'nobody'}", NULL);
}

static void queue(Fixture *fixture, const char *id, const char *kind, const char *person, const char *facts)
{
	g_autofree char *data = g_strdup_printf("{'message':'%s','kind':'%s','person':'%s','facts':[%s],'not_before':'2030-01-01T08:00:00Z'}", id, kind,
	                                        person, facts);
	fixture_record(fixture, 30, "message.queued", NULL, data, "{'to':'anna@example.nl'}");
}

static void step(Fixture *fixture, const char *id, const char *type)
{
	g_autofree char *data = g_strdup_printf("{'message':'%s','attempt':1}", id);
	fixture_record(fixture, 40, type, NULL, data, "{'reply':'550 no such user'}");
}

static void refuse(Fixture *fixture, const char *id, const char *kind, const char *person)
{
	queue(fixture, id, kind, person, "");
	step(fixture, id, "message.sending");
	step(fixture, id, "message.refused");
}

static void assert_untold(Fixture *fixture, const char *person, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) untold = store_untold(fixture->store, person, &error);
	g_assert_no_error(error);
	g_autoptr(GString) list = g_string_new(NULL);
	for (guint i = 0; i < untold->len; i++) {
		const Notice *notice = untold->pdata[i];
		const char *prefix = notice->kind == NOTICE_STUCK ? "stuck:" : "refused:";
		g_assert_true(g_str_has_prefix(notice->fact, prefix) && g_str_has_prefix(notice->fact + strlen(prefix), notice->about));
		g_string_append_printf(list, "%s%s", i > 0 ? " " : "", notice->fact);
	}
	g_assert_cmpstr(list->str, ==, wanted);
}

static gint64 admins_wakeup(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	gint64 at = 0;
	g_assert_true(store_wakeup_next_of(fixture->store, WAKEUP_ADMINS, &at, &error));
	return at;
}

static void assert_replays(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	gint64 events;
	store_replay(fixture->store, &events, &error);
	g_assert_no_error(error);
}

static void test_stuck(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_untold(fixture, "p1", "");
	g_autofree char *first = g_strdup_printf("stuck:i1:%d", (int)stick(fixture, "i1"));
	assert_untold(fixture, "p1", first);
	g_autofree char *facts = g_strdup_printf("'%s'", first);
	queue(fixture, "m1", "notice", "p1", facts);
	assert_untold(fixture, "p1", "");
	assert_untold(fixture, "p2", first); /* each is told for themself */
	fixture_record(fixture, 31, "invoice.unstuck", "i1", NULL, NULL);
	assert_untold(fixture, "p2", ""); /* no news any more */
	g_autofree char *anew = g_strdup_printf("stuck:i1:%d", (int)stick(fixture, "i1"));
	g_assert_cmpstr(anew, !=, first);
	assert_untold(fixture, "p1", anew);
	fixture_record(fixture, 50, "stage.closed", "i1", "{'stage':1,'outcome':'rejected'}", NULL);
	fixture_record(fixture, 51, "invoice.rejected", "i1", NULL, NULL);
	assert_untold(fixture, "p1", "");
	assert_replays(fixture);
}

static gboolean is_outdated(Fixture *fixture, const char *message)
{
	g_autoptr(GError) error = NULL;
	gboolean is = FALSE;
	g_assert_true(store_notice_is_outdated(fixture->store, message, &is, &error));
	return is;
}

/* One kind of fact after the other is so, is told, and is so no more. */
static void test_outdated(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *fact, *begins, *of, *ends;
	} cases[] = {
		{"stuck:i1:%d", "invoice.stuck", "{'stage':'budget holder','why':'nobody'}", "invoice.unstuck"},
		{"idle:%d", "approval.idle", "{'approval':'a1','why':'no-deputy','until':'2030-01-01T08:00:00Z'}", "approval.attended"},
		{"outage:%d", "directory.silent", "{'since':'2026-11-01T08:00:00Z'}", "directory.answers"},
		{"change:%d", "change.held", "{'count':20,'open':40}", "change.confirmed"},
	};
	(void)data;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *id = g_strdup_printf("m%u", i), *other = g_strdup_printf("other%u", i);
		const gint64 seq = fixture_record(fixture, 20, cases[i].begins, "i1", cases[i].of, NULL);
		g_autofree char *number = g_strdup_printf("%d", (int)seq);
		g_autoptr(GString) facts = g_string_new(NULL);
		g_string_printf(facts, "'%s'", cases[i].fact);
		g_string_replace(facts, "%d", number, 1);
		queue(fixture, id, "notice", "p1", facts->str);
		queue(fixture, other, "notice", "p2", "'budget:1','refused:m9'");
		g_assert_false(is_outdated(fixture, id));
		fixture_record(fixture, 31, cases[i].ends, "i1", cases[i].of, NULL);
		g_assert_true(is_outdated(fixture, id));
		g_assert_false(is_outdated(fixture, other)); /* what has happened stays so */
		step(fixture, other, "message.withdrawn");
	}
	assert_replays(fixture);
}

static void test_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	refuse(fixture, "m1", "mail", "p1");
	refuse(fixture, "m2", "invite-request", "p1");
	queue(fixture, "m3", "mail", "p1", "");
	assert_untold(fixture, "p1", ""); /* of their own address nobody can be told by mail */
	assert_untold(fixture, "p2", "refused:m1 refused:m2");
	queue(fixture, "m4", "notice", "p2", "'refused:m1'");
	assert_untold(fixture, "p2", "refused:m2");
	/* one who became an admin later does not hear of all that ever was */
	fixture_record(fixture, 60, "person.recorded", NULL, "{'person':'p3'}", "{'directory_id':'d3'}");
	assert_untold(fixture, "p3", "refused:m2");
	assert_replays(fixture);
}

/* Of whose administration each is. */
static void test_administrations(Fixture *fixture, gconstpointer data)
{
	(void)data;
	stick(fixture, "i1");
	fixture_record(fixture, 30, "message.queued", NULL, "{'message':'m1','kind':'mail','person':'p1','approvals':['a1']}", "{'to':'anna@example.nl'}");
	step(fixture, "m1", "message.sending");
	step(fixture, "m1", "message.refused");
	fixture_record(fixture, 30, "message.queued", NULL, "{'message':'m2','kind':'notice','person':'p1','approvals':[],'facts':['x:1']}", "{'to':'a@b.nl'}");
	step(fixture, "m2", "message.sending");
	step(fixture, "m2", "message.refused");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) untold = store_untold(fixture->store, "p2", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(untold->len, ==, 3);
	static const char *const wanted[] = {"Voorbeeld BV", "Voorbeeld BV", NULL};
	for (guint i = 0; i < untold->len; i++)
		g_assert_cmpstr(((const Notice *)untold->pdata[i])->administration, ==, wanted[i]);
}

static void test_once(Fixture *fixture, gconstpointer data)
{
	(void)data;
	queue(fixture, "m1", "notice", "p1", "'stuck:i1:7','refused:m9'");
	static const char *const twice[] = {
		"{'message':'m2','kind':'notice','person':'p1','facts':['stuck:i1:8','refused:m9']}",
		"{'message':'m2','kind':'notice','person':'p1','facts':['stuck:i1:8','stuck:i1:8']}",
		"{'message':'m2','kind':'notice','person':'p9','facts':['stuck:i1:8']}",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(twice); i++)
		g_free(fixture_refused(fixture, ERROR_CONFLICT, "message.queued", NULL, twice[i], NULL));
	g_free(fixture_refused(fixture, ERROR_INVALID, "message.queued", NULL, "{'message':'m2','kind':'notice','person':'p1','facts':[8]}", NULL));
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM notice"), ==, 2);
	queue(fixture, "m2", "notice", "p2", "'stuck:i1:7','refused:m9'");
	assert_replays(fixture);
}

static void assert_waiting(Fixture *fixture, const char *person, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) waiting = store_waiting_notice(fixture->store, person, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(waiting != NULL ? waiting->id : NULL, ==, wanted);
}

static void test_waiting(Fixture *fixture, gconstpointer data)
{
	(void)data;
	queue(fixture, "m1", "mail", "p1", "");
	assert_waiting(fixture, "p1", NULL);
	queue(fixture, "m2", "notice", "p1", "'stuck:i1:7'");
	assert_waiting(fixture, "p1", "m2");
	assert_waiting(fixture, "p2", NULL);
	step(fixture, "m2", "message.sending");
	assert_waiting(fixture, "p1", NULL);
	step(fixture, "m2", "message.deferred"); /* tried: it may be half said */
	assert_waiting(fixture, "p1", NULL);
}

static void test_withdrawn(Fixture *fixture, gconstpointer data)
{
	(void)data;
	refuse(fixture, "m1", "mail", "p1");
	gint64 seq = stick(fixture, "i1");
	g_autofree char *all = g_strdup_printf("stuck:i1:%d refused:m1", (int)seq);
	g_autofree char *list = g_strdup_printf("'stuck:i1:%d','refused:m1'", (int)seq);
	fixture_record(fixture, 60, "person.recorded", NULL, "{'person':'p3'}", "{'directory_id':'d3'}");
	queue(fixture, "m2", "notice", "p2", list);
	queue(fixture, "m3", "notice", "p3", list);
	assert_untold(fixture, "p2", "");
	step(fixture, "m2", "message.withdrawn");
	assert_untold(fixture, "p2", all);
	assert_untold(fixture, "p3", "");
	queue(fixture, "m4", "notice", "p2", list);
	assert_untold(fixture, "p2", "");
	assert_replays(fixture);
	fixture_tamper(fixture, "UPDATE notice SET message = 'm3' WHERE message = 'm4'");
	g_assert_false(store_replay(fixture->store, &(gint64){0}, NULL));
}

static void test_wakeup(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(admins_wakeup(fixture) == INSTANT_NONE);
	g_assert_true(store_wakeup_all(fixture->store, 9, &error)); /* nothing to tell */
	g_assert_true(admins_wakeup(fixture) == INSTANT_NONE);
	stick(fixture, "i1");
	g_assert_cmpint(admins_wakeup(fixture), ==, FIXTURE_NOW + 20);
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_ADMINS, WAKEUP_ADMINS_ID, FIXTURE_NOW + 1000, &error));
	refuse(fixture, "m1", "notice", "p1"); /* two admins who are both refused would be told of each other for ever */
	g_assert_cmpint(admins_wakeup(fixture), ==, FIXTURE_NOW + 1000);
	assert_untold(fixture, "p2", "stuck:i1:11 refused:m1");
	refuse(fixture, "m2", "mail", "p1");
	g_assert_cmpint(admins_wakeup(fixture), ==, FIXTURE_NOW + 40);
	g_assert_true(store_wakeup_all(fixture->store, 9, &error));
	g_assert_cmpint(admins_wakeup(fixture), ==, 9);
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_INVOICE, "i1", 12, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_ADMINS, WAKEUP_ADMINS_ID, 11, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a1", 13, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_APPROVAL, "a2", 13, &error));
	g_assert_true(store_wakeup_set(fixture->store, WAKEUP_SUMMARY, WAKEUP_SUMMARY_ID, 14, &error));
	gint64 at;
	g_assert_true(store_wakeup_next(fixture->store, &at, &error));
	g_assert_cmpint(at, ==, 11);
	g_autoptr(GPtrArray) due = store_wakeups_due(fixture->store, G_MAXINT64, 10, &error);
	g_assert_cmpuint(due->len, ==, 3); /* the pass asks for the admins' after all of these */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-notices/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("stuck", test_stuck);
	ADD("outdated", test_outdated);
	ADD("refused", test_refused);
	ADD("administrations", test_administrations);
	ADD("once", test_once);
	ADD("waiting", test_waiting);
	ADD("withdrawn", test_withdrawn);
	ADD("wakeup", test_wakeup);
	return g_test_run();
}
