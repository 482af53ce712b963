/* Reminders and who they speak to, as the rules of remind.h take and give them. */
#ifndef DOMAIN_REMINDER_H
#define DOMAIN_REMINDER_H

#include "domain/policy.h"

typedef enum { ROLE_TO, ROLE_CC } RecipientRole;
const char *role_name(RecipientRole role);   /* "to", "cc" */

/* "mail", "invite", or the name of a channel of the policy (`hook`, else NULL). */
const char *send_name(SendFlags channel, const char *hook);
/* The other way round; *hook is interned. */
void send_parse(const char *name, SendFlags *channel, const char **hook);

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
	const char *hook;  /* SEND_HOOK: which of the policy's channels; else NULL */
	Tone tone;
	gint64 unrolled;
	gint64 fires; /* rolled into the recipient's working time, moved to the slot, after fair warning */
	ReminderState state;
	Calendar *calendar; /* the recipient's, borrowed; needed where planned */
	const char *why;    /* superseded, passed: one of the words below; else NULL */
	const char *by;     /* what the word speaks of; NULL where it speaks of nothing */
} Reminder;

/* Why a reminder is not sent: words in the record, which explain says in the reader's language. */
#define WHY_MERGED       "merged"        /* it came at the same time as the rung `by` */
#define WHY_MILDER       "milder"        /* than the tone `by`, in which a mail went before */
#define WHY_ABSENT       "absent"        /* the recipient is */
#define WHY_NOBODY       "nobody"        /* there is nobody to tell */
#define WHY_OFF          "reminders-off" /* of its administration */
#define WHY_NO_RUNG      "no-rung"       /* the policy has it no more */
#define WHY_LATE         "late"          /* an invite, and the deadline is past */
#define WHY_INVITED      "invited"       /* already */
#define WHY_UNWANTED     "no-invites"    /* the policy wants none */
#define WHY_BEFORE_START "before-start"  /* its instant lies before the approval began */
#define WHY_BEFORE_RUNG  "before-rung"   /* … before the policy had this rung */
#define WHY_BEFORE_ASKED "before-asked"  /* … before they were added */
#define WHY_NOT_MINE     "not-mine"      /* the recipient was asked beside the approver, and handed that back */
#define WHY_LEFT         "left"          /* likewise, and may not decide it any more */
#define WHY_NO_CHANNEL "no-channel"     /* the policy or akkoord.conf does not let the channel be called */
#define WHY_NO_ADDRESS "no-address"     /* the recipient has none that the channel could use */
#define WHY_TRIAL      "trial"          /* mail is redirected, or goes to some people alone, and nothing goes by other ways */
#define WHY_UNWRITABLE   "unwritable"    /* its mail cannot be written; the event's side record says why */

/* The rung under which reminders on demand are recorded; no ladder may have one of that name. */
#define RUNG_MANUAL "manual"

#endif
