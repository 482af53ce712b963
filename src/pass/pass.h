/* One pass: intake (of files, then of mails), decisions, people, planning, sending, in this order (DESIGN.md 3, rule 1). */
#ifndef PASS_PASS_H
#define PASS_PASS_H

#include "sending/sending.h"

typedef enum { PASS_INTAKE = 1 << 0, PASS_PLAN = 1 << 1, PASS_SEND = 1 << 2, PASS_INBOUND = 1 << 3 } PassParts;
#define PASS_ALL (PASS_INTAKE | PASS_INBOUND | PASS_PLAN | PASS_SEND)

typedef struct {
	guint taken;    /* files of watched folders */
	guint received; /* mails that came in */
	guint opened;   /* invoices looked at: routed, opened, stuck */
	guint looked_at; /* approvals */
	guint reminders; /* claimed for sending */
	gboolean directory_down; /* it did not say all, in this pass or in the last that asked: what needed it waits */
	gint64 waits_until;      /* until when that waits; INSTANT_NONE: nothing does */
	gboolean paused; /* nobody was reminded, and nothing sent */
	SendCount sent;
} PassCount;

typedef struct {
	PassParts parts;
	gint64 now;
	SentVisit sent; /* NULL: nobody watches */
	gpointer user_data;
} PassOrder;

/* ERROR_TRANSIENT where another process is at it. What failed for one invoice is logged and tried again at the next pass; only what concerns all ends it. */
gboolean pass_run(Session *session, const PassOrder *order, PassCount *count, GError **error);

/* Once, before a daemon's first pass: what is open and has lost its wakeup is looked at. */
gboolean pass_begin(Session *session, gint64 now, GError **error);

/* When the next pass has something to do: the next wakeup or message; INSTANT_NONE = nothing waits. */
gboolean pass_next(Session *session, gint64 *at, GError **error);

#endif
