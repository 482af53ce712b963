/* The outbox: claims become messages, messages are handed over. */
#ifndef SERVICE_OUTBOX_H
#define SERVICE_OUTBOX_H

#include "service/reminding.h"

typedef struct Outbox Outbox;

/* Collects the claims of one pass: one message a person. */
Outbox *outbox_new(void);
void outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)

/* A MessageFor: user_data is the outbox. */
const char *outbox_message_for(const char *person, SendFlags channel, gpointer outbox);
GPtrArray *outbox_claims(Outbox *outbox); /* of Claim; borrowed */

/* Adds the claims of a pass that died before it composed them. */
gboolean outbox_recover(Session *session, Outbox *outbox, GError **error);

/* Composes and queues the collected claims: what can be composed by no means is recorded as superseded, with the reason. */
gboolean outbox_compose(Session *session, Outbox *outbox, gint64 now, GError **error);

typedef struct {
	guint accepted, deferred, refused, uncertain;
	gboolean server_down; /* the rest waits */
} SendCount;

/* Called for each message that was tried, once its outcome ("accepted", "deferred", "refused", "uncertain") is committed. */
typedef void (*SentVisit)(const MessageRow *message, const char *outcome, gpointer user_data);

/* Hands over every message whose time has come; `visit` may be NULL. A server that is down is no error: the rest waits for the next pass. */
gboolean outbox_send(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error);

#endif
