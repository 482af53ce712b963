/* Handing messages over: mails over as many connections as the settings want, and beside them the calls of the policy's channels, some at once of each. Neither waits for a
 * server of the others. */
#ifndef SENDING_SENDING_H
#define SENDING_SENDING_H

#include "mail/deliver.h"
#include "session/session.h"

typedef struct {
	guint accepted, deferred, refused, uncertain;
	guint withheld; /* not tried: their recipients are not on mail.allow_list */
	gboolean server_down; /* the mail server: the rest waits; also where mail.allow_list cannot be read or names nobody */
	gint64 try_at;        /* until then, at least */
	gboolean paused;      /* likewise: for `akkoord resume` */
	gboolean stopped;     /* likewise: the process was told to end */
	gboolean held_up;     /* likewise: as many went within the hour as the policy lets */
} SendCount;

/* Called for each message that was tried, once its outcome ("accepted", "deferred", "refused", "uncertain") is committed. */
typedef void (*SentVisit)(const MessageRow *message, const char *outcome, gpointer user_data);

/* Hands over every message whose time has come, no more than the hourly budget but for notices to admins; `visit` may be NULL. A server that is down, a pause or a
 * budget that is used up is no error: the rest waits for a later pass. A server that is down, or asks to be left alone, is so for a while which grows each time (breaker.h). */
gboolean sending_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error);

/* When there is something to hand over next; INSTANT_NONE: nothing waits, or sending is paused. */
gboolean sending_next(Session *session, gint64 now, gint64 *at, GError **error);

#endif
