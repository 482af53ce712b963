/* Rule 4: an overall hourly budget stops sending and alarms; it drops nothing. */
#ifndef SENDING_BUDGET_H
#define SENDING_BUDGET_H

#include "session/session.h"

/* How many messages may still go at `now`, and when one more may where that is none. */
gboolean budget_find(Session *session, gint64 now, guint *left, gint64 *more_at, GError **error);

/* The admins are told that it is used up, once an hour at most. */
gboolean budget_raise_alarm(Session *session, gint64 now, GError **error);

#endif
