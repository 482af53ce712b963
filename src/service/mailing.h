/* From the record to what a mail says: the items of a message, the address and thread it bears. */
#ifndef SERVICE_MAILING_H
#define SERVICE_MAILING_H

#include "service/session.h"

/* An approval with all that a mail or an explanation needs of it. */
typedef struct {
	Approval *approval;
	Stage *stage;
	InvoiceRow *invoice;
	PersonRow *approver;
	GPtrArray *approvals; /* of Approval: all of the invoice */
} ApprovalCase;

/* ERROR_NOT_FOUND where there is no such approval. */
ApprovalCase *approval_case_load(Session *session, const char *approval, GError **error);
void approval_case_free(ApprovalCase *approval_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApprovalCase, approval_case_free)

/* What one message says of one approval, with the strings it points to. */
typedef struct {
	MailItem item;
	ApprovalCase *about;
	GPtrArray *others; /* of char * */
	char *next_name;
	gboolean of_group; /* told to someone outside, of a stage that asked more people than it needs: it names the stage, not them */
} MailLine;

/* Takes the case. `recipient`: the person the mail goes to. */
MailLine *mail_line_new(Session *session, ApprovalCase *about, const char *recipient, GError **error);
void mail_line_free(MailLine *line);

/* Queues a composed mail: message.queued with its bytes, in the caller's transaction. `not_before`: INSTANT_NONE = at once. */
typedef struct {
	const char *id;   /* the message's */
	const char *kind; /* mail, invite-request, invite-cancel */
	const char *person;
	const GPtrArray *approvals; /* of const char * ids */
	const char *invoice;        /* where it speaks of one; NULL */
	gint64 not_before;
} Posting;
gboolean mailing_queue(Session *session, const Posting *posting, const ComposedMail *mail, gint64 now, GError **error);

/* The Message-ID that starts the thread of that approval with that person; NULL without an error: none went yet. */
char *mailing_thread(Session *session, const char *approval, const char *person, GError **error);

#endif
