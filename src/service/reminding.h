/* The reminders of an approval: facts gathered for remind_decide(), its decisions recorded. */
#ifndef SERVICE_REMINDING_H
#define SERVICE_REMINDING_H

#include "service/remind_case.h"

/* A mail, or a call of a channel, that was claimed and now waits for its message to be composed. */
typedef struct {
	char *message;  /* the id its message will have */
	char *approval;
	char *person;
	char *channel;  /* "mail", or the name of a channel */
	char *rung;
	guint occurrence;
	Tone tone;
} Claim;
void claim_free(Claim *claim);
/* The same, another way. Owned by the caller. */
Claim *claim_copy(const Claim *claim, const char *channel, const char *message);

/* Gives the message id under which a claim for that person travels in this pass: the same for all that go to one person by the same `way`: "mail", a channel, or, of
 * one that makes a call for each reminder, the channel and the approval. */
typedef const char *(*MessageFor)(const char *person, const char *way, gpointer user_data);

/* Decides about one approval at `now` and records it in one transaction: claims (those of mails and channels appended to `claims`, of Claim; an invite's wakes the person's
 * calendar), what was superseded, passed or put off, and when to look again. The directory is asked before the transaction. */
gboolean reminding_decide(Session *session, const char *approval, gint64 now, MessageFor message_for, gpointer user_data, GPtrArray *claims,
                          GError **error);

/* Whether the directory says of all whom the rung means who they are. ERROR_ELSEWHERE: an entry among them (a manager's, say) is another server's, which is never asked: what the rung
 * sends goes to the others without them, what it does waits until the directory is put right. Any other error: unknown for now, and all of the rung waits but what it sends to nobody
 * but the approver. */
gboolean reminding_reaches(Session *session, const ApprovalCase *about, const Rung *rung, GError **error);

#endif
