/* The policy: calendars, ladders and chains, as finance wrote them, checked and parsed. Immutable once read;
 * config/policy_file.c makes it. Reference counted, since passes, `explain` and the daemon share one. */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include "base/money.h"
#include "calendar/calendar.h"
#include "calendar/expression.h"
#include "domain/channel.h"
#include "domain/rates.h"
#include "domain/selector.h"

typedef enum { TONE_NEW, TONE_FRIENDLY, TONE_FIRM, TONE_ESCALATION, TONE_FINAL } Tone;
const char *tone_name(Tone tone);
gboolean tone_parse(const char *name, Tone *tone);

/* A mail, an entry in the calendar, calls of the policy's channels. */
typedef enum { SEND_MAIL = 1 << 0, SEND_INVITE = 1 << 1, SEND_HOOK = 1 << 2 } SendFlags;
/* The readable original beside a mail that asks for a decision: none, where it is a PDF, or else the file as it came in. */
typedef enum { ATTACH_NONE, ATTACH_PDF, ATTACH_DOCUMENT } AttachMode;
/* Who hears of a decision: nobody, whoever else was told of the approval, or who decided too. */
typedef enum { THANKS_NONE, THANKS_OTHERS, THANKS_ALL } ThanksMode;
/* Calendar entries: none, one an approval, or one an approver and deadline day that holds all of them. */
typedef enum { INVITES_NONE, INVITES_APPROVAL, INVITES_DAY } InviteMode;

typedef struct {
	char *name;
	TimeExpression at;
	SendFlags send;
	GPtrArray *hooks; /* of char *: the names of the channels, where SEND_HOOK is set */
	Tone tone;
	GPtrArray *to; /* of Selector */
	GPtrArray *cc; /* of Selector */
	GPtrArray *add;      /* of Selector: who is put beside the approver when the rung acts; empty = nobody */
	GPtrArray *reassign; /* of Selector: who takes the approval over then; likewise */
	gboolean urgent;
	gboolean anytime;
	gboolean repeats;
	Span every;
	guint times; /* in all; 0 = until decided; 1 where it does not repeat */
	guint line;  /* of the policy's text; 0 = made otherwise (so in every struct below) */
} Rung;

typedef struct {
	char *name;
	GPtrArray *rungs; /* of Rung, in ladder order */
	guint line;
} Ladder;

typedef enum { NEED_ANY, NEED_ALL, NEED_NUMBER } NeedType;
typedef struct {
	NeedType type;
	guint number;
} Need;

typedef struct {
	char *name;
	GPtrArray *approvers; /* of Selector */
	GPtrArray *fallback;  /* of Selector */
	Need need;
	Span within;
	Span at_least;
	GArray *before; /* of TimeExpression */
	char *ladder; /* NULL: the administration's, else the policy's first */
	gboolean distinct;
	gboolean authority_required;
	gboolean opens_booked; /* waits until the ERP says that the invoice is booked */
	gboolean back_on_reject; /* a rejection goes back one stage instead of closing the invoice */
	guint line;
} StageRule;

/* Every condition given must hold; a list means any of. NULL array = not given. Patterns are shell patterns. */
typedef struct {
	GPtrArray *administration, *supplier, *kind, *cost_centre, *buyer_reference, *order, *currency; /* of char * */
	gboolean has_min, has_max;
	Money min, max;
	gboolean has_accumulated; /* what the supplier's invoices of the last `accumulated_within` add up to, this one included */
	Span accumulated_within;
	Money accumulated_min;
} When;

typedef struct {
	char *name;
	gboolean has_when;
	When when;
	GPtrArray *stages; /* of StageRule */
	guint line;
} Chain;

typedef struct {
	Calendar *calendar;
	GPtrArray *countries; /* of char * */
	GPtrArray *people;    /* of Selector */
	guint line;
} PolicyCalendar;

/* A legal entity of the buyer's. */
typedef struct {
	char *name;
	GPtrArray *buyers;   /* of char *: VAT numbers and other ids by which an invoice names it */
	char *folder;        /* invoices that came through a folder or mailbox of that name are its; NULL */
	char *calendar;      /* NULL = the default one */
	char *ladder;        /* of stages that name none; NULL */
	GPtrArray *admins;   /* of Selector; empty = those of akkoord.conf */
	GPtrArray *auditors; /* likewise */
	gboolean reminders;  /* FALSE: nothing is sent for its invoices */
	guint line;
} Administration;

#define SUMMARY_NONE "none"

typedef struct {
	gatomicrefcount references;
	GPtrArray *calendars; /* of PolicyCalendar */
	char *default_calendar;
	GArray *slots; /* of int, seconds of the local day, ascending */
	Span grace;
	guint max_per_day;
	guint hourly_budget; /* mails an hour, to everybody together */
	guint mass_change;   /* how many percent of the open approvals may change hands in one pass */
	InviteMode invites;
	AttachMode attach;
	guint attach_max_mb; /* what the documents of one mail weigh together at most, before they are encoded */
	ThanksMode thanks;
	char *summary;       /* when the admins get their weekly summary, as week_time_parse() reads it; SUMMARY_NONE */
	guint payment_runs; /* set of weekdays, 1 << 0 = Monday (calendar/payment.h); 0 = none */
	guint due_days;            /* after receipt, of an invoice whose due date nothing else tells; 0 = it has none */
	GPtrArray *supplier_terms; /* of char *: a pattern, a blank and days after the day of issue (domain/due.h) */
	gboolean allow_self;
	char *rates_file; /* as the policy names it; NULL = none */
	Rates *rates;     /* what it says; NULL = none */
	char *credit_note_ladder; /* of credit notes in chains that do not ask for a kind; NULL = the stage's own */
	GPtrArray *administrations; /* of Administration */
	GPtrArray *channels; /* of Channel */
	GPtrArray *ladders; /* of Ladder */
	GPtrArray *chains;  /* of Chain */
} Policy;

Policy *policy_new(void); /* empty, with DESIGN.md's defaults */
Policy *policy_ref(Policy *policy);
void policy_unref(Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_unref)

/* Takes ownership of the calendar. */
PolicyCalendar *policy_calendar_new(Calendar *calendar);
void policy_calendar_free(PolicyCalendar *calendar);
Rung *rung_new(void);
void rung_free(Rung *rung);
Ladder *ladder_new(const char *name);
void ladder_free(Ladder *ladder);
StageRule *stage_rule_new(void);
void stage_rule_free(StageRule *stage);
Chain *chain_new(void);
void chain_free(Chain *chain);
Administration *administration_new(void); /* with reminders */
void administration_free(Administration *administration);

/* Borrowed; NULL where there is none of that name (NULL: of none). Of an administration's without regard to case. */
const Ladder *policy_ladder(const Policy *policy, const char *name);
const Chain *policy_chain(const Policy *policy, const char *name);
Calendar *policy_calendar(const Policy *policy, const char *name);
const Administration *policy_administration(const Policy *policy, const char *name);
const Channel *policy_channel(const Policy *policy, const char *name);

/* The first whose countries hold the person's country (NULL: unknown), else the administration's (NULL: there is none), else the default (`people` selectors:
 * resolve_calendar()). */
Calendar *policy_calendar_for_country(const Policy *policy, const Administration *administration, const char *country);

/* Whether a calendar's countries hold that country (NULL: unknown). */
gboolean policy_country_has_calendar(const Policy *policy, const char *country);

#endif
