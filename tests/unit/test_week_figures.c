/* The week's figures from a record: who is counted for whom, why each is open, in which list it stands, and what the last seven days were. */
#include "pass/week_figures.h"
#include "store_fixture.h"

#include "base/instant.h"
#include "config/policy_file.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW (FIXTURE_NOW + 20 * DAY) /* Sunday 2026-12-20 01:53 in Amsterdam */
#define DAY 86400
#define LATE "2026-12-07T16:30:00Z"
#define TO_COME "2026-12-28T16:30:00Z"

static const char policy_text[] =
	"calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = \"Mon-Fri 08:30-17:30\"; }; };\n"
	"default_calendar = \"nl\";\n"
	"ladders = { standard = ( { name = \"opened\"; at = \"start\"; } ); };\n"
	"administrations = ( { name = \"Silent BV\"; buyer = [ \"NL1\" ]; reminders = false; }, { name = \"Own BV\"; buyer = [ \"NL2\" ]; },"
	" { name = \"Plain BV\"; buyer = [ \"NL3\" ]; } );\n"
	"chains = ( { name = \"rest\"; stages = ( { name = \"budget holder\"; approvers = [ \"user(anna)\" ]; ladder = \"standard\"; } ); } );\n";

typedef struct {
	Fixture record;
	char *conf;
	Session *session;
	Policy *policy;
	GHashTable *scope, *own;
	guint n;
} Week;

static void set_up(Week *week, gconstpointer data)
{
	(void)data;
	g_autoptr(Problems) problems = problems_new();
	fixture_init(&week->record);
	fixture_record(&week->record, 1, "policy.applied", NULL, "{'version':1,'policy':'0000000000000000000000000000000000000000000000000000000000000000','files':[]}", "{'author':'f'}");
	fixture_record(&week->record, 2, "person.recorded", NULL, "{'person':'p1'}", "{'directory_id':'d1','uid':'anna','name':'Anna','mail':'anna@example.nl'}");
	fixture_record(&week->record, 3, "person.recorded", NULL, "{'person':'p2'}", "{'directory_id':'d2','uid':'bob','name':'Bob','mail':'bob@example.nl'}");
	week->policy = policy_parse(policy_text, strlen(policy_text), "policy.conf", NULL, problems);
	g_autofree char *wrong = problems_format(problems);
	if (!week->policy)
		g_error("%s", wrong);
	week->conf = g_build_filename(week->record.folder, "akkoord.conf", NULL);
	g_autofree char *text = g_strdup_printf("organisation = { name = \"Voorbeeld BV\"; };\nstore = \"%s\";\nmail = { transport = \"maildir:out\"; from = \"akkoord@example.nl\"; };\n"
	                                        "directory = { uri = \"ldap://127.0.0.1:1\"; base = \"dc=example,dc=nl\"; };\n",
	                                        week->record.uri);
	g_assert_true(g_file_set_contents(week->conf, text, -1, NULL));
	week->scope = g_hash_table_new(g_str_hash, g_str_equal);
	week->own = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_add(week->scope, (char *)"");
}

static void tear_down(Week *week, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&week->session, session_close);
	g_remove(week->conf);
	g_free(week->conf);
	g_hash_table_unref(week->scope);
	g_hash_table_unref(week->own);
	policy_unref(week->policy);
	fixture_clear(&week->record);
}

/* One more invoice, of that administration (NULL: none). Owned by the caller. */
static char *receive(Week *week, gint64 after, const char *administration)
{
	const guint n = ++week->n;
	char *id = g_strdup_printf("i%02u", n);
	g_autofree char *facts = g_strdup_printf("{'document':'%064d','identity':'%064u','kind':'invoice','currency':'EUR','gross':'121.00'}", 0, n);
	g_autofree char *names = g_strdup_printf("{'number':'%u','identity':'x|%u','supplier_key':'x','substance':'121.00 EUR','supplier':{'name':'Vos'}}", n, n);
	g_autofree char *place = administration ? g_strdup_printf("'administration':'%s','by':'buyer',", administration) : g_strdup("");
	g_autofree char *route = g_strdup_printf("{%s'chain':'rest','policy_version':1,'passed_over':0}", place);
	fixture_record(&week->record, after, "invoice.received", id, facts, names);
	fixture_record(&week->record, after, "invoice.routed", id, route, NULL);
	return id;
}

/* Asked of p1. */
static void open_approval(Week *week, const char *id, const char *deadline)
{
	g_autofree char *approval = g_strdup_printf("{'approval':'a-%s','stage':1,'group':0,'person':'p1','start':'2026-11-30T09:00:00Z','deadline':'%s'}", id, deadline);
	fixture_record(&week->record, 0, "stage.opened", id,
	               "{'stage':1,'position':0,'chain':'rest','name':'budget holder','ladder':'standard','need':'any','within':'5bd','at_least':'1bd','before':[],'groups':1,'policy_version':1}",
	               NULL);
	fixture_record(&week->record, 0, "approval.opened", id, approval, NULL);
}

/* A mail about it, and what became of it: "accepted", "deferred", NULL: it waits. */
static void send(Week *week, const char *id, const char *outcome)
{
	g_autofree char *queued = g_strdup_printf("{'message':'m-%s','kind':'mail','person':'p1','approvals':['a-%s']}", id, id);
	g_autofree char *message = g_strdup_printf("{'message':'m-%s','attempt':1,'next_try':'2026-12-21T09:00:00Z'}", id);
	g_autofree char *type = outcome ? g_strconcat("message.", outcome, NULL) : NULL;
	g_autofree char *address = g_strdup_printf("{'to':'anna@example.nl','subject':'s','message_id':'<m-%s@x>'}", id);
	fixture_record(&week->record, 0, "message.queued", NULL, queued, address);
	if (!type)
		return;
	fixture_record(&week->record, 0, "message.sending", NULL, message, NULL);
	fixture_record(&week->record, 0, type, NULL, message, "{'reply':'so'}");
}

static void read_week(Week *week, WeekFigures *figures)
{
	g_autoptr(GError) error = NULL;
	g_clear_pointer(&week->session, session_close);
	week->session = session_open_to_read(&(Invocation){week->conf, TRUE, NOW, FALSE}, &error);
	g_assert_no_error(error);
	*figures = (WeekFigures){.session = week->session, .policy = week->policy, .scope = week->scope, .own = week->own, .now = NOW};
	week_figures_read(figures, &error);
	g_assert_no_error(error);
}

/* "3 2 1 …": open, late, stuck, on hold, never reminded, and how many are named in each list. */
static void expect_figures(Week *week, const char *wanted)
{
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	const MailSummary *summary = &figures.summary;
	g_autofree char *found = g_strdup_printf("%u %u %u %u %u: %zu+%u %zu+%u %zu+%u %zu+%u", summary->all.open, summary->all.late, summary->all.stuck, summary->all.held,
	                                         summary->all.unreminded, summary->stuck.n, summary->stuck.more, summary->late.n, summary->late.more, summary->never.n,
	                                         summary->never.more, summary->rest.n, summary->rest.more);
	g_assert_cmpstr(found, ==, wanted);
}

static const MailOpen *only_row(const MailSummary *summary)
{
	const MailOpenList *const lists[] = {&summary->stuck, &summary->late, &summary->never, &summary->rest};
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (lists[i]->n)
			return &lists[i]->rows[0];
	g_assert_not_reached();
}

static void expect_why(Week *week, OpenWhy why, const char *until, const char *whom)
{
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	const MailOpen *open = only_row(&figures.summary);
	g_autofree char *names = NULL, *instant = open->until != INSTANT_NONE ? instant_format(open->until) : NULL;
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	for (guint i = 0; i < open->whom->len; i++)
		g_ptr_array_add(all, open->whom->pdata[i]);
	g_ptr_array_add(all, NULL);
	names = g_strjoinv(" ", (char **)all->pdata);
	g_assert_cmpint(open->why, ==, why);
	g_assert_cmpstr(instant, ==, until);
	g_assert_cmpstr(names, ==, whom);
	g_assert_cmpstr(open->supplier, ==, "Vos");
	g_assert_cmpint(open->amount.minor, ==, 12100);
}

static void test_nothing(Week *week, gconstpointer data)
{
	(void)data;
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	g_assert_true(week_figures_are_empty(&figures));
	g_assert_cmpint(figures.summary.median_s, ==, -1);
}

/* Each step changes why, as its user would say it: the strongest reason is told. */
static void test_why(Week *week, gconstpointer data)
{
	(void)data;
	g_autofree char *id = receive(week, 0, "Plain BV");
	expect_why(week, OPEN_UNSENT, NULL, "");
	fixture_record(&week->record, 0, "invoice.stuck", id, "{'stage':'budget holder','why':'no-rate'}", NULL);
	expect_why(week, OPEN_STUCK, NULL, "");
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	g_assert_cmpint(only_row(&figures.summary)->trouble, ==, TROUBLE_RATE);
	fixture_record(&week->record, 0, "invoice.unstuck", id, NULL, NULL);
	fixture_record(&week->record, 0, "invoice.waits", id, "{'stage':'budget holder','position':0,'why':'booked'}", NULL);
	expect_why(week, OPEN_BOOKED, NULL, "");
	open_approval(week, id, LATE);
	expect_why(week, OPEN_UNSENT, LATE, "Anna");
	send(week, id, NULL);
	expect_why(week, OPEN_LATE, LATE, "Anna"); /* it goes in this very pass */
	g_autofree char *message = g_strdup_printf("{'message':'m-%s','attempt':1,'next_try':'2026-12-21T09:00:00Z'}", id);
	fixture_record(&week->record, 0, "message.sending", NULL, message, NULL);
	fixture_record(&week->record, 0, "message.deferred", NULL, message, "{'reply':'450 later'}");
	expect_why(week, OPEN_UNREACHED, LATE, "Anna");
	fixture_record(&week->record, 0, "message.sending", NULL, message, NULL);
	fixture_record(&week->record, 0, "message.accepted", NULL, message, "{'reply':'250 so'}");
	expect_why(week, OPEN_LATE, LATE, "Anna");
	fixture_record(&week->record, 0, "approver.added", id, "{'approval':'a-i01','person':'p2','how':'deputy','since':'2026-12-01T10:00:00Z'}", NULL);
	expect_why(week, OPEN_LATE, LATE, "Anna Bob");
	fixture_record(&week->record, 0, "approval.moved", id, "{'approval':'a-i01','deadline':'" TO_COME "','why':'dates'}", NULL);
	expect_why(week, OPEN_WAITS, NULL, "Anna Bob");
	fixture_record(&week->record, 0, "invoice.held", id, "{'kind':'hold','until':'2026-12-22T08:00:00Z','person':'p1','role':'finance'}", "{'reason':'broken'}");
	expect_why(week, OPEN_HELD, "2026-12-22T08:00:00Z", "Anna Bob");
}

static void test_why_of_a_silent_administration(Week *week, gconstpointer data)
{
	(void)data;
	g_autofree char *id = receive(week, 0, "Silent BV");
	open_approval(week, id, TO_COME);
	expect_why(week, OPEN_QUIET, NULL, "Anna");
}

static void test_lists(Week *week, gconstpointer data)
{
	(void)data;
	for (guint i = 0; i < 12; i++) {
		g_autofree char *late = receive(week, i, NULL), *never = receive(week, i, NULL);
		open_approval(week, late, LATE);
		send(week, late, i % 2 ? "accepted" : "deferred");
		open_approval(week, never, TO_COME);
	}
	expect_figures(week, "24 12 0 0 18: 0+0 10+2 10+2 0+0");
	fixture_record(&week->record, 0, "invoice.stuck", "i01", "{'stage':'budget holder','why':'gone'}", NULL); /* late, never reminded, and stuck */
	send(week, "i02", "accepted");
	expect_figures(week, "24 12 1 0 17: 1+0 10+1 10+1 1+0");
}

static void test_scope(Week *week, gconstpointer data)
{
	(void)data;
	static const char *const administrations[] = {"Own BV", "Own BV", "Plain BV", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(administrations); i++) {
		g_autofree char *id = receive(week, 0, administrations[i]);
		open_approval(week, id, LATE);
	}
	fixture_record(&week->record, 0, "person.lost", NULL, "{'person':'p1','why':'refused','seen':'2026-12-01T09:00:00Z'}", NULL);
	expect_figures(week, "4 4 0 0 4: 0+0 4+0 0+0 0+0"); /* none has admins of its own */
	g_hash_table_add(week->own, (char *)"Own BV");
	expect_figures(week, "2 2 0 0 2: 0+0 2+0 0+0 0+0");
	g_hash_table_add(week->scope, (char *)"Own BV"); /* an admin of both */
	expect_figures(week, "4 4 0 0 4: 0+0 4+0 0+0 0+0");
	g_hash_table_remove(week->scope, "");
	expect_figures(week, "2 2 0 0 2: 0+0 2+0 0+0 0+0");
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	g_assert_cmpuint(figures.summary.n_by, ==, 0); /* one only */
	g_assert_cmpuint(figures.summary.received, ==, 0);
	g_assert_cmpuint(figures.summary.n_lost, ==, 1);
	g_assert_cmpstr(figures.summary.lost[0].name, ==, "Anna");
	g_assert_true(figures.summary.lost[0].refused);
	g_assert_cmpuint(figures.summary.lost[0].invoices, ==, 2);
}

/* Who cannot be reached is told to those alone whose invoices wait for them. */
static void test_lost_elsewhere(Week *week, gconstpointer data)
{
	(void)data;
	g_autofree char *id = receive(week, 0, "Own BV");
	g_free(receive(week, 0, NULL));
	open_approval(week, id, LATE);
	fixture_record(&week->record, 0, "person.lost", NULL, "{'person':'p1','why':'gone','seen':'2026-12-01T09:00:00Z'}", NULL);
	fixture_record(&week->record, 0, "person.missing", NULL, "{'person':'p2','seen':'2026-12-01T09:00:00Z'}", NULL);
	g_hash_table_add(week->own, (char *)"Own BV");
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	g_assert_cmpuint(figures.summary.all.open, ==, 1);
	g_assert_cmpuint(figures.summary.n_lost, ==, 0);
}

static void decide(Week *week, const char *id, gint64 after, const char *word)
{
	g_autofree char *approval = g_strdup_printf("{'approval':'a-%s','stage':1}", id), *type = g_strconcat("approval.", word, NULL);
	g_autofree char *closed = g_strconcat("invoice.", word, NULL);
	fixture_record(&week->record, after, type, id, approval, NULL);
	fixture_record(&week->record, after, "stage.closed", id, "{'stage':1,'outcome':'reached'}", NULL);
	fixture_record(&week->record, after, closed, id, NULL, NULL);
}

/* Seven days are counted to the second. */
static void test_past(Week *week, gconstpointer data)
{
	(void)data;
	const gint64 since = 13 * DAY;
	g_autofree char *before = receive(week, since, NULL), *first = receive(week, since + 1, NULL), *last = receive(week, 20 * DAY, NULL);
	g_autofree char *pending = receive(week, since - DAY, NULL);
	open_approval(week, before, TO_COME);
	open_approval(week, first, TO_COME);
	open_approval(week, last, TO_COME);
	open_approval(week, pending, TO_COME);
	decide(week, before, since, "approved");
	decide(week, first, since + 1, "approved");
	decide(week, last, 20 * DAY, "rejected");
	g_auto(WeekFigures) figures = {0};
	read_week(week, &figures);
	const MailSummary *summary = &figures.summary;
	g_assert_cmpuint(summary->all.open, ==, 1);
	g_assert_cmpuint(summary->received, ==, 2);
	g_assert_cmpuint(summary->approved, ==, 1);
	g_assert_cmpuint(summary->rejected, ==, 1);
	/* from Monday 2026-11-30 to Sunday 2026-12-13: ten days of nine hours; that to the 20th is longer */
	g_assert_cmpint(summary->median_s, ==, 10 * 9 * 3600);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/week-figures/nothing", Week, NULL, set_up, test_nothing, tear_down);
	g_test_add("/week-figures/why", Week, NULL, set_up, test_why, tear_down);
	g_test_add("/week-figures/silent", Week, NULL, set_up, test_why_of_a_silent_administration, tear_down);
	g_test_add("/week-figures/lists", Week, NULL, set_up, test_lists, tear_down);
	g_test_add("/week-figures/scope", Week, NULL, set_up, test_scope, tear_down);
	g_test_add("/week-figures/lost-elsewhere", Week, NULL, set_up, test_lost_elsewhere, tear_down);
	g_test_add("/week-figures/past", Week, NULL, set_up, test_past, tear_down);
	return g_test_run();
}
