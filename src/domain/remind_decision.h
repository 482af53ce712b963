/* One decision of remind_decide() in the making: rungs are touched (remind_touch.c), then what is open is settled (remind_settle.c). */
#ifndef DOMAIN_REMIND_DECISION_H
#define DOMAIN_REMIND_DECISION_H

#include "domain/remind_state.h"

/* A reminder to be settled: one that was planned before, until it gets its place in the plan; or one of the plan's. */
typedef struct {
	const Reminder *planned; /* NULL: it is in the plan */
	guint place;             /* in the plan */
	const Rung *rung;        /* NULL: the ladder has none of that name */
	guint rank;              /* its place in the ladder; G_MAXUINT */
	const Asked *asked;      /* NULL: its person is not asked */
	gboolean settled;
} Open;

typedef struct {
	const RemindState *state;
	gint64 now;
	GArray *reminders; /* of Reminder: the plan's */
	GArray *open;      /* of Open */
	gint64 look_again;
	gboolean acts; /* something that has come is still to act */
	gboolean invite_waits; /* an invite has come, for somebody who is absent */
} Decision;

/* The earliest counts; INSTANT_NONE says nothing. */
void decision_look_again(Decision *decision, gint64 instant);

/* Borrowed until something is added to the plan. */
const Reminder *decision_reminder(const Decision *decision, const Open *open);

/* Adds to the plan a reminder of the rung at that place of the ladder. What is PLANNED is open from then on. */
void decision_add(Decision *decision, const Reminder *reminder, guint rank);

/* Settles it. */
void decision_settle(Decision *decision, Open *open, ReminderState state, Tone tone);

/* Of what was settled, why it is not sent: a word of reminder.h and what it speaks of (NULL). */
void decision_say_why(Decision *decision, const Open *open, const char *why, const char *by);

/* Everything whose unrolled instant has come becomes open, or is recorded as passed. */
void remind_touch(Decision *decision);

/* Everything that is open and may go now is claimed or superseded. */
void remind_settle(Decision *decision);

#endif
