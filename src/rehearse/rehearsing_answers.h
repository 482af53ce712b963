/* Who decides what and when in a rehearsal: as a file says, as people did until now, or nobody. */
#ifndef REHEARSE_REHEARSING_ANSWERS_H
#define REHEARSE_REHEARSING_ANSWERS_H

#include "domain/rehearsal.h"
#include "rehearse/foreseen.h"
#include "rehearse/typical.h"

typedef struct RehearsingAnswers RehearsingAnswers;

/* Takes over both; NULL = none. `labels`: SUPPLIER/NUMBER -> whatever, of all invoices. An invoice is named as anywhere, compared by text_key. ERROR_NOT_FOUND, ERROR_CONFLICT
 * with file and line where one of the decisions is about no invoice, or several, or by nobody; ERROR_UNAVAILABLE where the source does not say. */
RehearsingAnswers *rehearsing_answers_new(GPtrArray *decisions, const char *origin, Typical *typical, GHashTable *labels, const PeopleSource *people, GError **error);
void rehearsing_answers_free(RehearsingAnswers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RehearsingAnswers, rehearsing_answers_free)

/* Before each rehearsal, which begins at `from`: nothing was answered yet, and what the file decides before it never happened. */
void rehearsing_answers_start(RehearsingAnswers *answers, gint64 from);

/* A RehearsalDecides but for its type. What the file says of that invoice and person comes first: the first decision that is not before they were asked. */
gboolean rehearsing_answers_decide(RehearsingAnswers *answers, const RehearsedQuestion *question, RehearsedAnswer *answer);

/* Takes note of what was told: which decisions counted. */
void rehearsing_answers_hear(RehearsingAnswers *answers, const Rehearsed *rehearsed);

/* Decisions that did not count, since that person was not asked then, as "FILE:LINE: …", of char *; owned by the caller. */
GPtrArray *rehearsing_answers_idle(const RehearsingAnswers *answers);

#endif
