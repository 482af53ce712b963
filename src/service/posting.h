/* Messages on their way into the outbox. */
#ifndef SERVICE_POSTING_H
#define SERVICE_POSTING_H

#include "session/session.h"

/* Queues a composed mail: message.queued with its bytes, in the caller's transaction. `not_before`: INSTANT_NONE = at once. */
typedef struct {
	const char *id;   /* the message's */
	const char *channel; /* of a hook: which; else NULL */
	const char *kind; /* mail, hook, invite-request, invite-update, invite-cancel, notice */
	const char *person;
	const GPtrArray *approvals; /* of const char * ids; NULL */
	const GPtrArray *facts;     /* of const char *: what a notice tells; NULL */
	const char *invoice;        /* where it speaks of one; NULL */
	gint64 not_before;
} Posting;
gboolean posting_queue(Session *session, const Posting *posting, const ComposedMail *mail, gint64 now, GError **error);

/* The Message-ID that starts the thread of that approval with that person; NULL without an error: none went yet. */
char *posting_thread(Session *session, const char *approval, const char *person, GError **error);

#endif
