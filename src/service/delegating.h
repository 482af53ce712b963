/* Handing an approval on by hand: to somebody (delegate), or back to finance because it is not one's own (not mine). The one way in for the command line, and later
 * for pages, replies and the API. */
#ifndef SERVICE_DELEGATING_H
#define SERVICE_DELEGATING_H

#include "session/session.h"

typedef struct {
	const char *invoice;   /* id, or SUPPLIER/NUMBER */
	const char *who;       /* uid or mail of who does it */
	const char *whom;      /* of whose approval it is, where an admin does it for them; NULL = their own */
	const char *to;        /* of who is to take over; not for not-mine */
	const char *reason;    /* NULL; an admin needs one */
	const char *channel;   /* cli */
	const char *assurance; /* cli */
} DelegateRequest;

typedef struct {
	char *invoice;        /* id */
	char *label;          /* "Supplier/Number" for people */
	char *stage;
	char *by, *from, *to; /* uids (else addresses): who did it, whose it was, who has it now; `to` NULL: nobody */
	gboolean already;     /* this very thing was recorded before, at `at` */
	gint64 at;
	InvoiceState state;   /* the invoice's, afterwards */
	gboolean stuck;       /* likewise: nobody is left to ask */
} DelegateResult;
void delegate_result_clear(DelegateResult *result);

/* Hands an approval to somebody whom the directory knows. An admin (`whom`, or where the open stage is stuck) hands anybody's on, or gives what nobody has.
 * ERROR_NOT_FOUND: no such invoice or person; ERROR_FORBIDDEN: not theirs to hand on, or not to that person, with why; ERROR_CONFLICT: the invoice is closed; ERROR_USAGE: an
 * admin without a reason; ERROR_UNAVAILABLE: the directory did not say. The directory is asked before the transaction. */
gboolean delegating_delegate(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error);

/* Hands all that is asked of somebody at the open stage back, without a rejection: the stage goes on where the others are enough for it, else the invoice is stuck.
 * Who was put beside another approver only leaves them. Errors as above; asks no directory. */
gboolean delegating_not_mine(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error);

#endif
