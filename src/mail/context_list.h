/* What templates see of several invoices: those to decide and those only told, each with what is said of all of them, and what comes up. Pure. */
#ifndef MAIL_CONTEXT_LIST_H
#define MAIL_CONTEXT_LIST_H

#include "mail/context.h"

#define CONTEXT_ENTRY_MAX 10 /* invoices that a calendar entry and its mail name */

/* Sets at the root what is said of the mail's items and of their number. Two or more of a group are also a table; what a group holds beyond what a mail may is said as a number. */
void context_set_groups(const ContextHouse *house, const MailRequest *request, ContextKind kind, Json *root);

/* Sets `coming`; false where nothing comes up. */
void context_set_coming(const ContextHouse *house, const MailRequest *request, Json *root);

#endif
