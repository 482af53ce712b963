/* Decide: the entries of one person's calendar (DESIGN.md 3, rule 11): which are to be asked for, changed and taken back at `now`. Pure: the pass and the
 * rehearsal call the same.
 *
 * An entry is of one approval (`invites = "approval"`) or of one day ("day"), and then lists all of the person's approvals with that day. The day is the one on
 * which the entry stands: that of prev_close(deadline), since two deadlines of one weekend end on the same Friday. An entry is the half hour that ends at
 * prev_close() of the earliest deadline in it.
 *
 *  - A first REQUEST goes as soon as it is owed, a CANCEL as soon as everything in the entry has ended: both inside the person's working time (a REQUEST whose
 *    rung takes any time goes at once).
 *  - Everything else that changes (an approval more or less, a deadline moved within the day or to another) waits for the person's next slot and goes with all
 *    that changed by then: one update an entry, however many approvals came or went. Where nothing is left since all moved away, the CANCEL goes then too.
 *  - Nothing new is asked for once its deadline is past, and an entry whose time is over is not made shorter any more: it is taken back when all in it has ended.
 *  - Another mode counts for what is owed from then on: an entry keeps what it holds until that has ended, or moves to another day.
 */
#ifndef DOMAIN_AGENDA_H
#define DOMAIN_AGENDA_H

#include "domain/policy.h"

#define AGENDA_NO_ENTRY (-1)

/* An approval that is owed an entry: a rung with "invite" was claimed for this person. */
typedef struct {
	Calendar *calendar; /* the person's, as it counts for this approval; borrowed */
	gint64 deadline;
	gint64 since; /* when its rung fired */
	gint64 moved; /* when the deadline was moved last; INSTANT_NONE */
	gint64 ended; /* since when there is nothing left to do for this person; INSTANT_NONE: not yet */
	int entry;    /* the index of the entry that lists it, or AGENDA_NO_ENTRY */
} AgendaItem;

/* An entry that stands in the calendar, or is on its way there. */
typedef struct {
	Date day; /* DATE_NONE: it is of one approval */
	gint64 ends;
	gint64 asked;       /* when it was last asked for or updated */
	gboolean withdrawn; /* that message never went: what is true now goes without waiting for a slot */
} AgendaEntry;

typedef struct {
	Calendar *calendar; /* the person's: working time and slots; borrowed */
	const GArray *slots;
	InviteMode mode;
	gint64 policy_since;   /* when the policy came into force that says all this; INSTANT_NONE: long ago */
	const GArray *items;   /* of AgendaItem */
	const GArray *entries; /* of AgendaEntry */
} AgendaState;

typedef enum { AGENDA_REQUEST, AGENDA_UPDATE, AGENDA_CANCEL } AgendaAction;

typedef struct {
	AgendaAction action;
	int entry; /* AGENDA_NO_ENTRY: a new one */
	Date day;  /* of a new one: DATE_NONE where it is of one approval */
	gint64 starts, ends; /* not of a CANCEL, which repeats what was said */
	GArray *items; /* of guint, indexes: what it lists from now on, by deadline; of a CANCEL what it listed */
} AgendaChange;

typedef struct {
	GPtrArray *changes; /* of AgendaChange: those of standing entries first */
	gint64 look_again;  /* when something waits: the instant at which it may go; INSTANT_NONE: nothing does */
} AgendaPlan;

void agenda_plan_free(AgendaPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgendaPlan, agenda_plan_free)

AgendaPlan *agenda_decide(const AgendaState *state, gint64 now);

#endif
