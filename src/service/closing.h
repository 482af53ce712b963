/* The end of approvals, stages and invoices: what closes with a decision, and that nothing more is sent after it. */
#ifndef SERVICE_CLOSING_H
#define SERVICE_CLOSING_H

#include "session/session.h"

/* After an approval of that stage changed its state: closes the stage where it is reached or rejected, lapses the others, and closes the
 * invoice or wakes it for its next stage, which after a rejection may be the one before. `cause`: the seq of the decision. In the caller's transaction. */
gboolean closing_settle_stage(Session *session, const InvoiceRow *invoice, int ordinal, gint64 cause, gint64 now, GError **error);

/* Ends one approval ("approval.approved", "approval.rejected", "approval.lapsed"): its queued messages are withdrawn, its invite is taken back by the next pass. */
gboolean closing_end_approval(Session *session, const Approval *approval, const char *event_type, gint64 cause, gint64 now, GError **error);

/* The same with an event that says more; takes it, and puts `approval` and `stage` into its data. */
gboolean closing_end_with(Session *session, const Approval *approval, Event *event, gint64 now, GError **error);

/* Withdraws what its sender was at when it should have been: a message that speaks of an approval which has ended, a REQUEST that a later one or a CANCEL followed, or a CANCEL of
 * what did not arrive. *stale: it was. In the caller's transaction. */
gboolean closing_withdraw_stale(Session *session, const MessageRow *message, gint64 now, gboolean *stale, GError **error);

/* It may still go, and is not being sent. */
gboolean closing_message_waits(const MessageRow *message);

/* Withdraws a message that waits; the reminders in it of approvals that are pending are planned again. `why`: of the message (a word), `returned`: of the reminders
 * (likewise). In the caller's transaction. */
gboolean closing_withdraw_message(Session *session, const MessageRow *message, const char *why, const char *returned, gint64 now, GError **error);

/* Takes an invoice out: every pending approval lapses, the open stage closes, invoice.withdrawn. */
gboolean closing_withdraw(Session *session, const InvoiceRow *invoice, gint64 cause, gint64 now, GError **error);

/* Lapses what is pending and closes the open stage with that outcome ("withdrawn", "restarted"). */
gboolean closing_end_stage(Session *session, const char *invoice, const char *outcome, gint64 cause, gint64 now, GError **error);

#endif
