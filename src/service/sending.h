/* Handing messages over. */
#ifndef SERVICE_SENDING_H
#define SERVICE_SENDING_H

#include "service/session.h"

typedef struct {
	guint accepted, deferred, refused, uncertain;
	gboolean server_down; /* the rest waits */
} SendCount;

/* Called for each message that was tried, once its outcome ("accepted", "deferred", "refused", "uncertain") is committed. */
typedef void (*SentVisit)(const MessageRow *message, const char *outcome, gpointer user_data);

/* Hands over every message whose time has come; `visit` may be NULL. A server that is down is no error: the rest waits for the next pass. */
gboolean sending_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error);

#endif
