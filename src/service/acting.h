/* What the rungs of an approval do, apart from what they send (DESIGN.md 3, rule 7). Whom they mean is asked of the directory before the transaction; what came of
 * it is recorded in it. */
#ifndef SERVICE_ACTING_H
#define SERVICE_ACTING_H

#include "domain/sifting.h"
#include "service/remind_case.h"

/* Whom the rung adds or hands the approval to: those who may. NULL = unknown, the directory did not say. */
Resolution *acting_people(Session *session, const ApprovalCase *about, const Rung *rung, GError **error);

/* The actions that are due, with whom the directory gave for each: an opaque list, of which what it did not answer is left out. Not inside a transaction. */
GPtrArray *acting_find(Session *session, const ApprovalCase *about, const RemindState *state, gint64 now);

typedef enum {
	ACTED_NOT,  /* nothing was done */
	ACTED,      /* the approval is as it was, but for who is asked */
	ACTED_AWAY, /* it went to somebody else: it is pending no more */
} Acted;

/* Carries out what is still due of them, in the caller's transaction, each once: rung.acted, and what it led to. */
gboolean acting_record(Session *session, const ApprovalCase *about, const RemindState *state, const GPtrArray *found, gint64 now, Acted *acted, GError **error);

#endif
