/* An approval with everything around it. */
#ifndef SERVICE_APPROVAL_CASE_H
#define SERVICE_APPROVAL_CASE_H

#include "domain/resolve.h"
#include "mail/context.h"
#include "session/session.h"

/* An approval with all that a mail or an explanation needs of it. */
typedef struct {
	Approval *approval;
	Stage *stage;
	InvoiceRow *invoice;
	PersonRow *approver;
	GArray *held;         /* of HeldSpan: the invoice's holds */
	GPtrArray *approvals; /* of Approval: all of the invoice */
} ApprovalCase;

/* ERROR_NOT_FOUND where there is no such approval. */
ApprovalCase *approval_case_load(Session *session, const char *approval, GError **error);
void approval_case_free(ApprovalCase *approval_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApprovalCase, approval_case_free)

/* What a selector of its ladder or its stage refers to: its invoice, its own cost centre, and whom it was opened for. Borrows from it. */
SelectorContext approval_case_context(const ApprovalCase *about);

/* As a mail shows it: the invoice, the stage, the deadline; all else is empty and the mail's own affair. Borrows from it. */
gboolean approval_case_item(const ApprovalCase *about, MailItem *item, GError **error);

/* The stage of an invoice that is open, with its approvals. */
typedef struct {
	Stage *stage;         /* NULL: none is */
	GPtrArray *approvals; /* of Approval: of this stage */
} OpenStage;
OpenStage *open_stage_load(Session *session, const char *invoice, GError **error);
void open_stage_free(OpenStage *open);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenStage, open_stage_free)

#endif
