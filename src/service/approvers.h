/* Who may decide about an invoice at a stage (DESIGN.md, "Approver resolution"). */
#ifndef SERVICE_APPROVERS_H
#define SERVICE_APPROVERS_H

#include "domain/sifting.h"
#include "session/session.h"

/* For one cost centre (NULL: the invoice's first). `approved_before`: what approvers_before() gives. NULL = unknown, the directory did not say. */
Resolution *approvers_find(Session *session, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre, const GPtrArray *approved_before,
                           GError **error);

/* What sifting goes by, of the policy in force, the rule and the invoice; borrows all of them. ERROR_INVALID: the invoice has no amount. */
gboolean approvers_terms(Session *session, const StageRule *rule, const InvoiceRow *invoice, const GPtrArray *approved_before, EligibilityTerms *terms,
                         GError **error);

/* After answers_begin_seeing() and a search for people, which it takes (NULL = unknown): writes in how old the answers are that it goes by. Where it found nobody and some of
 * them are the directory's last good ones, that is unknown: an outage leaves nobody without an approver. */
Resolution *approvers_weigh(Session *session, Resolution *found, GError **error);

/* Whom was found and who dropped out, into approver.resolved. */
void approvers_tell(const Resolution *resolution, Event *event);

/* The directory ids of who decided for an earlier stage of the chain that the invoice is on, as its stage of that position sees it
 * (stage_counts_before()): GPtrArray of char *, owned by the caller. */
GPtrArray *approvers_before(Session *session, const InvoiceRow *invoice, int position, GError **error);

#endif
