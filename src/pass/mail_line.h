/* What one message says of one approval. */
#ifndef PASS_MAIL_LINE_H
#define PASS_MAIL_LINE_H

#include "mail/compose.h"
#include "service/approval_case.h"
#include "service/next_steps.h"

/* The item, with the strings it points to. */
typedef struct {
	MailItem item;
	ApprovalCase *about;
	GPtrArray *others; /* of char * */
	GPtrArray *deciders; /* of char * */
	Foresight *foresight;
	NextSteps next;
	char *returned_by, *returned_why; /* where the stage after sent it back */
	gboolean of_group; /* told to someone outside, of a stage that asked more people than it needs: it names the stage, not them */
} MailLine;

/* Takes the case. `recipient`: the person the mail goes to. Of whom it goes to next nothing is known yet. */
MailLine *mail_line_new(Session *session, ApprovalCase *about, const char *recipient, GError **error);
/* Asks the directory whom it goes to next; once more where it was not said then. */
void mail_line_look_ahead(MailLine *line, Session *session);
void mail_line_free(MailLine *line);

#endif
