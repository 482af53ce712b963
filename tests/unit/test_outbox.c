/* Claims become messages a part at a time; what was read ahead of their transaction serves as long as the record is what it was. */
#include "pass/outbox.h"
#include "store_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW (FIXTURE_NOW + 3600)

static const char policy_text[] =
	"calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = \"Mon-Fri 08:30-17:30\"; }; };\n"
	"default_calendar = \"nl\";\n"
	"ladders = { standard = ( { name = \"opened\"; at = \"start\"; }, { name = \"nudge\"; at = \"start+1bd\"; } ); };\n"
	"chains = ( { name = \"rest\"; stages = ( { name = \"budget holder\"; approvers = [ \"user(anna)\" ]; ladder = \"standard\"; } ); } );\n";

typedef struct {
	Fixture record;
	char *conf;
	Session *session;
	Outbox *outbox;
} Posts;

static void apply_policy(Fixture *record)
{
	char sha256[SHA256_HEX_SIZE];
	g_autoptr(GError) error = NULL;
	g_assert_true(store_put_blob(record->store, policy_text, strlen(policy_text), sha256, &error));
	g_autofree char *data = g_strdup_printf("{'version':2,'policy':'%s','files':[]}", sha256);
	fixture_record(record, 10, "policy.applied", NULL, data, "{'author':'finance'}");
}

/* Anna (p1) and Bob (p2) are asked for one invoice; both are claimed, in messages of their own. */
static void set_up(Posts *posts, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	fixture_init(&posts->record);
	fixture_open_approvals(&posts->record);
	apply_policy(&posts->record);
	for (guint i = 1; i <= 2; i++) {
		g_autofree char *claim = g_strdup_printf("{'approval':'a%u','rung':'opened','occurrence':0,'person':'p%u','role':'to','channel':'mail','tone':'new',"
		                                         "'fires':'2026-11-30T09:00:00Z','message':'m%u'}", i, i, i);
		fixture_record(&posts->record, 20, "reminder.claimed", "i1", claim, NULL);
	}
	posts->conf = g_build_filename(posts->record.folder, "akkoord.conf", NULL);
	g_autofree char *text = g_strdup_printf("organisation = { name = \"Voorbeeld BV\"; };\nstore = \"%s\";\nmail = { transport = \"maildir:out\"; from = \"akkoord@example.nl\"; };\n"
	                                        "web = { public_url = \"https://akkoord.example.nl\"; };\n"
	                                        "directory = { uri = \"ldap://127.0.0.1:1\"; base = \"dc=example,dc=nl\"; };\n",
	                                        posts->record.uri);
	g_assert_true(g_file_set_contents(posts->conf, text, -1, NULL));
	posts->session = session_open(&(Invocation){posts->conf, TRUE, NOW, FALSE}, &error);
	g_assert_no_error(error);
	posts->outbox = outbox_new();
	g_assert_true(outbox_recover(posts->session, posts->outbox, &error));
	g_assert_cmpuint(outbox_claims(posts->outbox)->len, ==, 2);
	g_assert_true(outbox_next_part(posts->outbox, FALSE));
	g_assert_true(outbox_look_ahead(posts->session, posts->outbox, &error));
	g_assert_no_error(error);
}

static void tear_down(Posts *posts, gconstpointer data)
{
	(void)data;
	outbox_free(posts->outbox);
	session_close(posts->session);
	g_remove(posts->conf);
	g_free(posts->conf);
	fixture_clear(&posts->record);
}

static void compose(Posts *posts)
{
	g_autoptr(GError) error = NULL;
	outbox_compose(posts->session, posts->outbox, NOW, &error);
	g_assert_no_error(error);
	g_assert_false(outbox_next_part(posts->outbox, FALSE));
}

static gboolean says(const Posts *posts, const char *message, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_message(posts->record.store, message, &error);
	g_assert_no_error(error);
	gsize length;
	const char *bytes = g_bytes_get_data(row->bytes, &length);
	g_autofree char *text = g_strndup(bytes, length);
	return strstr(text, words) != NULL;
}

static void test_as_read(Posts *posts, gconstpointer data)
{
	(void)data;
	compose(posts);
	g_assert_cmpint(fixture_count(&posts->record, "SELECT count(*) FROM message WHERE state = 'queued'"), ==, 2);
	g_assert_true(says(posts, "m1", "Bob"));
	g_assert_true(says(posts, "m2", "Anna"));
}

/* In between: it is not written about any more. */
static void test_decided_meanwhile(Posts *posts, gconstpointer data)
{
	(void)data;
	fixture_record(&posts->record, 30, "approval.lapsed", "i1", "{'approval':'a1','stage':1}", NULL);
	compose(posts);
	g_assert_cmpint(fixture_count(&posts->record, "SELECT count(*) FROM message"), ==, 1);
	g_assert_cmpint(fixture_count(&posts->record, "SELECT count(*) FROM message WHERE id = 'm2'"), ==, 1);
	g_assert_cmpint(fixture_count(&posts->record, "SELECT count(*) FROM reminder WHERE approval = 'a1' AND state = 'superseded'"), ==, 1);
}

static void test_changed_meanwhile(Posts *posts, gconstpointer data)
{
	(void)data;
	fixture_record(&posts->record, 30, "person.recorded", NULL, "{'person':'p1'}", "{'directory_id':'d1','uid':'anna','name':'Johanna','mail':'anna@example.nl'}");
	compose(posts);
	g_assert_true(says(posts, "m2", "Johanna"));
}

/* A part ends where a message does. */
static void test_parts(void)
{
	static const struct {
		gboolean whole;
		const char *ends; /* of each part */
	} cases[] = {{FALSE, "300 450 "}, {TRUE, "450 "}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Outbox) outbox = outbox_new();
		g_autoptr(GString) ends = g_string_new(NULL);
		for (guint k = 0; k < 450; k++) {
			Claim *claim = g_new0(Claim, 1);
			claim->message = g_strdup_printf("m%u", k % 3);
			g_ptr_array_add(outbox_claims(outbox), claim);
		}
		while (outbox_next_part(outbox, cases[i].whole))
			g_string_append_printf(ends, "%u ", outbox_part_end(outbox));
		g_assert_cmpstr(ends->str, ==, cases[i].ends);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/outbox/as-read", Posts, NULL, set_up, test_as_read, tear_down);
	g_test_add("/outbox/decided-meanwhile", Posts, NULL, set_up, test_decided_meanwhile, tear_down);
	g_test_add("/outbox/changed-meanwhile", Posts, NULL, set_up, test_changed_meanwhile, tear_down);
	g_test_add_func("/outbox/parts", test_parts);
	return g_test_run();
}
