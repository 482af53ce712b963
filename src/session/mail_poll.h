/* A mailbox's mails fetched by IMAP in a thread of their own, so that a server that hangs delays nothing. A poll is one connection: it offers what it fetched, a few mails at
 * a time, waits until they are taken in, moves them away, and goes on until there is no more.
 *
 * Invariant: nothing is moved away that was not said to be taken in. */
#ifndef SESSION_MAIL_POLL_H
#define SESSION_MAIL_POLL_H

#include "config/settings.h"

typedef struct {
	guint32 uid;
	GBytes *bytes;
} PolledMail;

typedef enum {
	POLL_WORKS,   /* it is with the server */
	POLL_OFFERS,  /* there are mails to take in: it waits */
	POLL_OVERDUE, /* it ought to have come back long ago; it may still */
	POLL_ENDED,
} PollState;

/* How it went, once it has ended. */
typedef struct {
	GError *error;        /* it could not go on; what it had offered before stands. NULL: all went well */
	guint32 validity;     /* of the folder's UIDs */
	guint left;           /* mails that are larger than any that is taken in: they stay there */
	guint32 last_left;    /* the highest of their UIDs */
	gboolean more;        /* there are others still */
} PollResult;

typedef struct MailPoll MailPoll;

/* At most `most` mails, none larger than `size_max`. `access` is of the settings, of which it takes the caller's reference. NULL: no thread is to be had. */
MailPoll *mail_poll_start(Settings *settings, const ImapAccess *access, guint most, gsize size_max);
void mail_poll_free(MailPoll *poll); /* waits for nobody: what was offered and not taken in stays at the server */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailPoll, mail_poll_free)

/* After waiting until `deadline_us` of the monotonic clock at most for it to offer something or to end. */
PollState mail_poll_wait(MailPoll *poll, gint64 deadline_us);

/* Of PolledMail, while it offers them. */
const GPtrArray *mail_poll_mails(const MailPoll *poll);

/* They are all taken in: it moves them away, and goes on. */
void mail_poll_confirm(MailPoll *poll);

/* Once it has ended. */
const PollResult *mail_poll_result(const MailPoll *poll);

/* Connects, logs in and opens the folder, and nothing more, in this thread: for a check. */
gboolean mail_poll_check(const ImapAccess *access, GError **error);

/* --- those of a session --- */

/* A mailbox's place among them. */
typedef struct {
	MailPoll *poll; /* NULL: none is under way */
	gint64 next;    /* when it is to be looked at again; INSTANT_NONE: not yet looked at */
	gboolean is_slow;  /* it was waited for already */
	gboolean given_up; /* it is overdue, which was said */
} PollPlace;

#endif
