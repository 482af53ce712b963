/* How long approvals took: the record's approvals, measured in each approver's calendar. */
#ifndef SERVICE_TIMING_H
#define SERVICE_TIMING_H

#include "report/latency.h"
#include "session/session.h"

/* The whole report as text, owned by the caller. What lapsed or was handed on took nobody any time and is left out. */
char *timing_report(Session *session, LatencyGrouping grouping, ReportFormat format, GError **error);

#endif
