/* Recording what was decided: the one way in for the command line, and later for pages, replies and the API. */
#ifndef SERVICE_DECISION_H
#define SERVICE_DECISION_H

#include "session/session.h"

typedef enum { DECISION_APPROVE, DECISION_REJECT } DecisionKind;

typedef struct {
	const char *invoice;   /* id, or SUPPLIER/NUMBER */
	DecisionKind kind;
	const char *decider;   /* uid or mail of who decides */
	const char *reason;    /* NULL; a rejection needs one */
	const char *channel;   /* cli, import */
	const char *assurance; /* cli, import */
	const char *evidence;  /* of one that was taken elsewhere: what shows it there; NULL */
	gint64 decided;        /* likewise: when; 0: not said */
} DecisionRequest;

typedef struct {
	char *invoice;      /* id */
	char *label;        /* "Supplier/Number" for people */
	char *person;       /* name of who decided */
	char *for_whom;     /* name of whose approval it was, where another's; NULL */
	char *stage;
	gboolean already;   /* this very decision was recorded before, at `at` */
	gint64 at;
	InvoiceState state; /* the invoice's, afterwards */
	gboolean stage_closed;
	guint withdrawn;    /* approvals of others that lapsed */
} DecisionResult;
void decision_result_clear(DecisionResult *result);

/* ERROR_NOT_FOUND: no such invoice or person; ERROR_FORBIDDEN: not theirs to decide; ERROR_CONFLICT: decided otherwise already; ERROR_USAGE: a rejection
 * without a reason. Recorded with everything that follows from it in one transaction, or not at all. Asks no directory. */
gboolean decision_record(Session *session, const DecisionRequest *request, DecisionResult *result, GError **error);

/* Takes an invoice out for everyone (finance): needs a reason. */
gboolean decision_withdraw(Session *session, const DecisionRequest *request, DecisionResult *result, GError **error);

/* "Supplier/Number", "?" for what is unknown; owned by the caller. */
char *invoice_label(const InvoiceRow *invoice);

#endif
