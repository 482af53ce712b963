/* Decide: which reminders of one approval are to be sent, superseded or passed at `now`, and when to look again.
 * DESIGN.md 2 "Firing" and 3, rules 1, 2 (a pass hands over in working time), 3. Pure: tick, explain and the tests call the same. */
#ifndef DOMAIN_REMIND_H
#define DOMAIN_REMIND_H

#include "domain/approval.h"

typedef enum { ROLE_TO, ROLE_CC } RecipientRole;

/* Someone a rung speaks to. */
typedef struct {
	char *person; /* opaque person id */
	RecipientRole role;
	Calendar *calendar; /* borrowed from the policy */
} Recipient;

/* The recipients of each rung of the ladder, resolved by the caller. A rung whose recipients are unknown (the
 * directory did not answer) waits. */
typedef struct {
	gboolean known;
	GArray *recipients; /* of Recipient */
} RungRecipients;

/* What happened to one reminder before. */
typedef struct {
	char *rung;
	guint occurrence;
	char *person;
	SendFlags channel;
	Tone tone;
	gboolean sent; /* claimed for sending, as against superseded or passed */
} HandledReminder;

typedef enum { REMINDER_SEND, REMINDER_SUPERSEDED, REMINDER_PASSED } ReminderVerdict;

typedef struct {
	const Rung *rung; /* borrowed */
	guint occurrence;
	char *person;
	RecipientRole role;
	SendFlags channel; /* one bit */
	Tone tone;
	gint64 unrolled; /* anchor and offset alone */
	gint64 fires;    /* rolled into the recipient's working time and moved to the slot */
	ReminderVerdict verdict;
	char *reason; /* why not sent: "a later rung, pressing, came at the same time"; NULL for SEND */
} PlannedReminder;

typedef struct {
	const Ladder *ladder;
	const Calendar *calendar; /* the approver's */
	Anchors anchors;
	gint64 policy_first_held; /* reminders from before the ladder and rung were in the policy are passed; or INSTANT_NONE */
	const GArray *slots;
	const GPtrArray *rungs; /* of RungRecipients, one a rung, in ladder order */
	const GPtrArray *handled; /* of HandledReminder */
	gint64 first_accepted; /* when the approver's first mail was accepted; INSTANT_NONE */
} RemindState;

typedef struct {
	GPtrArray *reminders; /* of PlannedReminder: everything that is to be recorded now */
	gint64 look_again;    /* the next instant at which something can change; INSTANT_NONE = never */
} RemindPlan;

/* The unrolled instant of occurrence k; INSTANT_NONE where the anchor is absent or there is no such occurrence. */
gint64 rung_unrolled(const Rung *rung, const Calendar *calendar, const Anchors *anchors, guint occurrence);

/* When that instant fires for someone with that calendar. */
gint64 rung_fires(const Rung *rung, const Calendar *recipient_calendar, const GArray *slots, gint64 unrolled);

RemindPlan *remind_decide(const RemindState *state, gint64 now);
void remind_plan_free(RemindPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemindPlan, remind_plan_free)

/* The reminders still to come within `horizon` occurrences a rung, as if time alone passed: for explain. Owned array of
 * PlannedReminder with verdict SEND. */
GPtrArray *remind_forecast(const RemindState *state, gint64 now, guint horizon);

#endif
