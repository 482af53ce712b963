/* Taking invoices in: from a file's bytes to invoice.received, or to the reason why not. */
#ifndef SERVICE_TAKE_H
#define SERVICE_TAKE_H

#include "intake/pieces.h"
#include "session/session.h"

typedef enum { TAKE_NEW, TAKE_KNOWN, TAKE_UPDATED, TAKE_HELD, TAKE_REFUSED } TakeVerdict;
const char *take_verdict_name(TakeVerdict verdict);

typedef struct {
	TakeVerdict verdict;
	char *invoice;       /* its id; NULL where refused */
	char *reason;        /* NULL for new and known */
	gboolean is_ours;    /* refused for what this machine lacks: the same file may be taken another time */
	gint64 opens;        /* of a new one; 0: at once */
	InvoiceFacts *facts; /* NULL where nothing was read */
	guint line;          /* where it stands in a file of many; 0: it is the whole file */
} TakeResult;
void take_result_clear(TakeResult *result);

/* How a document came. */
typedef struct {
	const char *source; /* "import", "folder", "mail" */
	const char *file;   /* its name, as evidence */
	const char *via;    /* the folder's or mailbox's own name, by which an administration may know it as its; NULL */
	gint64 opens;       /* of a new one: no stage opens before; 0: at once */
	const char *syntax; /* what it was written in, where the document does not tell; NULL */
} TakeOrigin;

/* Reads a document and records it. A document that is refused is a result, not an error. Inside a transaction of the caller's (many documents share one). */
gboolean take_document(Session *session, GBytes *bytes, const TakeOrigin *origin, gint64 now, TakeResult *result, GError **error);

/* What take_document() would make of it without a store: new or refused. Never fails. */
void take_rehearse(GBytes *bytes, TakeResult *result);

/* Both of one piece of a file: what is no document is refused. */
gboolean take_piece(Session *session, const Piece *piece, const TakeOrigin *origin, gint64 now, TakeResult *result, GError **error);
void take_piece_rehearse(const Piece *piece, TakeResult *result);

#endif
