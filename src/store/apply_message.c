/* What events do to messages, and to all sending.
 *
 * Invariants: a message leaves `sending` only by an outcome, or as it was where nothing of it went, and nothing is withdrawn that may be under way; next_try is set
 * exactly while the message may still go; a fact is told to a person once, by a notice that
 * was not withdrawn.
 */
#include "base/instant.h"
#include "store/apply.h"

static const char INSERT_MESSAGE[] =
	"INSERT INTO message (id, kind, person, state, attempts, queued, next_try, recipient, subject, message_id, doubts, told,"
	" bounces, channel, event)"
	" VALUES (:data_message, :data_kind, :data_person, 'queued', 0, :event_at, :next_try, :side_to, :side_subject,"
	" :side_message_id, 0, 0, 0, :data_channel, :event_seq)";
static const char INSERT_MESSAGE_APPROVAL[] =
	"INSERT INTO message_approval (message, approval) VALUES (:data_message, :member)";
static const char INSERT_NOTICE[] = "INSERT INTO notice (fact, person, message) VALUES (:member, :data_person, :data_message)";

/* 1 + length of "refused:" */
#define OF_REFUSED_TOLD \
	" WHERE id IN (SELECT substr(fact, 9) FROM notice WHERE message = :data_message AND substr(fact, 1, 8) = 'refused:')"
static const char TELL_REFUSED[] = "UPDATE message SET told = 1" OF_REFUSED_TOLD;
static const char UNTELL_REFUSED[] = "UPDATE message SET told = 0" OF_REFUSED_TOLD;
/* 1 + length of "idle:" or "mail:", of "budget:", of "change:", of "outage:" */
#define OF_EVENT_TOLD(start, prefix) \
	" WHERE event IN (SELECT CAST(substr(fact, " start ") AS BIGINT) FROM notice WHERE message = :data_message" \
	" AND substr(fact, 1, " start " - 1) = '" prefix "')"
static const char TELL_IDLE[] = "UPDATE idle SET told = 1" OF_EVENT_TOLD("6", "idle:");
static const char UNTELL_IDLE[] = "UPDATE idle SET told = 0" OF_EVENT_TOLD("6", "idle:");
static const char TELL_ALARM[] = "UPDATE alarm SET told = 1" OF_EVENT_TOLD("8", "budget:");
static const char UNTELL_ALARM[] = "UPDATE alarm SET told = 0" OF_EVENT_TOLD("8", "budget:");
static const char TELL_HOLD[] = "UPDATE change_hold SET told = 1" OF_EVENT_TOLD("8", "change:");
static const char UNTELL_HOLD[] = "UPDATE change_hold SET told = 0" OF_EVENT_TOLD("8", "change:");
static const char TELL_OUTAGE[] = "UPDATE outage SET told = 1" OF_EVENT_TOLD("8", "outage:");
static const char UNTELL_OUTAGE[] = "UPDATE outage SET told = 0" OF_EVENT_TOLD("8", "outage:");
static const char TELL_RECEIVED[] = "UPDATE received SET told = 1" OF_EVENT_TOLD("6", "mail:");
static const char UNTELL_RECEIVED[] = "UPDATE received SET told = 0" OF_EVENT_TOLD("6", "mail:");
static const char DELETE_NOTICE[] = "DELETE FROM notice WHERE message = :data_message";
static const char PUT_OFF[] =
	"UPDATE message SET next_try = :when_next_try, state = CASE state WHEN 'withheld' THEN 'queued' ELSE state END"
	" WHERE id = :data_message AND state IN ('queued', 'deferred', 'uncertain', 'withheld')"
	" AND next_try IS NOT NULL";
/* It may still go, but no time is known at which it may: 9999-12-31T23:59:59Z. */
static const char WITHHOLD[] =
	"UPDATE message SET state = 'withheld', next_try = 253402300799"
	" WHERE id = :data_message AND state IN ('queued', 'deferred', 'uncertain', 'withheld') AND next_try IS NOT NULL";
static const char BEGIN_SENDING[] =
	"UPDATE message SET state = 'sending', attempts = :data_attempt, tried = :event_at"
	" WHERE id = :data_message AND state IN ('queued', 'deferred', 'uncertain', 'sending')";
static const char ACCEPT[] =
	"UPDATE message SET state = 'accepted', accepted = :event_at, next_try = NULL, reply = :side_reply"
	" WHERE id = :data_message AND state = 'sending'";
static const char DEFER[] =
	"UPDATE message SET state = 'deferred', next_try = :when_next_try, reply = :side_reply"
	" WHERE id = :data_message AND state = 'sending'";
static const char REFUSE[] =
	"UPDATE message SET state = 'refused', next_try = NULL, reply = :side_reply"
	" WHERE id = :data_message AND state = 'sending'";
/* kind 2 is WAKEUP_ADMINS. That a notice was refused is told only beside another fact: two admins whose addresses are both refused
 * would be told of each other's for ever. */
static const char WAKE_ADMINS[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 2, 'admins', :event_at FROM message WHERE id = :data_message AND kind <> 'notice'"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
/* kind 5 is WAKEUP_PERSON */
static const char WAKE_PERSON[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 5, person, :event_at FROM message WHERE id = :data_message AND kind <> 'notice' AND person IS NOT NULL"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char LEAVE_UNCERTAIN[] =
	"UPDATE message SET state = 'uncertain', next_try = :when_next_try, reply = :side_reply, doubts = doubts + 1"
	" WHERE id = :data_message AND state = 'sending'";
static const char TAKE_BACK[] =
	"UPDATE message SET state = :data_state, attempts = :data_attempt, tried = :when_tried"
	" WHERE id = :data_message AND state = 'sending' AND :data_state IN ('queued', 'deferred', 'uncertain')";
static const char WITHDRAW[] =
	"UPDATE message SET state = 'withdrawn', next_try = NULL"
	" WHERE id = :data_message AND state IN ('queued', 'deferred', 'uncertain', 'withheld')";

#define NOT_SENDING "the message is not being sent"

static gboolean insert_message(Sql *sql, const Event *event, GError **error)
{
	gint64 not_before = js_object_get_instant(event->data, "not_before");
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, INSERT_MESSAGE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_instant(statement, ":next_try", not_before != INSTANT_NONE ? not_before : event->at);
	return apply_run(statement, "there is one of that id, or its person is not recorded", error);
}

static gboolean apply_queued(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep add_approval = {INSERT_MESSAGE_APPROVAL, "it names an approval twice, or one that there is not"};
	static const ApplyStep add_fact = {INSERT_NOTICE, "it tells a person what they were told"};
	static const ApplyStep tell[] = {{TELL_REFUSED, NULL}, {TELL_IDLE, NULL}, {TELL_ALARM, NULL}, {TELL_HOLD, NULL}, {TELL_OUTAGE, NULL}, {TELL_RECEIVED, NULL}};
	if (!insert_message(sql, event, error) || !apply_each(sql, event, "approvals", &add_approval, error) ||
	    !apply_each(sql, event, "facts", &add_fact, error))
		return FALSE;
	if (g_strcmp0(js_object_get_string(event->data, "kind"), "done") == 0 && !apply_thanks_told(sql, event, error))
		return FALSE;
	for (gsize i = 0; js_object_get(event->data, "facts") != NULL && i < G_N_ELEMENTS(tell); i++)
		if (!apply_step(sql, event, &tell[i], error))
			return FALSE;
	return TRUE;
}

static const char PAUSE[] =
	"INSERT INTO pause (event, at, person, name, reason)"
	" SELECT :event_seq, :event_at, :data_person, :side_by, :side_reason"
	" WHERE NOT EXISTS (SELECT 1 FROM pause WHERE resumed IS NULL)";
static const char RESUME[] = "UPDATE pause SET resumed = :event_at WHERE resumed IS NULL";
static const char INSERT_ALARM[] = "INSERT INTO alarm (event, at, budget, told) VALUES (:event_seq, :event_at, :data_budget, 0)";
static const char WAKE_ADMINS_NOW[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";

static gboolean forget_notice(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep untell_hold = {UNTELL_HOLD, NULL}, untell_outage = {UNTELL_OUTAGE, NULL}, untell_received = {UNTELL_RECEIVED, NULL}, step = {DELETE_NOTICE, NULL};
	return apply_step(sql, event, &untell_hold, error) && apply_step(sql, event, &untell_outage, error) &&
	       apply_step(sql, event, &untell_received, error) && apply_step(sql, event, &step, error) && apply_invite_withdrawn(sql, event, error);
}

const ApplyRule apply_message_rules[] = {
	{"message.queued", "message", {{NULL, NULL}}, apply_queued},
	{"message.waits", "message", {{PUT_OFF, "the message is not to be sent any more"}}, NULL},
	{"message.withheld", "message", {{WITHHOLD, "the message is gone, or under way"}}, NULL},
	{"message.sending", "message", {{BEGIN_SENDING, "the message is not to be sent any more"}}, NULL},
	{"message.accepted", "message", {{ACCEPT, NOT_SENDING}}, NULL},
	{"message.deferred", "message", {{DEFER, NOT_SENDING}}, NULL},
	{"message.refused", "message", {{REFUSE, NOT_SENDING}, {WAKE_ADMINS, NULL}, {WAKE_PERSON, NULL}}, NULL},
	{"message.uncertain", "message", {{LEAVE_UNCERTAIN, NOT_SENDING}}, NULL},
	{"message.unsent", "message", {{TAKE_BACK, NOT_SENDING}}, NULL},
	{"message.withdrawn", "message",
     {{WITHDRAW, "the message is gone, or under way"}, {UNTELL_REFUSED, NULL}, {UNTELL_IDLE, NULL}, {UNTELL_ALARM, NULL}},
     forget_notice},
	{"sending.paused", "person", {{PAUSE, "sending is paused already"}}, NULL},
	{"sending.resumed", "person", {{RESUME, "sending is not paused"}}, NULL},
	{"budget.reached", "budget", {{INSERT_ALARM, "it cannot be recorded"}, {WAKE_ADMINS_NOW, NULL}}, NULL},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
