/* Reminders and who they speak to, as the rules of remind.h take and give them. */
#ifndef DOMAIN_REMINDER_H
#define DOMAIN_REMINDER_H

#include "domain/policy.h"

typedef enum { ROLE_TO, ROLE_CC } RecipientRole;
const char *role_name(RecipientRole role);   /* "to", "cc" */
const char *channel_name(SendFlags channel); /* "mail", "invite" */
gboolean channel_parse(const char *name, SendFlags *channel);

typedef enum { REMINDER_PLANNED, REMINDER_CLAIMED, REMINDER_SUPERSEDED, REMINDER_PASSED } ReminderState;
const char *reminder_state_name(ReminderState state); /* "planned", … */
gboolean reminder_state_parse(const char *name, ReminderState *state);

/* Someone a rung speaks to. */
typedef struct {
	char *person; /* opaque person id, owned */
	RecipientRole role;
	Calendar *calendar; /* borrowed from the policy */
} Recipient;

typedef struct {
	gboolean known;     /* FALSE: the directory did not say; the rung waits */
	GArray *recipients; /* of Recipient; NULL = not asked for */
} RungRecipients;

RungRecipients *rung_recipients_new(gboolean known);
void rung_recipients_add(RungRecipients *recipients, const char *person, RecipientRole role, Calendar *calendar);
void rung_recipients_free(RungRecipients *recipients);

/* One reminder: what was recorded of it before, or what is to be recorded now. A plain value: its strings are interned
 * (g_intern_string()), so it is copied by assignment and nothing is released. */
typedef struct {
	const char *rung;
	guint occurrence;
	const char *person;
	RecipientRole role;
	SendFlags channel; /* one bit */
	Tone tone;
	gint64 unrolled;
	gint64 fires; /* rolled into the recipient's working time, moved to the slot, after fair warning */
	ReminderState state;
	Calendar *calendar; /* the recipient's, borrowed; needed where planned */
	const char *why;    /* superseded, passed: a sentence in English; else NULL */
} Reminder;

/* The rung under which reminders on demand are recorded; no ladder may have one of that name. */
#define RUNG_MANUAL "manual"

#endif
