/* What events do to who is not there, or cannot be asked.
 *
 * Invariants: of whom nothing is wrong there is no row; only who is lost is cleared; at most one hold of changes lasts. Whatever lets an approval go on, or to somebody
 * else, wakes it.
 */
#include "store/apply.h"

static const char IS_PERSON[] = "SELECT 1 FROM person WHERE id = :data_person";
static const char MISS[] =
	"INSERT INTO sighting (person, missed, event) VALUES (:data_person, :when_seen, :event_seq)"
	" ON CONFLICT (person) DO UPDATE SET missed = excluded.missed";
static const char LOSE[] =
	"INSERT INTO sighting (person, missed, why, lost, event) VALUES (:data_person, :when_missed, :data_why, :when_seen, :event_seq)"
	" ON CONFLICT (person) DO UPDATE SET missed = excluded.missed, why = excluded.why, lost = excluded.lost, event = excluded.event";
static const char FIND[] = "DELETE FROM sighting WHERE person = :data_person";
static const char CLEAR[] = "UPDATE sighting SET cleared = :event_at WHERE person = :member AND lost IS NOT NULL";

static const char HOLD[] = "INSERT INTO change_hold (event, at, count, open, told) VALUES (:event_seq, :event_at, :data_count, :data_open, 0)";
static const char END_HOLD[] = "UPDATE change_hold SET ended = :event_at WHERE ended IS NULL";

/* kinds 1 and 2 are WAKEUP_APPROVAL and WAKEUP_ADMINS */
#define AT_ONCE " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
#define WAKE_APPROVALS_OF(person) \
	"INSERT INTO wakeup (kind, id, at) SELECT 1, id, :event_at FROM approval WHERE state = 'pending' AND person = " person AT_ONCE
#define WAKE_BESIDE_OF(person) \
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :event_at FROM asked JOIN approval ON approval.id = asked.approval" \
	" WHERE asked.ended IS NULL AND approval.state = 'pending' AND asked.person = " person AT_ONCE
static const char WAKE_THEIRS[] = WAKE_APPROVALS_OF(":data_person");
static const char WAKE_BESIDE[] = WAKE_BESIDE_OF(":data_person");
static const char WAKE_MEMBERS[] = WAKE_APPROVALS_OF(":member");
static const char WAKE_BESIDE_MEMBERS[] = WAKE_BESIDE_OF(":member");
static const char WAKE_ADMINS[] = "INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at)" AT_ONCE;

static gboolean apply_cleared(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep clear = {CLEAR, "nobody of that id is lost"}, own = {WAKE_MEMBERS, NULL}, beside = {WAKE_BESIDE_MEMBERS, NULL};
	static const ApplyStep end = {END_HOLD, NULL};
	return apply_each(sql, event, "people", &clear, error) && apply_each(sql, event, "people", &own, error) &&
	       apply_each(sql, event, "people", &beside, error) && apply_step(sql, event, &end, error);
}

const ApplyRule apply_sighting_rules[] = {
	{"person.missing", "person", {{IS_PERSON, "nobody of that id is recorded"}, {MISS, "it cannot be recorded"}}, NULL},
	{"person.lost", "person", {{IS_PERSON, "nobody of that id is recorded"}, {LOSE, "it cannot be recorded"}}, NULL},
	{"person.found", "person", {{FIND, "they were not missing"}, {WAKE_THEIRS, NULL}, {WAKE_BESIDE, NULL}}, NULL},
	{"change.held", NULL, {{END_HOLD, NULL}, {HOLD, "it does not say how many"}, {WAKE_ADMINS, NULL}}, NULL},
	{"change.allowed", NULL, {{NULL, NULL}}, apply_cleared},
	{"change.confirmed", NULL, {{NULL, NULL}}, apply_cleared},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
