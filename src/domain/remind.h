/* Decide: what one approval's ladder does and which of its reminders are sent, put off, superseded or passed at `now`, and when to look again.
 * DESIGN.md 2 "Firing" and 3, rules 1, 2, 3, 7, 10 and 11 (when an invite is owed). Pure: tick, simulate, explain and the tests call the same.
 *
 * A pass does for each approval, in this order: remind_actions(), which the caller carries out (remind_history_acted() for each, and who was
 * added into `asked`); remind_wanted(), whose rungs' people the caller finds; remind_decide(), whose reminders it records (remind_history_add()).
 *
 * An occurrence of a rung is *touched* once any record of it exists. When its unrolled instant has come it is touched for all its
 * recipients at once: who it reaches later (another calendar, fair warning) is recorded as planned. So nobody is looked
 * up twice for one occurrence, and someone who becomes manager afterwards is not caught up with. Only who is asked later gets what came since
 * they count as asked.
 */
#ifndef DOMAIN_REMIND_H
#define DOMAIN_REMIND_H

#include "domain/approval.h"
#include "domain/remind_history.h"
#include "domain/rung.h"

/* Somebody who may decide: who the approval was opened for, or who was put beside them. */
typedef struct {
	const char *person;  /* opaque id, borrowed */
	Calendar *calendar;  /* theirs, borrowed */
	gint64 since;        /* the first: the approval's start, without holds. Others: when they count as added: the adding rung's unrolled instant; a
	                      * deputy: when the absence, or the approval, began */
	gboolean deputy;     /* stands in: their first mail is in the first tone */
	gboolean absent;     /* now: what comes meanwhile is superseded, but for an invite, which waits until they are back or the deadline has come */
	const char *rung;    /* whose own reminder tells them that they are asked: the adding rung and its occurrence; a deputy: the ladder's first
	                      * and 0. NULL: they are told otherwise */
	guint occurrence;
} Asked;

typedef struct {
	const Ladder *ladder;
	const GArray *asked; /* of Asked; [0] is who the approval was opened for; who left is not in it */
	Anchors anchors;     /* worked out in the calendar of asked[0], with holds and deadline */
	const GArray *slots;
	Span grace;
	InviteMode invites;      /* INVITES_NONE: a rung's "invite" counts for nothing */
	gboolean reminders;      /* FALSE: its administration has them off: everything is superseded and nothing acts */
	gint64 fair_from;        /* rule 2: when the approver (absent: their deputy) was told; INSTANT_NONE: not yet */
	const RemindHistory *history;
	const GPtrArray *rungs;  /* of RungRecipients, one a rung in ladder order: the people beside `approver`. NULL: not asked for, which does for
	                          * a rung that names only `approver`; the others wait */
	const GArray *since;     /* of gint64, one a rung in ladder order: when the policy first held it; NULL = none is younger than the approval */
	const GArray *acts_since; /* likewise: when the policy first let it act as it does; NULL */
} RemindState;

/* An occurrence whose action is due. */
typedef struct {
	guint rung; /* its place in the ladder */
	guint occurrence;
	gint64 unrolled;
} RungAction;

/* What the ladder does at `now`, in order (unrolled instant, place in the ladder): GArray of RungAction. Each occurrence acts once, at the
 * instant at which it fires for asked[0] but not before their fair warning; one that is passed never. state->rungs is not read. A reassign
 * ends the approval: nothing after it counts. */
GArray *remind_actions(const RemindState *state, gint64 now);

typedef enum {
	IDLE_NOT,
	IDLE_NO_RUNG, /* nothing is planned, and nothing will come by itself */
	IDLE_OVERDUE, /* ten working days past the deadline, in the calendar of asked[0] */
} Idle;
const char *idle_name(Idle idle); /* NULL, "no-rung", "overdue" */

typedef struct {
	GArray *reminders; /* of Reminder: what is to be recorded now; those CLAIMED are to be sent */
	gint64 look_again; /* the next instant at which something can change by itself; INSTANT_NONE = never */
	Idle idle;         /* rule 10: whether the admins are to hear that nobody moves (of both, that no rung is left) */
} RemindPlan;

void remind_plan_free(RemindPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemindPlan, remind_plan_free)

/* The places of the rungs (GArray of guint) whose people remind_decide() needs at `now`. state->rungs is not read. */
GArray *remind_wanted(const RemindState *state, gint64 now);

/* The plan's calendars are those of `asked` and `rungs`. Actions that are still due wait for the directory: they are looked at again soon.
 *
 * A planned reminder of rung RUNG_MANUAL is one on demand: it comes at its `fires`, to whomever, in working time, in the highest tone that went
 * before, at least the first rung's; where the ladder sends at the same time, it is merged into that. An invite of that rung is one more, for whoever's was taken back. */
RemindPlan *remind_decide(const RemindState *state, gint64 now);

/* What is still to come for asked[0], at most `horizon` occurrences a rung, as if time alone passed: GArray of Reminder with
 * state PLANNED in order of firing. For explain, and for "what happens next" in a mail (`rung` names it). */
GArray *remind_forecast(const RemindState *state, gint64 now, guint horizon);

#endif
