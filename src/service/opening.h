/* Putting an invoice on its way: the chain it takes, the stage that opens, the people who are asked. */
#ifndef SERVICE_OPENING_H
#define SERVICE_OPENING_H

#include "service/session.h"

/* Why nobody (or too few) can be asked at a stage, and what was found on the way. */
typedef struct {
	GPtrArray *approvers; /* of Person: who may decide */
	GPtrArray *dropped;   /* of char *: "anna: disabled" */
	GPtrArray *steps;     /* of char *: each search and its answer, each climb */
	gboolean fallback;    /* found only by the fallback */
} Resolution;
void resolution_free(Resolution *resolution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolution, resolution_free)

/* Who may decide about an invoice at a stage, for one cost centre (NULL: the invoice's first). NULL = unknown (the directory did not say). */
Resolution *opening_resolve(Session *session, const Policy *policy, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre,
                            const GPtrArray *approved_before, GError **error);

/* The stage that comes at that position of the invoice's chain: as the policy in force has the chain, else as the one under which it was routed. NULL without an
 * error: the chain has no such stage. Borrowed. */
const StageRule *opening_stage_rule(Session *session, const InvoiceRow *invoice, int position, GError **error);

/* Does what is next for an open invoice: routes it, opens its next stage, or marks it stuck; sets when to look again. Nothing where a stage is open. A directory
 * that does not answer is no error: the invoice waits. */
gboolean opening_advance(Session *session, const char *invoice, gint64 now, GError **error);

/* The anchors of an approval of that invoice that opened at `start`, in the approver's calendar; deadline not yet set. */
Anchors opening_anchors(const InvoiceRow *invoice, Calendar *calendar, gint64 start);

#endif
