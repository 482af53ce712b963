/* What events do to absences.
 *
 * Invariants: the absences of one person that hold do not overlap; one is cleared once, and over once. What may be out of date is looked at: the approvals of which that
 * person is asked, and, since somebody may stand in now, those of whoever is absent and has nobody.
 */
#include "store/apply.h"

static const char IS_FREE[] =
	"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM absence WHERE person = :data_person AND cleared IS NULL AND starts < :when_until AND ends > :when_from)";
static const char INSERT_ABSENCE[] =
	"INSERT INTO absence (id, person, deputy, starts, ends, reason, by_person, recorded, event)"
	" VALUES (:data_absence, :data_person, :data_deputy, :when_from, :when_until, :side_reason, :data_by, :event_at, :event_seq)";
static const char CLEAR_ABSENCE[] =
	"UPDATE absence SET cleared = :event_at, event = :event_seq WHERE id = :data_absence AND person = :data_person AND cleared IS NULL AND over IS NULL";
static const char END_ABSENCE[] = "UPDATE absence SET over = :event_at WHERE id = :data_absence AND person = :data_person AND over IS NULL";

/* kinds 1, 3 and 4 are WAKEUP_APPROVAL, WAKEUP_CALENDAR and WAKEUP_RETURN */
#define AT_ONCE " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
static const char WAKE_OWN[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, id, :event_at FROM approval WHERE state = 'pending' AND person = :data_person" AT_ONCE;
static const char WAKE_BESIDE[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :event_at FROM asked JOIN approval ON approval.id = asked.approval"
	" WHERE asked.person = :data_person AND asked.ended IS NULL AND approval.state = 'pending'" AT_ONCE;
static const char WAKE_UNATTENDED[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :event_at FROM absence JOIN approval ON approval.person = absence.person"
	" WHERE absence.cleared IS NULL AND absence.starts <= :event_at AND absence.ends > :event_at AND approval.state = 'pending'"
	" AND NOT EXISTS (SELECT 1 FROM asked WHERE asked.approval = approval.id AND asked.how = 'deputy' AND asked.ended IS NULL)" AT_ONCE;
static const char WAKE_CALENDAR[] =
	"INSERT INTO wakeup (kind, id, at) SELECT DISTINCT 3, person, :event_at FROM invite_approval WHERE person = :data_person" AT_ONCE;
static const char WAKE_RETURN[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 4, person, COALESCE(cleared, ends) FROM absence WHERE id = :data_absence"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at WHERE excluded.at < wakeup.at";

static gboolean wake(Sql *sql, const Event *event, GError **error)
{
	static const char *const texts[] = {WAKE_OWN, WAKE_BESIDE, WAKE_UNATTENDED, WAKE_CALENDAR, WAKE_RETURN};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		const ApplyStep step = {texts[i], NULL};
		if (!apply_step(sql, event, &step, error))
			return FALSE;
	}
	return TRUE;
}

const ApplyRule apply_absence_rules[] = {
	{"absence.set", "absence",
     {{IS_FREE, "another absence of that person overlaps it"}, {INSERT_ABSENCE, "there is one of that id, or the person or deputy is not recorded"}},
     wake},
	{"absence.cleared", "absence", {{CLEAR_ABSENCE, "there is no such absence of that person, or it is over"}}, wake},
	{"absence.over", "absence", {{END_ABSENCE, "there is no such absence of that person, or it is over"}}, NULL},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
