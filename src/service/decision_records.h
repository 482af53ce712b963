/* Decisions out to the ERP, and in from it, as records (JSON, or CSV whose header row has the same names):
 *
 *   invoice (its id, or SUPPLIER/NUMBER), supplier, number, decision (approve|reject|withdraw), decider (uid or mail), for (whose approval it was, where another's), at (when),
 *   reason, channel, assurance, evidence, state (the invoice's, now)
 *
 * Of those that come in, either the invoice or supplier and number are wanted, decision and decider; of what is there too, channel, assurance, for and state are of no account. */
#ifndef SERVICE_DECISION_RECORDS_H
#define SERVICE_DECISION_RECORDS_H

#include "session/session.h"

typedef enum { DECISION_RECORDED, DECISION_KNOWN, DECISION_REFUSED } DecisionVerdict;

typedef struct {
	guint of[DECISION_REFUSED + 1];
} DecisionCount;

/* `record` is borrowed. */
typedef void (*DecisionRecordVisit)(const Json *record, gpointer user_data);

/* The names, in order; NULL-ended. */
extern const char *const decision_record_names[];

/* All that were recorded at `since` or later, in that order. */
gboolean decision_records_export(Session *session, gint64 since, DecisionRecordVisit visit, gpointer user_data, GError **error);

/* Records what was decided elsewhere: each with all that follows from it, or not at all; in the order of the file. What is unknown or contradicts what is recorded is told
 * as refused and changes nothing; what is recorded already is known. Each is told with its own members, line, verdict (recorded|known|refused) and why once that is certain. ERROR_NOT_FOUND,
 * ERROR_INVALID: the file is none, with all that is wrong in it, and nothing of it was recorded. */
gboolean decision_records_import(Session *session, const char *path, DecisionRecordVisit visit, gpointer user_data, DecisionCount *count, GError **error);

#endif
