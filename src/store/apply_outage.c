/* What events do to what is known of the outages of the directory (calendar '') and of calendars of absences. Of each at most one lasts. */
#include "store/apply.h"

static const char IS_ANSWERING[] = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outage WHERE ended IS NULL AND calendar = '')";
static const char BEGIN[] = "INSERT INTO outage (event, calendar, since, told) VALUES (:event_seq, '', :when_since, 0)";
static const char END[] = "UPDATE outage SET ended = :event_at WHERE ended IS NULL AND calendar = ''";
static const char IS_READ[] = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outage WHERE ended IS NULL AND calendar = :data_calendar)";
static const char BEGIN_CALENDAR[] =
	"INSERT INTO outage (event, calendar, label, since, told) VALUES (:event_seq, :data_calendar, :side_label, :when_since, 0)";
static const char END_CALENDAR[] = "UPDATE outage SET ended = :event_at WHERE ended IS NULL AND calendar = :data_calendar";
/* kind 2 is WAKEUP_ADMINS */
static const char WAKE_ADMINS[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";

const ApplyRule apply_outage_rules[] = {
	{"directory.silent", NULL, {{IS_ANSWERING, "it was silent already"}, {BEGIN, "it does not say since when"}, {WAKE_ADMINS, NULL}}, NULL},
	{"directory.answers", NULL, {{END, "it was not silent"}}, NULL},
	{"calendar.silent", "calendar",
     {{IS_READ, "it could not be read already"}, {BEGIN_CALENDAR, "it does not say since when"}, {WAKE_ADMINS, NULL}}, NULL},
	{"calendar.answers", "calendar", {{END_CALENDAR, "it could be read"}}, NULL},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
