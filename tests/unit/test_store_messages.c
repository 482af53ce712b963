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

#define QUEUED_M1 "{'message':'m1','kind':'mail','person':'p1','approvals':['a1','a2']}"
#define SIDE_M1 "{'to':'anna@example.nl','subject':'Please approve','message_id':'<m1@example.nl>'}"

static MessageRow *message(Fixture *fixture, const char *id)
{
	g_autoptr(GError) error = NULL;
	MessageRow *row = store_message(fixture->store, id, &error);
	g_assert_no_error(error);
	return row;
}

static void test_queued(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_record(fixture, 20, "message.queued", "i1", QUEUED_M1, SIDE_M1);
	g_autoptr(MessageRow) row = message(fixture, "m1");
	g_assert_cmpstr(row->kind, ==, "mail");
	g_assert_cmpstr(row->person, ==, "p1");
	g_assert_cmpstr(row->state, ==, "queued");
	g_assert_cmpuint(row->attempts, ==, 0);
	g_assert_cmpint(row->queued, ==, FIXTURE_NOW + 20);
	g_assert_cmpint(row->next_try, ==, FIXTURE_NOW + 20);
	g_assert_true(row->accepted == INSTANT_NONE);
	g_assert_cmpstr(row->to, ==, "anna@example.nl");
	g_assert_cmpstr(row->subject, ==, "Please approve");
	g_assert_cmpstr(row->message_id, ==, "<m1@example.nl>");
	static const char wanted[] = "Subject: m1\r\n\r\nbytes of m1\r\n";
	g_assert_cmpuint(g_bytes_get_size(row->bytes), ==, strlen(wanted));
	g_assert_true(memcmp(g_bytes_get_data(row->bytes, NULL), wanted, strlen(wanted)) == 0);
	g_autoptr(GPtrArray) approvals = store_message_approvals(fixture->store, "m1", &error);
	g_assert_cmpuint(approvals->len, ==, 2);
	g_assert_cmpstr(approvals->pdata[1], ==, "a2");
	g_autoptr(GPtrArray) of_approval = store_messages_of_approval(fixture->store, "a2", &error);
	g_assert_cmpuint(of_approval->len, ==, 1);
	g_assert_null(((MessageRow *)of_approval->pdata[0])->bytes);
	g_autoptr(GPtrArray) of_invoice = store_messages_of_invoice(fixture->store, "i1", &error);
	g_assert_cmpuint(of_invoice->len, ==, 1); /* once, though it speaks of two of its approvals */
	g_assert_null(store_message(fixture->store, "m9", &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
}

static guint wakeups_at(const Fixture *fixture, gint64 at)
{
	g_autofree char *question = g_strdup_printf("SELECT COUNT(*) FROM wakeup WHERE kind = 1 AND at = %" G_GINT64_FORMAT, at);
	return (guint)fixture_count(fixture, question);
}

static void wake_and_count(Fixture *fixture, const char *message, gint64 at, guint wanted)
{
	g_assert_true(store_begin(fixture->store, NULL));
	g_assert_true(store_wakeup_of_message(fixture->store, message, at, NULL));
	g_assert_true(store_commit(fixture->store, NULL));
	g_assert_cmpuint(wakeups_at(fixture, at), ==, wanted);
}

static void test_what_became_of_its_approvals(Fixture *fixture, gconstpointer data)
{
	(void)data;
	gboolean has = TRUE;
	fixture_record(fixture, 21, "message.queued", NULL, "{'message':'m1','kind':'mail','person':'p1','approvals':['a1','a2']}",
	               "{'to':'anna@example.nl','subject':'s','message_id':'<m1@x>'}");
	fixture_record(fixture, 21, "message.queued", NULL, "{'message':'m2','kind':'notice','person':'p1'}", "{'to':'anna@example.nl','subject':'s','message_id':'<m2@x>'}");
	g_assert_true(store_message_has_ended(fixture->store, "m1", &has, NULL) && !has);
	g_assert_true(store_message_has_hold(fixture->store, "m1", &has, NULL) && !has);
	wake_and_count(fixture, "m1", 1001, 2);
	wake_and_count(fixture, "m2", 1002, 0);
	fixture_record(fixture, 22, "invoice.held", "i1", "{'kind':'hold','role':'finance','person':'p2','until':'2026-12-03T08:00:00Z'}", "{'reason':'r'}");
	fixture_record(fixture, 23, "approval.lapsed", "i1", "{'approval':'a1','stage':1}", NULL);
	g_assert_true(store_message_has_ended(fixture->store, "m1", &has, NULL) && has);
	g_assert_true(store_message_has_hold(fixture->store, "m1", &has, NULL) && has);
	g_assert_true(store_message_has_ended(fixture->store, "m2", &has, NULL) && !has);
	g_assert_true(store_message_has_hold(fixture->store, "m2", &has, NULL) && !has);
	wake_and_count(fixture, "m1", 1003, 1);
}

static void test_bytes_are_in_the_chain(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char bytes[] = "Subject: m1\r\n\r\nbytes of m1\r\n";
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(bytes, strlen(bytes), sha256);
	fixture_record(fixture, 20, "message.queued", "i1", QUEUED_M1, SIDE_M1);
	g_autofree char *question = g_strdup_printf("SELECT COUNT(*) FROM event WHERE canonical LIKE '%%\"sha256\":\"%s\"%%'", sha256);
	g_assert_cmpint(fixture_count(fixture, question), ==, 1);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM event WHERE canonical LIKE '%anna@example.nl%'"), ==, 0);
}

static void test_not_before(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 not_before = 0, at = 0;
	g_assert_true(instant_parse("2030-01-01T08:00:00Z", &not_before, &error));
	fixture_record(fixture, 20, "message.queued", "i1", "{'message':'m1','kind':'mail','person':'p1','not_before':'2030-01-01T08:00:00Z'}", SIDE_M1);
	g_assert_true(store_next_mail_try(fixture->store, &at, &error));
	g_assert_cmpint(at, ==, not_before);
	g_autoptr(GPtrArray) early = store_messages_to_send(fixture->store, not_before - 1, 10, &error);
	g_assert_cmpuint(early->len, ==, 0);
	g_autoptr(GPtrArray) then = store_messages_to_send(fixture->store, not_before, 10, &error);
	g_assert_cmpuint(then->len, ==, 1);
}

static void test_refused_queueing(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *data;
		ErrorKind kind;
	} cases[] = {
		{QUEUED_M1, ERROR_CONFLICT},                                                     /* there is one */
		{"{'message':'m2','kind':'mail','person':'p9'}", ERROR_CONFLICT},                /* nobody */
		{"{'message':'m2','kind':'mail','approvals':['a9']}", ERROR_CONFLICT},           /* no such approval */
		{"{'message':'m2','kind':'mail','approvals':['a1','a1']}", ERROR_CONFLICT},      /* twice */
		{"{'message':'m2','kind':'mail','approvals':[7]}", ERROR_INVALID},
		{"{'message':'m2'}", ERROR_INVALID},
		{"{'kind':'mail'}", ERROR_INVALID},
	};
	(void)data;
	fixture_record(fixture, 20, "message.queued", "i1", QUEUED_M1, SIDE_M1);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
		g_assert_true(store_begin(fixture->store, &error));
		g_assert_false(store_append_message(fixture->store, fixture_event("message.queued", 0, NULL, cases[i].data, NULL), bytes, NULL, &error));
		g_assert_error(error, AKKOORD_ERROR, (int)cases[i].kind);
		store_rollback(fixture->store);
	}
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM message_body"), ==, 1);
}

static void test_only_with_bytes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_false(store_append(fixture->store, fixture_event("message.queued", 0, NULL, QUEUED_M1, NULL), NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	g_assert_false(store_append_message(fixture->store, fixture_event("message.sending", 0, NULL, QUEUED_M1, NULL), bytes, NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_clear_error(&error);
	store_rollback(fixture->store);
	g_assert_false(store_append_message(fixture->store, fixture_event("message.queued", 0, NULL, QUEUED_M1, NULL), bytes, NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID); /* outside of a transaction */
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM message_body"), ==, 0);
}

static const char *const STEPS[] = {"sending", "accepted", "deferred", "refused", "uncertain", "withdrawn"};

/* For each state, which steps may follow; in the order of STEPS. */
static const struct {
	const char *state;
	const char *way; /* the steps that lead there */
	const char *legal;
} STATES[] = {
	{"queued", "", "yn" "nnn" "y"},
	{"sending", "sending", "yy" "yyy" "n"},
	{"accepted", "sending accepted", "nn" "nnn" "n"},
	{"deferred", "sending deferred", "yn" "nnn" "y"},
	{"refused", "sending refused", "nn" "nnn" "n"},
	{"uncertain", "sending uncertain", "yn" "nnn" "y"},
	{"withdrawn", "withdrawn", "nn" "nnn" "n"},
};

static void take_step(Fixture *fixture, const char *id, const char *step, gboolean legal)
{
	g_autofree char *type = g_strconcat("message.", step, NULL);
	g_autofree char *data = g_strdup_printf("{'message':'%s','attempt':1,'next_try':'2027-01-01T08:00:00Z'}", id);
	if (legal)
		fixture_record(fixture, 30, type, NULL, data, "{'reply':'said'}");
	else
		g_free(fixture_refused(fixture, ERROR_CONFLICT, type, NULL, data, NULL));
}

static void test_transitions(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(STATES); i++) {
		g_auto(GStrv) way = g_strsplit(STATES[i].way, " ", -1);
		for (gsize j = 0; j < G_N_ELEMENTS(STEPS); j++) {
			g_autofree char *id = g_strdup_printf("m-%s-%s", STATES[i].state, STEPS[j]);
			g_autofree char *queued = g_strdup_printf("{'message':'%s','kind':'mail','person':'p1'}", id);
			fixture_record(fixture, 20, "message.queued", NULL, queued, NULL);
			for (guint k = 0; way[k] != NULL; k++)
				take_step(fixture, id, way[k], TRUE);
			take_step(fixture, id, STEPS[j], STATES[i].legal[j] == 'y');
			g_autoptr(MessageRow) row = message(fixture, id);
			g_assert_cmpstr(row->state, ==, STATES[i].legal[j] == 'y' ? STEPS[j] : STATES[i].state);
			gboolean over = strcmp(row->state, "accepted") == 0 || strcmp(row->state, "refused") == 0 || strcmp(row->state, "withdrawn") == 0;
			g_assert_cmpint(row->next_try == INSTANT_NONE, ==, over);
			g_assert_cmpint(row->accepted == INSTANT_NONE, ==, strcmp(row->state, "accepted") != 0);
		}
	}
	for (gsize j = 0; j < G_N_ELEMENTS(STEPS); j++)
		take_step(fixture, "nothing", STEPS[j], FALSE);
}

static void test_left_uncertain(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 20, "message.queued", NULL, QUEUED_M1, SIDE_M1);
	fixture_record(fixture, 21, "message.sending", NULL, "{'message':'m1','attempt':2}", NULL);
	fixture_record(fixture, 22, "message.uncertain", NULL, "{'message':'m1','attempt':2}", "{'reply':'the line broke'}");
	g_autoptr(MessageRow) row = message(fixture, "m1");
	g_assert_cmpuint(row->attempts, ==, 2);
	g_assert_true(row->next_try == INSTANT_NONE);
	g_assert_cmpstr(row->reply, ==, "the line broke");
}

#define UNSENT(state, rest) "{'message':'m1','state':'" state "'" rest "}"

static void assert_is(Fixture *fixture, const char *state, guint attempts, gint64 tried)
{
	g_autoptr(MessageRow) row = message(fixture, "m1");
	g_assert_cmpstr(row->state, ==, state);
	g_assert_cmpuint(row->attempts, ==, attempts);
	g_assert_cmpint(row->tried, ==, tried);
	g_assert_true(row->next_try != INSTANT_NONE);
}

/* What was claimed, and of which nothing went, is as it was before: also for the hourly budget. */
static void test_taken_back(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	guint tried = 7;
	gint64 first;
	fixture_record(fixture, 20, "message.queued", NULL, QUEUED_M1, SIDE_M1);
	fixture_record(fixture, 21, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	assert_is(fixture, "sending", 1, FIXTURE_NOW + 21);
	fixture_record(fixture, 22, "message.unsent", NULL, UNSENT("queued", ",'attempt':0"), NULL);
	assert_is(fixture, "queued", 0, INSTANT_NONE);
	g_assert_true(store_count_tried(fixture->store, FIXTURE_NOW, &tried, &first, &error));
	g_assert_cmpuint(tried, ==, 0);
	fixture_record(fixture, 23, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	fixture_record(fixture, 24, "message.deferred", NULL, "{'message':'m1','attempt':1,'next_try':'2026-11-30T10:00:00Z'}", NULL);
	fixture_record(fixture, 25, "message.sending", NULL, "{'message':'m1','attempt':2}", NULL);
	fixture_record(fixture, 26, "message.unsent", NULL, UNSENT("deferred", ",'attempt':1,'tried':'2026-11-30T09:30:00Z'"), NULL);
	gint64 then;
	g_assert_true(instant_parse("2026-11-30T09:30:00Z", &then, NULL));
	assert_is(fixture, "deferred", 1, then);
}

static void test_not_taken_back(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const wrong[] = {UNSENT("accepted", ",'attempt':1"), UNSENT("sending", ",'attempt':1"), UNSENT("", ",'attempt':1"), "{'message':'m1','attempt':1}"};
	fixture_record(fixture, 20, "message.queued", NULL, QUEUED_M1, SIDE_M1);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "message.unsent", NULL, UNSENT("queued", ",'attempt':0"), NULL));
	fixture_record(fixture, 22, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_free(fixture_refused(fixture, ERROR_CONFLICT, "message.unsent", NULL, wrong[i], NULL));
	assert_is(fixture, "sending", 1, FIXTURE_NOW + 22);
}

static void test_to_send(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 at = 0;
	g_assert_true(store_next_mail_try(fixture->store, &at, &error));
	g_assert_true(at == INSTANT_NONE);
	static const char *const ids[] = {"z", "y", "x", "w"};
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *queued = g_strdup_printf("{'message':'%s','kind':'mail','person':'p1'}", ids[i]);
		fixture_record(fixture, 20 + (gint64)(i / 2), "message.queued", NULL, queued, NULL);
	}
	take_step(fixture, "y", "sending", TRUE); /* as where we died in it: to be sent again */
	take_step(fixture, "x", "withdrawn", TRUE);
	g_assert_true(store_next_mail_try(fixture->store, &at, &error));
	g_assert_cmpint(at, ==, FIXTURE_NOW + 20);
	g_autoptr(GPtrArray) all = store_messages_to_send(fixture->store, FIXTURE_NOW + 100, 10, &error);
	g_assert_cmpuint(all->len, ==, 3);
	static const char *const wanted[] = {"z", "y", "w"};
	for (guint i = 0; i < all->len; i++) {
		g_assert_cmpstr(((MessageRow *)all->pdata[i])->id, ==, wanted[i]);
		g_assert_null(((MessageRow *)all->pdata[i])->bytes);
	}
	g_autoptr(GPtrArray) one = store_messages_to_send(fixture->store, FIXTURE_NOW + 100, 1, &error);
	g_assert_cmpuint(one->len, ==, 1);
	g_autoptr(GPtrArray) early = store_messages_to_send(fixture->store, FIXTURE_NOW + 19, 10, &error);
	g_assert_cmpuint(early->len, ==, 0);
}

static void test_calls(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *id, *channel;
		gint64 at;
	} calls[] = {{"c1", "sms", 30}, {"c2", "sms", 20}, {"c3", "chat", 40}, {"c4", "gone", 20}};
	g_autoptr(GError) error = NULL;
	gint64 at = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
		g_autofree char *queued = g_strdup_printf("{'message':'%s','kind':'hook','channel':'%s','person':'p1'}", calls[i].id, calls[i].channel);
		fixture_record(fixture, calls[i].at, "message.queued", NULL, queued, NULL);
	}
	take_step(fixture, "c4", "withdrawn", TRUE);
	g_assert_true(store_next_mail_try(fixture->store, &at, &error));
	g_assert_true(at == INSTANT_NONE);
	g_autoptr(GPtrArray) used = store_channels_in_use(fixture->store, &error);
	g_assert_cmpuint(used->len, ==, 2);
	const ChannelUse *chat = used->pdata[0], *sms = used->pdata[1];
	g_assert_cmpstr(chat->channel, ==, "chat");
	g_assert_cmpstr(sms->channel, ==, "sms");
	g_assert_cmpint(chat->at, ==, FIXTURE_NOW + 40);
	g_assert_cmpint(sms->at, ==, FIXTURE_NOW + 20);
	g_autoptr(GPtrArray) due = store_calls_to_make(fixture->store, "sms", FIXTURE_NOW + 100, 10, &error);
	g_assert_cmpuint(due->len, ==, 2);
	g_assert_cmpstr(((MessageRow *)due->pdata[0])->id, ==, "c2");
	g_autoptr(GPtrArray) mails = store_messages_to_send(fixture->store, FIXTURE_NOW + 100, 10, &error);
	g_assert_cmpuint(mails->len, ==, 0);
}

/* --- entries in calendars --- */

#define TIMES "'starts':'2026-12-07T16:00:00Z','ends':'2026-12-07T16:30:00Z'"
#define INVITE(uid, sequence, approvals) "{'person':'p1','uid':'" uid "','sequence':" #sequence "," TIMES ",'approvals':[" approvals "]}"
#define OF_DAY(message) "{'person':'p1','uid':'u1','day':'2026-12-07','sequence':0,'message':'" message "'," TIMES ",'approvals':['a1']}"
#define CLAIMED(approval, rung, channel) \
	"{'approval':'" approval "','rung':'" rung "','occurrence':0,'person':'p1','role':'to','channel':'" channel "','tone':'new'," \
	"'fires':'2026-11-30T08:00:00Z'}"

/* "a1>u1 a2>- a3!u1": what p1 is owed, where it stands, `!` where it has ended. */
static void assert_invited(Fixture *fixture, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) invited = store_invited(fixture->store, "p1", &error);
	g_assert_no_error(error);
	g_autoptr(GString) got = g_string_new(NULL);
	for (guint i = 0; i < invited->len; i++) {
		const InvitedRow *row = invited->pdata[i];
		g_string_append_printf(got, "%s%s%s%s", i ? " " : "", row->approval, row->ended != INSTANT_NONE ? "!" : ">", row->uid ? row->uid : "-");
	}
	g_assert_cmpstr(got->str, ==, wanted);
}

static void assert_wakes(Fixture *fixture, gint64 after)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) due = store_wakeups_due_of(fixture->store, WAKEUP_CALENDAR, FIXTURE_NOW + after, 10, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(due->len, ==, 1);
	g_assert_cmpstr(((const Wakeup *)due->pdata[0])->id, ==, "p1");
	g_assert_cmpint(((const Wakeup *)due->pdata[0])->at, ==, FIXTURE_NOW + after);
}

static InviteRow *only_invite(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) invites = store_invites(fixture->store, "p1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(invites->len, ==, 1);
	return g_ptr_array_steal_index(invites, 0);
}

static void owe_two(Fixture *fixture)
{
	fixture_record(fixture, 20, "reminder.claimed", "i1", CLAIMED("a1", "opened", "invite"), NULL);
	fixture_record(fixture, 21, "reminder.claimed", "i1", CLAIMED("a2", "opened", "invite"), NULL);
}

static void test_owed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_record(fixture, 20, "reminder.claimed", "i1", CLAIMED("a1", "opened", "mail"), NULL);
	assert_invited(fixture, "");
	owe_two(fixture);
	assert_invited(fixture, "a1>- a2>-");
	assert_wakes(fixture, 21);
	g_autoptr(GPtrArray) invited = store_invited(fixture->store, "p1", NULL);
	const InvitedRow *row = invited->pdata[0];
	g_assert_cmpint(row->since, ==, FIXTURE_NOW + 25600);
	g_assert_true(row->moved == INSTANT_NONE);
	/* another rung that was merged takes nothing away; the claim itself does */
	fixture_record(fixture, 22, "reminder.superseded", "i1", CLAIMED("a1", "nudge", "invite"), NULL);
	assert_invited(fixture, "a1>- a2>-");
	fixture_record(fixture, 23, "reminder.superseded", "i1", CLAIMED("a1", "opened", "invite"), NULL);
	assert_invited(fixture, "a2>-");
	fixture_record(fixture, 24, "approval.moved", "i1", "{'approval':'a2','deadline':'2026-12-08T16:30:00Z','why':'dates'}", NULL);
	assert_wakes(fixture, 24);
	g_autoptr(GPtrArray) moved = store_invited(fixture->store, "p1", NULL);
	g_assert_cmpint(((const InvitedRow *)moved->pdata[0])->moved, ==, FIXTURE_NOW + 24);
	fixture_record(fixture, 25, "approval.lapsed", "i1", "{'approval':'a2','stage':1}", NULL);
	assert_invited(fixture, "");
}

static void test_listed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.requested", "i1", INVITE("u1", 0, "'a1'"), NULL)); /* not owed */
	owe_two(fixture);
	fixture_record(fixture, 30, "invite.requested", "i1", INVITE("u1", 0, "'a1'"), NULL);
	assert_invited(fixture, "a1>u1 a2>-");
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.requested", "i1", INVITE("u1", 1, "'a1'"), NULL)); /* there is one */
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.updated", "i1", INVITE("u1", 0, "'a1'"), NULL));   /* SEQUENCE must rise */
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.updated", "i1", INVITE("u1", 1, "'a9'"), NULL));
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.updated", "i1", INVITE("u9", 1, "'a1'"), NULL));
	fixture_record(fixture, 31, "invite.updated", "i1", INVITE("u1", 1, "'a1','a2'"), NULL);
	assert_invited(fixture, "a1>u1 a2>u1");
	fixture_record(fixture, 32, "approval.lapsed", "i1", "{'approval':'a1','stage':1}", NULL);
	assert_wakes(fixture, 32);
	assert_invited(fixture, "a1!u1 a2>u1");
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.updated", "i1", INVITE("u1", 2, "'a1'"), NULL)); /* it has ended */
	fixture_record(fixture, 33, "invite.updated", "i1", INVITE("u1", 2, "'a2'"), NULL);
	assert_invited(fixture, "a2>u1");
	/* to another entry, the first being told later */
	fixture_record(fixture, 34, "invite.requested", "i1", INVITE("u2", 0, "'a2'"), NULL);
	assert_invited(fixture, "a2>u2");
	fixture_record(fixture, 35, "invite.cancelled", "i1", INVITE("u1", 3, ""), NULL);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.cancelled", "i1", INVITE("u1", 4, ""), NULL)); /* once */
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.updated", "i1", INVITE("u1", 4, "'a2'"), NULL));
	fixture_record(fixture, 36, "approval.lapsed", "i1", "{'approval':'a2','stage':1}", NULL);
	fixture_record(fixture, 37, "invite.cancelled", "i1", INVITE("u2", 1, ""), NULL);
	assert_invited(fixture, "");
}

/* Whether an entry may stand in the calendar: what became of its messages. */
static void test_arrived(Fixture *fixture, gconstpointer data)
{
	(void)data;
	owe_two(fixture);
	fixture_record(fixture, 30, "message.queued", NULL, "{'message':'m1','kind':'invite-request','person':'p1','approvals':['a1']}", SIDE_M1);
	fixture_record(fixture, 31, "invite.requested", "i1", OF_DAY("m1"), NULL);
	static const struct {
		const char *event;
		gboolean arrived, withdrawn;
	} steps[] = {
		{"message.sending", TRUE, FALSE},   {"message.deferred", FALSE, FALSE},  {"message.sending", TRUE, FALSE},
		{"message.uncertain", TRUE, FALSE}, {"message.withdrawn", TRUE, TRUE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		fixture_record(fixture, 32 + (gint64)i, steps[i].event, NULL, "{'message':'m1','attempt':1,'next_try':'2026-11-30T11:00:00Z'}", NULL);
		InviteRow *row = only_invite(fixture);
		g_assert_cmpint(row->arrived, ==, steps[i].arrived);
		g_assert_cmpint(row->withdrawn, ==, steps[i].withdrawn);
		g_assert_cmpint(row->day.day, ==, date_from_ymd(2026, 12, 7).day);
		g_assert_cmpint(row->asked, ==, FIXTURE_NOW + 31);
		invite_row_free(row);
	}
	assert_wakes(fixture, 36);
}

static void test_refused_request(Fixture *fixture, gconstpointer data)
{
	(void)data;
	owe_two(fixture);
	fixture_record(fixture, 30, "message.queued", NULL, "{'message':'m1','kind':'invite-request','person':'p1','approvals':['a1']}", SIDE_M1);
	fixture_record(fixture, 31, "invite.requested", "i1", OF_DAY("m1"), NULL);
	InviteRow *row = only_invite(fixture);
	g_assert_false(row->arrived);
	invite_row_free(row);
	fixture_record(fixture, 32, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	fixture_record(fixture, 33, "message.refused", NULL, "{'message':'m1'}", NULL);
	row = only_invite(fixture);
	g_assert_false(row->arrived);
	g_assert_false(row->withdrawn);
	invite_row_free(row);
}

static gboolean is_outdated(Fixture *fixture, const char *message)
{
	g_autoptr(GError) error = NULL;
	gboolean is;
	g_assert_true(store_invite_is_outdated(fixture->store, message, &is, &error));
	g_assert_no_error(error);
	return is;
}

/* What a sender was at while more was written of the same entry. */
static void test_outdated(Fixture *fixture, gconstpointer data)
{
	(void)data;
	owe_two(fixture);
	fixture_record(fixture, 30, "message.queued", NULL, "{'message':'m1','kind':'invite-request','person':'p1','approvals':['a1']}", SIDE_M1);
	fixture_record(fixture, 31, "invite.requested", "i1", OF_DAY("m1"), NULL);
	fixture_record(fixture, 32, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	g_assert_false(is_outdated(fixture, "m1"));
	fixture_record(fixture, 33, "message.queued", NULL, "{'message':'m2','kind':'invite-cancel','person':'p1','approvals':['a1']}", SIDE_M1);
	fixture_record(fixture, 34, "invite.cancelled", "i1", "{'person':'p1','uid':'u1','sequence':1,'message':'m2','approvals':[]}", NULL);
	g_assert_true(is_outdated(fixture, "m1"));
	g_assert_false(is_outdated(fixture, "m2")); /* as long as nobody knows */
	fixture_record(fixture, 35, "message.deferred", NULL, "{'message':'m1','next_try':'2026-11-30T11:00:00Z'}", NULL);
	g_assert_true(is_outdated(fixture, "m2")); /* there is nothing to take back */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-messages/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("approvals", test_what_became_of_its_approvals);
	ADD("queued", test_queued);
	ADD("bytes-are-in-the-chain", test_bytes_are_in_the_chain);
	ADD("not-before", test_not_before);
	ADD("refused-queueing", test_refused_queueing);
	ADD("only-with-bytes", test_only_with_bytes);
	ADD("transitions", test_transitions);
	ADD("left-uncertain", test_left_uncertain);
	ADD("taken-back", test_taken_back);
	ADD("not-taken-back", test_not_taken_back);
	ADD("to-send", test_to_send);
	ADD("calls", test_calls);
	ADD("invites-owed", test_owed);
	ADD("invites-listed", test_listed);
	ADD("invites-arrived", test_arrived);
	ADD("invites-refused", test_refused_request);
	ADD("invites-outdated", test_outdated);
	return g_test_run();
}
