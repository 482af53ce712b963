/* What another version of a ladder changes of the reminders to come of one approval. Pure. */
#ifndef DOMAIN_LADDER_EFFECT_H
#define DOMAIN_LADDER_EFFECT_H

#include "domain/policy.h"

/* The ladder as a version of the policy has it for one approval. All borrowed. */
typedef struct {
	const Ladder *ladder; /* NULL: nothing is sent by it */
	Calendar *calendar;   /* the approver's */
	Anchors anchors;
	const GArray *slots;
} LadderView;

typedef enum { EFFECT_SAME, EFFECT_EARLIER, EFFECT_LATER, EFFECT_APPEARS, EFFECT_FALLS_AWAY } EffectType;
const char *effect_name(EffectType type); /* "same", "earlier", "later", "appears", "falls-away" */

typedef struct {
	const Rung *older, *newer; /* borrowed; NULL where that version has none of its name */
	EffectType type;
	gint64 before, after; /* when it fires next for the approver by the one and by the other, at `now` at the earliest; INSTANT_NONE: no more */
} LadderEffect;

/* One for each rung that has something to come by either version (GArray of LadderEffect, the newer ladder's first, in its order). As a pass would have it: what fired
 * by the older version is not sent again, what the newer one alone holds is not caught up on, and a rung that moved into the past fires at once. `now` is
 * when the newer one is applied; that all that was due before was sent is taken for granted. */
GArray *ladder_effects(const LadderView *older, const LadderView *newer, gint64 now);

/* Whether the two say other things to other people: `to`, `cc`, `add` or `reassign` differ. */
gboolean rung_speaks_to_others(const Rung *older, const Rung *newer);

/* "to approver; cc manager(approver)": those of the four that it has. Owned by the caller. */
char *rung_people_text(const Rung *rung);

#endif
