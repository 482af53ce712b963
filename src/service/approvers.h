/* Who may decide about an invoice at a stage (DESIGN.md, "Approver resolution"). */
#ifndef SERVICE_APPROVERS_H
#define SERVICE_APPROVERS_H

#include "service/session.h"

/* Who was found, and on what way. */
typedef struct {
	GPtrArray *approvers; /* of Person: who may decide */
	GPtrArray *dropped;   /* of char *: "anna: disabled" */
	GPtrArray *steps;     /* of char *: each search and its answer, each climb */
	gboolean fallback;    /* found only by the fallback */
	gboolean no_rate;     /* an authority could not be compared: who may decide is not known */
} Resolution;
void resolution_free(Resolution *resolution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolution, resolution_free)

/* For one cost centre (NULL: the invoice's first). `approved_before`: what approvers_before() gives. NULL = unknown, the directory did not say. */
Resolution *approvers_find(Session *session, const StageRule *rule, const InvoiceRow *invoice, const char *cost_centre, const GPtrArray *approved_before,
                           GError **error);

/* The directory ids of who approved a stage of the invoice from that ordinal on, with which its chain began (what stages before it approved was
 * another version of the invoice): GPtrArray of char *, owned by the caller. */
GPtrArray *approvers_before(Session *session, const char *invoice, int began, GError **error);

/* TRUE where both lists (of Person) hold the same people. */
gboolean approvers_are_same(const GPtrArray *a, const GPtrArray *b);

#endif
