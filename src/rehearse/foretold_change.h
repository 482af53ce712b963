/* What another policy changes: two rehearsals of the same days, compared reminder by reminder. */
#ifndef REHEARSE_FORETOLD_CHANGE_H
#define REHEARSE_FORETOLD_CHANGE_H

#include "rehearse/foretold.h"

typedef enum { FORETOLD_MORE, FORETOLD_FEWER, FORETOLD_MOVED } ForetoldChangeType;
const char *foretold_change_name(ForetoldChangeType type); /* "more", "fewer", "moved" */

/* A reminder that only one of them sends, or both at different times. The same reminder: of that invoice, stage, approver, rung, occurrence, recipient and channel. */
typedef struct {
	ForetoldChangeType type;
	Rehearsed reminder; /* as the new policy has it; of FEWER, the old one */
	gint64 before;      /* MOVED: when the old one sends it; else INSTANT_NONE */
} ForetoldChange;

/* Both GArray of Rehearsed, reminders only, kept with foretold_keep(); they are sorted anew. GArray of ForetoldChange by time, recipient and invoice, owned by the caller. */
GArray *foretold_compare(GArray *before, GArray *after);

/* The record of the reminder with "change", and of one that moved "before". Owned by the caller. */
Json *foretold_change_record(const ForetoldChange *change);

/* What becomes of a rung's reminders. */
typedef struct {
	const char *rung; /* "" for those without one: updates and cancellations */
	guint more, fewer, earlier, later;
	gint64 most_earlier, most_later; /* seconds */
} ForetoldRungChange;

/* By name of the rung: GArray of ForetoldRungChange, owned by the caller. */
GArray *foretold_by_rung(const GArray *changes);

#endif
