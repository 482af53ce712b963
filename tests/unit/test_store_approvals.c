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

#define STAGE(ordinal) \
	"{'stage':" #ordinal ",'position':1,'chain':'rest','name':'controller','ladder':'standard','need':'all','within':'4bh'," \
	"'at_least':'1bd','before':[],'groups':2,'policy_version':1}"
#define APPROVAL(id, stage, person) \
	"{'approval':'" id "','stage':" #stage ",'group':0,'person':'" person "','start':'2026-12-01T09:00:00Z'," \
	"'deadline':'2026-12-03T16:30:00Z'}"

static void test_stages(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "stage.closed", "i1", "{'stage':1,'outcome':'restarted'}", NULL);
	fixture_record(fixture, 21, "stage.opened", "i1", STAGE(2), NULL);
	g_autoptr(GPtrArray) stages = store_stages(fixture->store, "i1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(stages->len, ==, 2);
	const Stage *first = stages->pdata[0], *second = stages->pdata[1];
	g_assert_cmpint(first->ordinal, ==, 1);
	g_assert_cmpstr(first->invoice, ==, "i1");
	g_assert_cmpstr(first->chain, ==, "rest");
	g_assert_cmpstr(first->name, ==, "budget holder");
	g_assert_cmpstr(first->ladder, ==, "standard");
	g_assert_cmpint(first->need.type, ==, NEED_ANY);
	g_assert_cmpint(first->within.amount, ==, 5);
	g_assert_cmpint(first->at_least.unit, ==, UNIT_WORKING_DAY);
	g_assert_cmpuint(first->before->len, ==, 2);
	g_autofree char *before = time_expression_format(g_array_index(first->before, TimeExpression, 1));
	g_assert_cmpstr(before, ==, "discount-1bd");
	g_assert_cmpint(first->opened, ==, FIXTURE_NOW + 6);
	g_assert_cmpint(first->closed, ==, FIXTURE_NOW + 20);
	g_assert_cmpint(first->policy_version, ==, 1);
	g_assert_cmpint(second->position, ==, 1);
	g_assert_cmpint(second->need.type, ==, NEED_ALL);
	g_assert_cmpint(second->groups, ==, 2);
	g_assert_cmpuint(second->before->len, ==, 0);
	g_assert_true(second->closed == INSTANT_NONE);
	g_autoptr(GPtrArray) none = store_stages(fixture->store, "i9", &error);
	g_assert_cmpuint(none->len, ==, 0);
}

static void test_broken_stage(Fixture *fixture, gconstpointer data)
{
	static const char *const scripts[] = {
		"UPDATE stage SET need = 'most'", "UPDATE stage SET need = 'any', within = '5'", "UPDATE stage SET within = '5bd', at_least = ''",
		"UPDATE stage SET at_least = '1bd', before = 'due-3bd nonsense'",
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GError) error = NULL;
		fixture_tamper(fixture, scripts[i]);
		g_assert_null(store_stages(fixture->store, "i1", &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	}
}

static void test_approvals(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) approvals = store_approvals(fixture->store, "i1", &error);
	g_assert_cmpuint(approvals->len, ==, 2);
	const Approval *first = approvals->pdata[0];
	g_autofree char *start = instant_format(first->start);
	g_autofree char *deadline = instant_format(first->deadline);
	g_assert_cmpstr(first->id, ==, "a1");
	g_assert_cmpstr(first->invoice, ==, "i1");
	g_assert_cmpstr(first->person, ==, "p1");
	g_assert_cmpint(first->stage, ==, 1);
	g_assert_cmpint(first->state, ==, APPROVAL_PENDING);
	g_assert_cmpstr(start, ==, "2026-11-30T09:00:00Z");
	g_assert_cmpstr(deadline, ==, "2026-12-07T16:30:00Z");
	g_assert_true(first->closed == INSTANT_NONE);
	fixture_record(fixture, 30, "approval.rejected", "i1", "{'approval':'a2','stage':1}", NULL);
	g_autoptr(Approval) second = store_approval(fixture->store, "a2", &error);
	g_assert_cmpint(second->state, ==, APPROVAL_REJECTED);
	g_assert_cmpint(second->closed, ==, FIXTURE_NOW + 30);
	g_assert_null(store_approval(fixture->store, "a9", &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

static gint64 instant_of(const char *text)
{
	gint64 value;
	g_assert_true(instant_parse(text, &value, NULL));
	return value;
}

static GPtrArray *coming_of(const Fixture *fixture, const char *person, const char *from, const char *until)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_coming(fixture->store, person, instant_of(from), instant_of(until), &error);
	g_assert_no_error(error);
	return rows;
}

/* What is pending and somebody may decide, beside whom it was opened for too, within the window, and not on hold. */
static void test_coming(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *person, *from, *until;
		guint n;
	} cases[] = {
		{"p1", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z", 1}, {"p1", "2026-12-07T16:30:00Z", "2026-12-08T00:00:00Z", 0},
		{"p1", "2026-12-01T09:00:00Z", "2026-12-07T16:30:00Z", 0}, {"p2", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z", 1},
		{"p9", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z", 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) rows = coming_of(fixture, cases[i].person, cases[i].from, cases[i].until);
		g_test_message("case %zu", i);
		g_assert_cmpuint(rows->len, ==, cases[i].n);
	}
	fixture_record(fixture, 20, "approver.added", "i1", "{'approval':'a1','person':'p2','how':'deputy','since':'2026-12-01T10:00:00Z'}", NULL);
	g_autoptr(GPtrArray) both = coming_of(fixture, "p2", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z");
	g_assert_cmpuint(both->len, ==, 2);
	const ComingRow *first = both->pdata[0];
	g_assert_cmpstr(first->approval, ==, "a1");
	g_assert_cmpstr(first->invoice, ==, "i1");
	g_assert_cmpint(first->deadline, ==, instant_of("2026-12-07T16:30:00Z"));
	fixture_record(fixture, 30, "approval.rejected", "i1", "{'approval':'a2','stage':1}", NULL);
	g_autoptr(GPtrArray) one = coming_of(fixture, "p2", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z");
	g_assert_cmpuint(one->len, ==, 1);
	fixture_record(fixture, 40, "invoice.held", "i1", "{'kind':'hold','until':'2026-12-04T08:00:00Z','person':'p1','role':'finance'}", NULL);
	g_autoptr(GPtrArray) held = coming_of(fixture, "p1", "2026-12-01T09:00:00Z", "2026-12-08T00:00:00Z");
	g_assert_cmpuint(held->len, ==, 0);
}

#define REMINDER(approval, rung, person, channel) \
	"{'approval':'" approval "','rung':'" rung "','occurrence':0,'person':'" person "','channel':'" channel "','role':'to','tone':'new'," \
	"'fires':'2026-11-30T09:00:00Z','message':'m1'}"
#define ADDED(approval, person, how) \
	"{'approval':'" approval "','person':'" person "','how':'" how "','since':'2026-12-01T10:00:00Z','rung':'widen','occurrence':1}"
#define ACTED(approval, outcome) "{'approval':'" approval "','rung':'widen','occurrence':1,'action':'add','outcome':'" outcome "'}"
#define DECISION(approval, decision) "{'approval':'" approval "','decision':'" decision "','person':'p1','channel':'cli'}"

typedef struct {
	const char *type;
	const char *invoice;
	const char *data;
	ErrorKind kind;
} Refusal;

/* a1 is pending, a2 approved, stage 1 open. */
static const Refusal REFUSALS[] = {
	{"stage.opened", "i1", STAGE(2), ERROR_CONFLICT},                          /* while another is open */
	{"stage.opened", "i9", STAGE(1), ERROR_CONFLICT},
	{"stage.closed", "i1", "{'stage':2}", ERROR_CONFLICT},
	{"approval.opened", "i1", APPROVAL("a9", 1, "p9"), ERROR_CONFLICT},        /* of nobody */
	{"approval.opened", "i1", APPROVAL("a1", 1, "p1"), ERROR_CONFLICT},        /* the id is taken */
	{"approval.opened", "i1", APPROVAL("a9", 1, "p1"), ERROR_CONFLICT},        /* asked before in this stage */
	{"approval.opened", "i1", APPROVAL("a9", 2, "p1"), ERROR_CONFLICT},        /* no such stage */
	{"approval.opened", "i9", APPROVAL("a9", 1, "p1"), ERROR_CONFLICT},
	{"approval.opened", "i1", "{'approval':'a9','stage':1,'group':1,'person':'p1'}", ERROR_INVALID}, /* without its instants */
	{"approval.moved", "i1", "{'approval':'a2','deadline':'2026-12-08T16:30:00Z'}", ERROR_CONFLICT},
	{"approval.moved", "i1", "{'approval':'a1'}", ERROR_INVALID},
	{"approval.moved", "i1", "{'approval':'a1','deadline':'tomorrow'}", ERROR_INVALID},
	{"approval.approved", "i1", "{'approval':'a2'}", ERROR_CONFLICT},          /* twice */
	{"approval.rejected", "i1", "{'approval':'a2'}", ERROR_CONFLICT},
	{"approval.lapsed", "i1", "{'approval':'a2'}", ERROR_CONFLICT},
	{"approval.approved", "i1", "{'approval':'a9'}", ERROR_CONFLICT},
	{"approval.approved", "i9", "{'approval':'a1'}", ERROR_CONFLICT},          /* of another invoice */
	{"approval.approved", "i1", NULL, ERROR_CONFLICT},
	{"reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), ERROR_CONFLICT}, /* twice */
	{"reminder.planned", "i1", REMINDER("a1", "opened", "p1", "mail"), ERROR_CONFLICT},
	{"reminder.passed", "i1", REMINDER("a1", "opened", "p1", "mail"), ERROR_CONFLICT},
	{"reminder.claimed", "i1", REMINDER("a1", "passed", "p1", "mail"), ERROR_CONFLICT}, /* recorded as passed */
	{"reminder.planned", "i1", REMINDER("a1", "passed", "p1", "mail"), ERROR_CONFLICT},
	{"reminder.superseded", "i1", REMINDER("a1", "passed", "p1", "mail"), ERROR_CONFLICT},
	{"reminder.planned", "i1", REMINDER("a2", "opened", "p2", "mail"), ERROR_CONFLICT},
	{"reminder.claimed", "i1", REMINDER("a2", "opened", "p2", "mail"), ERROR_CONFLICT}, /* nothing after the decision */
	{"reminder.claimed", "i1", REMINDER("a9", "opened", "p1", "mail"), ERROR_CONFLICT},
	{"reminder.claimed", "i1", REMINDER("a1", "opened", "p9", "mail"), ERROR_CONFLICT},
	{"reminder.claimed", "i1", "{'approval':'a1','rung':'r','person':'p1','channel':'mail'}", ERROR_INVALID},
	{"reminder.returned", "i1", REMINDER("a1", "passed", "p1", "mail"), ERROR_CONFLICT}, /* was not claimed */
	{"reminder.returned", "i1", REMINDER("a1", "opened", "p1", "invite"), ERROR_CONFLICT},
	{"approver.added", "i1", ADDED("a1", "p1", "added"), ERROR_CONFLICT},      /* it is theirs */
	{"approver.added", "i1", ADDED("a1", "p2", "added"), ERROR_CONFLICT},      /* asked already */
	{"approver.added", "i1", ADDED("a1", "p9", "added"), ERROR_CONFLICT},      /* nobody */
	{"approver.added", "i1", ADDED("a2", "p1", "added"), ERROR_CONFLICT},      /* decided */
	{"approver.added", "i1", ADDED("a9", "p1", "added"), ERROR_CONFLICT},
	{"approver.added", "i1", ADDED("a1", "p3", "asked"), ERROR_INVALID},
	{"approver.added", "i1", "{'approval':'a1','person':'p3','how':'added'}", ERROR_INVALID}, /* since when? */
	{"approver.left", "i1", "{'approval':'a1','person':'p1'}", ERROR_CONFLICT},
	{"approver.left", "i1", "{'approval':'a2','person':'p1'}", ERROR_CONFLICT},
	{"rung.acted", "i1", ACTED("a1", "nobody"), ERROR_CONFLICT},               /* twice */
	{"rung.acted", "i1", ACTED("a2", "done"), ERROR_CONFLICT},
	{"rung.acted", "i1", "{'approval':'a1','rung':'r','occurrence':0,'action':'add','outcome':'perhaps'}", ERROR_INVALID},
	{"rung.acted", "i1", "{'approval':'a1','rung':'r','occurrence':0,'action':'dance','outcome':'done'}", ERROR_INVALID},
	{"decision.recorded", "i1", DECISION("a2", "approve"), ERROR_CONFLICT},    /* not pending */
	{"decision.recorded", "i1", DECISION("a9", "approve"), ERROR_CONFLICT},
	{"decision.recorded", "i9", DECISION("a1", "approve"), ERROR_CONFLICT},
	{"decision.recorded", "i9", "{'decision':'withdraw'}", ERROR_CONFLICT},
	{"decision.recorded", "i1", DECISION("a1", "shrug"), ERROR_INVALID},
	{"decision.recorded", "i1", "{'approval':'a1','decision':'approve','person':'p9'}", ERROR_CONFLICT},
};

static void test_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 20, "approval.approved", "i1", "{'approval':'a2'}", NULL);
	fixture_record(fixture, 21, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), NULL);
	fixture_record(fixture, 22, "reminder.passed", "i1", REMINDER("a1", "passed", "p1", "mail"), NULL);
	fixture_record(fixture, 23, "person.recorded", NULL, "{'person':'p3'}", "{'directory_id':'d3','name':'Cor'}");
	fixture_record(fixture, 23, "approver.added", "i1", ADDED("a1", "p2", "added"), NULL);
	fixture_record(fixture, 24, "rung.acted", "i1", ACTED("a1", "done"), NULL);
	gint64 events = fixture_count(fixture, "SELECT COUNT(*) FROM event");
	for (gsize i = 0; i < G_N_ELEMENTS(REFUSALS); i++) {
		g_autofree char *why = fixture_refused(fixture, REFUSALS[i].kind, REFUSALS[i].type, REFUSALS[i].invoice, REFUSALS[i].data, NULL);
		g_assert_true(g_str_has_prefix(why, REFUSALS[i].type));
	}
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event"), ==, events);
	gint64 replayed;
	g_assert_true(store_replay(fixture->store, &replayed, NULL));
}

static void test_refusal_says_why(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 20, "approval.approved", "i1", "{'approval':'a2'}", NULL);
	g_autofree char *why = fixture_refused(fixture, ERROR_CONFLICT, "approval.rejected", "i1", "{'approval':'a2'}", NULL);
	g_assert_cmpstr(why, ==, "approval.rejected of a2: the approval is not pending");
}

static gint64 wakeup_of(Fixture *fixture)
{
	return fixture_count(fixture, "SELECT at FROM wakeup WHERE kind = 1 AND id = 'a1'");
}

/* Added, left, added again; what the rungs did stays. */
static void test_asked(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "approver.added", "i1", ADDED("a1", "p2", "added"), NULL);
	g_assert_cmpint(wakeup_of(fixture), ==, FIXTURE_NOW + 20);
	fixture_record(fixture, 21, "rung.acted", "i1", ACTED("a1", "done"), NULL);
	g_autoptr(GPtrArray) first = store_asked(fixture->store, "a1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(first->len, ==, 1);
	const AskedRow *row = first->pdata[0];
	g_assert_cmpstr(row->person, ==, "p2");
	g_assert_cmpstr(row->how, ==, "added");
	g_assert_cmpstr(row->rung, ==, "widen");
	g_assert_cmpuint(row->occurrence, ==, 1);
	g_autofree char *since = instant_format(row->since);
	g_assert_cmpstr(since, ==, "2026-12-01T10:00:00Z");
	g_assert_cmpint(row->ended, ==, INSTANT_NONE);
	g_assert_null(row->why);
	fixture_record(fixture, 22, "approver.left", "i1", "{'approval':'a1','person':'p2','why':'returned'}", NULL);
	g_assert_cmpint(wakeup_of(fixture), ==, FIXTURE_NOW + 22);
	g_autoptr(GPtrArray) left = store_asked(fixture->store, "a1", &error);
	row = left->pdata[0];
	g_assert_cmpint(row->ended, ==, FIXTURE_NOW + 22);
	g_assert_cmpstr(row->why, ==, "returned");
	fixture_record(fixture, 23, "approver.added", "i1",
	               "{'approval':'a1','person':'p2','how':'manual','since':'2026-12-02T10:00:00Z'}", NULL);
	g_autoptr(GPtrArray) again = store_asked(fixture->store, "a1", &error);
	g_assert_cmpuint(again->len, ==, 1);
	row = again->pdata[0];
	g_assert_cmpstr(row->how, ==, "manual");
	g_assert_null(row->rung);
	g_assert_null(row->why);
	g_assert_cmpint(row->ended, ==, INSTANT_NONE);
	g_autoptr(GPtrArray) actions = store_rung_actions(fixture->store, "a1", &error);
	g_assert_cmpuint(actions->len, ==, 1);
	const RungActionRow *action = actions->pdata[0];
	g_assert_cmpstr(action->rung, ==, "widen");
	g_assert_cmpuint(action->occurrence, ==, 1);
	g_assert_cmpstr(action->action, ==, "add");
	g_assert_cmpstr(action->outcome, ==, "done");
	g_assert_cmpint(action->at, ==, FIXTURE_NOW + 21);
	g_autoptr(GPtrArray) others = store_asked(fixture->store, "a2", &error);
	g_assert_cmpuint(others->len, ==, 0);
}

/* The same rung, occurrence and person over another channel, to another person, for another approval, is another reminder. */
static void test_claims_apart(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), NULL);
	fixture_record(fixture, 21, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "invite"), NULL);
	fixture_record(fixture, 22, "reminder.claimed", "i1", REMINDER("a1", "opened", "p2", "mail"), NULL);
	fixture_record(fixture, 23, "reminder.claimed", "i1", REMINDER("a2", "opened", "p2", "mail"), NULL);
	fixture_record(fixture, 24, "reminder.superseded", "i1",
	               "{'approval':'a1','rung':'a nudge','occurrence':0,'person':'p1','channel':'mail','tone':'firm','why':'later came'}", NULL);
	g_autoptr(GPtrArray) reminders = store_reminders(fixture->store, "a1", &error);
	g_assert_cmpuint(reminders->len, ==, 4);
	const ReminderRow *first = reminders->pdata[0], *last = reminders->pdata[3];
	g_assert_cmpstr(first->state, ==, "claimed");
	g_assert_cmpstr(first->role, ==, "to");
	g_assert_cmpstr(first->channel, ==, "mail");
	g_assert_cmpstr(first->tone, ==, "new");
	g_assert_cmpstr(first->message, ==, "m1");
	g_assert_null(first->why);
	g_assert_cmpint(first->recorded, ==, FIXTURE_NOW + 20);
	g_autofree char *fires = instant_format(first->fires);
	g_assert_cmpstr(fires, ==, "2026-11-30T09:00:00Z");
	g_assert_cmpstr(last->rung, ==, "a nudge"); /* in the order they were recorded, not of their names */
	g_assert_cmpstr(last->state, ==, "superseded");
	g_assert_cmpstr(last->why, ==, "later came");
	g_assert_null(last->message);
	g_assert_true(last->fires == INSTANT_NONE);
}

static void assert_only_reminder(Fixture *fixture, const char *state, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) reminders = store_reminders(fixture->store, "a1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(reminders->len, ==, 1);
	const ReminderRow *row = reminders->pdata[0];
	g_assert_cmpstr(row->state, ==, state);
	g_assert_cmpstr(row->message, ==, message);
}

#define PLAN \
	"{'approval':'a1','rung':'opened','occurrence':0,'person':'p1','channel':'mail','role':'to','tone':'new'," \
	"'unrolled':'2026-11-30T08:00:00Z','fires':'2026-11-30T09:00:00Z'}"

/* Put off, claimed, its message withdrawn for another's sake, claimed again. */
static void test_planned(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 20, "reminder.planned", "i1", PLAN, NULL);
	assert_only_reminder(fixture, "planned", NULL);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "reminder.returned", NULL, PLAN, NULL));
	fixture_record(fixture, 21, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), NULL);
	assert_only_reminder(fixture, "claimed", "m1");
	fixture_record(fixture, 22, "reminder.returned", NULL, PLAN, NULL);
	assert_only_reminder(fixture, "planned", NULL);
	fixture_record(fixture, 23, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), NULL);
	assert_only_reminder(fixture, "claimed", "m1");
	gint64 events;
	g_assert_true(store_replay(fixture->store, &events, NULL));
}

static void test_planned_and_settled(Fixture *fixture, gconstpointer data)
{
	static const char *const settled[] = {"claimed", "superseded", "passed"};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(settled); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *type = g_strconcat("reminder.", settled[i], NULL);
		g_autofree char *reminder = g_strdup_printf("{'approval':'a2','rung':'%s','occurrence':0,'person':'p2','channel':'mail','tone':'firm'}", settled[i]);
		fixture_record(fixture, 20, "reminder.planned", "i1", reminder, NULL);
		fixture_record(fixture, 21, type, "i1", reminder, NULL);
		g_free(fixture_refused(fixture, ERROR_CONFLICT, "reminder.planned", "i1", reminder, NULL));
		g_autoptr(GPtrArray) reminders = store_reminders(fixture->store, "a2", &error);
		g_assert_cmpstr(((ReminderRow *)reminders->pdata[i])->state, ==, settled[i]);
	}
}

static void test_claims_without_message(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "reminder.claimed", "i1", REMINDER("a1", "opened", "p1", "mail"), NULL);
	fixture_record(fixture, 21, "reminder.planned", "i1", REMINDER("a2", "opened", "p2", "mail"), NULL);
	g_autoptr(GPtrArray) lost = store_claims_without_message(fixture->store, &error);
	g_assert_cmpuint(lost->len, ==, 1);
	g_assert_cmpstr(((ReminderRow *)lost->pdata[0])->approval, ==, "a1");
	fixture_record(fixture, 22, "message.queued", NULL, "{'message':'m1','kind':'mail','person':'p1','approvals':['a1']}", NULL);
	g_autoptr(GPtrArray) none = store_claims_without_message(fixture->store, &error);
	g_assert_cmpuint(none->len, ==, 0);
}

static void test_decisions(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 seq = fixture_record(fixture, 20, "decision.recorded", "i1",
	                            "{'approval':'a1','decision':'reject','person':'p1','for':'p2','channel':'cli','assurance':'cli'}", "{'reason':'too dear'}");
	fixture_record(fixture, 21, "decision.recorded", "i1", "{'decision':'withdraw','channel':'cli'}", "{'reason':'sent in error'}");
	g_autoptr(GPtrArray) decisions = store_decisions(fixture->store, "i1", &error);
	g_assert_cmpuint(decisions->len, ==, 2);
	const DecisionRow *first = decisions->pdata[0], *second = decisions->pdata[1];
	g_assert_cmpint(first->seq, ==, seq);
	g_assert_cmpint(first->at, ==, FIXTURE_NOW + 20);
	g_assert_cmpstr(first->approval, ==, "a1");
	g_assert_cmpstr(first->decision, ==, "reject");
	g_assert_cmpstr(first->person, ==, "p1");
	g_assert_cmpstr(first->for_person, ==, "p2");
	g_assert_cmpstr(first->channel, ==, "cli");
	g_assert_cmpstr(first->assurance, ==, "cli");
	g_assert_cmpstr(first->reason, ==, "too dear");
	g_assert_null(second->approval);
	g_assert_null(second->person);
}

/* --- spans --- */

typedef struct {
	GString *text;
	guint count;
	guint stop_after;
} Spans;

static gboolean add_span(const ApprovalSpan *span, gpointer user_data)
{
	Spans *spans = user_data;
	if (spans->text != NULL)
		g_string_append_printf(spans->text, "%s %s %s %s %s %s %d %d; ", span->approval, span->invoice, span->chain, span->stage, span->person,
		                       approval_state_name(span->state), (int)(span->opened - FIXTURE_NOW),
		                       span->closed == INSTANT_NONE ? -1 : (int)(span->closed - FIXTURE_NOW));
	spans->count++;
	return spans->count != spans->stop_after;
}

static void test_spans(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "approval.approved", "i1", "{'approval':'a2'}", NULL);
	Spans spans = {.text = g_string_new(NULL)};
	g_assert_true(store_approval_spans(fixture->store, add_span, &spans, &error));
	g_assert_cmpstr(spans.text->str, ==,
	                "a1 i1 rest budget holder p1 pending 8 -1; a2 i1 rest budget holder p2 approved 9 20; ");
	g_string_free(spans.text, TRUE);
}

static void test_many_spans(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	for (int i = 0; i < 600; i++) {
		g_autofree char *approval = g_strdup_printf("{'approval':'b%03d','stage':1,'group':%d,'person':'p1','start':'2026-12-01T09:00:00Z',"
		                                            "'deadline':'2026-12-03T16:30:00Z'}", i, i + 1);
		g_assert_true(store_append(fixture->store, fixture_event("approval.opened", i, "i1", approval, NULL), NULL, &error));
	}
	g_assert_true(store_commit(fixture->store, &error));
	Spans all = {0}, some = {.stop_after = 256};
	g_assert_true(store_approval_spans(fixture->store, add_span, &all, &error));
	g_assert_cmpuint(all.count, ==, 602);
	g_assert_true(store_approval_spans(fixture->store, add_span, &some, &error));
	g_assert_cmpuint(some.count, ==, 256);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-approvals/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("stages", test_stages);
	ADD("broken-stage", test_broken_stage);
	ADD("approvals", test_approvals);
	ADD("coming", test_coming);
	ADD("refused", test_refused);
	ADD("refusal-says-why", test_refusal_says_why);
	ADD("asked", test_asked);
	ADD("claims-apart", test_claims_apart);
	ADD("planned", test_planned);
	ADD("planned-and-settled", test_planned_and_settled);
	ADD("claims-without-message", test_claims_without_message);
	ADD("decisions", test_decisions);
	ADD("spans", test_spans);
	ADD("many-spans", test_many_spans);
	return g_test_run();
}
