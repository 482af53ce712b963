/* One way out: mails over the mail server, or the calls of one channel. What is the same of all ways stands here and in sending.c, what differs in a LaneKind: lane_mails.c,
 * lane_calls.c.
 *
 * The pool's threads never wait for a commit: each has one message in hand and one to come. So at most twice as many messages as there are connections are `sending` at
 * any time, and that is what a kill makes uncertain: more would save commits and cost second copies. What is to come and stays so since every connection is busy for long is taken
 * back, so that nothing is handed over long after rule 8 was asked of it. A message that is uncertain already is not claimed before a connection is free for it: a second doubt
 * would be its last. Two messages to one recipient never go side by side: the later could arrive first. The first message of a run goes alone, so that a server that is
 * down costs one attempt. */
#ifndef SENDING_LANE_H
#define SENDING_LANE_H

#include "mail/allow_list.h"
#include "mail/pool.h"
#include "session/session.h"

typedef struct Lane Lane;

typedef struct {
	/* What is due, as store_messages_to_send(); where the hourly budget is used up only what goes all the same. */
	GPtrArray *(*list)(const Lane *lane, gint64 now, guint limit, gboolean held_up, GError **error);
	/* Makes the pool, before anything is claimed; FALSE ends the run. What cannot go for want of a pool is settled. */
	gboolean (*open)(Lane *lane, GAsyncQueue *back, gint64 now, GError **error);
	void (*close)(Lane *lane); /* after the pool */
	/* Before a message is claimed, in the caller's transaction. *settled: it does not go, or not now, which is recorded. NULL: nothing is asked. `allowed`: NULL = everybody. */
	gboolean (*settle)(const Lane *lane, const MessageRow *message, const AllowList *allowed, gint64 now, gboolean *settled, GError **error);
	gboolean withholds; /* from whoever is not on mail.allow_list */
} LaneKind;

typedef struct {
	MessageRow *row;
	gint64 hour; /* before which it is not handed over */
} Due;
void due_free(gpointer due);

struct Lane {
	const LaneKind *kind;
	Session *session;
	char *name;    /* its breaker's */
	char *channel; /* NULL: mails */
	gpointer own;  /* the kind's */
	gboolean is_open;
	MailPool *pool;         /* NULL: it is not open, or there is nothing to open */
	GPtrArray *due;         /* of Due, to be looked at */
	gboolean all_seen;      /* nothing else is due */
	GHashTable *under_way;  /* id -> MessageRow as it was before it was claimed; until its outcome is committed */
	GHashTable *recipients; /* of those that the pool has */
	GPtrArray *back;        /* of Parcel: outcomes to be committed */
	GPtrArray *claimed;     /* of MessageRow: in the transaction that lasts */
	int wanted;             /* how many outcomes are worth a commit; -1: there is nothing to do */
	gint64 heard_us;        /* when the server last did something, or was given something to do */
	gboolean answered;      /* the server did, in this run */
	gboolean stalled;       /* every connection is busy for long */
	gboolean is_down;
};

Lane *lane_new(const LaneKind *kind, Session *session, const char *name, const char *channel);
void lane_free(Lane *lane); /* nothing may be under way */

/* Puts it there among what is to be looked at; takes the row. */
Due *lane_add(Lane *lane, MessageRow *row, guint place, gint64 now);

/* How many the pool has. */
guint lane_count_out(const Lane *lane);

/* Whether it could be claimed now, if the pool had so many; whether any that is due could. */
gboolean lane_has_room(const Lane *lane, const Due *due, guint out);
gboolean lane_can_claim(const Lane *lane);

/* Sets `wanted`: so many that the pool has half of what it may have, or where nothing more can be claimed one for each connection. */
void lane_find_wanted(Lane *lane, gboolean can_claim);

/* One was claimed; takes the row. Once that is committed, all that were go to the pool; where it is rolled back, none does. */
void lane_claim(Lane *lane, MessageRow *row);
void lane_give_claimed(Lane *lane, gint64 now);
void lane_forget_claimed(Lane *lane);

/* One that is back; takes it. */
void lane_take(Lane *lane, Parcel *parcel);

/* Where nothing came back for so long, no more is given than there are connections, and what waits behind them is taken back. */
void lane_find_stalled(Lane *lane);

/* Takes the row of one that is back out of what is under way; the parcel stays in `back`. */
MessageRow *lane_steal_row(Lane *lane, const Parcel *parcel);

#endif
