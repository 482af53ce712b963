/* What a rehearsal told: kept, counted, and as the records of DESIGN.md 4 ("reminder"). */
#ifndef REHEARSE_FORETOLD_H
#define REHEARSE_FORETOLD_H

#include "codec/json.h"
#include "domain/rehearsal.h"

/* A copy that may be kept as long as its rehearsal: its strings are interned. */
Rehearsed foretold_keep(const Rehearsed *rehearsed);

/* The record of a reminder. Owned by the caller. */
Json *foretold_record(const Rehearsed *reminder);

/* The same as a line of text, of very many: what texts become in JSON is kept. */
typedef struct ForetoldWriter ForetoldWriter;
ForetoldWriter *foretold_writer_new(void);
void foretold_writer_free(ForetoldWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ForetoldWriter, foretold_writer_free)
/* With a newline; borrowed until the next one. */
const char *foretold_writer_line(ForetoldWriter *writer, const Rehearsed *reminder, gsize *length);

/* What somebody gets. */
typedef struct {
	const char *id;       /* directory id, interned */
	const Person *person; /* borrowed from the rehearsal */
	guint mails;          /* messages */
	guint invites;        /* with their updates and cancellations */
} ForetoldShare;

/* An invoice that waits for somebody to do something about it. */
typedef struct {
	const char *invoice, *stage, *why; /* interned; stage NULL */
	gint64 at;
} ForetoldTrouble;

typedef struct {
	guint mails, invites, updates, cancels, calls; /* messages; calls: of the policy's channels */
	guint escalations; /* those of the mails that are in the tone escalation or final */
	guint added, deputies, reassigned, approved, rejected;
	GHashTable *shares;     /* id -> ForetoldShare */
	GHashTable *stuck;      /* label -> ForetoldTrouble: of those that are so still */
	GArray *idle;           /* of ForetoldTrouble */
	GHashTable *messages;   /* of an instant: number -> highest tone so far + 1 */
	gint64 instant;
} ForetoldTotals;

ForetoldTotals *foretold_totals_new(void);
void foretold_totals_free(ForetoldTotals *totals);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ForetoldTotals, foretold_totals_free)

/* In the order in which the rehearsal tells. */
void foretold_totals_add(ForetoldTotals *totals, const Rehearsed *rehearsed);

/* Who gets most mails first, then by uid: GPtrArray of const ForetoldShare *, borrowed from the totals. Owned by the caller. */
GPtrArray *foretold_totals_shares(const ForetoldTotals *totals);
/* By time, then label: GPtrArray of const ForetoldTrouble *, likewise. */
GPtrArray *foretold_totals_stuck(const ForetoldTotals *totals);

#endif
