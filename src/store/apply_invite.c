/* What events do to the entries in people's calendars.
 *
 * Invariants: an approval stands in at most one entry of a person; an entry's SEQUENCE never falls, and one that was taken back stays so; who has nothing left to do
 * for an approval keeps its row exactly as long as an entry lists it. Whoever's calendar may be out of date is looked at.
 */
#include "store/apply.h"

#include <string.h>

static const char OWE[] =
	"INSERT INTO invite_approval (person, approval, since) VALUES (:data_person, :data_approval, COALESCE(:when_fires, :event_at))"
	" ON CONFLICT (person, approval) DO UPDATE SET since = excluded.since, ended = NULL WHERE invite_approval.ended IS NOT NULL";
static const char OWE_NO_MORE[] =
	"DELETE FROM invite_approval WHERE person = :data_person AND approval = :data_approval AND uid IS NULL AND NOT EXISTS"
	" (SELECT 1 FROM reminder WHERE reminder.approval = invite_approval.approval AND reminder.person = invite_approval.person"
	" AND reminder.channel = 'invite' AND reminder.state = 'claimed')";
static const char MOVE[] = "UPDATE invite_approval SET moved = :event_at WHERE approval = :data_approval AND ended IS NULL";
static const char END[] = "UPDATE invite_approval SET ended = :event_at WHERE approval = :data_approval AND ended IS NULL";
static const char END_FOR_ONE[] =
	"UPDATE invite_approval SET ended = :event_at WHERE approval = :data_approval AND person = :data_person AND ended IS NULL";
static const char FORGET_UNLISTED[] = "DELETE FROM invite_approval WHERE approval = :data_approval AND uid IS NULL AND ended IS NOT NULL";

/* kind 3 is WAKEUP_CALENDAR */
#define OR_SOONER " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
static const char WAKE_PERSON[] = "INSERT INTO wakeup (kind, id, at) VALUES (3, :data_person, :event_at)" OR_SOONER;
static const char WAKE_ASKED[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 3, person, :event_at FROM invite_approval WHERE approval = :data_approval" OR_SOONER;
static const char WAKE_WITHDRAWN[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 3, person, :event_at FROM invite WHERE cancelled = 0 AND person ="
	" (SELECT message.person FROM message WHERE message.id = :data_message) AND message = :data_message" OR_SOONER;

static const char INSERT_INVITE[] =
	"INSERT INTO invite (uid, person, day, sequence, message, starts, ends, asked, cancelled) VALUES (:data_uid, :data_person,"
	" :data_day, :data_sequence, :data_message, :when_starts, :when_ends, :event_at, 0)";
static const char UPDATE_INVITE[] =
	"UPDATE invite SET sequence = :data_sequence, message = COALESCE(:data_message, message), starts = :when_starts,"
	" ends = :when_ends, asked = :event_at"
	" WHERE uid = :data_uid AND person = :data_person AND cancelled = 0 AND sequence < :data_sequence";
static const char CANCEL_INVITE[] =
	"UPDATE invite SET cancelled = 1, sequence = :data_sequence, message = COALESCE(:data_message, message)"
	" WHERE uid = :data_uid AND person = :data_person AND cancelled = 0 AND sequence < :data_sequence";
static const char INSERT_INVITE_MESSAGE[] = "INSERT INTO invite_message (uid, message) VALUES (:data_uid, :data_message)";
static const char EMPTY_INVITE[] = "UPDATE invite_approval SET uid = NULL WHERE person = :data_person AND uid = :data_uid";
static const char FILL_INVITE[] =
	"UPDATE invite_approval SET uid = :data_uid WHERE person = :data_person AND approval = :member AND ended IS NULL";
static const char FORGET_ENDED[] = "DELETE FROM invite_approval WHERE person = :data_person AND uid IS NULL AND ended IS NOT NULL";

static gboolean run(Sql *sql, const Event *event, const char *text, GError **error)
{
	const ApplyStep step = {text, NULL};
	return apply_step(sql, event, &step, error);
}

static gboolean is_of_invite(const Event *event)
{
	return g_strcmp0(js_object_get_string(event->data, "channel"), "invite") == 0;
}

gboolean apply_invite_owed(Sql *sql, const Event *event, GError **error)
{
	return !is_of_invite(event) || (run(sql, event, OWE, error) && run(sql, event, WAKE_PERSON, error));
}

gboolean apply_invite_dropped(Sql *sql, const Event *event, GError **error)
{
	return !is_of_invite(event) || run(sql, event, OWE_NO_MORE, error);
}

gboolean apply_invite_moved(Sql *sql, const Event *event, GError **error)
{
	return run(sql, event, MOVE, error) && run(sql, event, WAKE_ASKED, error);
}

gboolean apply_invite_ended(Sql *sql, const Event *event, GError **error)
{
	return run(sql, event, END, error) && run(sql, event, WAKE_ASKED, error) && run(sql, event, FORGET_UNLISTED, error);
}

gboolean apply_invite_left(Sql *sql, const Event *event, GError **error)
{
	return run(sql, event, END_FOR_ONE, error) && run(sql, event, WAKE_ASKED, error) && run(sql, event, FORGET_UNLISTED, error);
}

gboolean apply_invite_withdrawn(Sql *sql, const Event *event, GError **error)
{
	return run(sql, event, WAKE_WITHDRAWN, error);
}

static gboolean note_message(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep step = {INSERT_INVITE_MESSAGE, "its message is not there, or was another's"};
	return js_object_get_string(event->data, "message") == NULL || apply_step(sql, event, &step, error);
}

static gboolean apply_listed(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep fill = {FILL_INVITE, "it lists an approval that is not owed to that person"};
	return note_message(sql, event, error) && run(sql, event, EMPTY_INVITE, error) &&
	       apply_each(sql, event, "approvals", &fill, error) && run(sql, event, FORGET_ENDED, error);
}

static gboolean apply_emptied(Sql *sql, const Event *event, GError **error)
{
	return run(sql, event, EMPTY_INVITE, error) && run(sql, event, FORGET_ENDED, error);
}

const ApplyRule apply_invite_rules[] = {
	{"invite.requested", "uid", {{INSERT_INVITE, "there is one of that UID, or the person is unknown"}}, apply_listed},
	{"invite.updated", "uid", {{UPDATE_INVITE, "there is no live invite, or its SEQUENCE does not rise"}}, apply_listed},
	{"invite.cancelled", "uid", {{CANCEL_INVITE, "there is no live invite, or its SEQUENCE does not rise"}}, apply_emptied},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
