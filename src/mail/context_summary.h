/* What templates see of the week: figures, past, tallies, lists, people. Pure. */
#ifndef MAIL_CONTEXT_SUMMARY_H
#define MAIL_CONTEXT_SUMMARY_H

#include "mail/context.h"

/* `letter`: its recipient, calendar and instant, without items. Owned by the caller. */
Json *context_week_new(const ContextHouse *house, const MailRequest *letter, const MailSummary *summary);

#endif
