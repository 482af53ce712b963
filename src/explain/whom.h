/* Whom a selector means, step by step, for somebody who wants to know: `akkoord who`. */
#ifndef EXPLAIN_WHOM_H
#define EXPLAIN_WHOM_H

#include "domain/selector.h"
#include "session/session.h"

typedef struct {
	const Selector *selector;
	const char *invoice; /* a reference to the invoice whose fields count; NULL: none */
	const char *stage;   /* the name of the stage of its chain that is meant; NULL: the one that is open, else the next to open */
} WhomQuestion;

/* Asks the directory and adds records (of Json) to `records`: one, or with an invoice one for each of its cost centres, or, where the selector names `approver`, one for each
 * who is asked at the stage. In each:
 *   selector, stage, cost_centre, approver   what it is about
 *   steps    each search and its answer, and what came of it (step_record.h)
 *   dropped  of an invoice with a stage: who was found and may not decide (who, why)
 *   fallback true: nobody was left, so the stage's fallback was asked
 *   people   whom it means; of an invoice with a stage, who of them may decide. Each with uid, name, mail, language, country, authority, id, disabled; calendar and
 *            calendar_by (people, country, administration, default); mail_language and mail_language_by (person, organisation); of somebody absent now absent (from,
 *            until, deputy) and, with a stage, stands_in, absent where nobody does; as_of where the directory does not answer and that is its last good answer
 *   error    it did not say: then no people
 * FALSE: that error, or ERROR_NOT_FOUND: no such invoice or stage. */
gboolean whom_resolve(Session *session, const WhomQuestion *question, GPtrArray *records, GError **error);

#endif
