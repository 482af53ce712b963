/* Somebody is asked: an approval opens, with its start and its deadline. */
#ifndef SERVICE_ASKING_H
#define SERVICE_ASKING_H

#include "people/actor.h"

/* All borrowed. */
typedef struct {
	const InvoiceRow *invoice;
	int stage;            /* the ordinal of the open stage */
	int group, centre;    /* as in Approval */
	const Person *person; /* as the directory describes them now */
	Span within, at_least;
	const GArray *before; /* of TimeExpression */
	const char *id;       /* of the approval; NULL = a new one */
	const char *replaces; /* the approval in whose place it opens; NULL */
	const Actor *actor;   /* who gave it to them; NULL = Akkoord */
	gint64 cause;         /* seq of the event that led to it; 0 */
} Asking;

/* person.recorded where something is new of them, and approval.opened from `now` on, in the caller's transaction. */
gboolean asking_open(Session *session, const Asking *asking, gint64 now, GError **error);

#endif
