/* Handing an approval on: it closes as delegated, and another opens for somebody else in the same stage and group, with its own start, deadline and ladder.
 * Who takes over is asked of the directory before the transaction, and recorded in it. */
#ifndef SERVICE_HANDING_H
#define SERVICE_HANDING_H

#include "people/actor.h"
#include "people/looking.h"
#include "service/approval_case.h"
#include "service/approvers.h"

/* Who of the selectors may take the approval over: all checks of approver resolution, and nobody who held an approval of this stage already. The first is who
 * does. `fallback`: where nobody is left, the stage's fallback is asked. NULL = unknown, the directory did not say. Not inside a transaction. */
Resolution *handing_find(Session *session, const ApprovalCase *about, const GPtrArray *selectors, gboolean fallback, GError **error);

/* Whether that very person may: the same checks. FALSE = unknown. */
gboolean handing_check(Session *session, const ApprovalCase *about, const Person *person, Eligibility *eligibility, GError **error);

/* Why an invoice is stuck though everybody is asked: a rung was to hand an approval on, and nobody is left who may take it. */
#define STUCK_NO_HEIR "no-heir"

/* Likewise: who is asked is gone or unusable. */
#define STUCK_GONE "gone"

typedef struct {
	const char *why;         /* rung, delegate, not-mine; gone, disabled, no-mail, refused */
	const Person *heir;      /* who takes over; NULL: nobody does */
	const Resolution *found; /* where they were looked for; NULL: they were named */
	const Actor *actor;      /* who hands it on, recorded; NULL = Akkoord does */
	gint64 cause;            /* seq of the event that led to it; 0 */
	const Look *look;        /* at whose approval it was, where that is why; NULL */
	gboolean tell;           /* the first approver is told by mail, where one about the approval went to them */
} Handing;

/* In the caller's transaction; `about` as it was read in it. What is queued for the approval is withdrawn, its invite is taken back by the next pass. An approval that
 * was handed on before, with nobody in its place, may be given to somebody now. Where too few people are left for what the stage needs, the invoice is stuck; where
 * that is mended, it is so no more. */
gboolean handing_record(Session *session, const ApprovalCase *about, const Handing *handing, gint64 now, GError **error);

/* The parts of it, for who does one of them alone: that people were looked for, and the approval of who takes over (`id`: NULL = a new one). */
gboolean handing_record_search(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, GError **error);
gboolean handing_open(Session *session, const ApprovalCase *about, const Person *heir, const char *id, const Actor *actor, gint64 cause, gint64 now,
                      GError **error);

/* What a rung's `reassign` does, in the caller's transaction: `found` is what handing_find() gave for its selectors, with the fallback; `cause` the seq of its rung.acted.
 * *outcome: "done", or "nobody" can take it over: then it stays with whom it was asked of, who would else be the last to lose it, and the invoice is stuck, so that
 * the admins hear of it. */
gboolean handing_reassign(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, const char **outcome,
                          GError **error);

/* Whoever is asked is gone or unusable, and `found` holds nobody who may take it over: it stays with them, in case they come back, and the invoice is stuck. In the caller's
 * transaction. */
gboolean handing_keep(Session *session, const ApprovalCase *about, const Resolution *found, gint64 cause, gint64 now, GError **error);

/* They came back: ends that where nobody else of the stage is gone. In the caller's transaction. */
gboolean handing_resume(Session *session, const InvoiceRow *invoice, gint64 now, GError **error);

/* After approvals of the open stage were handed on or opened: marks the invoice as stuck, with that reason, where the stage can no longer be met, and looks at it again at
 * `again`; ends that where it can. In the caller's transaction. */
gboolean handing_settle(Session *session, const char *invoice, const char *why, gint64 again, gint64 now, GError **error);

#endif
