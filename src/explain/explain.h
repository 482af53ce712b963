/* Why these people, these dates, these mails: one invoice in plain sentences. */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "session/session.h"

typedef enum { EXPLAIN_INVOICE, EXPLAIN_CHAIN, EXPLAIN_PEOPLE, EXPLAIN_DEADLINE, EXPLAIN_REMINDERS, EXPLAIN_MESSAGES, EXPLAIN_COMING, EXPLAIN_END } ExplainTopic;
const char *explain_topic_name(ExplainTopic topic);

typedef struct {
	ExplainTopic topic;
	const char *text; /* in the reader's language; the record's */
	Json *record;     /* topic, text, and what the sentence is about: of an event its number, type, at and data; else what explain_*.c adds */
} Explanation;

/* GPtrArray of Explanation, in the order in which a reader asks: what it is, which chain and why not the ones above, who was found how and who dropped out,
 * each deadline with its arithmetic, each reminder sent, merged, skipped or to come, each message with what the server said, how it ended. */
GPtrArray *explain_invoice(Session *session, const char *reference, GError **error);

#endif
