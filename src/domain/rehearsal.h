/* The rehearsal: what would be sent, when and to whom, and what would happen to invoices, from one instant to another. Nothing is sent and nothing kept.
 *
 * It works like passes at every instant at which something can change, with the functions that passes decide with (route_find(), resolve_approvers(),
 * deadline_work_out(), remind_actions(), remind_decide(), stage_outcome()), as if every mail were accepted at once. People are as the source has them, all the time;
 * only absences begin and end. Invoices do not change. A stage that opens when booked opens only for an invoice that says it is booked. `max_per_day` is
 * honoured, the hourly budget is not. Pure.
 *
 * Persons are named by their directory ids throughout: in histories, in `approved`, in `invited`, in Asked. */
#ifndef DOMAIN_REHEARSAL_H
#define DOMAIN_REHEARSAL_H

#include "domain/approval.h"
#include "domain/hold.h"
#include "domain/remind.h"
#include "domain/sifting.h"

typedef struct Rehearsal Rehearsal;
typedef struct RemindHistory RemindHistory;

/* --- what is asked of the caller while it runs --- */

/* Somebody is asked to decide: an approval opened for them, or they were put beside its approver. All borrowed. */
typedef struct {
	const char *invoice; /* its label */
	const char *stage;
	const Person *approver; /* whom the approval was opened for */
	const Person *person;   /* who is asked now: the same, or who was added or stands in */
	const Calendar *calendar; /* of `person` */
	gint64 since;           /* when they are asked: now; of approvals in mid-course, when the rehearsal begins */
	gint64 asked;           /* since when they count as asked, perhaps long before it */
	gint64 deadline;
} RehearsedQuestion;

typedef struct {
	gint64 at; /* no later than `since`: then at once, a second after it */
	gboolean reject;
} RehearsedAnswer;

/* When and what that person decides: asked once for each who is asked. FALSE: never. It counts unless the approval ended before, they left, or they decided another one of
 * that stage. */
typedef gboolean (*RehearsalDecides)(const RehearsedQuestion *question, RehearsedAnswer *answer, gpointer user_data);

/* The first pass at or after that instant; INSTANT_NONE = there is none any more. */
typedef gint64 (*RehearsalPasses)(gint64 instant, gpointer user_data);

/* All but policy, people, from and until may be NULL. Everything is borrowed until the rehearsal is freed. */
typedef struct {
	const Policy *policy;
	const PeopleSource *people;
	gint64 from, until; /* both included */
	RehearsalDecides decides; /* NULL: nobody decides */
	RehearsalPasses passes;   /* NULL: a pass at every instant */
	void (*progress)(gint64 now, gpointer user_data); /* once for each instant at which something happens, before it is told */
	gpointer user_data; /* of the three */
} RehearsalTerms;

Rehearsal *rehearsal_new(const RehearsalTerms *terms);
void rehearsal_free(Rehearsal *rehearsal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rehearsal, rehearsal_free)

/* --- invoices --- */

/* Somebody beside the approver of an approval in mid-course. */
typedef struct {
	const Person *person;
	gint64 since;
	gboolean deputy;
	const char *rung; /* NULL: by hand */
	guint occurrence;
} RehearsedBeside;

/* An approval of the stage that is open, those that ended included: they count for what the stage needs. */
typedef struct {
	const char *id;      /* any that tells it from the others */
	const Person *person;
	int group, centre;   /* as in Approval; likewise the next three */
	ApprovalState state;
	const char *decider; /* directory id; NULL */
	const char *replaces; /* the id of another; NULL */
	gint64 start, deadline;
	/* of pending ones only: */
	const GArray *beside;   /* of RehearsedBeside: who have not left; NULL = nobody */
	RemindHistory *history; /* taken over; planned reminders have their calendars (rehearsal_calendar()); NULL = nothing was sent */
	gint64 fair_from;       /* when the approver was told; INSTANT_NONE */
	const GPtrArray *invited; /* of char *: whose invite stands; NULL = nobody's */
	const GArray *since;    /* of gint64, one a rung of the ladder as the policy rehearsed has it: when a policy first held it; NULL */
} RehearsedApproval;

/* Who approved a stage that counts. */
typedef struct {
	int position;   /* of the stage in its chain */
	const char *id; /* directory id */
} ApprovedBy;

/* An invoice as it is when the rehearsal begins. Label, stage and ids are copied; all else is borrowed until the rehearsal is freed. */
typedef struct {
	const char *label; /* SUPPLIER/NUMBER: how what is told names it */
	const InvoiceFacts *facts;
	gint64 received;   /* after `from`: it comes then */
	gint64 opens;      /* its first stage opens no sooner (import --backlog); INSTANT_NONE */
	gint64 booked;     /* when the ERP said so, past or to come; INSTANT_NONE: never */
	const Administration *administration; /* NULL: none */
	const GArray *others; /* of RouteOther (domain/route.h): what chains may ask of its supplier's other invoices, but those that are in the rehearsal themselves; NULL = none */
	const GArray *held; /* of HeldSpan: its holds so far, the one that lasts with the end it is to have; NULL = none */
	/* In mid-course; of one that no stage was opened for yet all are NULL and 0. */
	const Chain *chain;        /* it is on, of the policy or of an older one; NULL: it is still to be routed */
	int ordinal, position;     /* of the stage that is open, or opens next; ordinal 0: 1 */
	const Stage *stage;        /* that is open; NULL */
	const GPtrArray *approvals; /* of RehearsedApproval: all of the open stage; NULL */
	const GArray *approved;    /* of ApprovedBy: who approved stages that count for the one open or to open (`distinct`); NULL = nobody */
} RehearsedInvoice;

void rehearsal_add(Rehearsal *rehearsal, const RehearsedInvoice *invoice);

/* Whose calendar, for an invoice of that administration (NULL: none). Borrowed from the policy. */
Calendar *rehearsal_calendar(Rehearsal *rehearsal, const Administration *administration, const Person *person);

/* --- what is told --- */

typedef enum {
	REHEARSED_OPENED,     /* an approval opened for `person`; `at` is its start, `deadline` its deadline */
	REHEARSED_ADDED,      /* `person` was put beside the approver by `rung` */
	REHEARSED_DEPUTY,     /* `person` stands in for the approver, who is absent */
	REHEARSED_LEFT,       /* `person`, who stood in, does so no more */
	REHEARSED_REASSIGNED, /* the approval went from the approver to `person`, by `rung`; one opened for them */
	REHEARSED_STUCK,      /* `why`: "nobody", "too-few", "no-rate", "amount", "no-chain" */
	REHEARSED_DECIDED,    /* `person` decided: `why` "approve", "reject" */
	REHEARSED_LAPSED,     /* the approval is needed no more */
	REHEARSED_IDLE,       /* the approval waits unseen: `why` "no-rung", "overdue" */
	REHEARSED_CLOSED,     /* the invoice: `why` "approved", "rejected" */
	REHEARSED_REMINDER,
} RehearsedKind;
const char *rehearsed_kind_name(RehearsedKind kind); /* "opened", "added", "deputy", … */

typedef enum { REHEARSED_MAIL, REHEARSED_INVITE, REHEARSED_INVITE_UPDATE, REHEARSED_INVITE_CANCEL, REHEARSED_HOOK } RehearsedSend;

/* One thing that happens. Strings and people borrowed for the call; people live as long as the rehearsal. */
typedef struct {
	gint64 at;
	RehearsedKind kind;
	const char *invoice;    /* its label */
	const char *stage;      /* NULL where the invoice as a whole is meant */
	const Person *approver; /* whom the approval was opened for; likewise */
	const Person *person;   /* whom it goes to, or who did it; NULL where nobody is meant */
	const Calendar *calendar; /* of `person`; NULL */
	gint64 deadline;        /* of the approval; INSTANT_NONE */
	const char *rung;       /* of reminders, and of what a rung did; NULL */
	guint occurrence;
	const char *why;        /* NULL */
	/* of reminders only */
	RecipientRole role;
	RehearsedSend send;
	const char *hook;       /* REHEARSED_HOOK: the channel's name; else NULL */
	Tone tone;
	guint message;          /* reminders of one number travel in one message; counted from 1 */
} Rehearsed;

const char *rehearsed_send_name(const Rehearsed *reminder); /* "mail", "invite", "invite-update", "invite-cancel", or the channel's name */

typedef void (*RehearsalVisit)(const Rehearsed *rehearsed, gpointer user_data);

/* Runs it, once, and tells everything in order: instant, then what happens before what is sent, then recipient (their mail), invoice, stage, approver, rung, occurrence and channel.
 * The same facts give the same order. FALSE where the source did not answer a question: what happened before has been told. */
gboolean rehearsal_run(Rehearsal *rehearsal, RehearsalVisit visit, gpointer user_data, GError **error);

#endif
