/* Decide: which reminders of one approval are sent, put off, superseded or passed at `now`, and when to look again.
 * DESIGN.md 2 "Firing" and 3, rules 1, 2, 3 and 11 (when an invite is owed). Pure: tick, explain and the tests call the same.
 *
 * An occurrence of a rung is *touched* once any record of it exists. When its unrolled instant has come it is touched for all its
 * recipients at once: who it reaches later (another calendar, fair warning) is recorded as planned. So nobody is looked
 * up twice for one occurrence, and someone who becomes manager afterwards is not caught up with.
 */
#ifndef DOMAIN_REMIND_H
#define DOMAIN_REMIND_H

#include "domain/approval.h"
#include "domain/reminder.h"

typedef struct {
	const Ladder *ladder;
	const char *approver; /* person id: who the approval was opened for */
	Calendar *calendar;   /* the approver's */
	Anchors anchors;
	const GArray *slots;
	Span grace;
	InviteMode invites;         /* INVITES_NONE: a rung's "invite" counts for nothing */
	gint64 fair_from;           /* rule 2: when the approver was told; INSTANT_NONE: not yet */
	const GPtrArray *recorded;  /* of Reminder */
	const GPtrArray *rungs;     /* of RungRecipients (or NULL), one a rung in ladder order; see remind_wanted() */
	const GArray *since;        /* of gint64, one a rung in ladder order: when the policy first held it; NULL = none is younger than the approval */
} RemindState;

typedef struct {
	GPtrArray *reminders; /* of Reminder: what is to be recorded now; those CLAIMED are to be sent */
	gint64 look_again;    /* the next instant at which something can change by itself; INSTANT_NONE = never */
} RemindPlan;

void remind_plan_free(RemindPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemindPlan, remind_plan_free)

/* The unrolled instant of occurrence k; INSTANT_NONE where the anchor is absent or there is no such occurrence. */
gint64 rung_unrolled(const Rung *rung, const Calendar *calendar, const Anchors *anchors, guint occurrence);

/* When an instant fires for someone with that calendar. */
gint64 rung_fires(const Rung *rung, const Calendar *calendar, const GArray *slots, gint64 unrolled);

/* The indexes of the rungs (GArray of guint) whose recipients remind_decide() needs at `now`. `state->rungs` is not read. */
GArray *remind_wanted(const RemindState *state, gint64 now);

RemindPlan *remind_decide(const RemindState *state, gint64 now);

/* What is still to come for the approver, at most `horizon` occurrences a rung, as if time alone passed: GPtrArray of Reminder with
 * state PLANNED in order of firing. For explain, and for "what happens next" in a mail (`rung` names it). */
GPtrArray *remind_forecast(const RemindState *state, gint64 now, guint horizon);

#endif
