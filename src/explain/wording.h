/* The words of the record, said to people in the reader's language. Whatever is not known, a word of a newer version among them, is given as it is. */
#ifndef EXPLAIN_WORDING_H
#define EXPLAIN_WORDING_H

#include <glib.h>

/* Why a reminder was not sent (domain/reminder.h): "it came together with manager, which was sent instead". Owned by the caller. */
char *wording_not_sent(const char *why, const char *by);

/* Why somebody who was found may not decide (eligibility_word()): "not enough authority". Borrowed. */
const char *wording_ineligible(const char *why);

/* A step on the way to people (domain/step.h): "lookup(budget_holder), cost centre IT-100: priya". Owned by the caller. */
char *wording_step(const char *step);

/* Why an entry was taken out of a calendar (overview_taken_back_why()). Owned by the caller. */
char *wording_taken_back(const char *why);

/* That somebody may decide beside an approver since then, how (added, deputy, manual) and by which rung (NULL). `still`: they may now. Owned by the caller. */
char *wording_added(const char *who, const char *approver, const char *how, const char *rung, const char *since, gboolean still);

/* Why somebody who was put beside an approver left again. Owned by the caller. */
char *wording_left(const char *why);

/* What is wrong with somebody who is asked: missing, gone, disabled, no-mail, refused. Owned by the caller. */
char *wording_lost(const char *why);

/* Borrowed: a mail's tone ("firm"), a channel ("invite"), a decision ("approved"), an invoice's state ("open"), whom a question was asked of ("finance"), what became of a
 * message ("accepted"). */
const char *wording_tone(const char *tone);
const char *wording_channel(const char *channel);
const char *wording_decision(const char *decision);
const char *wording_invoice_state(const char *state);
const char *wording_asked_of(const char *of);
const char *wording_message_state(const char *state);

#endif
