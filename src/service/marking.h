/* What is said of an invoice from outside its stages: a note, that the ERP has booked it, that its chain is to be chosen anew. */
#ifndef SERVICE_MARKING_H
#define SERVICE_MARKING_H

#include "session/session.h"

typedef struct {
	const char *invoice;   /* id, or SUPPLIER/NUMBER */
	const char *who;       /* uid or mail of who says it; NULL = nobody is named */
	const char *text;      /* the note, or the reason; NULL */
	const char *channel;   /* cli */
	const char *assurance; /* cli */
} MarkRequest;

typedef struct {
	char *invoice;      /* id */
	char *label;        /* "Supplier/Number" for people */
	char *by;           /* uid, else address; NULL: nobody that is known */
	gboolean already;   /* it was said before, at `at` */
	gint64 at;
	InvoiceState state; /* the invoice's */
} MarkResult;
void mark_result_clear(MarkResult *result);

/* Each: ERROR_NOT_FOUND: no such invoice, or nobody of that name in the record or the directory; ERROR_UNAVAILABLE: only the directory could tell who it is. */

/* The open stage ends as restarted, and the next pass chooses the chain anew. Needs a reason (ERROR_USAGE). ERROR_CONFLICT: the invoice is closed. */
gboolean marking_restart(Session *session, const MarkRequest *request, MarkResult *result, GError **error);

/* Keeps a text with the invoice, whatever its state. ERROR_USAGE: no text. */
gboolean marking_note(Session *session, const MarkRequest *request, MarkResult *result, GError **error);

/* The ERP has booked it: stages that wait for that open. Kept also where none waits yet. ERROR_CONFLICT: it was rejected or withdrawn. */
gboolean marking_booked(Session *session, const MarkRequest *request, MarkResult *result, GError **error);

#endif
