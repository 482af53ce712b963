/* What a message that came back means: judged in this one file, as mail/outcome.c judges the handing over. */
#ifndef SERVICE_BOUNCING_H
#define SERVICE_BOUNCING_H

#include "inbound/received.h"
#include "session/session.h"

/* Words of receiving.h. */
#define BOUNCE_REFUSED  "refused"
#define BOUNCE_AGAIN    "again"
#define BOUNCE_ALARM    "alarm"
#define BOUNCE_DELAYED  "delayed"
#define BOUNCE_LATE     "late"
#define BOUNCE_UNPROVEN "unproven"
#define BOUNCE_UNKNOWN  "unknown"

typedef struct {
	const char *outcome;
	const ReceivedRecipient *recipient; /* of whom it speaks; NULL: of nobody */
} BounceVerdict;

/* Pure. `message`: ours that came back, NULL: none; `proven`: it came to that message's own bounce address. */
BounceVerdict bounce_judge(const Received *received, const MessageRow *message, gboolean proven);

/* In the caller's transaction: message.bounced, because of event `cause`, where the verdict is refused, again or alarm. What came back too often is refused. */
gboolean bouncing_settle(Session *session, const MessageRow *message, const BounceVerdict *verdict, gint64 cause, gint64 now, GError **error);

#endif
