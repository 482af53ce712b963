/* One pass over the approvals in constant memory but for the samples; calendars and names are looked up once a person. */
#include "service/timing.h"

#include "people/people.h"

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
	GHashTable *holds;  /* invoice -> GPtrArray of HoldRow, borrowed: only those that were ever on hold */
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

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

/* Holds are few beside approvals: all are read at once. */
static GHashTable *holds_by_invoice(const GPtrArray *rows)
{
	GHashTable *holds = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_list);
	for (guint i = 0; i < rows->len; i++) {
		HoldRow *row = rows->pdata[i];
		GPtrArray *of_invoice = g_hash_table_lookup(holds, row->invoice);
		if (!of_invoice)
			g_hash_table_insert(holds, row->invoice, of_invoice = g_ptr_array_new());
		g_ptr_array_add(of_invoice, row);
	}
	return holds;
}

static void add_held(const Timing *timing, const ApprovalSpan *span, const Calendar *calendar, LatencySample *sample)
{
	const GPtrArray *holds = g_hash_table_lookup(timing->holds, span->invoice);
	for (guint i = 0; holds && i < holds->len; i++) {
		const HoldRow *row = holds->pdata[i];
		const HeldSpan held = {row->began, row->ended != INSTANT_NONE ? row->ended : row->until};
		gint64 *sum = row->asked ? &sample->asking_s : &sample->held_s;
		*sum += hold_seconds_within(calendar, held, span->opened, span->closed);
	}
}

static void add_decided(const Timing *timing, const ApprovalSpan *span, const Calendar *calendar, const char *group)
{
	LatencySample sample = {
		.elapsed_s = span->closed - span->opened,
		.working_s = calendar_working_seconds_between(calendar, span->opened, span->closed),
		.late = span->closed > span->deadline,
	};
	add_held(timing, span, calendar, &sample);
	latency_report_add_sample(timing->report, group, &sample);
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
	if (span->closed == INSTANT_NONE)
		latency_report_add_open(timing->report, group, timing->now - span->opened, timing->now > span->deadline);
	else
		add_decided(timing, span, timed->calendar, group);
	return TRUE;
}

char *timing_report(Session *session, LatencyGrouping grouping, ReportFormat format, GError **error)
{
	const char *const titles[] = {"", _("approver"), _("chain"), _("stage"), _("month")};
	g_autoptr(LatencyReport) report = latency_report_new();
	g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, timed_free);
	g_autoptr(GPtrArray) rows = store_hold_rows(session_store(session), NULL, error);
	if (!rows)
		return NULL;
	g_autoptr(GHashTable) holds = holds_by_invoice(rows);
	Timing timing = {
		.session = session,
		.policy = session_policy(session, NULL, error),
		.grouping = grouping,
		.report = report,
		.people = people,
		.holds = holds,
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
