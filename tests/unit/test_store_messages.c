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
	g_assert_true(store_next_message_try(fixture->store, &at, &error));
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

static void test_to_send(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	gint64 at = 0;
	g_assert_true(store_next_message_try(fixture->store, &at, &error));
	g_assert_true(at == INSTANT_NONE);
	static const char *const ids[] = {"z", "y", "x", "w"};
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *queued = g_strdup_printf("{'message':'%s','kind':'mail','person':'p1'}", ids[i]);
		fixture_record(fixture, 20 + (gint64)(i / 2), "message.queued", NULL, queued, NULL);
	}
	take_step(fixture, "y", "sending", TRUE); /* as where we died in it: to be sent again */
	take_step(fixture, "x", "withdrawn", TRUE);
	g_assert_true(store_next_message_try(fixture->store, &at, &error));
	g_assert_cmpint(at, ==, FIXTURE_NOW + 20);
	g_autoptr(GPtrArray) all = store_messages_to_send(fixture->store, FIXTURE_NOW + 100, 10, &error);
	g_assert_cmpuint(all->len, ==, 3);
	static const char *const wanted[] = {"z", "y", "w"};
	for (guint i = 0; i < all->len; i++) {
		g_assert_cmpstr(((MessageRow *)all->pdata[i])->id, ==, wanted[i]);
		g_assert_nonnull(((MessageRow *)all->pdata[i])->bytes);
	}
	g_autoptr(GPtrArray) one = store_messages_to_send(fixture->store, FIXTURE_NOW + 100, 1, &error);
	g_assert_cmpuint(one->len, ==, 1);
	g_autoptr(GPtrArray) early = store_messages_to_send(fixture->store, FIXTURE_NOW + 19, 10, &error);
	g_assert_cmpuint(early->len, ==, 0);
}

#define INVITE(sequence, message) \
	"{'approval':'a1','person':'p1','uid':'u1','sequence':" #sequence ",'message':'" message "'," \
	"'starts':'2026-12-07T16:00:00Z','ends':'2026-12-07T16:30:00Z'}"

static void assert_invite(Fixture *fixture, gint64 sequence, const char *last, gboolean cancelled)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) invites = store_invites(fixture->store, "a1", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(invites->len, ==, 1);
	const InviteRow *row = invites->pdata[0];
	g_assert_cmpstr(row->person, ==, "p1");
	g_assert_cmpstr(row->uid, ==, "u1");
	g_assert_cmpint(row->sequence, ==, sequence);
	g_assert_cmpstr(row->message, ==, last);
	g_assert_cmpint(row->ends - row->starts, ==, 1800);
	g_assert_cmpint(row->cancelled, ==, cancelled);
}

static void test_invites(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.cancelled", "i1", INVITE(1, "m1"), NULL)); /* none yet */
	fixture_record(fixture, 20, "invite.requested", "i1", INVITE(0, "m1"), NULL);
	assert_invite(fixture, 0, "m1", FALSE);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.requested", "i1", INVITE(0, "m2"), NULL)); /* SEQUENCE must rise */
	fixture_record(fixture, 21, "invite.requested", "i1", INVITE(2, "m2"), NULL);
	assert_invite(fixture, 2, "m2", FALSE);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.cancelled", "i1", INVITE(1, "m3"), NULL));
	fixture_record(fixture, 22, "invite.cancelled", "i1", INVITE(3, "m3"), NULL);
	assert_invite(fixture, 3, "m3", TRUE);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.cancelled", "i1", INVITE(4, "m4"), NULL)); /* once */
	fixture_record(fixture, 23, "invite.requested", "i1", INVITE(5, "m5"), NULL);
	assert_invite(fixture, 5, "m5", FALSE);
	fixture_record(fixture, 24, "invite.cancelled", "i1", "{'approval':'a1','person':'p1','sequence':6}", NULL);
	assert_invite(fixture, 6, "m5", TRUE);
	g_free(fixture_refused(fixture, ERROR_CONFLICT, "invite.requested", "i1",
	                       "{'approval':'a9','person':'p1','uid':'u','sequence':0,'starts':'2026-12-07T16:00:00Z','ends':'2026-12-07T16:30:00Z'}", NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-messages/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("queued", test_queued);
	ADD("bytes-are-in-the-chain", test_bytes_are_in_the_chain);
	ADD("not-before", test_not_before);
	ADD("refused-queueing", test_refused_queueing);
	ADD("only-with-bytes", test_only_with_bytes);
	ADD("transitions", test_transitions);
	ADD("left-uncertain", test_left_uncertain);
	ADD("to-send", test_to_send);
	ADD("invites", test_invites);
	return g_test_run();
}
