#include "store_fixture.h"

#include "base/instant.h"

#include <glib/gstdio.h>
#include <string.h>

#define DOCUMENT "the invoice as it came"

static void remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	g_assert_nonnull(folder);
	for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_assert_cmpint(g_remove(file), ==, 0);
	}
	g_assert_cmpint(g_rmdir(path), ==, 0);
}

static Store *open_store(const Fixture *fixture, gboolean create)
{
	g_autoptr(GError) error = NULL;
	Store *store = store_open(fixture->uri, create, FIXTURE_NOW, &error);
	g_assert_no_error(error);
	return store;
}

void fixture_init(Fixture *fixture)
{
	g_assert_true(secret_init());
	g_autoptr(GError) error = NULL;
	fixture->folder = g_dir_make_tmp("akkoord-store-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->path = g_build_filename(fixture->folder, "akkoord.db", NULL);
	fixture->uri = g_strconcat("sqlite:", fixture->path, NULL);
	fixture->store = open_store(fixture, TRUE);
}

void fixture_clear(Fixture *fixture)
{
	store_close(fixture->store);
	remove_folder(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->path);
	g_free(fixture->uri);
}

void fixture_reopen(Fixture *fixture)
{
	store_close(fixture->store);
	fixture->store = open_store(fixture, FALSE);
}

void fixture_tamper(const Fixture *fixture, const char *script)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, &error);
	g_assert_no_error(error);
	g_assert_true(sql_script(sql, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;", &error));
	sql_script(sql, script, &error);
	g_assert_no_error(error);
}

gint64 fixture_count(const Fixture *fixture, const char *question)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) sql = sql_open(fixture->uri, FALSE, &error);
	g_assert_no_error(error);
	g_autoptr(SqlStatement) statement = sql_prepare(sql, question, &error);
	g_assert_no_error(error);
	g_assert_cmpint(sql_step(statement, &error), ==, SQL_ROW);
	return sql_integer(statement, 0);
}

static Json *parse_short(const char *text)
{
	g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');
	g_autoptr(GError) error = NULL;
	Json *object = js_parse(json, strlen(json), &error);
	g_assert_no_error(error);
	return object;
}

Event *fixture_event(const char *type, gint64 after, const char *invoice, const char *data, const char *private)
{
	Event *event = event_new(type, FIXTURE_NOW + after, NULL, invoice);
	if (data != NULL) {
		js_unref(event->data);
		event->data = parse_short(data);
	}
	if (private != NULL)
		event->private = parse_short(private);
	return event;
}

static gboolean append(Store *store, Event *event, gint64 *seq, GError **error)
{
	if (strcmp(event->type, "message.queued") != 0)
		return store_append(store, event, seq, error);
	const char *id = js_object_get_string(event->data, "message");
	g_autofree char *text = g_strdup_printf("Subject: %s\r\n\r\nbytes of %s\r\n", id, id);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	return store_append_message(store, event, bytes, seq, error);
}

gint64 fixture_record(Fixture *fixture, gint64 after, const char *type, const char *invoice, const char *data, const char *private)
{
	g_autoptr(GError) error = NULL;
	gint64 seq = 0;
	g_assert_true(store_begin(fixture->store, &error));
	append(fixture->store, fixture_event(type, after, invoice, data, private), &seq, &error);
	g_assert_no_error(error);
	g_assert_true(store_commit(fixture->store, &error));
	return seq;
}

char *fixture_refused(Fixture *fixture, ErrorKind kind, const char *type, const char *invoice, const char *data, const char *private)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	if (append(fixture->store, fixture_event(type, 0, invoice, data, private), NULL, &error))
		g_error("%s was taken: %s", type, data);
	g_assert_error(error, AKKOORD_ERROR, (int)kind);
	g_assert_false(store_commit(fixture->store, NULL));
	store_rollback(fixture->store);
	return g_strdup(error->message);
}

/* The members in which a document's SHA-256 stands are filled in: %s. */
static void put_document(Fixture *fixture, char sha256[SHA256_HEX_SIZE])
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_put_blob(fixture->store, DOCUMENT, strlen(DOCUMENT), sha256, &error));
	g_assert_no_error(error);
}

#define FACTS "'kind':'invoice','currency':'EUR','gross':'121.00','issue_date':'2026-11-27','due_date':'2026-12-27'"
#define NAMES "'number':'2026-118','identity':'vat:nl001|2026118|2026|invoice','supplier_key':'vat:nl001'," \
              "'substance':'121.00 EUR','supplier':{'name':'Drukkerij Jansen B.V.','vat':'NL001','legal_id':'0106:12345678'}"

void fixture_open_approvals(Fixture *fixture)
{
	char sha256[SHA256_HEX_SIZE];
	put_document(fixture, sha256);
	g_autofree char *policy = g_strdup_printf("{'version':1,'policy':'%s','files':[{'name':'holidays/nl.ics','document':'%s'}]}", sha256, sha256);
	g_autofree char *facts = g_strdup_printf("{'document':'%s','identity':'%064d'," FACTS "}", sha256, 7);
	fixture_record(fixture, 1, "policy.applied", NULL, policy, "{'author':'finance','note':'the first'}");
	fixture_record(fixture, 2, "person.recorded", NULL, "{'person':'p1','as_of':'2026-11-30T08:00:00Z'}",
	               "{'directory_id':'d1','uid':'anna','dn':'uid=anna','name':'Anna','mail':'Anna@example.nl','language':'nl','country':'NL'}");
	fixture_record(fixture, 3, "person.recorded", NULL, "{'person':'p2'}", "{'directory_id':'d2','uid':'bob','name':'Bob','mail':'bob@example.nl'}");
	fixture_record(fixture, 4, "invoice.received", "i1", facts, "{" NAMES "}");
	fixture_record(fixture, 5, "invoice.routed", "i1", "{'administration':'Voorbeeld BV','by':'buyer','chain':'rest','policy_version':1,'passed_over':0}", NULL);
	fixture_record(fixture, 6, "stage.opened", "i1",
	               "{'stage':1,'position':0,'chain':'rest','name':'budget holder','ladder':'standard','need':'any','within':'5bd',"
	               "'at_least':'1bd','before':['due-3bd','discount-1bd'],'groups':1,'policy_version':1}", NULL);
	fixture_record(fixture, 7, "approver.resolved", "i1", "{'stage':1,'found':2}", "{'steps':['asked the directory']}");
	fixture_record(fixture, 8, "approval.opened", "i1",
	               "{'approval':'a1','stage':1,'group':0,'person':'p1','start':'2026-11-30T09:00:00Z','deadline':'2026-12-07T16:30:00Z'}", NULL);
	fixture_record(fixture, 9, "approval.opened", "i1",
	               "{'approval':'a2','stage':1,'group':0,'person':'p2','start':'2026-11-30T09:00:00Z','deadline':'2026-12-07T16:30:00Z'}", NULL);
}

static void tell_of_reminders(Fixture *fixture)
{
	fixture_record(fixture, 20, "reminder.claimed", "i1",
	               "{'approval':'a1','rung':'opened','occurrence':0,'person':'p1','role':'to','channel':'mail','tone':'new',"
	               "'fires':'2026-11-30T09:00:00Z','message':'m1'}", NULL);
	fixture_record(fixture, 21, "message.queued", NULL, "{'message':'m1','kind':'mail','person':'p1','approvals':['a1']}",
	               "{'to':'anna@example.nl','subject':'Please approve','message_id':'<m1@example.nl>'}");
	fixture_record(fixture, 22, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	fixture_record(fixture, 23, "message.deferred", NULL, "{'message':'m1','attempt':1,'next_try':'2026-11-30T10:00:00Z'}", "{'reply':'450 later'}");
	fixture_record(fixture, 24, "message.sending", NULL, "{'message':'m1','attempt':2}", NULL);
	fixture_record(fixture, 25, "message.accepted", NULL, "{'message':'m1'}", "{'reply':'250 queued as X'}");
	fixture_record(fixture, 26, "reminder.superseded", "i1",
	               "{'approval':'a1','rung':'nudge','occurrence':0,'person':'p1','channel':'mail','tone':'friendly','why':'a later rung came'}", NULL);
	fixture_record(fixture, 27, "reminder.passed", "i1",
	               "{'approval':'a1','rung':'nudge','occurrence':1,'person':'p1','channel':'mail','tone':'friendly','why':'before its start'}", NULL);
	fixture_record(fixture, 28, "reminder.claimed", "i1",
	               "{'approval':'a2','rung':'opened','occurrence':0,'person':'p2','role':'to','channel':'mail','tone':'new',"
	               "'fires':'2026-11-30T09:00:00Z','message':'m2'}", NULL);
	fixture_record(fixture, 29, "message.queued", NULL, "{'message':'m2','kind':'mail','person':'p2','approvals':['a2']}",
	               "{'to':'bob@example.nl','subject':'Please approve','message_id':'<m2@example.nl>'}");
	fixture_record(fixture, 30, "message.sending", NULL, "{'message':'m2','attempt':1}", NULL);
	fixture_record(fixture, 30, "message.unsent", NULL, "{'message':'m2','state':'queued','attempt':0}", NULL);
	fixture_record(fixture, 30, "message.withdrawn", NULL, "{'message':'m2','why':'approval-ended'}", NULL);
	fixture_record(fixture, 31, "reminder.returned", NULL,
	               "{'approval':'a2','rung':'opened','occurrence':0,'person':'p2','channel':'mail','why':'another was decided'}", NULL);
}

#define ASKED "'person':'p1','uid':'u1@example.nl','day':'2026-12-07','starts':'2026-12-07T16:00:00Z','ends':'2026-12-07T16:30:00Z'"

static void tell_of_invites(Fixture *fixture)
{
	fixture_record(fixture, 39, "reminder.claimed", "i1",
	               "{'approval':'a1','rung':'opened','occurrence':0,'person':'p1','role':'to','channel':'invite','tone':'new',"
	               "'fires':'2026-11-30T09:00:00Z'}", NULL);
	fixture_record(fixture, 40, "message.queued", NULL, "{'message':'m3','kind':'invite-request','person':'p1','approvals':['a1']}",
	               "{'to':'anna@example.nl','subject':'Approve','message_id':'<m3@example.nl>'}");
	fixture_record(fixture, 41, "invite.requested", "i1", "{" ASKED ",'sequence':0,'message':'m3','approvals':['a1']}", NULL);
	fixture_record(fixture, 42, "message.sending", NULL, "{'message':'m3','attempt':1}", NULL);
	fixture_record(fixture, 43, "message.uncertain", NULL, "{'message':'m3','attempt':1,'next_try':'2026-11-30T11:00:00Z'}", "{'reply':'the line broke'}");
	fixture_record(fixture, 44, "approval.moved", "i1", "{'approval':'a1','deadline':'2026-12-08T16:30:00Z','why':'dates'}", NULL);
	fixture_record(fixture, 45, "invite.cancelled", "i1", "{" ASKED ",'sequence':1,'approvals':['a1']}", NULL);
	fixture_record(fixture, 46, "message.sending", NULL, "{'message':'m3','attempt':2}", NULL);
	fixture_record(fixture, 47, "message.refused", NULL, "{'message':'m3'}", "{'reply':'550 no such user'}");
	fixture_record(fixture, 48, "message.queued", NULL, "{'message':'m4','kind':'invite-request','person':'p1','approvals':['a1']}",
	               "{'to':'anna@example.nl','subject':'Approve','message_id':'<m4@example.nl>'}");
	fixture_record(fixture, 48, "message.withheld", NULL, "{'message':'m4'}", NULL);
	fixture_record(fixture, 49, "invite.requested", "i1",
	               "{'person':'p1','uid':'u2@example.nl','day':'2026-12-08','sequence':0,'message':'m4','starts':'2026-12-08T16:00:00Z',"
	               "'ends':'2026-12-08T16:30:00Z','approvals':['a1']}", NULL);
	fixture_record(fixture, 50, "invite.updated", "i1",
	               "{'person':'p1','uid':'u2@example.nl','sequence':1,'starts':'2026-12-08T15:30:00Z','ends':'2026-12-08T16:00:00Z','approvals':['a1']}",
	               NULL);
}

static void tell_of_decision(Fixture *fixture)
{
	fixture_record(fixture, 60, "decision.recorded", "i1",
	               "{'approval':'a1','decision':'approve','person':'p1','for':'p2','channel':'cli','assurance':'cli','policy_version':1}",
	               "{'reason':'as ordered','name':'Anna'}");
	fixture_record(fixture, 61, "approval.approved", "i1", "{'approval':'a1','stage':1}", NULL);
	fixture_record(fixture, 62, "approval.lapsed", "i1", "{'approval':'a2','stage':1}", NULL);
	fixture_record(fixture, 63, "stage.closed", "i1", "{'stage':1,'outcome':'reached','thanks':['p1','p2']}", NULL);
	fixture_record(fixture, 64, "invoice.stuck", "i1", "{'stage':'controller','why':'nobody'}", NULL);
	fixture_record(fixture, 64, "message.queued", NULL,
	               "{'message':'n1','kind':'notice','person':'p2','facts':['stuck:i1:38','refused:m3']}",
	               "{'to':'bob@example.nl','subject':'Stuck','message_id':'<n1@example.nl>'}");
	fixture_record(fixture, 65, "invoice.unstuck", "i1", NULL, NULL);
	fixture_record(fixture, 66, "stage.opened", "i1",
	               "{'stage':2,'position':1,'chain':'rest','name':'controller','ladder':'standard','need':'1','within':'2bd',"
	               "'at_least':'1bd','before':[],'groups':1,'policy_version':1}", NULL);
	fixture_record(fixture, 67, "approval.opened", "i1",
	               "{'approval':'a3','stage':2,'group':0,'person':'p2','start':'2026-12-01T09:00:00Z','deadline':'2026-12-03T16:30:00Z'}", NULL);
	fixture_record(fixture, 68, "note.recorded", "i1", "{'person':'p1','channel':'cli'}", "{'text':'asked the supplier'}");
	fixture_record(fixture, 69, "invoice.booked", "i1", "{'channel':'cli'}", NULL);
}

static void tell_of_asked(Fixture *fixture)
{
	fixture_record(fixture, 68, "approver.added", "i1",
	               "{'approval':'a3','person':'p1','how':'added','since':'2026-12-01T10:00:00Z','rung':'widen','occurrence':2}", NULL);
	fixture_record(fixture, 68, "rung.acted", "i1",
	               "{'approval':'a3','rung':'widen','occurrence':2,'action':'add','outcome':'done'}", NULL);
	fixture_record(fixture, 69, "approver.left", "i1", "{'approval':'a3','person':'p1','why':'gone'}", NULL);
}

static void tell_of_holds(Fixture *fixture)
{
	fixture_record(fixture, 70, "invoice.held", "i1",
	               "{'kind':'ask','until':'2026-12-02T08:00:00Z','person':'p2','role':'approver','of':'supplier','message':'m4'}",
	               "{'question':'which order was this?'}");
	fixture_record(fixture, 71, "invoice.released", "i1", "{'ended':'2026-12-01T15:00:00Z','early':true,'person':'p2'}", "{'reason':'order 17'}");
	fixture_record(fixture, 72, "invoice.held", "i1", "{'kind':'hold','until':'2026-12-04T08:00:00Z','person':'p1','role':'finance'}",
	               "{'reason':'the goods are broken'}");
	fixture_record(fixture, 74, "sending.paused", NULL, "{'person':'p1'}", "{'by':'anna','reason':'the wrong policy'}");
	fixture_record(fixture, 75, "sending.resumed", NULL, NULL, "{'by':'anna'}");
	fixture_record(fixture, 76, "sending.paused", NULL, NULL, "{'by':'root','reason':'once more'}");
	fixture_record(fixture, 77, "budget.reached", NULL, "{'budget':5000}", NULL);
	fixture_record(fixture, 78, "approval.idle", "i1", "{'approval':'a3','why':'no-rung'}", NULL);
}

static void tell_of_absences(Fixture *fixture)
{
	fixture_record(fixture, 69, "absence.set", NULL,
	               "{'absence':'b1','person':'p2','deputy':'p1','from':'2026-12-01T07:30:00Z','until':'2026-12-04T23:00:00Z','by':'p1','channel':'cli'}",
	               "{'reason':'skiing','agent':'root'}");
	fixture_record(fixture, 69, "absence.cleared", NULL, "{'absence':'b1','person':'p2','by':'p1','channel':'cli'}", "{'reason':'no snow'}");
	fixture_record(fixture, 69, "absence.set", NULL, "{'absence':'b2','person':'p2','from':'2026-12-02T07:30:00Z','until':'2026-12-03T23:00:00Z'}", NULL);
	fixture_record(fixture, 69, "absence.over", NULL, "{'absence':'b2','person':'p2'}", NULL);
}

/* p1 was disabled and is there again, p2 is gone; p3, who is asked nothing, was not found once. */
static void tell_of_people(Fixture *fixture)
{
	fixture_record(fixture, 79, "person.recorded", NULL, "{'person':'p3'}", "{'directory_id':'d-3','uid':'joost'}");
	fixture_record(fixture, 80, "person.lost", NULL, "{'person':'p1','why':'disabled','seen':'2026-12-01T09:00:00Z'}", NULL);
	fixture_record(fixture, 81, "person.missing", NULL, "{'person':'p2','seen':'2026-12-01T09:00:00Z'}", NULL);
	fixture_record(fixture, 82, "person.missing", NULL, "{'person':'p3','seen':'2026-12-01T09:30:00Z'}", NULL);
	fixture_record(fixture, 83, "person.found", NULL, "{'person':'p1','seen':'2026-12-01T10:00:00Z'}", NULL);
	fixture_record(fixture, 84, "person.lost", NULL, "{'person':'p2','why':'gone','seen':'2026-12-01T10:00:00Z','missed':'2026-12-01T09:00:00Z'}", NULL);
	fixture_record(fixture, 85, "change.held", NULL, "{'count':12,'open':40}", NULL);
	fixture_record(fixture, 86, "change.confirmed", NULL, "{'people':['p2'],'count':12,'person':'p1'}", "{'by':'anna','reason':'they moved to the other company'}");
	fixture_record(fixture, 87, "change.held", NULL, "{'count':13,'open':40}", NULL);
	fixture_record(fixture, 88, "change.allowed", NULL, "{'people':[],'count':3,'open':40}", NULL);
	fixture_record(fixture, 89, "directory.silent", NULL, "{'since':'2026-12-01T08:00:00Z'}", NULL);
	fixture_record(fixture, 90, "directory.answers", NULL, "{'since':'2026-12-01T08:00:00Z'}", NULL);
	fixture_record(fixture, 91, "directory.silent", NULL, "{'since':'2026-12-01T09:00:00Z'}", NULL);
	fixture_record(fixture, 92, "calendar.silent", NULL, "{'calendar':'c1','since':'2026-12-01T08:00:00Z'}", "{'label':'https://c.example/…'}");
	fixture_record(fixture, 93, "calendar.silent", NULL, "{'calendar':'c2','since':'2026-12-01T09:00:00Z'}", "{'label':'away.ics'}");
	fixture_record(fixture, 94, "calendar.answers", NULL, "{'calendar':'c1','since':'2026-12-01T08:00:00Z'}", NULL);
	fixture_record(fixture, 95, "message.queued", NULL, "{'message':'m9','kind':'hook','channel':'sms','person':'p1','approvals':['a1']}",
	               "{'to':'+31 6','subject':'Approve','message_id':'m9'}");
}

static void tell_of_returns(Fixture *fixture)
{
	fixture_record(fixture, 80, "mail.received", NULL,
	               "{'kind':'bounce','sha256':'aa','identity':'bb','via':'maildir','size':2048,'message':'m1','proven':true,'outcome':'again','status':'4.2.2','domain':'example.nl'}",
	               "{'from':'mailer-daemon@example.nl','to':'bounce+token@example.nl','subject':'Returned','message_id':'<r1@example.nl>','said':'mailbox full'}");
	fixture_record(fixture, 80, "message.bounced", NULL, "{'message':'m1','status':'4.2.2','next_try':'2026-12-02T10:00:00Z'}", "{'reply':'452 4.2.2 full'}");
	fixture_record(fixture, 81, "message.sending", NULL, "{'message':'m1','attempt':3}", NULL);
	fixture_record(fixture, 82, "message.accepted", NULL, "{'message':'m1'}", "{'reply':'250 queued as Y'}");
	fixture_record(fixture, 83, "mail.received", NULL, "{'kind':'bounce','sha256':'cc','via':'cli','size':10,'outcome':'unknown','tell':true}", NULL);
}

void fixture_tell_story(Fixture *fixture)
{
	fixture_open_approvals(fixture);
	tell_of_reminders(fixture);
	tell_of_invites(fixture);
	tell_of_decision(fixture);
	tell_of_asked(fixture);
	tell_of_absences(fixture);
	tell_of_holds(fixture);
	tell_of_returns(fixture);
	tell_of_people(fixture);
}
