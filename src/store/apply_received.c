/* What events do to mails that came in, and to the messages that came back.
 *
 * Invariants: a mail is recorded once; only what a server had taken, or may have, comes back, and it is given up or tried again, never both. What came back for good says
 * so to the admins and of its person, as a refusal does, and both wake the approvals that it spoke of. */
#include "store/apply.h"

static const char RECEIVE[] =
	"INSERT INTO received (event, at, kind, sha256, identity, via, message, proven, outcome, status, domain, sender, recipient, subject, said, tell, told)"
	" VALUES (:event_seq, :event_at, :data_kind, :data_sha256, :data_identity, :data_via, :data_message, :yes_proven, :data_outcome, :data_status,"
	" :data_domain, :side_from, :side_to, :side_subject, :side_said, :yes_tell, 0)";

static const char RETURN_FOR_GOOD[] =
	"UPDATE message SET state = 'refused', next_try = NULL, accepted = NULL, reply = :side_reply, bounced = :event_at, bounces = bounces + 1, told = 0"
	" WHERE id = :data_message AND state IN ('accepted', 'uncertain')";
static const char RETURN[] =
	"UPDATE message SET state = 'deferred', next_try = :when_next_try, accepted = NULL, reply = :side_reply, bounced = :event_at, bounces = bounces + 1"
	" WHERE id = :data_message AND state IN ('accepted', 'uncertain')";

#define AT_ONCE " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
/* kinds 1, 2 and 5 are WAKEUP_APPROVAL, WAKEUP_ADMINS and WAKEUP_PERSON. Of a notice nobody is told: apply_message.c says why. */
static const char WAKE_ADMINS_OF[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 2, 'admins', :event_at FROM message WHERE id = :data_message AND kind <> 'notice' AND state = 'refused'" AT_ONCE;
static const char WAKE_PERSON[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 5, person, :event_at FROM message WHERE id = :data_message AND kind <> 'notice' AND state = 'refused'"
	" AND person IS NOT NULL" AT_ONCE;
static const char WAKE_APPROVALS[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :event_at FROM message_approval JOIN approval ON approval.id = message_approval.approval"
	" WHERE message_approval.message = :data_message AND approval.state = 'pending'" AT_ONCE;
static const char WAKE_ADMINS[] = "INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at)" AT_ONCE;

static void bind_yes(SqlStatement *statement, const Event *event, const char *parameter, const char *member)
{
	sql_bind_integer(statement, parameter, js_object_get_boolean(event->data, member) ? 1 : 0);
}

static gboolean apply_received(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep wake = {WAKE_ADMINS, NULL};
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, RECEIVE, error);
	if (statement == NULL)
		return FALSE;
	bind_yes(statement, event, ":yes_proven", "proven");
	bind_yes(statement, event, ":yes_tell", "tell");
	if (!apply_run(statement, "it was taken in before, or is about a message that there is not", error))
		return FALSE;
	return !js_object_get_boolean(event->data, "tell") || apply_step(sql, event, &wake, error);
}

static gboolean apply_bounced(Sql *sql, const Event *event, GError **error)
{
	static const char refusal[] = "the message was not with a mail server";
	static const ApplyStep for_good = {RETURN_FOR_GOOD, refusal}, for_now = {RETURN, refusal};
	static const ApplyStep wake[] = {{WAKE_ADMINS_OF, NULL}, {WAKE_PERSON, NULL}, {WAKE_APPROVALS, NULL}};
	const gboolean again = js_object_get(event->data, "next_try") != NULL;
	gboolean ok = apply_step(sql, event, again ? &for_now : &for_good, error);
	for (gsize i = 0; ok && i < G_N_ELEMENTS(wake); i++)
		ok = apply_step(sql, event, &wake[i], error);
	return ok;
}

const ApplyRule apply_received_rules[] = {
	{"mail.received", "sha256", {{NULL, NULL}}, apply_received},
	{"message.bounced", "message", {{NULL, NULL}}, apply_bounced},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
