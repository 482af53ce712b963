/* The tables, version by version.
 *
 * Invariants: a migration, once released, is never edited; the next is added below it. Every column of a table in
 * schema_tables() stands in its `select`, so that a replay compares it.
 *
 * event         the record: canonical form and hash; `invoice` repeats the canonical form's, for its index
 * side          what an event says of people, salted; salt and body are NULL once erased
 * blob          documents and policies by their SHA-256
 * message_body  what goes over the wire, covered by the SHA-256 in message.queued, without the files in message_file; NULL once erased
 * message_file  a blob that the message bears, and where its base64 stands in the body, counted without those before it
 * sighting      who was asked and is not there, or cannot be asked: `missed`: when they were not found first; `why` and `lost`: they may not be asked,
 *               since when (NULL: not yet); `cleared`: since when their approvals may be handed on; gone once they are there again
 * outage        the directory (`calendar` '') answered nothing `since` then, or that calendar of absences (the SHA-256 of its address; `label`: as people may see it) could
 *               not be read; `ended` NULL: it does not yet, and cannot
 * change_hold   more approvals were to change hands at once than may; `ended` NULL: it lasts
 * invoice       `facts` is the event that holds what the document says, read there and copied only where something is searched or added up by it
 *               (`amount` in minor units, as invoice_facts_amount() has it); `stuck` is the event that made it so, 0 = it is not; `opens`: not before,
 *               NULL = at once; `began`: the ordinal that the first stage of its chain has or will have, 0 = it has no chain; `waits`: for what it
 *               opens no stage ("booked")
 * approval      `centre`: the place of the cost centre that its selectors mean; `replaces`: what it was opened in the place of;
 *               `handed`: why it was handed on
 * asked         who may decide an approval beside whom it was opened for; `ended` NULL: still
 * reminder      `not_before`: it was put off to then
 * rung_action   what the rungs did, apart from what they sent
 * absence       somebody is away from `starts` to `ends`; `cleared`: since when not, after all; `over`: they are back, and know what happened
 * hold          `reason` is the question where one was asked, `asked` of whom; `ended` NULL: it lasts
 * message       `channel`: of kind "hook", which of the policy's; `doubts`: how often it was uncertain; `told`: an admin was told that it was refused; `tried`: when last
 *               `bounced`: when it came back last, `bounces`: how often
 * received      a mail that came in: the event is its number; `domain` and `status` of a bounce; `tell`: the admins have to know, `told`: one was told
 * invite        an entry in a person's calendar; `day` is NULL where it is of one approval; `message` is what was written of it last
 * invite_approval  what a person is owed an entry for, and the entry that lists it (NULL: none yet); gone once it has ended and no entry lists it
 * invite_message   every REQUEST that an entry had
 * notice        which admin was told what in which message; a fact is "stuck:INVOICE:EVENT", "refused:MESSAGE",
 *               "idle:EVENT", "budget:EVENT", "change:EVENT", "outage:EVENT" or "mail:EVENT"
 * thanks_owed   who is to be told that the stage is done; gone once they are
 * idle          approvals of which nobody is reminded any more, that are long overdue, or whose approver is absent `until` then without anybody who stands in
 * pause         `resumed` NULL: nothing is sent now
 * directory_answer  what the directory said last, by the SHA-256 of the question; not part of the record, and kept no longer than it serves
 * alarm         when as many mails had gone within an hour as may
 * secret_key    what addresses and links are signed with; not part of the record: without it those that were made are not known any more, and the next are of a new key
 * feed          a calendar of absences: when it was `tried`, was `good`, was read whole (`parsed`), is to be tried `next`; `failing`: since when it cannot be read, NULL: it can. Like
 * feed_absence  what it said last (`civil`: local times, as ics/feed_absences.h has them), it is no part of the record: fetching brings it back
 */
#include "store/schema.h"

#include "base/error.h"

static const char VERSION_1[] =
	"CREATE TABLE store_schema (version INTEGER NOT NULL);"
	"INSERT INTO store_schema (version) VALUES (0);"

	"CREATE TABLE event ("
	" seq INTEGER PRIMARY KEY, canonical TEXT NOT NULL, hash TEXT NOT NULL, invoice TEXT);"
	"CREATE INDEX event_invoice ON event (invoice, seq) WHERE invoice IS NOT NULL;"
	"CREATE TABLE side (seq INTEGER PRIMARY KEY REFERENCES event (seq), salt TEXT, body TEXT);"
	"CREATE TABLE blob (sha256 TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL);"
	"CREATE TABLE message_body (message TEXT NOT NULL PRIMARY KEY, bytes BLOB);"
	"CREATE TABLE message_file ("
	" message TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES blob (sha256), PRIMARY KEY (message, position)) WITHOUT ROWID;"

	"CREATE TABLE policy ("
	" version INTEGER PRIMARY KEY, at INTEGER NOT NULL, sha256 TEXT NOT NULL, author TEXT, note TEXT);"
	"CREATE TABLE policy_file ("
	" version INTEGER NOT NULL REFERENCES policy (version), name TEXT NOT NULL, document TEXT NOT NULL,"
	" PRIMARY KEY (version, name)) WITHOUT ROWID;"

	"CREATE TABLE person ("
	" id TEXT NOT NULL PRIMARY KEY, directory_id TEXT, uid TEXT, dn TEXT, name TEXT, mail TEXT, mobile TEXT, language TEXT, country TEXT, authority TEXT, as_of INTEGER,"
	" uid_key TEXT, mail_key TEXT, event INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX person_directory_id ON person (directory_id);"
	"CREATE INDEX person_uid_key ON person (uid_key, event);"
	"CREATE INDEX person_mail_key ON person (mail_key, event);"
	"CREATE TABLE sighting ("
	" person TEXT NOT NULL PRIMARY KEY REFERENCES person (id), missed INTEGER, why TEXT CHECK (why IN ('gone', 'disabled', 'no-mail', 'refused')),"
	" lost INTEGER, cleared INTEGER, event INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE outage ("
	" event INTEGER PRIMARY KEY, calendar TEXT NOT NULL, label TEXT, since INTEGER NOT NULL, ended INTEGER, told INTEGER NOT NULL);"
	"CREATE INDEX outage_lasts ON outage (event) WHERE ended IS NULL;"
	"CREATE INDEX outage_untold ON outage (event) WHERE told = 0;"
	"CREATE TABLE change_hold ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, count INTEGER NOT NULL, open INTEGER NOT NULL, ended INTEGER, told INTEGER NOT NULL);"
	"CREATE INDEX change_hold_lasts ON change_hold (event) WHERE ended IS NULL;"
	"CREATE INDEX change_hold_untold ON change_hold (event) WHERE told = 0;"

	"CREATE TABLE invoice ("
	" id TEXT NOT NULL PRIMARY KEY,"
	" state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn')),"
	" identity TEXT, number_key TEXT, supplier_key TEXT, kind TEXT, amount INTEGER, currency TEXT,"
	" received INTEGER NOT NULL, facts INTEGER NOT NULL, document TEXT,"
	" administration TEXT, chain TEXT, began INTEGER NOT NULL, policy_version INTEGER NOT NULL, waits TEXT, booked INTEGER,"
	" stuck INTEGER NOT NULL, stuck_why TEXT, closed INTEGER, opens INTEGER);"
	"CREATE UNIQUE INDEX invoice_identity ON invoice (identity);"
	"CREATE INDEX invoice_number_key ON invoice (number_key);"
	"CREATE INDEX invoice_supplier_key ON invoice (supplier_key, received);"
	"CREATE INDEX invoice_received ON invoice (received, id);"
	"CREATE INDEX invoice_open ON invoice (received, id) WHERE state = 'open';"
	"CREATE INDEX invoice_stuck ON invoice (stuck) WHERE stuck > 0;"
	"CREATE TABLE hold ("
	" event INTEGER PRIMARY KEY, invoice TEXT NOT NULL REFERENCES invoice (id),"
	" kind TEXT NOT NULL CHECK (kind IN ('hold', 'ask')), role TEXT NOT NULL CHECK (role IN ('approver', 'finance')),"
	" person TEXT REFERENCES person (id), asked TEXT, reason TEXT, began INTEGER NOT NULL, until INTEGER NOT NULL,"
	" ended INTEGER, answer TEXT);"
	"CREATE INDEX hold_invoice ON hold (invoice, event);"
	"CREATE UNIQUE INDEX hold_lasts ON hold (invoice) WHERE ended IS NULL;"
	"CREATE TABLE invoice_document ("
	" document TEXT NOT NULL PRIMARY KEY, invoice TEXT NOT NULL REFERENCES invoice (id)) WITHOUT ROWID;"

	"CREATE TABLE stage ("
	" invoice TEXT NOT NULL REFERENCES invoice (id), ordinal INTEGER NOT NULL, position INTEGER NOT NULL,"
	" chain TEXT NOT NULL, name TEXT NOT NULL, ladder TEXT NOT NULL, need TEXT NOT NULL, within TEXT NOT NULL,"
	" at_least TEXT NOT NULL, before TEXT NOT NULL, group_count INTEGER NOT NULL, policy_version INTEGER NOT NULL,"
	" opened INTEGER NOT NULL, closed INTEGER, outcome TEXT,"
	" PRIMARY KEY (invoice, ordinal)) WITHOUT ROWID;"
	"CREATE UNIQUE INDEX stage_open ON stage (invoice) WHERE closed IS NULL;"

	"CREATE TABLE approval ("
	" id TEXT NOT NULL PRIMARY KEY, invoice TEXT NOT NULL, stage INTEGER NOT NULL, group_number INTEGER NOT NULL,"
	" person TEXT NOT NULL REFERENCES person (id), centre INTEGER, replaces TEXT REFERENCES approval (id), handed TEXT,"
	" state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'delegated', 'lapsed')),"
	" start INTEGER NOT NULL, deadline INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER, event INTEGER NOT NULL,"
	" FOREIGN KEY (invoice, stage) REFERENCES stage (invoice, ordinal)) WITHOUT ROWID;"
	"CREATE UNIQUE INDEX approval_asked ON approval (invoice, stage, group_number, person);"
	"CREATE UNIQUE INDEX approval_event ON approval (event);"
	"CREATE INDEX approval_person ON approval (person, closed);"

	"CREATE TABLE asked ("
	" approval TEXT NOT NULL REFERENCES approval (id), person TEXT NOT NULL REFERENCES person (id),"
	" how TEXT NOT NULL CHECK (how IN ('added', 'deputy', 'manual')), since INTEGER NOT NULL, rung TEXT, occurrence INTEGER,"
	" ended INTEGER, why TEXT, event INTEGER NOT NULL, PRIMARY KEY (approval, person)) WITHOUT ROWID;"
	"CREATE INDEX asked_person ON asked (person, approval) WHERE ended IS NULL;"
	"CREATE TABLE rung_action ("
	" approval TEXT NOT NULL REFERENCES approval (id), rung TEXT NOT NULL, occurrence INTEGER NOT NULL,"
	" action TEXT NOT NULL CHECK (action IN ('add', 'reassign')), outcome TEXT NOT NULL"
	" CHECK (outcome IN ('done', 'nobody', 'already')), at INTEGER NOT NULL, event INTEGER NOT NULL,"
	" PRIMARY KEY (approval, rung, occurrence, action)) WITHOUT ROWID;"

	"CREATE TABLE absence ("
	" id TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id), deputy TEXT REFERENCES person (id),"
	" starts INTEGER NOT NULL, ends INTEGER NOT NULL CHECK (starts < ends), reason TEXT, by_person TEXT REFERENCES person (id),"
	" recorded INTEGER NOT NULL, cleared INTEGER, over INTEGER, event INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX absence_ends ON absence (ends) WHERE cleared IS NULL;"
	"CREATE INDEX absence_person ON absence (person, starts);"

	"CREATE TABLE reminder ("
	" approval TEXT NOT NULL REFERENCES approval (id), rung TEXT NOT NULL, occurrence INTEGER NOT NULL,"
	" person TEXT NOT NULL REFERENCES person (id), channel TEXT NOT NULL, role TEXT, tone TEXT,"
	" state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'superseded', 'passed')),"
	" why TEXT, why_by TEXT, unrolled INTEGER, fires INTEGER, not_before INTEGER, recorded INTEGER NOT NULL, message TEXT, event INTEGER NOT NULL,"
	" PRIMARY KEY (approval, rung, occurrence, person, channel)) WITHOUT ROWID;"

	"CREATE TABLE message ("
	" id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, person TEXT REFERENCES person (id),"
	" state TEXT NOT NULL CHECK (state IN"
	" ('queued', 'sending', 'accepted', 'deferred', 'refused', 'uncertain', 'withheld', 'withdrawn')),"
	" attempts INTEGER NOT NULL, queued INTEGER NOT NULL, next_try INTEGER, accepted INTEGER, recipient TEXT, subject TEXT,"
	" message_id TEXT, reply TEXT, doubts INTEGER NOT NULL, told INTEGER NOT NULL, tried INTEGER, bounced INTEGER, bounces INTEGER NOT NULL,"
	" channel TEXT, event INTEGER NOT NULL);"
	"CREATE INDEX message_due ON message (next_try, event) WHERE next_try IS NOT NULL;"
	"CREATE INDEX message_call ON message (channel, next_try, event) WHERE next_try IS NOT NULL AND kind = 'hook';"
	"CREATE INDEX message_tried ON message (tried) WHERE tried IS NOT NULL;"
	"CREATE INDEX message_person ON message (person, queued);"
	"CREATE INDEX message_bounced ON message (person, bounced) WHERE bounced IS NOT NULL;"
	"CREATE INDEX message_refused ON message (event) WHERE state = 'refused' AND told = 0;"
	"CREATE INDEX message_notice ON message (person) WHERE kind = 'notice' AND state IN ('queued', 'withheld');"
	"CREATE INDEX message_withheld ON message (event) WHERE state = 'withheld';"
	"CREATE TABLE message_approval ("
	" message TEXT NOT NULL REFERENCES message (id), approval TEXT NOT NULL REFERENCES approval (id),"
	" PRIMARY KEY (message, approval)) WITHOUT ROWID;"
	"CREATE INDEX message_approval_approval ON message_approval (approval, message);"
	"CREATE TABLE notice ("
	" fact TEXT NOT NULL, person TEXT NOT NULL REFERENCES person (id), message TEXT NOT NULL REFERENCES message (id),"
	" PRIMARY KEY (fact, person)) WITHOUT ROWID;"
	"CREATE INDEX notice_message ON notice (message);"

	"CREATE TABLE received ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, identity TEXT, via TEXT NOT NULL,"
	" message TEXT REFERENCES message (id), proven INTEGER, outcome TEXT NOT NULL, status TEXT, domain TEXT, sender TEXT, recipient TEXT, subject TEXT, said TEXT,"
	" tell INTEGER, told INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX received_sha256 ON received (sha256);"
	"CREATE UNIQUE INDEX received_identity ON received (identity) WHERE identity IS NOT NULL;"
	"CREATE INDEX received_message ON received (message, event) WHERE message IS NOT NULL;"
	"CREATE INDEX received_untold ON received (event) WHERE tell = 1 AND told = 0;"
	"CREATE INDEX received_alarm ON received (domain, status, at) WHERE outcome = 'alarm';"

	"CREATE TABLE invite ("
	" uid TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id), day TEXT, sequence INTEGER NOT NULL, message TEXT,"
	" starts INTEGER NOT NULL, ends INTEGER NOT NULL, asked INTEGER NOT NULL, cancelled INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX invite_standing ON invite (person, uid) WHERE cancelled = 0;"
	"CREATE INDEX invite_last ON invite (message);"
	"CREATE TABLE invite_approval ("
	" person TEXT NOT NULL REFERENCES person (id), approval TEXT NOT NULL REFERENCES approval (id), uid TEXT REFERENCES invite (uid),"
	" since INTEGER NOT NULL, moved INTEGER, ended INTEGER, PRIMARY KEY (person, approval)) WITHOUT ROWID;"
	"CREATE INDEX invite_approval_approval ON invite_approval (approval, person);"
	"CREATE TABLE invite_message ("
	" uid TEXT NOT NULL REFERENCES invite (uid), message TEXT NOT NULL REFERENCES message (id), PRIMARY KEY (uid, message)) WITHOUT ROWID;"
	"CREATE INDEX invite_message_message ON invite_message (message, uid);"

	"CREATE TABLE thanks_owed ("
	" invoice TEXT NOT NULL, stage INTEGER NOT NULL, person TEXT NOT NULL REFERENCES person (id), since INTEGER NOT NULL,"
	" PRIMARY KEY (person, invoice, stage), FOREIGN KEY (invoice, stage) REFERENCES stage (invoice, ordinal)) WITHOUT ROWID;"
	"CREATE TABLE idle ("
	" event INTEGER PRIMARY KEY, approval TEXT NOT NULL REFERENCES approval (id), why TEXT NOT NULL, until INTEGER, told INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX idle_approval ON idle (approval, why);"
	"CREATE INDEX idle_untold ON idle (event) WHERE told = 0;"
	"CREATE TABLE pause ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, person TEXT REFERENCES person (id), name TEXT, reason TEXT,"
	" resumed INTEGER);"
	"CREATE INDEX pause_lasts ON pause (event) WHERE resumed IS NULL;"
	"CREATE TABLE alarm ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, budget INTEGER NOT NULL, told INTEGER NOT NULL);"
	"CREATE INDEX alarm_at ON alarm (at);"
	"CREATE INDEX alarm_untold ON alarm (event) WHERE told = 0;"

	"CREATE TABLE decision ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, invoice TEXT NOT NULL REFERENCES invoice (id),"
	" approval TEXT REFERENCES approval (id),"
	" decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject', 'withdraw')),"
	" person TEXT REFERENCES person (id), for_person TEXT REFERENCES person (id), channel TEXT, assurance TEXT,"
	" policy_version INTEGER, document TEXT, reason TEXT);"
	"CREATE INDEX decision_invoice ON decision (invoice, event);"
	"CREATE INDEX decision_approval ON decision (approval, event);"
	"CREATE TABLE note ("
	" event INTEGER PRIMARY KEY, at INTEGER NOT NULL, invoice TEXT NOT NULL REFERENCES invoice (id),"
	" person TEXT REFERENCES person (id), text TEXT);"
	"CREATE INDEX note_invoice ON note (invoice, event);"

	"CREATE TABLE wakeup (kind INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;"
	"CREATE INDEX wakeup_due ON wakeup (kind, at, id);"
	"CREATE TABLE feed ("
	" url TEXT NOT NULL PRIMARY KEY, tried INTEGER, good INTEGER, parsed INTEGER, next INTEGER, etag TEXT, modified TEXT, sha256 TEXT,"
	" failing INTEGER, failure TEXT) WITHOUT ROWID;"
	"CREATE TABLE feed_absence ("
	" feed TEXT NOT NULL, address TEXT NOT NULL, civil INTEGER NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL, deputy TEXT);"
	"CREATE INDEX feed_absence_feed ON feed_absence (feed);"
	"CREATE INDEX feed_absence_address ON feed_absence (address, starts);"
	"CREATE TABLE directory_answer (question TEXT NOT NULL PRIMARY KEY, asked INTEGER NOT NULL, answer TEXT NOT NULL);"
	"CREATE INDEX directory_answer_asked ON directory_answer (asked);"
	"CREATE TABLE secret_key (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL, made INTEGER NOT NULL);"
	"CREATE TABLE runtime (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;";

/* MIGRATIONS[n] leads from version n to n + 1. */
static const char *const MIGRATIONS[] = {VERSION_1};

static const SchemaTable TABLES[] = {
	{"policy", 1, "SELECT version, at, sha256, author, note FROM policy ORDER BY version"},
	{"policy_file", 2, "SELECT version, name, document FROM policy_file ORDER BY version, name"},
	{"person", 1,
     "SELECT id, directory_id, uid, dn, name, mail, mobile, language, country, authority, as_of, uid_key, mail_key, event FROM person ORDER BY id"},
	{"sighting", 1, "SELECT person, missed, why, lost, cleared, event FROM sighting ORDER BY person"},
	{"outage", 1, "SELECT event, calendar, label, since, ended, told FROM outage ORDER BY event"},
	{"change_hold", 1, "SELECT event, at, count, open, ended, told FROM change_hold ORDER BY event"},
	{"invoice", 1,
     "SELECT id, state, identity, number_key, supplier_key, kind, amount, currency, received, facts, document, administration, chain,"
     " began, policy_version, waits, booked, stuck, stuck_why, closed, opens"
     " FROM invoice ORDER BY id"},
	{"invoice_document", 1, "SELECT document, invoice FROM invoice_document ORDER BY document"},
	{"hold", 1,
     "SELECT event, invoice, kind, role, person, asked, reason, began, until, ended, answer FROM hold ORDER BY event"},
	{"stage", 2,
     "SELECT invoice, ordinal, position, chain, name, ladder, need, within, at_least, before, group_count, policy_version,"
     " opened, closed, outcome FROM stage ORDER BY invoice, ordinal"},
	{"approval", 1,
     "SELECT id, invoice, stage, group_number, person, centre, replaces, handed, state, start, deadline, opened, closed, event"
     " FROM approval ORDER BY id"},
	{"asked", 2,
     "SELECT approval, person, how, since, rung, occurrence, ended, why, event FROM asked ORDER BY approval, person"},
	{"rung_action", 4,
     "SELECT approval, rung, occurrence, action, outcome, at, event"
     " FROM rung_action ORDER BY approval, rung, occurrence, action"},
	{"absence", 1,
     "SELECT id, person, deputy, starts, ends, reason, by_person, recorded, cleared, over, event FROM absence ORDER BY id"},
	{"reminder", 5,
     "SELECT approval, rung, occurrence, person, channel, role, tone, state, why, why_by, unrolled, fires, not_before, recorded, message, event"
     " FROM reminder ORDER BY approval, rung, occurrence, person, channel"},
	{"message", 1,
     "SELECT id, kind, person, state, attempts, queued, next_try, accepted, recipient, subject, message_id, reply, doubts, told,"
     " tried, bounced, bounces, channel, event FROM message ORDER BY id"},
	{"received", 1,
     "SELECT event, at, kind, sha256, identity, via, message, proven, outcome, status, domain, sender, recipient, subject, said, tell, told"
     " FROM received ORDER BY event"},
	{"message_approval", 2, "SELECT message, approval FROM message_approval ORDER BY message, approval"},
	{"notice", 2, "SELECT fact, person, message FROM notice ORDER BY fact, person"},
	{"invite", 1, "SELECT uid, person, day, sequence, message, starts, ends, asked, cancelled FROM invite ORDER BY uid"},
	{"invite_approval", 2, "SELECT person, approval, uid, since, moved, ended FROM invite_approval ORDER BY person, approval"},
	{"invite_message", 2, "SELECT uid, message FROM invite_message ORDER BY uid, message"},
	{"thanks_owed", 3, "SELECT person, invoice, stage, since FROM thanks_owed ORDER BY person, invoice, stage"},
	{"idle", 1, "SELECT event, approval, why, until, told FROM idle ORDER BY event"},
	{"pause", 1, "SELECT event, at, person, name, reason, resumed FROM pause ORDER BY event"},
	{"alarm", 1, "SELECT event, at, budget, told FROM alarm ORDER BY event"},
	{"decision", 1,
     "SELECT event, at, invoice, approval, decision, person, for_person, channel, assurance, policy_version, document, reason"
     " FROM decision ORDER BY event"},
	{"note", 1, "SELECT event, at, invoice, person, text FROM note ORDER BY event"},
	{NULL, 0, NULL},
};

static const char READ_VERSION[] = "SELECT version FROM store_schema";
static const char WRITE_VERSION[] = "UPDATE store_schema SET version = :version";

int schema_version(void)
{
	return (int)G_N_ELEMENTS(MIGRATIONS);
}

const SchemaTable *schema_tables(void)
{
	return TABLES;
}

gboolean schema_read_version(Sql *sql, int *version, GError **error)
{
	gboolean has;
	*version = 0;
	if (!sql_has_table(sql, "store_schema", &has, error))
		return FALSE;
	if (!has)
		return TRUE;
	g_autoptr(SqlStatement) statement = sql_prepare(sql, READ_VERSION, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step = sql_step(statement, error);
	if (step == SQL_DONE)
		error_set(error, ERROR_BROKEN, "the store does not say which version its tables have");
	if (step == SQL_ROW)
		*version = (int)sql_integer(statement, 0);
	return step == SQL_ROW;
}

static gboolean write_version(Sql *sql, int version, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(sql, WRITE_VERSION, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":version", version);
	return sql_run(statement, NULL, error);
}

gboolean schema_migrate(Sql *sql, int *found, GError **error)
{
	if (!schema_read_version(sql, found, error))
		return FALSE;
	if (*found > schema_version()) {
		error_set(error, ERROR_CONFIG, "the store's tables have version %d, this program knows versions up to %d", *found,
		          schema_version());
		return FALSE;
	}
	for (int version = MAX(*found, 0); version < schema_version(); version++) {
		if (sql_script(sql, MIGRATIONS[version], error) && write_version(sql, version + 1, error))
			continue;
		g_prefix_error(error, "bringing the store's tables to version %d: ", version + 1);
		return FALSE;
	}
	return TRUE;
}
