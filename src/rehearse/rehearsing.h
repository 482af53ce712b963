/* `simulate`: what would be sent in the coming days, and what would become of the invoices. Nothing is sent and nothing recorded: the store is only read. */
#ifndef REHEARSE_REHEARSING_H
#define REHEARSE_REHEARSING_H

#include "base/invocation.h"
#include "domain/rehearsal.h"

typedef struct {
	const char *policy, *invoices, *people, *decide; /* files; NULL: the policy in force, the record's open invoices, the directory, nobody decides */
	const char *from; /* RFC 3339, or local time of the default calendar; NULL: now */
	guint days;       /* calendar days of the default calendar; the last instant is included */
	gboolean typical; /* people decide as they did until now */
} RehearsingOrder;

typedef struct Rehearsing Rehearsing;

/* Reads all that is to be played, and checks it. With invoices, people and policy in files there is no akkoord.conf, store or directory; with invoices and people alone, no
 * akkoord.conf is needed: the policy is then policy.conf beside it. ERROR_USAGE, ERROR_CONFIG, ERROR_INVALID, ERROR_NOT_FOUND name what is wrong. */
Rehearsing *rehearsing_new(const Invocation *invocation, const RehearsingOrder *order, GError **error);
void rehearsing_free(Rehearsing *rehearsing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rehearsing, rehearsing_free)

/* What is rehearsed: the policy of the file, else the one in force. Borrowed. */
const Policy *rehearsing_policy(const Rehearsing *rehearsing);
/* The default calendar of that policy: in its zone days are told. Borrowed. */
Calendar *rehearsing_calendar(const Rehearsing *rehearsing);
gint64 rehearsing_from(const Rehearsing *rehearsing);
gint64 rehearsing_until(const Rehearsing *rehearsing);
guint rehearsing_invoices(const Rehearsing *rehearsing);
/* TRUE where sending is paused: nothing of what is foretold goes before it is resumed. */
gboolean rehearsing_is_paused(const Rehearsing *rehearsing);
/* TRUE where another policy is in force, with which that of the file can be compared. */
gboolean rehearsing_compares(const Rehearsing *rehearsing);
/* Of an invoice by its label; of several of that label, any. NULL: unknown. Borrowed. */
const InvoiceFacts *rehearsing_facts(const Rehearsing *rehearsing, const char *label);

typedef struct {
	RehearsalVisit visit;
	void (*progress)(guint done, guint total, gpointer user_data); /* NULL */
	gpointer user_data;
} RehearsingAudience;

/* Plays it by the policy of the file, or by the one `in_force` (rehearsing_compares()), each once. People that are told of live as long as the Rehearsing. FALSE: the directory did not
 * answer, and what was told before is not all. */
gboolean rehearsing_run(Rehearsing *rehearsing, gboolean in_force, const RehearsingAudience *audience, GError **error);

/* After it: decisions of the file that nobody was asked for at their time, "FILE:LINE: …", GPtrArray of char *, owned by the caller. */
GPtrArray *rehearsing_unheard(const Rehearsing *rehearsing);

#endif
