/* What explain.c and the files beside it share: one invoice being explained. */
#ifndef EXPLAIN_EXPLAINING_H
#define EXPLAIN_EXPLAINING_H

#include "explain/explain.h"
#include "service/approval_case.h"

typedef struct {
	Session *session;
	InvoiceRow *invoice;
	GPtrArray *out;     /* of Explanation */
	const Event *event; /* the one that is told; NULL: what the tables say */
} Explaining;

/* Adds a sentence. Its record gets topic and text and, where an event is told, event (its number), type, at and data. Borrowed, for more fields. */
Json *explain_say(Explaining *explaining, ExplainTopic topic, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The uid of a person by their opaque id, else their address, else that id. Owned by the caller, as all texts below. */
char *explain_name(const Explaining *explaining, const char *person);
char *explain_time(const Explaining *explaining, gint64 instant);
/* The person whom the event's data names so; NULL where it names nobody. */
char *explain_person_of(const Explaining *explaining, const Event *event, const char *key);
/* What the event's side record says; NULL where it says nothing, or was erased. Borrowed. */
const char *explain_side(const Event *event, const char *key);

/* explain_chain.c */
void explain_received(Explaining *explaining, const Event *event);
void explain_updated(Explaining *explaining, const Event *event);
void explain_routed(Explaining *explaining, const Event *event);
void explain_reasons(Explaining *explaining, const Event *event);
void explain_waits(Explaining *explaining, const Event *event);
void explain_booked(Explaining *explaining, const Event *event);
void explain_restarted(Explaining *explaining, const Event *event);
void explain_note(Explaining *explaining, const Event *event);
void explain_held(Explaining *explaining, const Event *event);
void explain_released(Explaining *explaining, const Event *event);

/* explain_people.c */
void explain_resolved(Explaining *explaining, const Event *event);
void explain_stuck(Explaining *explaining, const Event *event);
void explain_unstuck(Explaining *explaining, const Event *event);
void explain_opened(Explaining *explaining, const Event *event);
void explain_added(Explaining *explaining, const Event *event);
void explain_left(Explaining *explaining, const Event *event);
void explain_delegated(Explaining *explaining, const Event *event);
void explain_acted(Explaining *explaining, const Event *event);

/* explain_lost.c: who is gone or unusable, what became of their approvals, and how the pending approval's people stand now. FALSE: it was handed on for another reason. */
gboolean explain_handed_on(Explaining *explaining, const Event *event, const char *from);
gboolean explain_presence(Explaining *explaining, const ApprovalCase *about, GError **error);
gboolean explain_outage(Explaining *explaining, GError **error);

/* explain_times.c: how an approval's deadline came about. */
void explain_deadline(Explaining *explaining, const ApprovalCase *about);
void explain_moved(Explaining *explaining, const Event *event);

/* explain_reminders.c: what was sent of an approval and what not, and what comes. */
void explain_reminders(Explaining *explaining, const GPtrArray *rows);
void explain_idle(Explaining *explaining, const Event *event);
void explain_coming(Explaining *explaining, const ApprovalCase *about);

/* explain_messages.c: every message about the invoice, thanks and news among them. */
gboolean explain_messages(Explaining *explaining, GError **error);

#endif
