/* Handing messages over side by side: threads with a connection each. One is started when there is work for it, and keeps its connection for the next
 * message. A pool is used from one thread, which gives parcels and takes each of them back exactly once; the threads see nothing but the parcels and
 * what mail_transport_new() copied. */
#ifndef MAIL_POOL_H
#define MAIL_POOL_H

#include "mail/deliver.h"

typedef struct {
	char *id; /* the message's */
	char *to;
	GBytes *bytes;
	/* once taken back */
	gboolean begun;    /* FALSE: nothing of it went anywhere */
	Delivery delivery; /* of what was begun */
} Parcel;
Parcel *parcel_new(const char *id, const char *to, GBytes *bytes);
void parcel_free(Parcel *parcel);

/* The settings must outlive it. Nothing is opened yet; the settings' errors (as mail_transport_new has them). */
typedef struct MailPool MailPool;
MailPool *mail_pool_new(const Settings *settings, GError **error);

/* Before the first parcel: as mail_transport_sign(). */
void mail_pool_sign(MailPool *pool, const SecretKey *key);

/* Says goodbye to the server. No parcel may be out. */
void mail_pool_free(MailPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailPool, mail_pool_free)

/* How many messages may be handed over at once: the `connections` of the settings (into a Maildir: one), less those that failed for the server's sake while there were
 * others. Such a one is not opened again, since the server may not want so many; its message is judged by itself. */
guint mail_pool_width(MailPool *pool);

/* Takes the parcel. Once the server turned out to be down, since the last connection failed too, whatever was not begun comes back as it is, at once. */
void mail_pool_give(MailPool *pool, Parcel *parcel);

/* One that is back, owned by the caller; NULL: none came within so many microseconds. */
Parcel *mail_pool_take(MailPool *pool, guint64 patience_us);

/* Those that no thread has begun come back. How many they are. */
guint mail_pool_recall(MailPool *pool);

#endif
