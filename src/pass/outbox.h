/* The outbox: claims become messages. */
#ifndef PASS_OUTBOX_H
#define PASS_OUTBOX_H

#include "service/reminding.h"

typedef struct Outbox Outbox;

/* Collects the claims of one pass: one message a person, and one of each channel. */
Outbox *outbox_new(void);
void outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)

/* A MessageFor: user_data is the outbox. */
const char *outbox_message_for(const char *person, const char *way, gpointer outbox);
GPtrArray *outbox_claims(Outbox *outbox); /* of Claim; borrowed */

/* Adds the claims of a pass that died before it composed them. */
gboolean outbox_recover(Session *session, Outbox *outbox, GError **error);

/* Claims of channels that cannot be used become mails (sending/ways.h): to be done before what follows. */
gboolean outbox_settle_ways(Session *session, Outbox *outbox, gint64 now, GError **error);

/* The claims become messages a part at a time. FALSE: there is no other part. `whole`: the rest is one. */
gboolean outbox_next_part(Outbox *outbox, gboolean whole);
guint outbox_part_end(const Outbox *outbox); /* how many claims are of it or of those before */

/* What the mails of the part will say is read, and whom it goes to next asked of the directory: one round of it (rounds.h), to be done before they are composed. */
gboolean outbox_look_ahead(Session *session, Outbox *outbox, GError **error);

/* Composes and queues the part: what can be composed by no means is recorded as superseded, with the reason. */
gboolean outbox_compose(Session *session, Outbox *outbox, gint64 now, GError **error);

#endif
