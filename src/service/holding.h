/* Hold and release (DESIGN.md 3, rule 9): while it lasts nothing is sent of an invoice and no stage of it opens; afterwards it goes on where it was. */
#ifndef SERVICE_HOLDING_H
#define SERVICE_HOLDING_H

#include "service/standing.h"
#include "session/session.h"

typedef struct {
	const char *invoice; /* id, or SUPPLIER/NUMBER */
	const char *who;     /* uid or mail of who does it */
	const char *until;   /* as moment_parse() takes it, in the default calendar; of a hold */
	const char *reason;  /* of a release: what was found out; NULL */
} HoldRequest;

typedef struct {
	char *invoice; /* id */
	char *label;   /* "Supplier/Number" for people */
	gint64 until;  /* of a release: when it ended */
	gboolean ended_before; /* a release came too late: its time was over */
} HoldResult;
void hold_result_clear(HoldResult *result);

/* By one who is asked until two working days before the invoice is due (in their calendar; without a due date ten working days from now), by finance at will. One
 * that lasts gives way to the new one, finance's only to finance's. ERROR_USAGE: no reason, or an end that is none or not to come; ERROR_FORBIDDEN: not theirs
 * to hold, or not so long, with the latest possible instant; ERROR_CONFLICT: not open. */
gboolean holding_hold(Session *session, const HoldRequest *request, HoldResult *result, GError **error);

/* By one who is asked, by finance, or, of a question, by the requester it went to; finance's hold only by finance. ERROR_CONFLICT: it is not on hold. */
gboolean holding_release(Session *session, const HoldRequest *request, HoldResult *result, GError **error);

/* --- for what else happens to an invoice, in the caller's transaction --- */

/* Ends a hold whose time is over. *until: when one that lasts will end; INSTANT_NONE: there is none. */
gboolean holding_settle(Session *session, const char *invoice, gint64 now, gint64 *until, GError **error);

/* A decision ends the hold: so that what is decided late is measured by the right deadline, before it is recorded. `person` may be NULL. */
gboolean holding_end(Session *session, const char *invoice, const char *person, gint64 now, GError **error);

/* Begins one; what was queued is withdrawn, its reminders are planned again, invites wait. The event gets its instant here. */
gboolean holding_begin(Session *session, Event *held, gint64 until, GError **error);

/* What the sender asks last: a message of an invoice on hold is withdrawn, or waits, and *stopped is TRUE. */
gboolean holding_stop_message(Session *session, const MessageRow *message, gint64 now, gboolean *stopped, GError **error);

/* Until when that person may hold the invoice as one who is asked; INSTANT_NONE with an error. */
gint64 holding_latest(Session *session, const InvoiceRow *invoice, const Person *person, gint64 now, GError **error);

/* The lasting hold is finance's and they are not: ERROR_FORBIDDEN. `lasting` may be NULL. */
gboolean holding_may_replace(const HoldRow *lasting, const Standing *standing, const char *label, GError **error);

#endif
