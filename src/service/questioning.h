/* Asking a question about an invoice (DESIGN.md 3, rule 9): by mail, and the invoice is on hold for the answer for at most three working days. */
#ifndef SERVICE_QUESTIONING_H
#define SERVICE_QUESTIONING_H

#include "session/session.h"

typedef struct {
	const char *invoice;  /* id, or SUPPLIER/NUMBER */
	const char *who;      /* uid or mail of who asks: one who is asked to approve, or finance */
	const char *of;       /* finance, requester, supplier */
	const char *question; /* one line of at most 1000 characters goes out */
} AskRequest;

typedef struct {
	char *invoice; /* id */
	char *label;   /* "Supplier/Number" for people */
	GPtrArray *to; /* of char *: the addresses */
	gint64 until;  /* the hold's end; INSTANT_NONE: it is so near to its due date that it is not held */
} AskResult;
void ask_result_clear(AskResult *result);

/* finance: everybody of roles.admin; requester: as the directory knows them; supplier: the invoice's contact address, and nothing internal. An approver's question
 * holds no longer than they may hold it. ERROR_USAGE: no question, or nobody such to ask; ERROR_INVALID: the invoice names no requester or contact, or none
 * that can be written to; ERROR_NOT_FOUND: the directory knows nobody; ERROR_FORBIDDEN: not theirs to ask; ERROR_CONFLICT: not open. */
gboolean questioning_run(Session *session, const AskRequest *request, AskResult *result, GError **error);

#endif
