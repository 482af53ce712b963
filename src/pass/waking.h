/* Wakeups that are due, and what becomes of one that fails. */
#ifndef PASS_WAKING_H
#define PASS_WAKING_H

#include "session/session.h"

/* Does what the wakeup is for, and sets the next. */
typedef gboolean (*Wake)(Session *session, const Wakeup *wakeup, gint64 now, GError **error);

/* Wakes all of one kind that are due, by (at, id). What goes wrong with one is logged and tried again later; FALSE where it concerns all. */
gboolean waking_run(Session *session, WakeupKind kind, gint64 now, Wake wake, GError **error);

/* One that failed: logged, and looked at again in ten minutes. FALSE where `failure` concerns all: it is copied. */
gboolean waking_put_off(Session *session, WakeupKind kind, const char *id, const GError *failure, gint64 now, GError **error);

#endif
