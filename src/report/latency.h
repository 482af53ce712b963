/* How long approvals took: from events, elapsed and working time, by group; as text, CSV or JSON. */
#ifndef REPORT_LATENCY_H
#define REPORT_LATENCY_H

#include <glib.h>

typedef enum { LATENCY_BY_ALL, LATENCY_BY_APPROVER, LATENCY_BY_CHAIN, LATENCY_BY_STAGE, LATENCY_BY_MONTH } LatencyGrouping;
typedef enum { REPORT_TEXT, REPORT_CSV, REPORT_JSON } ReportFormat;

typedef struct LatencyReport LatencyReport;

LatencyReport *latency_report_new(void);
void latency_report_free(LatencyReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LatencyReport, latency_report_free)

/* One approval of that group: decided after so many seconds of elapsed and of working time … */
void latency_report_add(LatencyReport *report, const char *group, gint64 elapsed_s, gint64 working_s, gboolean late);
/* … so much of the working time being on hold, or waiting for the answer to a question; … */
typedef struct {
	gint64 elapsed_s, working_s, held_s, asking_s;
	gboolean late;
} LatencySample;
void latency_report_add_sample(LatencyReport *report, const char *group, const LatencySample *sample);
/* … or still open. */
void latency_report_add_open(LatencyReport *report, const char *group, gint64 age_s, gboolean late);

/* count (decided), late among them, median, p90, p95, max of elapsed and working time, open, late among these, oldest
 * open; groups sorted by name without regard to case, a total last. Percentiles are nearest-rank. Owned by the caller;
 * ends in a newline. `title` names the grouping's column; empty: nothing is
 * grouped, only the total is said.
 *   text  two lines a group (elapsed in days and hours, working time in hours), made for 100 columns; a longer name
 *         stands on a line of its own; where anything was held or asked, a third line (working time net of both) and two columns
 *         with their sums
 *   CSV   RFC 4180, seconds, first column `scope` ("group" or "total"); a name that begins like a formula gets an
 *         apostrophe in front
 *   JSON  one object a line: scope, group (absent in the total), count, late, elapsed_s and working_s {median, p90, p95, max}
 *         (absent where nothing was decided), net_s likewise (working time but for what was held and asked), held_s and asking_s, their
 *         sums (all three absent where nothing was), open, open_late, oldest_open_s (absent where nothing is open) */
char *latency_report_format(LatencyReport *report, const char *title, ReportFormat format);

#endif
