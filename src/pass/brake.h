/* The emergency brake (DESIGN.md 3, rule 10): pause stops all sending at once, resume goes on. While it lasts invoices are taken in, stages open and decisions are
 * recorded, but nobody is reminded and nothing is handed over. It survives restarts. */
#ifndef PASS_BRAKE_H
#define PASS_BRAKE_H

#include "session/session.h"

typedef struct {
	gboolean already; /* it was so before */
	gint64 at;        /* since when it is paused */
	char *reason;     /* of the pause; NULL once erased */
	guint returned;   /* resume: mails that waited and are written anew, so that what came meanwhile is merged into them */
} BrakeResult;
void brake_result_clear(BrakeResult *result);

/* Asks no directory: whoever may run the program may stop it. `who` is kept as it was given. ERROR_USAGE: a pause without a reason. */
gboolean brake_pause(Session *session, const char *who, const char *reason, BrakeResult *result, GError **error);
gboolean brake_resume(Session *session, const char *who, BrakeResult *result, GError **error);

#endif
