/* Handing messages over side by side: threads with a connection each. One is started when there is work for it, and keeps its connection for the next
 * message. A pool is used from one thread, which gives parcels and takes each of them back exactly once; the threads see nothing but the parcels and what they opened. */
#ifndef MAIL_POOL_H
#define MAIL_POOL_H

#include "mail/deliver.h"

typedef struct MailPool MailPool;

typedef struct {
	char *id; /* the message's */
	char *to; /* NULL: of a call */
	GBytes *bytes;
	gint64 now; /* when it was given */
	/* once taken back */
	MailPool *pool;    /* whose it was */
	gboolean begun;    /* FALSE: nothing of it went anywhere */
	Delivery delivery; /* of what was begun */
} Parcel;
Parcel *parcel_new(const char *id, const char *to, GBytes *bytes, gint64 now);
void parcel_free(Parcel *parcel);

/* How a pool's threads work. */
typedef struct {
	gpointer (*open)(gpointer user_data, GError **error); /* what one thread works with; nothing is connected yet */
	void (*carry)(gpointer with, Parcel *parcel);         /* fills parcel->delivery; in the thread */
	void (*close)(gpointer with);                         /* NULL: nothing is to be done */
	gboolean bears_fewer; /* whether a failure beside others that work says only that these are as many as the server wants */
} PoolWork;

/* Whatever comes back goes to `back`, which pools may share. *work, user_data and the queue must outlive it. Nothing is connected yet; the errors of work->open(). */
MailPool *mail_pool_new(const PoolWork *work, gpointer user_data, guint width, GAsyncQueue *back, GError **error);

/* Says goodbye to the server. No parcel may be out. */
void mail_pool_free(MailPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailPool, mail_pool_free)

/* How many messages may be handed over at once: what it was made with, less the connections that failed for the server's sake while there were others, where it bears
 * fewer. Such a one is not opened again; its message is judged by itself. */
guint mail_pool_width(MailPool *pool);

/* Takes the parcel. Once the server turned out to be down, since the last connection failed too, whatever was not begun comes back as it is, at once. */
void mail_pool_give(MailPool *pool, Parcel *parcel);

/* One that is back, owned by the caller; NULL: none came within so many microseconds. */
Parcel *mail_pool_take(GAsyncQueue *back, guint64 patience_us);

/* Those that no thread has begun come back. */
void mail_pool_recall(MailPool *pool);

#endif
