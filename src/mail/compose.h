/* Messages to people: one that carries a person's reminders, the invite, the notice to who looks after Akkoord, and the question. Bytes out, nothing sent. */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/money.h"
#include "codec/json.h"
#include "config/settings.h"
#include "domain/person.h"
#include "domain/policy.h"
#include "ics/ical.h"

typedef struct MailStyle MailStyle; /* templates of every language, house style; loaded once */

/* Defaults come from `template_root` (installed or in the source tree), overridden one by one from settings->template_dir. ERROR_CONFIG names file and line.
 * What it needs of the settings is copied. */
MailStyle *mail_style_new(const Settings *settings, const char *template_root, GError **error);
void mail_style_free(MailStyle *style);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailStyle, mail_style_free)

/* What became of an approval while who was asked was away. */
typedef enum { OUTCOME_NONE, OUTCOME_APPROVED, OUTCOME_REJECTED, OUTCOME_HANDED, OUTCOME_LAPSED } MailOutcome;

/* One invoice in a mail, in the order given by the caller (most urgent first). Strings borrowed. */
typedef struct {
	const char *invoice;  /* id */
	const char *approval; /* id */
	const char *supplier, *number;
	Money amount;         /* what is approved */
	gboolean credit_note;
	Date due;             /* DATE_NONE: none */
	gint64 deadline;
	gint64 opened;
	gboolean informing;   /* cc: told, cannot decide */
	const char *approver; /* name of who is to decide (for informing) */
	const GPtrArray *others; /* names (const char *) of who else was asked; may be NULL */
	const char *next_name;   /* who hears of it next; NULL: nobody */
	gint64 next_at;          /* and when; INSTANT_NONE */
	gint64 again_at;         /* when the reader is reminded next; what is not to come says nothing */
	const char *why;         /* why this person: the stage's name ("budget holder"); NULL */
	const GPtrArray *deciders; /* names of who else may decide this very approval (whoever does, it is done), the one it was opened for first; NULL */
	gboolean added;            /* the reader was put beside the first of them */
	gboolean deputy;           /* and stands in for them while they are away */
	MailOutcome outcome;     /* of a summary on return; else OUTCOME_NONE */
	const char *outcome_by;  /* who decided, or to whom it was handed on; NULL */
	gint64 outcome_at;
	const char *stood_in;    /* who was asked meanwhile, and did not decide; NULL */
	const char *file;        /* the name of its document, which the message bears; NULL: none */
	gboolean file_too_big;   /* it has one, which does not fit */
	const char *returned_by, *returned_why; /* who rejected it at the stage after, so that it is asked again, and their reason; NULL */
} MailItem;

/* A document beside a message. */
typedef struct {
	char *name;          /* with its suffix: fit for any file system */
	const char *subtype; /* of application/: "pdf" */
	GBytes *bytes;
} MailFile;

typedef struct {
	const Person *recipient;
	Calendar *calendar; /* the recipient's: dates and times are shown in its zone */
	Tone tone;
	gint64 now;
	const MailItem *items;
	gsize n_items;
	const MailItem *coming; /* of a reminder: what the reader is to decide soon and this mail does not ask; NULL where none is */
	gsize n_coming;
	guint more_coming;      /* that there are beside these */
	const char *message_id; /* "<…@host>" */
	gboolean updates;       /* of an invite: the recipient may have the entry already */
	gboolean remains;       /* of a cancellation: what stood in the entry is not done (another entry holds it, or they are away) */
	gboolean asked, decided; /* of what is done: all were the reader's to decide too; the reader decided one */
	const char *thread_id;  /* the root Message-ID of the one approval's thread; NULL where several, or first */
	const MailFile *files;  /* beside it, in this order, of a reminder; borrowed */
	gsize n_files;
	const Person *reply_to; /* to whom an answer goes; NULL: to nobody */
} MailRequest;

/* What does not go on by itself. Strings borrowed. */
typedef enum {
	TROUBLE_NOBODY,  /* nobody can be asked at the stage */
	TROUBLE_NO_HEIR,  /* a rung was to hand an approval on, and nobody is left who may take it: it stays where it is */
	TROUBLE_GONE,     /* who was asked is gone or unusable, and nobody is left who may take it: it stays where it is */
	TROUBLE_NOT_MINE, /* somebody said that it is not theirs, and nobody else can be asked */
	TROUBLE_TOO_FEW, /* fewer than the stage needs */
	TROUBLE_AMOUNT,  /* the amount cannot be compared with any limit */
	TROUBLE_RATE,    /* for want of an exchange rate */
	TROUBLE_OTHER,   /* stuck for a reason that has no words here */
	TROUBLE_REFUSED, /* a mail was refused */
	TROUBLE_NO_RUNG, /* an approval of which nobody is reminded any more */
	TROUBLE_OVERDUE, /* one that is long past its deadline */
	TROUBLE_NO_DEPUTY, /* one whose approver is absent, and nobody may stand in */
	TROUBLE_BUDGET,  /* as many mails went within an hour as may */
	TROUBLE_CHANGE,  /* more approvals were to change hands at once than may */
	TROUBLE_OUTAGE,  /* the directory does not answer */
	TROUBLE_CALENDAR, /* a calendar of absences cannot be read */
	TROUBLE_ALARM,    /* a mail came back for what seems to lie with us */
	TROUBLE_UNPROVEN, /* a report of a mail that came back, which anybody may have written */
	TROUBLE_STRAY,    /* a mail came in that cannot be read, or matched */
	TROUBLE_UNTAKEN,  /* a mail came in with an invoice that was not taken in */
} TroubleKind;
typedef struct {
	TroubleKind kind;
	const char *invoice; /* id; NULL: it is about none */
	const char *supplier, *number;
	Money amount; /* no currency: not known */
	gboolean credit_note;
	guint others;               /* how many more invoices it is about */
	const char *stage;          /* its name; NULL where it is none's */
	const char *name, *address; /* whose mail was refused, or whose approval it is; of TROUBLE_CALENDAR which calendar */
	const char *reply;          /* what was said to it; NULL */
	const char *channel;        /* TROUBLE_REFUSED: of the policy, which refused a call; NULL: it was a mail */
	guint count, open;          /* TROUBLE_CHANGE: so many approvals of so many that are open */
	gint64 since;               /* TROUBLE_OUTAGE, TROUBLE_CALENDAR */
	gint64 mail;                /* TROUBLE_ALARM, TROUBLE_UNPROVEN, TROUBLE_STRAY, TROUBLE_UNTAKEN: the event of the mail that came in; name: whom it speaks of, or who sent it; NULL */
} MailTrouble;

typedef struct {
	const Person *recipient;
	Calendar *calendar; /* the recipient's */
	gint64 now;
	const MailTrouble *troubles; /* in the order given by the caller */
	gsize n_troubles;
	guint more; /* that there are beside these */
	const char *message_id;
} MailNotice;

/* Why an invoice is open, as the summary of the week says it. */
typedef enum {
	OPEN_WAITS,     /* for who is asked */
	OPEN_LATE,      /* likewise, past a deadline: that one */
	OPEN_STUCK,     /* as `trouble` says */
	OPEN_HELD,      /* until then */
	OPEN_LATER,     /* nobody is asked before then */
	OPEN_BOOKED,    /* until the ERP says that it is booked */
	OPEN_QUIET,     /* its administration wants no reminders */
	OPEN_UNREACHED, /* who is asked has not been reached by mail */
	OPEN_UNSENT,    /* nothing went to who is asked yet */
} OpenWhy;
typedef struct {
	const char *invoice; /* id */
	const char *supplier, *number;
	Money amount; /* no currency: not known */
	gboolean credit_note;
	gint64 received;
	const GPtrArray *whom; /* names (const char *) of who may decide it now; NULL: nobody */
	OpenWhy why;
	TroubleKind trouble; /* of OPEN_STUCK */
	gint64 until; /* INSTANT_NONE */
} MailOpen;

/* So many as are named, longest first. */
typedef struct {
	const MailOpen *rows;
	gsize n;
	guint more; /* that there are beside these */
} MailOpenList;
typedef struct {
	const char *name; /* of the administration; NULL: of none */
	guint open, late, stuck, held, unreminded; /* invoices */
} MailTally;
typedef struct {
	const char *name;
	gboolean refused; /* their address is; else the directory does not have them any more */
	guint invoices; /* asked of them */
} MailLost;

/* The week, for who looks after Akkoord. Strings borrowed. */
typedef struct {
	const Person *recipient;
	Calendar *calendar; /* the recipient's */
	gint64 now;
	MailTally all;
	const MailTally *by; /* the administrations, where there are several */
	gsize n_by;
	MailOpenList stuck, late, never, rest; /* open ones, each in the first of these that fits; never: of which nobody was reminded */
	guint received, approved, rejected; /* invoices, in the last seven days */
	gint64 median_s; /* working time from an approval's opening to its decision, of those; -1: none */
	const MailLost *lost; /* who is asked and cannot be reached */
	gsize n_lost;
	guint more_lost; /* that there are beside these */
	const char *message_id;
} MailSummary;

/* A question about one invoice. Strings borrowed. */
typedef struct {
	const Person *recipient;
	Calendar *calendar; /* the recipient's */
	gint64 now;
	gboolean outside;     /* to the supplier: nothing is said but the number, the question and whom to answer */
	const MailItem *item; /* the invoice; its dates and approval are not said */
	const char *question;
	const Person *asker;  /* whom to answer */
	gint64 until;         /* until when the invoice is on hold for it; INSTANT_NONE: it is not */
	const char *message_id;
} MailQuestion;

typedef struct {
	char *to;      /* the envelope recipient, ASCII domain */
	char *subject; /* as people read it */
	char *text, *html; /* what its two parts say */
	GBytes *bytes; /* RFC 5322, CRLF, ≤ 998 octets a line, the same on every call with the same input */
	GPtrArray *files; /* of GBytes: what the request's files hold; NULL */
} ComposedMail;
void composed_mail_clear(ComposedMail *mail);

/* At least one item. ERROR_PERMANENT: the recipient has no address that mail can go to. */
gboolean mail_compose_reminder(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error);

/* News of an approval to who was asked: exactly one item, informing, whose `approver` is who is asked now (NULL: nobody yet). `news`: "moved". Errors as
 * mail_compose_reminder(). */
gboolean mail_compose_news(const MailStyle *style, const MailRequest *request, const char *news, ComposedMail *mail, GError **error);

/* That it is done, to who was told of it: at least one item, informing, with its outcome. Errors as mail_compose_reminder(). */
gboolean mail_compose_done(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error);

/* What somebody who was away finds on their return: what waits for them, and, informing, with its outcome, what was closed meanwhile. At least one item. Errors as
 * mail_compose_reminder(). */
gboolean mail_compose_return(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error);

/* The invite, its update or its cancellation, as PRACTICE.md 1.2; at least one item: the entry names them, as many as its text bears. Organizer and attendee are taken from the settings and the recipient; so are
 * summary, description and url where the event has none. ERROR_PERMANENT also where the recipient is the organizer (PRACTICE.md 1.3). */
gboolean mail_compose_invite(const MailStyle *style, const MailRequest *request, const IcsEvent *event, ComposedMail *mail, GError **error);

/* What a reminder's mail would say, for another way to say it: the object that its templates see, and beside it `line` (all in one line), `link` (where it is decided; false:
 * nowhere) and `text` (the line with the link at its end), `lang`. The recipient needs no address. Owned by the caller. */
Json *mail_facts(const MailStyle *style, const MailRequest *request);

/* At least one trouble. Errors as mail_compose_reminder(). */
gboolean mail_compose_notice(const MailStyle *style, const MailNotice *notice, ComposedMail *mail, GError **error);

/* Errors as mail_compose_reminder(). */
gboolean mail_compose_summary(const MailStyle *style, const MailSummary *summary, ComposedMail *mail, GError **error);

/* Errors as mail_compose_reminder(). */
gboolean mail_compose_question(const MailStyle *style, const MailQuestion *question, ComposedMail *mail, GError **error);

/* The Message-ID "<ID@host>" for that message id, always the same; host from the settings' from address. Owned by the caller. */
char *mail_message_id(const Settings *settings, const char *message);

#endif
