/* Which way a reminder goes that was claimed for one of the policy's channels. */
#ifndef SENDING_WAYS_H
#define SENDING_WAYS_H

#include "mail/allow_list.h"
#include "service/reminding.h"

/* Whether a trial (mail.redirect_all_to, or mail.allow_list, which `list` is: NULL = there is none) keeps that person from being called. */
gboolean ways_trial_stops(Session *session, const AllowList *list, const Person *person);

/* Claims (of Claim) whose channel cannot be used for that person (the policy or akkoord.conf has it no more or names another host, they have no address there, a trial
 * keeps them from being written to) are recorded as superseded and leave `claims`; where the person gets no mail for it anyway, a claim of one joins them, so that nothing is
 * lost. One transaction. */
gboolean ways_settle(Session *session, GPtrArray *claims, MessageFor message_for, gpointer user_data, gint64 now, GError **error);

#endif
