/* What stands in the record, as JSON records for list and show (DESIGN.md 4: absent = unknown, times RFC 3339, amounts decimal strings). */
#ifndef SERVICE_OVERVIEW_H
#define SERVICE_OVERVIEW_H

#include "session/session.h"

/* One line of `list`: invoice, supplier, number, kind, state, gross, currency, due_date, received, administration, chain, stage, deadline (the earliest pending), approvers
 * (uids of who is asked), late, stuck; between two stages next_stage, the name of the one that comes;
 * on_hold and opens (hold_records.h). */
Json *overview_invoice(Session *session, const InvoiceRow *invoice, gint64 now, GError **error);

/* Calls `visit` with that record of every invoice the filter lets through, until it returns FALSE. `approver`: uid or mail, NULL = any. */
typedef gboolean (*OverviewVisit)(const Json *record, gpointer user_data);
gboolean overview_list(Session *session, const InvoiceFilter *filter, const char *approver, OverviewVisit visit, gpointer user_data,
                       GError **error);

/* The whole of one invoice: the above and facts, stages with their approvals, reminders, holds, messages and decisions. */
Json *overview_whole(Session *session, const char *reference, GError **error);

/* The message that carries a claimed reminder; of an invite the last about the entry that lists, or listed, its approval. NULL where there is none yet. */
MessageRow *overview_message_of(Session *session, const ReminderRow *row);
/* Whether that takes an entry out of a calendar. */
gboolean overview_is_taken_back(const MessageRow *message);

/* A time as a person reads it, in the words and order of the process's language, in the default calendar's zone: "Mon 2026-12-28 09:00"; in UTC without a policy; "-"
 * for INSTANT_NONE. Owned by the caller, as the next two. */
char *overview_time(Session *session, gint64 instant);
char *overview_time_in(const Zone *zone, gint64 instant); /* NULL: UTC */
char *overview_date(Date date);                           /* "Mon 2026-12-28"; "-" for none */

/* An end as people say it: midnight belongs to the day before, "Wed 2026-12-09 24:00". Owned by the caller. */
char *overview_end(Session *session, gint64 instant);
/* From when to when, as people say it: where that is whole days, the first and the last of them; else the two times. Both owned by the caller. */
void overview_span(Session *session, gint64 from, gint64 until, char **first, char **last);

/* Why an entry that was asked for a person's sake was taken out of their calendar: "absent", a word of approver.left, the state of the approval; NULL: it is not known. */
const char *overview_taken_back_why(Session *session, const ReminderRow *row, const MessageRow *message);

#endif
