/* Handing one message over: by SMTP or into a Maildir; and the one place that judges how it went. */
#ifndef MAIL_DELIVER_H
#define MAIL_DELIVER_H

#include "base/secret.h"
#include "mail/bearer.h"

typedef enum { DELIVERY_ACCEPTED, DELIVERY_DEFERRED, DELIVERY_REFUSED, DELIVERY_UNCERTAIN } DeliveryOutcome;

typedef struct {
	DeliveryOutcome outcome;
	char *reply; /* the server's words, cleaned; NULL */
	gboolean server_down; /* the server, not this message: stop the run, the rest waits; of a call: the rest of its channel */
	gint64 retry_after_s; /* how long the server asks to be left alone; 0: it does not */
} Delivery;
void delivery_clear(Delivery *delivery);

typedef struct MailTransport MailTransport;
MailTransport *mail_transport_new(const Settings *settings, GError **error);
/* The same beside others that log in with the same token; `bearer` may be NULL, and must outlive it. */
MailTransport *mail_transport_new_beside(const Settings *settings, Bearer *bearer, GError **error);
void mail_transport_free(MailTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailTransport, mail_transport_free)

/* From here on each message has an envelope sender of its own (mail/verp.h), where settings want that and do not redirect everything: what comes back from another
 * recipient says nothing about this one. The key is copied. */
void mail_transport_sign(MailTransport *transport, const SecretKey *key);

/* Whether mail could be handed over: the server is greeted (the connection is of no further use), a Maildir was prepared when the transport was made. */
gboolean mail_transport_check(MailTransport *transport, GError **error);

/* `to` is where it goes unless settings redirect everything. Always fills *delivery. `name` is the message's id (a Maildir file bears it: delivering the
 * same id twice leaves one file). */
void mail_transport_deliver(MailTransport *transport, const char *name, const char *to, GBytes *bytes, Delivery *delivery);

/* When to try a deferred message again: now + a growing delay with jitter (`attempt` from 1), INSTANT_NONE after the last. */
gint64 delivery_next_try(gint64 now, guint attempt, const char *message);

/* How long a server that is down is left alone, in seconds: growing, with jitter. `failures`: how often it was found down in succession, from 1; `message`: by which. */
#define DELIVERY_LONGEST_PAUSE_S (12 * 60)
gint64 delivery_pause_s(guint failures, const char *message);

/* The same of one that came back for now, `bounces` times (from 1): from an hour to a day, for about as long in all. */
gint64 delivery_next_return(gint64 now, guint bounces, const char *message);

#endif
