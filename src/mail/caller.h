/* Making the calls of one channel. */
#ifndef MAIL_CALLER_H
#define MAIL_CALLER_H

#include "config/channel_access.h"
#include "mail/deliver.h"

typedef struct Caller Caller;

/* Reads the channel's secrets. ERROR_CONFIG: one cannot be read, or is empty. */
Caller *caller_new(const ChannelAccess *access, GError **error);
void caller_free(Caller *caller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caller, caller_free)

/* Makes the call that call_compose() wrote, once, with the message's id as Idempotency-Key; signed as of `now` where there is a key (standardwebhooks.com: HMAC-SHA-256 over
 * "ID.SECONDS.BODY"). Any thread. Always fills *delivery, as outcome_judge_call() has it; a host that is not the channel's is never called. */
void caller_make(const Caller *caller, const char *message, GBytes *bytes, gint64 now, Delivery *delivery);

#endif
