/* One pass over the approvals in constant memory but for the samples; calendars and names are looked up once a person. */
#include "service/timing.h"

#include "service/people.h"

#include <glib/gi18n.h>

typedef struct {
	Calendar *calendar; /* borrowed from the policy */
	char *name;
} Timed;

static void timed_free(gpointer data)
{
	Timed *timed = data;
	g_free(timed->name);
	g_free(timed);
}

typedef struct {
	Session *session;
	const Policy *policy;
	LatencyGrouping grouping;
	LatencyReport *report;
	GHashTable *people; /* id, of an administration's invoices -> Timed */
	gint64 now;
	GError *failure;
} Timing;

static const Timed *timed_person(Timing *timing, const char *id, const char *administration)
{
	g_autofree char *key = administration ? g_strdup_printf("%s of %s", id, administration) : g_strdup(id);
	Timed *timed = g_hash_table_lookup(timing->people, key);
	if (timed)
		return timed;
	g_autoptr(PersonRow) row = store_person(session_store(timing->session), id, &timing->failure);
	if (!row)
		return NULL;
	timed = g_new0(Timed, 1);
	timed->calendar = people_calendar(timing->session, timing->policy, administration, row->person);
	timed->name = g_strdup(row->person->uid ? row->person->uid : id);
	g_hash_table_insert(timing->people, g_steal_pointer(&key), timed);
	return timed;
}

static char *group_of(const Timing *timing, const ApprovalSpan *span, const Timed *timed)
{
	int year, month, day;
	switch (timing->grouping) {
	case LATENCY_BY_APPROVER:
		return g_strdup(timed->name);
	case LATENCY_BY_CHAIN:
		return g_strdup(span->chain);
	case LATENCY_BY_STAGE:
		return g_strdup_printf("%s / %s", span->chain, span->stage);
	case LATENCY_BY_MONTH:
		date_get_ymd(calendar_date(timed->calendar, span->opened), &year, &month, &day);
		return g_strdup_printf("%04d-%02d", year, month);
	case LATENCY_BY_ALL:
		break;
	}
	return g_strdup("");
}

static gboolean add_span(const ApprovalSpan *span, gpointer user_data)
{
	Timing *timing = user_data;
	if (span->state == APPROVAL_LAPSED || span->state == APPROVAL_DELEGATED)
		return TRUE;
	const Timed *timed = timed_person(timing, span->person, span->administration);
	if (!timed)
		return FALSE;
	g_autofree char *group = group_of(timing, span, timed);
	gint64 end = span->closed == INSTANT_NONE ? timing->now : span->closed;
	gboolean late = end > span->deadline;
	if (span->closed == INSTANT_NONE)
		latency_report_add_open(timing->report, group, end - span->opened, late);
	else
		latency_report_add(timing->report, group, end - span->opened,
		                   calendar_working_seconds_between(timed->calendar, span->opened, end), late);
	return TRUE;
}

char *timing_report(Session *session, LatencyGrouping grouping, ReportFormat format, GError **error)
{
	const char *const titles[] = {"", _("approver"), _("chain"), _("stage"), _("month")};
	g_autoptr(LatencyReport) report = latency_report_new();
	g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, timed_free);
	Timing timing = {
		.session = session,
		.policy = session_policy(session, NULL, error),
		.grouping = grouping,
		.report = report,
		.people = people,
		.now = session_now(session),
	};
	if (!timing.policy || !store_approval_spans(session_store(session), add_span, &timing, error))
		return NULL;
	if (timing.failure) {
		g_propagate_error(error, timing.failure);
		return NULL;
	}
	return latency_report_format(report, titles[grouping], format);
}
