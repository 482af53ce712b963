/* Who may decide about an invoice at a stage (DESIGN.md, "Approver resolution"). */
#ifndef SERVICE_APPROVERS_H
#define SERVICE_APPROVERS_H

#include "domain/sifting.h"
#include "service/session.h"

/* For one cost centre (NULL: the invoice's first). `approved_before`: what approvers_before() gives. NULL = unknown, the directory did not say. */
Resolution *approvers_find(Session *session, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre, const GPtrArray *approved_before,
                           GError **error);

/* The directory ids of who approved a stage of the invoice from that ordinal on, with which its chain began (what stages before it approved was
 * another version of the invoice): GPtrArray of char *, owned by the caller. */
GPtrArray *approvers_before(Session *session, const char *invoice, int began, GError **error);

#endif
