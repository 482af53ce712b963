/* What events do to what is known of the directory's outages. At most one lasts. */
#include "store/apply.h"

static const char IS_ANSWERING[] = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outage WHERE ended IS NULL)";
static const char BEGIN[] = "INSERT INTO outage (event, since, told) VALUES (:event_seq, :when_since, 0)";
static const char END[] = "UPDATE outage SET ended = :event_at WHERE ended IS NULL";
/* kind 2 is WAKEUP_ADMINS */
static const char WAKE_ADMINS[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";

const ApplyRule apply_outage_rules[] = {
	{"directory.silent", NULL, {{IS_ANSWERING, "it was silent already"}, {BEGIN, "it does not say since when"}, {WAKE_ADMINS, NULL}}, NULL},
	{"directory.answers", NULL, {{END, "it was not silent"}}, NULL},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
