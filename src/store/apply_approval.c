/* What events do to approvals, their reminders and decisions.
 *
 * Invariants: an approval opens in an open stage and leaves `pending` once; nothing is claimed for, and nothing decided on, an
 * approval that is not pending; approval x rung x occurrence x person x channel is claimed once: it may be planned before, and a
 * claim whose message was withdrawn for another approval's sake is planned again; beside whom an approval was opened for, somebody is
 * asked once at a time; an occurrence of a rung acts once.
 */
#include "store/apply.h"

static const char IS_STAGE_OPEN[] =
	"SELECT 1 FROM stage WHERE invoice = :event_invoice AND ordinal = :data_stage AND closed IS NULL";
static const char INSERT_APPROVAL[] =
	"INSERT INTO approval (id, invoice, stage, group_number, person, centre, replaces, state, start, deadline, opened, event)"
	" VALUES (:data_approval, :event_invoice, :data_stage, :data_group, :data_person, :data_centre, :data_replaces, 'pending',"
	" :when_start, :when_deadline, :event_at, :event_seq)";
static const char MOVE_APPROVAL[] =
	"UPDATE approval SET deadline = :when_deadline WHERE id = :data_approval AND state = 'pending'";

#define CLOSE_APPROVAL(state) \
	"UPDATE approval SET state = '" state "', closed = :event_at" \
	" WHERE id = :data_approval AND invoice = :event_invoice AND state = 'pending'"
static const char APPROVE[] = CLOSE_APPROVAL("approved");
static const char REJECT[] = CLOSE_APPROVAL("rejected");
static const char LAPSE[] = CLOSE_APPROVAL("lapsed");
static const char DELEGATE[] =
	"UPDATE approval SET state = 'delegated', closed = :event_at, handed = :data_why"
	" WHERE id = :data_approval AND invoice = :event_invoice AND state = 'pending'";

/* kind 1 is WAKEUP_APPROVAL */
static const char WAKE_APPROVAL[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (1, :data_approval, :event_at)"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char LET_APPROVAL_SLEEP[] = "DELETE FROM wakeup WHERE kind = 1 AND id = :data_approval";

static const char IS_PENDING[] = "SELECT 1 FROM approval WHERE id = :data_approval AND state = 'pending'";

static const char IS_NOT_THEIRS[] = "SELECT 1 FROM approval WHERE id = :data_approval AND person <> :data_person";
static const char INSERT_ASKED[] =
	"INSERT INTO asked (approval, person, how, since, rung, occurrence, event)"
	" VALUES (:data_approval, :data_person, :data_how, :when_since, :data_rung, :data_occurrence, :event_seq)"
	" ON CONFLICT (approval, person) DO UPDATE SET how = excluded.how, since = excluded.since, rung = excluded.rung,"
	" occurrence = excluded.occurrence, ended = NULL, why = NULL, event = excluded.event WHERE asked.ended IS NOT NULL";
static const char END_ASKED[] =
	"UPDATE asked SET ended = :event_at, why = :data_why WHERE approval = :data_approval AND person = :data_person AND ended IS NULL";
static const char INSERT_ACTION[] =
	"INSERT INTO rung_action (approval, rung, occurrence, action, outcome, at, event)"
	" VALUES (:data_approval, :data_rung, :data_occurrence, :data_action, :data_outcome, :event_at, :event_seq)";

static const char INSERT_IDLE[] = "INSERT INTO idle (event, approval, why, until, told) VALUES (:event_seq, :data_approval, :data_why, :when_until, 0)";
static const char FORGET_IDLE[] = "DELETE FROM idle WHERE approval = :data_approval AND why = :data_why";
/* kind 2 is WAKEUP_ADMINS: a notice that still waits would say what is so no more */
static const char WAKE_FOR_IDLE[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 2, 'admins', :event_at WHERE EXISTS (SELECT 1 FROM idle JOIN notice ON notice.fact = 'idle:' || idle.event"
	" JOIN message ON message.id = notice.message WHERE idle.approval = :data_approval AND message.next_try IS NOT NULL)"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
/* kind 2 is WAKEUP_ADMINS */
static const char WAKE_ADMINS[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";

#define INSERT_REMINDER(state) \
	"INSERT INTO reminder (approval, rung, occurrence, person, channel, role, tone, state, why, why_by, unrolled, fires, recorded, message, event)" \
	" VALUES (:data_approval, :data_rung, :data_occurrence, :data_person, :data_channel, :data_role, :data_tone, '" state "'," \
	" :data_why, :data_by, :when_unrolled, :when_fires, :event_at, :data_message, :event_seq)"
/* A reminder that was put off is settled once; the condition names the states that may be settled so. */
#define SETTLE_REMINDER(state, from) \
	INSERT_REMINDER(state) \
	" ON CONFLICT (approval, rung, occurrence, person, channel) DO UPDATE SET state = excluded.state, tone = excluded.tone," \
	" role = coalesce(excluded.role, reminder.role)," \
	" why = excluded.why, why_by = excluded.why_by, recorded = excluded.recorded, message = excluded.message, event = excluded.event" \
	" WHERE reminder.state IN (" from ")"
static const char INSERT_PLANNED[] = INSERT_REMINDER("planned");
static const char CLAIM[] = SETTLE_REMINDER("claimed", "'planned'");
static const char SUPERSEDE[] = SETTLE_REMINDER("superseded", "'planned', 'claimed'");
static const char PASS[] = SETTLE_REMINDER("passed", "'planned'");

static const char RETURN_REMINDER[] =
	"UPDATE reminder SET state = 'planned', message = NULL, not_before = :when_not_before, recorded = :event_at, event = :event_seq"
	" WHERE approval = :data_approval AND rung = :data_rung AND occurrence = :data_occurrence"
	" AND person = :data_person AND channel = :data_channel AND state = 'claimed'";

static const char IS_ITS_PENDING[] =
	"SELECT 1 FROM approval WHERE id = :data_approval AND invoice = :event_invoice AND state = 'pending'";
static const char IS_INVOICE_OPEN[] = "SELECT 1 FROM invoice WHERE id = :event_invoice AND state = 'open'";
static const char INSERT_DECISION[] =
	"INSERT INTO decision (event, at, invoice, approval, decision, person, for_person, channel, assurance, policy_version,"
	" document, reason)"
	" VALUES (:event_seq, :event_at, :event_invoice, :data_approval, :data_decision, :data_person, :data_for, :data_channel,"
	" :data_assurance, :data_policy_version, :data_document, :side_reason)";

#define NOT_PENDING "the approval is not pending"
#define HANDLED "that reminder was recorded before"

static gboolean apply_decision(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep of_approval = {IS_ITS_PENDING, NOT_PENDING};
	static const ApplyStep of_invoice = {IS_INVOICE_OPEN, "the invoice is not open"};
	static const ApplyStep record = {INSERT_DECISION, "no such decision can be recorded"};
	gboolean whole = js_object_get_string(event->data, "approval") == NULL;
	return apply_step(sql, event, whole ? &of_invoice : &of_approval, error) && apply_step(sql, event, &record, error);
}

const ApplyRule apply_approval_rules[] = {
	{"approval.opened", "approval",
     {{IS_STAGE_OPEN, "its stage is not open"},
      {INSERT_APPROVAL, "that person was asked before, or is not recorded"},
      {WAKE_APPROVAL, NULL}},
     NULL},
	{"approval.moved", "approval", {{MOVE_APPROVAL, NOT_PENDING}, {WAKE_APPROVAL, NULL}}, apply_invite_moved},
	{"approval.approved", "approval", {{APPROVE, NOT_PENDING}, {LET_APPROVAL_SLEEP, NULL}, {WAKE_FOR_IDLE, NULL}}, apply_invite_ended},
	{"approval.rejected", "approval", {{REJECT, NOT_PENDING}, {LET_APPROVAL_SLEEP, NULL}, {WAKE_FOR_IDLE, NULL}}, apply_invite_ended},
	{"approval.lapsed", "approval", {{LAPSE, NOT_PENDING}, {LET_APPROVAL_SLEEP, NULL}, {WAKE_FOR_IDLE, NULL}}, apply_invite_ended},
	{"approval.idle", "approval", {{IS_PENDING, NOT_PENDING}, {INSERT_IDLE, "that was recorded before"}, {WAKE_ADMINS, NULL}}, NULL},
	{"approval.attended", "approval", {{WAKE_FOR_IDLE, NULL}, {FORGET_IDLE, "that was not recorded, or is over"}}, NULL},
	{"approver.added", "approval",
     {{IS_PENDING, NOT_PENDING},
      {IS_NOT_THEIRS, "it was opened for that person"},
      {INSERT_ASKED, "that person is asked already, or is not recorded"},
      {WAKE_APPROVAL, NULL}},
     NULL},
	{"approver.left", "approval",
     {{IS_PENDING, NOT_PENDING}, {END_ASKED, "that person is not asked beside another"}, {WAKE_APPROVAL, NULL}},
     apply_invite_left},
	{"rung.acted", "approval", {{IS_PENDING, NOT_PENDING}, {INSERT_ACTION, "that occurrence acted before"}}, NULL},
	{"approval.delegated", "approval", {{DELEGATE, NOT_PENDING}, {LET_APPROVAL_SLEEP, NULL}, {WAKE_FOR_IDLE, NULL}}, apply_invite_ended},
	{"reminder.planned", "approval", {{IS_PENDING, NOT_PENDING}, {INSERT_PLANNED, HANDLED}}, NULL},
	{"reminder.claimed", "approval", {{IS_PENDING, NOT_PENDING}, {CLAIM, HANDLED}}, apply_invite_owed},
	{"reminder.superseded", "approval", {{SUPERSEDE, HANDLED}}, apply_invite_dropped},
	{"reminder.passed", "approval", {{PASS, HANDLED}}, NULL},
	{"reminder.returned", "approval", {{RETURN_REMINDER, "that reminder was not claimed"}}, NULL},
	{"decision.recorded", NULL, {{NULL, NULL}}, apply_decision},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
