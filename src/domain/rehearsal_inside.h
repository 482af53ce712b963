/* The inside of a Rehearsal, shared by the rehearsal_*.c and by nobody else. */
#ifndef DOMAIN_REHEARSAL_INSIDE_H
#define DOMAIN_REHEARSAL_INSIDE_H

#include "domain/rehearsal.h"

typedef struct Course Course;
typedef struct Task Task;
typedef struct Known Known;
typedef struct Entry Entry;

/* --- the timetable: what is looked at when --- */

/* In the order in which a pass does them. */
typedef enum { TURN_ANSWER, TURN_COURSE, TURN_TASK, TURN_CALENDAR, TURN_KINDS } TurnKind;

/* Whoever is on the timetable begins with this. It is looked at once, at `wake`; set to another instant, not at the first. */
typedef struct {
	TurnKind kind;
	gint64 wake; /* INSTANT_NONE: not at all */
} Item;

/* One answer that somebody gives. */
typedef struct {
	Item item;
	Task *task;
	const Known *person;
	gboolean reject;
} Answer;

/* --- people --- */

typedef struct {
	const Administration *administration;
	Calendar *calendar;
} KnownCalendar;

/* A person who was met. */
struct Known {
	const char *id; /* directory id, interned */
	Person *person;
	GArray *calendars; /* of KnownCalendar */
	Date day;          /* of `mails` */
	guint mails;       /* that went on that day */
	GArray *draft;     /* of Claim: the mail of this pass */
	GPtrArray *entries; /* of Entry, borrowed: those that hold all of a day's */
};

/* --- invoices --- */

struct Course {
	Item item;
	char *label;
	const InvoiceFacts *facts;
	gint64 received, opens, booked;
	const Administration *administration;
	const GArray *held; /* of HeldSpan; NULL */
	const GArray *others; /* of RouteOther, borrowed; NULL */
	char *supplier; /* invoice_supplier_key(); NULL */
	Money amount;
	gboolean has_amount;
	const Chain *chain;
	int position;  /* of the stage that is open, or opens next */
	int ordinal;   /* likewise */
	const char *stuck; /* why; NULL */
	gboolean closed;
	gboolean rejected;
	GArray *approved;  /* of ApprovedBy */
	const StageRule *rule; /* of the stage that is open; NULL: the policy has it no more */
	Stage *stage;      /* that is open; NULL */
	GPtrArray *tasks;  /* of Task, owned: all of the open stage */
	GPtrArray *approvals; /* of Approval, borrowed from them */
};

/* --- approvals --- */

/* Beside an Asked of the same index: who they are, and when they were first written to. */
typedef struct {
	Known *known;
	gint64 told; /* INSTANT_NONE: not yet */
} AskedPerson;

/* An approval, its people and their invites. */
struct Task {
	Item item;
	Course *course;
	Approval *approval;
	const Stage *stage;
	RemindState state; /* asked, rungs and history are the task's; fair_from is kept by it */
	RemindHistory *history;
	GArray *asked;    /* of Asked: state.asked */
	GArray *people;   /* of AskedPerson, one for each of `asked` */
	GPtrArray *rungs; /* of RungRecipients, borrowed from the cache; NULL = not asked for */
	gboolean has_people; /* `rungs` holds all it ever needs */
	GArray *since;    /* state.since */
	GPtrArray *answers; /* of Answer, owned: the timetable may still hold them when the approval has ended */
	GPtrArray *entries; /* of Entry, borrowed: that hold it */
	gint64 retry;     /* nobody stands in: when somebody may; INSTANT_NONE */
	gboolean moves;   /* its hold ends at item.wake, and the deadline is worked out anew */
	Idle idle;        /* what was told of it */
};

/* A reminder that goes now. */
typedef struct {
	Task *task;
	Reminder reminder;
} Claim;

/* --- calendar entries --- */

typedef struct {
	Task *task;
	const char *rung; /* that asked for it; NULL */
	guint occurrence;
	Tone tone;
} EntryLine;

struct Entry {
	Item item;
	Known *known;
	Calendar *calendar;
	Date day;
	gboolean by_day;  /* it holds all of theirs of that day */
	gboolean stands;  /* a REQUEST went */
	gboolean moved;   /* something left it for another day since it was told */
	gint64 ends;      /* as it was told; INSTANT_NONE: not yet */
	GArray *lines;    /* of EntryLine: what it holds, or is to hold */
	GArray *joining;  /* of EntryLine: of these, what is not told yet */
	GArray *leaving;  /* of EntryLine: what was told and is not in it any more */
};

struct Rehearsal {
	RehearsalTerms terms;
	gint64 now;
	gboolean sent;      /* this pass has sent already: what it brings up is the next one's */
	GTree *timetable;   /* gint64 -> GPtrArray of Item, one a kind */
	GHashTable *known;  /* id -> Known */
	GHashTable *recipients; /* text -> RungRecipients */
	GPtrArray *courses; /* of Course */
	GHashTable *suppliers; /* key -> GPtrArray of Course: theirs */
	GPtrArray *ended;   /* of Task, owned: of stages that closed */
	GPtrArray *stages;  /* of Stage, owned: that closed */
	GPtrArray *drafts;  /* of Known: who get a mail in this pass */
	GArray *invites;    /* of Claim: of this pass */
	GArray *calls;      /* of Claim: likewise, over the policy's channels */
	GPtrArray *entries; /* of Entry, owned */
	GArray *told;       /* of Rehearsed: of this instant */
	guint messages;
};

/* rehearsal.c. Puts it on the timetable for that instant or the first pass after it, in the place of what it had; INSTANT_NONE: takes it off. */
void timetable_put(Rehearsal *rehearsal, Item *item, gint64 instant);

/* rehearsal_people.c */
Known *known_person(Rehearsal *rehearsal, const Person *person);
Calendar *known_calendar(Rehearsal *rehearsal, Known *known, const Administration *administration);
void known_free(gpointer known);
EligibilityTerms course_terms(const Rehearsal *rehearsal, const Course *course, const StageRule *rule, GPtrArray *excluded);
/* Who the rung speaks to beside `approver`, owned by the rehearsal. NULL = unknown. */
RungRecipients *find_recipients(Rehearsal *rehearsal, const Task *task, const Rung *rung, GError **error);

/* rehearsal_course.c: invoices and their stages. */
gboolean course_advance(Rehearsal *rehearsal, Course *course, GError **error);
/* After an approval of its stage ended. */
void course_settle(Rehearsal *rehearsal, Course *course);
void course_stick(Rehearsal *rehearsal, Course *course, const char *why);
void course_free(gpointer course);
/* The end of the hold that lasts now; INSTANT_NONE = none does. */
gint64 course_held_until(const Course *course, gint64 now);

/* rehearsal_task.c: approvals. */
/* It opens now. `replaces`: the approval in whose place; NULL. Borrowed. */
Task *task_open(Rehearsal *rehearsal, Course *course, Known *approver, int group, int centre, const Approval *replaces);
/* One in mid-course. */
void task_take_over(Rehearsal *rehearsal, Course *course, const RehearsedApproval *from);
/* Puts somebody beside the approver; `how` says since when and by what (person and calendar are filled in). */
void task_ask(Rehearsal *rehearsal, Task *task, Known *known, Asked how);
/* They are beside no more: by their place in `asked`. */
void task_dismiss(Rehearsal *rehearsal, Task *task, guint place);
/* A mail about it went to them. */
void task_note_told(Rehearsal *rehearsal, Task *task, const Known *known);
gboolean task_run(Rehearsal *rehearsal, Task *task, GError **error);
void task_answer(Rehearsal *rehearsal, const Answer *answer);
/* It is pending no more. */
void task_end(Rehearsal *rehearsal, Task *task, ApprovalState state);
Known *task_approver(const Task *task);
/* What a selector of its ladder or its stage refers to: its invoice, its own cost centre, and whom it was opened for. Borrows from it. */
SelectorContext task_context(const Task *task);
void task_free(gpointer task);

/* rehearsal_handing.c: who is added, who stands in, who takes over. */
/* *ended: it went to another. */
gboolean task_act(Rehearsal *rehearsal, Task *task, gboolean *ended, GError **error);
gboolean task_follow_absences(Rehearsal *rehearsal, Task *task, GError **error);
/* When somebody who is asked comes or goes next; INSTANT_NONE: never. */
gint64 task_next_absence(const Task *task, gint64 now);

/* rehearsal_send.c: one mail a person, and one call of each channel. */
void send_claim(Rehearsal *rehearsal, const Claim *claim);
void send_all(Rehearsal *rehearsal);

/* rehearsal_invite.c: calendar entries. */
void invite_claims(Rehearsal *rehearsal);
void invite_follow_entry(Rehearsal *rehearsal, Entry *entry);
/* Its deadline moved. */
void invite_follow_deadline(Rehearsal *rehearsal, Task *task);
void invite_take_back(Rehearsal *rehearsal, Task *task, Known *known);
/* Of a case taken over: its invite stands. */
void invite_stands_for(Rehearsal *rehearsal, Task *task, Known *known);
void diary_entry_free(gpointer entry);

/* rehearsal_tell.c */
Rehearsed rehearsed_of(const Rehearsal *rehearsal, RehearsedKind kind, const Task *task);
void tell(Rehearsal *rehearsal, const Rehearsed *rehearsed);
void tell_all(Rehearsal *rehearsal, RehearsalVisit visit, gpointer user_data);

#endif
