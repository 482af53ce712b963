/* Rule 5: what the record says of an attempt to hand a message over. Each function writes in the caller's transaction. */
#ifndef SENDING_ATTEMPT_H
#define SENDING_ATTEMPT_H

#include "mail/allow_list.h"
#include "mail/deliver.h"
#include "session/session.h"

/* "accepted", "deferred", "refused", "uncertain". */
const char *attempt_outcome_name(DeliveryOutcome outcome);

/* Claims an attempt, which has to be committed before the message's first byte. `listed`: the message as it was found due. *claimed: as it is, with its bytes; NULL where
 * it must not go (rule 8): it changed meanwhile, speaks of what has ended (and is withdrawn now), its invoice is on hold, or its recipient is not among the `allowed` (NULL:
 * everybody is), which *withheld says. */
gboolean attempt_claim(Session *session, const MessageRow *listed, const AllowList *allowed, gint64 now, MessageRow **claimed, gboolean *withheld, GError **error);

/* What became of it; `message` as it was claimed. */
gboolean attempt_end(Session *session, const MessageRow *message, const Delivery *delivery, gint64 now, GError **error);

/* None of its bytes went: it is as it was before the claim. Only who claimed it knows that. */
gboolean attempt_take_back(Session *session, const MessageRow *message, gint64 now, GError **error);

/* It was found in `sending`: its sender died in it. */
gboolean attempt_died(Session *session, const MessageRow *message, gint64 now, GError **error);

/* It waits until then, unless it changed since it was found due. */
gboolean attempt_put_off(Session *session, const MessageRow *listed, gint64 now, gint64 until, GError **error);

#endif
