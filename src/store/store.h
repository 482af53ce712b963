/* What is remembered: the event log, its side record, and the tables the events add up to.
 *
 * store_append() is the only way in: it seals the event, appends it and applies it to the tables, all in the caller's
 * transaction. Six tables are not part of the record and may be emptied at any time without loss: `wakeup` (when to look
 * at an invoice or approval again; derived from policy and state), `runtime` (the last pass and the like), `directory_answer` (what the directory said last),
 * `feed` and `feed_absence` (calendars of absences), and `secret_key`, whose loss makes addresses and links that went out void.
 * Some events set a wakeup for their own instant in the same transaction: invoice.received, .updated, .restarted and .booked that of the
 * invoice, approval.opened and approval.moved that of the approval; closing an invoice or approval removes its own. invoice.stuck and
 * message.refused (but of a notice), approval.idle and budget.reached set that of the admins; invoice.held sets the invoice's for the hold's end; whatever changes
 * what a person's calendar is to say sets that person's. absence.set and absence.cleared set those of the approvals of which that person is asked, and that of their
 * return.
 * stage.closed sets those of the people who are to be told of it.
 * A mail that was refused sets that of its person, who may have to be asked no more; change.allowed, change.confirmed
 * and person.found set those of the approvals that are asked of these people.
 *
 * One thread owns a Store. Every call can fail with ERROR_TRANSIENT (busy, disk full), ERROR_INVALID (asked for nonsense),
 * ERROR_BROKEN (the record does not fit itself). A failed call inside a transaction leaves it to be rolled back.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "audit/event.h"
#include "domain/approval.h"
#include "domain/hold.h"
#include "domain/invoice.h"
#include "domain/person.h"

typedef struct Store Store;

/* `uri`: "sqlite:/path". Opening migrates an older schema in a transaction and refuses a newer one (ERROR_CONFIG).
 * `create`: makes an empty store where there is none; else a missing file is ERROR_NOT_FOUND. */
Store *store_open(const char *uri, gboolean create, gint64 now, GError **error);
/* The same to be read only, as it stands at that moment: no other store, file or lock is touched, and nothing waits for it. An older schema is ERROR_CONFIG. */
Store *store_open_to_read(const char *uri, GError **error);
/* FALSE where somebody began to write meanwhile in a way that what was read may not fit together: open it again. */
gboolean store_is_steady(const Store *store);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* BEGIN IMMEDIATE … COMMIT. Not nested. */
gboolean store_begin(Store *store, GError **error);
gboolean store_commit(Store *store, GError **error);
void store_rollback(Store *store); /* nothing to do where there is no transaction */

/* Between the two. */
gboolean store_is_writing(const Store *store);

/* A batch: what is written from its beginning to its end is on disk, all of it or nothing, when the end returns TRUE; so the disk is waited for once, however many transactions
 * there were. Each of them still commits and rolls back by itself. Other writers wait as long as it lasts: nothing that may take time belongs into it. Not nested. */
gboolean store_batch_begin(Store *store, GError **error);
gboolean store_batch_end(Store *store, GError **error);

/* As long as a batch gives the same mark, everything in the store is as it was. 0: nobody knows, since others may write. */
gint64 store_mark(const Store *store);

/* One state of the store for a long reading, which waits for nobody: begins a transaction to read where there is none, which *own then says. */
gboolean store_snapshot_begin(Store *store, gboolean *own, GError **error);
void store_snapshot_end(Store *store, gboolean own);

/* The number of the last event: as long as it is the same, so is all that is recorded. 0: there is none. */
gboolean store_last_event(Store *store, gint64 *seq, GError **error);

/* Takes ownership of the event, also on failure. *seq (may be NULL) is its number. An event that the tables refuse (a reminder claimed
 * twice, an approval that is not pending) is ERROR_CONFLICT. */
gboolean store_append(Store *store, Event *event, gint64 *seq, GError **error);

/* The only way to append message.queued: as store_append, with the message's bytes (RFC 5322 with CRLF), which are kept beside the
 * record; the event's data gets their `sha256`, so that the chain covers them. `bytes` stays the caller's. */
gboolean store_append_message(Store *store, Event *queued, GBytes *bytes, gint64 *seq, GError **error);

/* The same with the files that the message bears, of GBytes, in the order in which they stand in its bytes as mime_base64() writes them: each is kept once among the blobs, however many
 * messages bear it. The event's data gets their SHA-256s as `files`. */
gboolean store_append_message_with(Store *store, Event *queued, GBytes *bytes, const GPtrArray *files, gint64 *seq, GError **error);

/* Content-addressed bytes (documents, policies): stored once; `sha256` (65 bytes) gets the name, or, of what is hashed already, gives it. */
gboolean store_keep_blob(Store *store, const char *sha256, const void *bytes, gsize length, GError **error);
gboolean store_put_blob(Store *store, const void *bytes, gsize length, char *sha256, GError **error);
GBytes *store_blob(Store *store, const char *sha256, GError **error); /* ERROR_NOT_FOUND */

/* --- the tables, read --- */

typedef struct {
	char *id;
	InvoiceState state;
	char *identity;
	char *supplier_key;
	char *substance;
	InvoiceFacts *facts; /* as the document says them: never to be changed */
	gint64 received;
	char *document; /* SHA-256 of the file */
	char *via;      /* the folder or mailbox that it came through; NULL */
	char *chain;    /* NULL until routed */
	char *administration; /* that it belongs to; NULL: to none, or not routed */
	int began;      /* the ordinal that the first stage of its chain has or will have; 0 until routed */
	gint64 policy_version;
	char *waits;   /* for what it opens no stage: "booked"; NULL */
	gint64 booked; /* INSTANT_NONE: not that we know */
	gint64 stuck; /* the event that made it so; 0: it is not */
	char *stuck_why;
	gint64 closed; /* INSTANT_NONE while open */
	gint64 opens;  /* no stage opens before; INSTANT_NONE: at once */
} InvoiceRow;
void invoice_row_free(InvoiceRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InvoiceRow, invoice_row_free)

/* NULL with ERROR_NOT_FOUND. */
InvoiceRow *store_invoice(Store *store, const char *id, GError **error);
/* NULL without an error where there is none. By document: the invoice that a document of that SHA-256 brought or updated. */
InvoiceRow *store_invoice_by_identity(Store *store, const char *identity, GError **error);
InvoiceRow *store_invoice_by_document(Store *store, const char *sha256, GError **error);
/* By id, or SUPPLIER/NUMBER split at the first slash (supplier: name, VAT or other id; both compared by text_key). None:
 * ERROR_NOT_FOUND; several: ERROR_CONFLICT with the candidates listed. */
InvoiceRow *store_invoice_find(Store *store, const char *reference, GError **error);

typedef struct {
	gboolean only_open; /* else every state */
	gint64 since;       /* received then or later; 0: whenever */
	gboolean stuck;
	gboolean on_hold; /* at `now` */
	gboolean late;        /* an approval pending past its deadline at `now` */
	gboolean no_reminder; /* nothing was ever sent for it */
	gboolean withheld;    /* something of it is held back, since its recipient is not on mail.allow_list */
	gboolean bounced;     /* a mail about it came back from a mail server, and was to be sent again or given up for that */
	const char *approver; /* person id with a pending approval, as who it was opened for, or beside them */
	const char *administration; /* by its name */
	gint64 now;
	gboolean bare; /* of what the document says nothing is read: `facts` is NULL, and so are identity, supplier_key, substance and via */
} InvoiceFilter;
/* The administration of an approval's invoice; *administration NULL: it has none. Owned by the caller. */
gboolean store_administration(Store *store, const char *approval, char **administration, GError **error);

/* How many invoices of an administration were closed so. */
typedef struct {
	InvoiceState state;
	char *administration; /* NULL: none */
	guint count;
} ClosedTally;
void closed_tally_free(ClosedTally *tally);
GPtrArray *store_closed_since(Store *store, gint64 since, GError **error); /* of ClosedTally: closed then or later */

/* Another invoice of the same supplier. */
typedef struct {
	char *id;
	gint64 received;
	Money amount; /* as invoice_facts_amount() has it */
} SupplierInvoice;
void supplier_invoice_free(SupplierInvoice *invoice);
/* Of SupplierInvoice: those of that supplier (InvoiceRow.supplier_key) but `except` that are open or approved and no credit notes, whose amount is known, received from
 * `since` to `until`, both included; in order of received, id. */
GPtrArray *store_supplier_invoices(Store *store, const char *supplier_key, const char *except, gint64 since, gint64 until, GError **error);

/* Ordered by received, id; calls `visit` for each until it returns FALSE. The row is freed after the call. */
typedef gboolean (*InvoiceVisit)(const InvoiceRow *row, gpointer user_data);
gboolean store_invoices(Store *store, const InvoiceFilter *filter, InvoiceVisit visit, gpointer user_data, GError **error);

/* A hold: what stopped an invoice for a while. Its time is over at `until`, whether or not a pass has seen to it. */
typedef struct {
	gint64 seq; /* of its event */
	char *invoice;
	char *kind;   /* hold, ask */
	char *role;   /* approver, finance: as what that person held it */
	char *person; /* opaque id; NULL */
	char *asked;  /* of whom a question was asked: finance, requester, supplier; NULL for a hold */
	char *reason; /* or the question; NULL once erased */
	gint64 began, until;
	gint64 ended; /* INSTANT_NONE while it lasts */
	char *answer; /* what was said when it was released; NULL */
} HoldRow;
void hold_row_free(HoldRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HoldRow, hold_row_free)
/* GArray of HeldSpan, in order: what hold_shift() takes. */
GArray *store_holds(Store *store, const char *invoice, GError **error);
GPtrArray *store_hold_rows(Store *store, const char *invoice, GError **error); /* of HoldRow, in order; NULL: of every invoice */
HoldRow *store_hold_lasting(Store *store, const char *invoice, GError **error); /* that has not ended; NULL, no error: none */

/* A person with the opaque id the record knows them by. */
typedef struct {
	char *id;
	Person *person;
} PersonRow;
void person_row_free(PersonRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PersonRow, person_row_free)
PersonRow *store_person(Store *store, const char *id, GError **error);
PersonRow *store_person_by_directory_id(Store *store, const char *directory_id, GError **error); /* NULL, no error: unknown */
PersonRow *store_person_by_name(Store *store, const char *uid_or_mail, GError **error);          /* likewise */

/* Somebody who was asked and is not there, or cannot be asked. */
typedef struct {
	char *person;   /* opaque id */
	gint64 missed;  /* when a complete search did not find them first; INSTANT_NONE */
	char *why;      /* they may not be asked: gone, disabled, no-mail, refused; NULL: they may, so far */
	gint64 lost;    /* since when, as the directory said; INSTANT_NONE */
	gint64 cleared; /* since when their approvals may be handed on; INSTANT_NONE: not yet */
	gint64 event;   /* that says so: the first person.missing, or the last person.lost */
	guint approvals; /* that are asked of them now, beside others too */
} SightingRow;
void sighting_row_free(SightingRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SightingRow, sighting_row_free)
SightingRow *store_sighting(Store *store, const char *person, GError **error); /* NULL, no error: nothing is wrong */
/* Of SightingRow, in the order of what happened. `only_held`: of whom something is asked that may not be handed on yet. */
GPtrArray *store_sightings(Store *store, gboolean only_held, GError **error);
/* How many approvals are pending of those who are lost and not cleared, and of all. */
gboolean store_count_changes(Store *store, gint64 *count, gint64 *open, GError **error);
/* Since when changes are held (change.held); INSTANT_NONE: they are not. */
gboolean store_change_hold(Store *store, gint64 *at, GError **error);
/* Of char *: who is asked in approvals that are to be looked at by `now` (but of invoices on hold), and who is to be looked at themselves. */
GPtrArray *store_people_due(Store *store, gint64 now, GError **error);
/* *reply: the mail server's, where the last message to that person at that address since then was refused; else NULL. Owned by the caller. */
gboolean store_last_refusal(Store *store, const char *person, const char *address, gint64 since, char **reply, GError **error);

GPtrArray *store_stages(Store *store, const char *invoice, GError **error);    /* of Stage, by ordinal */
GPtrArray *store_approvals(Store *store, const char *invoice, GError **error); /* of Approval, by stage, group, id */
Approval *store_approval(Store *store, const char *id, GError **error);
/* Of char *, ids, in the order in which they opened: those that were opened for that person, or that they were put beside, and that are pending, or were closed at `since` or later. */
GPtrArray *store_approvals_of(Store *store, const char *person, gint64 since, GError **error);

/* What somebody is to decide. */
typedef struct {
	char *approval, *invoice; /* ids */
	gint64 start, deadline;
} ComingRow;
void coming_row_free(ComingRow *row);
/* Of ComingRow, by deadline: what is pending and that person may decide, as who it was opened for or beside them, with a deadline after `from` and before `until`, and is not on hold. */
GPtrArray *store_coming(Store *store, const char *person, gint64 from, gint64 until, GError **error);

/* Who may decide an approval beside the person it was opened for. */
typedef struct {
	char *person; /* opaque id */
	char *how;    /* added (by a rung), deputy, manual */
	gint64 since; /* when they count as asked */
	char *rung;   /* that added them; NULL */
	guint occurrence;
	gint64 ended; /* INSTANT_NONE: still asked */
	char *why;    /* it ended; NULL */
	gint64 event; /* that says they are asked */
} AskedRow;
void asked_row_free(AskedRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AskedRow, asked_row_free)
GPtrArray *store_asked(Store *store, const char *approval, GError **error); /* of AskedRow, in the order in which they were added */

/* Somebody is away. */
typedef struct {
	char *id;
	char *person; /* opaque id */
	char *deputy; /* opaque id; NULL: none of its own */
	gint64 starts, ends; /* [starts, ends) */
	char *reason;    /* NULL; also once erased */
	char *by;        /* opaque id of who set it */
	gint64 recorded;
	gint64 cleared; /* it is taken back, or ended early, since then; INSTANT_NONE: it holds */
	gint64 over;    /* they are back since, and were told; INSTANT_NONE: not yet */
	gint64 event;
} AbsenceRow;
void absence_row_free(AbsenceRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbsenceRow, absence_row_free)
GPtrArray *store_absences_of(Store *store, const char *person, GError **error); /* of AbsenceRow, by their beginning; NULL: of everybody */
/* Of everybody those that hold and end after `now`. */
GPtrArray *store_absences(Store *store, gint64 now, GError **error);
AbsenceRow *store_absence(Store *store, const char *id, GError **error); /* NULL, no error: there is none */

/* What the rungs of an approval did. */
typedef struct {
	char *rung;
	guint occurrence;
	char *action;  /* add, reassign */
	char *outcome; /* done, nobody, already */
	gint64 at;
} RungActionRow;
void rung_action_row_free(RungActionRow *row);
GPtrArray *store_rung_actions(Store *store, const char *approval, GError **error); /* of RungActionRow, in the order in which they happened */

/* Reminders of one approval, in the order they were recorded. */
typedef struct {
	char *approval;
	char *rung;
	guint occurrence;
	char *person;
	char *role;    /* to, cc */
	char *channel; /* mail, invite, or a channel of the policy */
	char *tone;
	char *state;   /* planned, claimed, superseded, passed */
	char *why;     /* a word (domain/reminder.h); NULL for planned and claimed */
	char *by;      /* what it speaks of; NULL */
	gint64 unrolled;
	gint64 fires;
	gint64 not_before; /* of one that was put off; INSTANT_NONE */
	gint64 recorded;
	char *message; /* NULL unless claimed */
} ReminderRow;
void reminder_row_free(ReminderRow *row);
GPtrArray *store_reminders(Store *store, const char *approval, GError **error);
/* Claimed mails and calls whose message was never queued (we died in between): of ReminderRow, by message. A scan: only after a pass that did
 * not end. */
GPtrArray *store_claims_without_message(Store *store, GError **error);

typedef struct {
	char *id;
	char *kind;   /* mail, hook (a call of a channel of the policy), invite-request, invite-update, invite-cancel, notice, question */
	char *channel; /* of a hook: which; else NULL */
	char *person; /* opaque id */
	char *state;  /* queued, sending, accepted, deferred, refused, uncertain, withdrawn */
	guint attempts;
	guint doubts; /* how often it was uncertain */
	guint bounces; /* how often it came back */
	gint64 queued;
	gint64 next_try; /* INSTANT_NONE: no more */
	gint64 tried;    /* when last; INSTANT_NONE: never */
	gint64 accepted;
	char *to;         /* address; NULL once erased */
	char *subject;
	char *message_id; /* with <>; of a hook without */
	GBytes *bytes;    /* RFC 5322 with CRLF, of a hook what mail/call.h makes; only from store_message; NULL once erased */
	guint files;      /* that it bears; only from there too */
	char *reply;      /* the server's last */
} MessageRow;

/* TRUE of what carries reminders, by mail or over a channel. */
gboolean message_row_reminds(const MessageRow *row);
void message_row_free(MessageRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageRow, message_row_free)

/* Sending is paused: since when, by whom, why. */
typedef struct {
	gint64 at;
	char *person; /* opaque id; NULL: the record does not know them */
	char *name;   /* as they were called; NULL once erased */
	char *reason; /* likewise */
} PauseRow;
void pause_row_free(PauseRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PauseRow, pause_row_free)
/* FALSE with an error; TRUE: *pause (may be NULL) is the pause that lasts, or NULL, and *paused whether there is one. */
gboolean store_paused(Store *store, gboolean *paused, PauseRow **pause, GError **error);

/* How many messages were tried at or after `since`, each counted once; *first is when the first of them was, INSTANT_NONE: none. */
gboolean store_count_tried(Store *store, gint64 since, guint *count, gint64 *first, GError **error);
/* Whether approval.idle of that approval and why was recorded, and still holds; until (may be NULL): as it says, INSTANT_NONE where it does not. */
gboolean store_is_idle(Store *store, const char *approval, const char *why, gboolean *is, gint64 *until, GError **error);
/* When the hourly budget was last reached; INSTANT_NONE: never. */
gboolean store_last_alarm(Store *store, gint64 *at, GError **error);

/* Up to `limit` messages in state queued, deferred, sending (it is under way, or its sender died in it) or uncertain whose next_try <= now, oldest first, without bytes. */
GPtrArray *store_messages_to_send(Store *store, gint64 now, guint limit, GError **error);
/* The same of the calls of one of the policy's channels, which the former leaves out. */
GPtrArray *store_calls_to_make(Store *store, const char *channel, gint64 now, guint limit, GError **error);
GPtrArray *store_notices_to_send(Store *store, gint64 now, guint limit, GError **error); /* of these the notices alone */
MessageRow *store_message(Store *store, const char *id, GError **error);
GPtrArray *store_messages_of_approval(Store *store, const char *approval, GError **error); /* without bytes */
GPtrArray *store_messages_of_invoice(Store *store, const char *invoice, GError **error);   /* without bytes */
/* The mails and calls (not invites or notices) that are still to go, of char * ids, oldest first. */
GPtrArray *store_waiting_mails(Store *store, GError **error);
/* The messages that are held back since their recipients are not on mail.allow_list, of char * ids. */
GPtrArray *store_withheld(Store *store, GError **error);
/* INSTANT_NONE where none waits, or only what is held back; calls aside. */
gboolean store_next_mail_try(Store *store, gint64 *at, GError **error);
typedef struct {
	char *channel;
	gint64 at;
} ChannelUse;
/* The channels over which calls wait, and when the first of each may be made; of ChannelUse, by name. */
GPtrArray *store_channels_in_use(Store *store, GError **error);
/* How many mails (not invites) to that person were queued since, but for those withdrawn or held back. */
gboolean store_count_mails(Store *store, const char *person, gint64 since, guint *count, GError **error);
/* The approvals that the message speaks of, of char * ids. */
GPtrArray *store_message_approvals(Store *store, const char *message, GError **error);
/* Whether any of these is pending no more. */
gboolean store_message_has_ended(Store *store, const char *message, gboolean *has, GError **error);
/* Whether the invoice of any of these is or was on hold. */
gboolean store_message_has_hold(Store *store, const char *message, gboolean *has, GError **error);

/* What an admin is to be told. */
typedef enum { NOTICE_STUCK, NOTICE_REFUSED, NOTICE_IDLE, NOTICE_BUDGET, NOTICE_CHANGE, NOTICE_OUTAGE, NOTICE_RECEIVED } NoticeKind;
typedef struct {
	NoticeKind kind;
	char *fact;  /* as message.queued names it: "stuck:INVOICE:EVENT", "refused:MESSAGE", "idle:EVENT", "budget:EVENT", "change:EVENT", "outage:EVENT", "mail:EVENT" */
	char *about; /* the id of the invoice, message or approval; of a budget, change or mail that came in, the event's number; of an outage, since when */
	char *why;   /* of NOTICE_IDLE; of NOTICE_OUTAGE the calendar that cannot be read, as people may see it; NULL: the directory */
	char *administration; /* of the invoice that it is about, of several the first; NULL */
} Notice;
void notice_free(Notice *notice);
/* What that person was not told yet, of Notice: the open invoices that are stuck, in that order; the messages that were refused of which no
 * admin was told yet, but for those to this very person; the pending approvals that are idle, when the hourly budget was reached, and that changes are held, where no
 * admin was told. Nothing else is read. */
GPtrArray *store_untold(Store *store, const char *person, GError **error);
/* Of char *, opaque ids: who had a mail, as far as is known, about an approval of that stage which was not handed on. */
GPtrArray *store_told_of_stage(Store *store, const char *invoice, int stage, GError **error);
/* That a stage is done, which somebody is to be told. */
typedef struct {
	char *approval; /* of the stage, that they were told of: their own before others'; NULL: none is left */
	gint64 since;   /* when it closed */
} OwedRow;
void owed_row_free(OwedRow *row);
GPtrArray *store_thanks_owed(Store *store, const char *person, GError **error); /* of OwedRow, oldest first */
/* Whether a notice or summary that was not withdrawn told that person the fact. */
gboolean store_was_told(Store *store, const char *fact, const char *person, gboolean *told, GError **error);
/* When that person was last told what happened while they were away (message of kind "return"); INSTANT_NONE: never. */
gboolean store_last_return(Store *store, const char *person, gint64 *queued, GError **error);
/* The notice to that person that was queued, or is held back, and not tried yet, without bytes; NULL without an error where there is none. Withdrawing it makes
 * what it tells untold again. */
MessageRow *store_waiting_notice(Store *store, const char *person, GError **error);
/* *is: some of what that notice tells is so no more. */
gboolean store_notice_is_outdated(Store *store, const char *message, gboolean *is, GError **error);

/* A mail that came in. */
typedef struct {
	gint64 event; /* its mail.received */
	gint64 at;
	char *kind, *via, *outcome; /* words of mail.received */
	char *message; /* ours that it is about; NULL: none */
	gboolean proven;
	char *sha256; /* of its bytes, which are a blob */
	char *status, *domain; /* NULL */
	char *from, *to, *subject, *said; /* NULL where there is none, or once erased */
} ReceivedRow;
void received_row_free(ReceivedRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReceivedRow, received_row_free)
ReceivedRow *store_received(Store *store, gint64 event, GError **error); /* ERROR_NOT_FOUND */
GPtrArray *store_received_of_invoice(Store *store, const char *invoice, GError **error); /* of ReceivedRow: about its messages, oldest first */
/* What was taken in before: by its bytes, or by its identity (NULL: it has none). NULL without an error: it is new. */
ReceivedRow *store_received_before(Store *store, const char *sha256, const char *identity, GError **error);
/* How many came in since then that were unreadable, or about a delivery that is not known or not proven; *last: the event of the last of them. */
gboolean store_count_unclear(Store *store, gint64 since, guint *count, gint64 *last, GError **error);
/* Whether the admins were to be told since then of a bounce of that status from that domain that needs an alarm. */
gboolean store_alarm_is_known(Store *store, const char *domain, const char *status, gint64 since, gboolean *is, GError **error);

/* An entry that stands in a person's calendar, or is on its way there. */
typedef struct {
	char *uid;
	Date day; /* DATE_NONE: it is of one approval */
	gint64 sequence;
	char *message; /* the last one; NULL: none could be written */
	gint64 starts, ends;
	gint64 asked;       /* when it was asked for or updated last */
	gboolean withdrawn; /* the last message will not go */
	gboolean arrived;   /* one of its messages may have */
} InviteRow;
void invite_row_free(InviteRow *row);
GPtrArray *store_invites(Store *store, const char *person, GError **error); /* of InviteRow, by start and UID */
/* *is: that message is a REQUEST, and of its entry a later one was written, or it was taken back; or it is a CANCEL of an entry that never arrived. */
gboolean store_invite_is_outdated(Store *store, const char *message, gboolean *is, GError **error);

/* An approval for which a person is owed an entry, or that still stands in one. */
typedef struct {
	char *approval;
	char *administration; /* its invoice's; NULL: none */
	char *uid; /* of the entry that lists it; NULL: none yet */
	gint64 deadline;
	gint64 since; /* when its rung fired */
	gint64 moved; /* when its deadline moved last since; INSTANT_NONE */
	gint64 ended; /* since when that person has nothing to do for it; INSTANT_NONE: not yet */
} InvitedRow;
void invited_row_free(InvitedRow *row);
GPtrArray *store_invited(Store *store, const char *person, GError **error); /* of InvitedRow, in the order in which their approvals opened */

typedef struct {
	gint64 seq; /* of its event */
	gint64 at;
	char *approval; /* NULL: of the whole invoice */
	char *decision; /* approve, reject, withdraw */
	char *person;   /* who decided; NULL for the system */
	char *for_person; /* NULL */
	char *channel;
	char *assurance;
	char *reason; /* NULL */
	char *invoice;
} DecisionRow;
void decision_row_free(DecisionRow *row);
GPtrArray *store_decisions(Store *store, const char *invoice, GError **error);
/* Those of all invoices that were recorded after that event, in order: a page of them; none where that was all. */
GPtrArray *store_decisions_after(Store *store, gint64 seq, GError **error);

typedef struct {
	gint64 seq; /* of its event */
	gint64 at;
	char *person; /* who wrote it; NULL: nobody that is known */
	char *text;   /* NULL once erased */
} NoteRow;
void note_row_free(NoteRow *row);
GPtrArray *store_notes(Store *store, const char *invoice, GError **error); /* of NoteRow, oldest first */

typedef struct {
	gint64 version;
	gint64 at;
	char *sha256;
	char *author;
	char *note;
} PolicyRow;
void policy_row_free(PolicyRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyRow, policy_row_free)
PolicyRow *store_policy_current(Store *store, GError **error); /* NULL, no error: none yet */
GPtrArray *store_policies(Store *store, GError **error);       /* newest first */
/* The SHA-256 of a file that policy version named so; NULL, no error: none. */
char *store_policy_file(Store *store, gint64 version, const char *name, GError **error);

/* One decided or pending approval, for reports, in order of opening: every approval that ever opened, as its own events left it (the
 * table keeps them all, and nothing that happens to the invoice later changes them). Strings are the store's, valid in the visit. */
typedef struct {
	const char *approval, *invoice, *chain, *stage, *person;
	const char *administration; /* the invoice's; NULL */
	gint64 opened, closed; /* closed INSTANT_NONE: still pending */
	gint64 deadline;
	ApprovalState state;
} ApprovalSpan;
typedef gboolean (*ApprovalSpanVisit)(const ApprovalSpan *span, gpointer user_data);
gboolean store_approval_spans(Store *store, ApprovalSpanVisit visit, gpointer user_data, GError **error);

/* --- when to look again (not part of the record) --- */

typedef enum { WAKEUP_INVOICE, WAKEUP_APPROVAL, WAKEUP_ADMINS /* whether there is something to tell them */,
	       WAKEUP_CALENDAR /* a person's entries */, WAKEUP_RETURN /* of a person who was absent */,
	       WAKEUP_PERSON /* whether they are still there */, WAKEUP_THANKS /* of a person who is to be told that it is done */,
	       WAKEUP_SUMMARY /* of the week, to the admins */ } WakeupKind;
#define WAKEUP_SUMMARY_ID "week" /* the only one of its kind */
#define WAKEUP_ADMINS_ID "admins" /* the only one of its kind */
typedef struct {
	WakeupKind kind;
	char *id;
	gint64 at;
} Wakeup;
void wakeup_free(Wakeup *wakeup);

/* INSTANT_NONE removes it. */
gboolean store_wakeup_set(Store *store, WakeupKind kind, const char *id, gint64 at, GError **error);
/* The same, unless it is to be looked at before that anyway. `at` is an instant. */
gboolean store_wakeup_by(Store *store, WakeupKind kind, const char *id, gint64 at, GError **error);
/* Those of the pending approvals that the message speaks of. */
gboolean store_wakeup_of_message(Store *store, const char *message, gint64 at, GError **error);
/* Up to `limit` of invoices and approvals with at <= now, invoices first, then by (at, id); of Wakeup. */
GPtrArray *store_wakeups_due(Store *store, gint64 now, guint limit, GError **error);
GPtrArray *store_wakeups_due_of(Store *store, WakeupKind kind, gint64 now, guint limit, GError **error); /* of one kind, by (at, id) */
gboolean store_wakeup_next(Store *store, gint64 *at, GError **error); /* of any kind; INSTANT_NONE: none */
gboolean store_wakeup_next_of(Store *store, WakeupKind kind, gint64 *at, GError **error);
/* Every open invoice, every approval that is pending, everyone who is owed an entry or has one, everyone who was absent and is not back, the admins where something is stuck or was refused untold:
 * looked at again at `at` (after a new policy, a replay). */
gboolean store_wakeup_all(Store *store, gint64 at, GError **error);
/* Of the same, those that have no wakeup and are not known to wait for nothing get one at `at`: in case any was lost. A scan of all that is open. */
gboolean store_wakeup_missing(Store *store, gint64 at, GError **error);

/* --- calendars of absences (not part of the record) --- */

typedef struct {
	char *url;       /* or path */
	gint64 tried;    /* when last; INSTANT_NONE: never, as of the next two */
	gint64 good;     /* when it could be read last */
	gint64 parsed;   /* when what it says was worked out last */
	gint64 next;     /* not to be tried before */
	char *etag, *modified, *sha256; /* of what was read last; NULL */
	gint64 failing;  /* since when it cannot be read; INSTANT_NONE: it can */
	char *failure;   /* why; NULL */
} FeedRow;
void feed_row_free(FeedRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FeedRow, feed_row_free)
FeedRow *store_feed(Store *store, const char *url, GError **error); /* NULL, no error: never tried */
GPtrArray *store_feeds(Store *store, GError **error);               /* of FeedRow, by url */
gboolean store_feed_set(Store *store, const FeedRow *row, GError **error);
/* What the calendar says now, of IcsAbsence, in the place of what it said. The approvals and calendars of people for whom that changes something are looked at at `now`. NULL: it
 * says nothing any more, and is forgotten. */
gboolean store_feed_say(Store *store, const char *url, const GPtrArray *absences, gint64 now, GError **error);
/* Of IcsAbsence: what all calendars say of that address (lower case), by their beginning. */
GPtrArray *store_feed_absences(Store *store, const char *address, GError **error);
/* Of IcsAbsence: what that calendar says of everybody. */
GPtrArray *store_feed_said(Store *store, const char *url, GError **error);

/* A lock that one process at a time holds until it closes the store or dies: "intake", "inbound", "planning", "sending". TRUE with *got FALSE: another
 * process has it. */
gboolean store_lock(Store *store, const char *name, gboolean *got, GError **error);

gboolean store_runtime_set(Store *store, const char *key, gint64 value, GError **error);
gboolean store_runtime_get(Store *store, const char *key, gint64 *value, GError **error); /* G_MININT64: never set */

/* --- the ring of keys (not part of the record) --- */

/* key->id 0: there is none (of that id). */
gboolean store_key_newest(Store *store, SecretKey *key, gint64 *made, GError **error);
gboolean store_key_of(Store *store, gint64 id, SecretKey *key, GError **error);
gboolean store_key_add(Store *store, gint64 now, GError **error); /* a new one, with the next id */

/* --- the record as a whole --- */

/* In order of seq from `after`+1 (of one invoice, or NULL = all); `visit` gets the event with its side record. */
typedef gboolean (*EventVisit)(const Event *event, gpointer user_data);
gboolean store_events(Store *store, const char *invoice, gint64 after, EventVisit visit, gpointer user_data, GError **error);

/* Checks the chain, the side records, the messages' bytes and the blobs. TRUE: *events is how many there are. FALSE with
 * ERROR_BROKEN that names the first event that does not fit and why. What was erased (a side record or message without its content)
 * fits. A chain cannot tell that its last events were cut off: to prove that, keep the last hash of an export elsewhere. */
gboolean store_verify(Store *store, gint64 *events, GError **error);

/* Rebuilds the tables from the events in a scratch store and compares row by row. FALSE with ERROR_BROKEN that names the first
 * table and row that differ. */
gboolean store_replay(Store *store, gint64 *events, GError **error);

/* --- what the directory said --- */

/* Since when it answers nothing (directory.silent); INSTANT_NONE: it does. */
gboolean store_outage(Store *store, gint64 *since, GError **error);

/* A calendar of absences that cannot be read since then (calendar.silent). */
typedef struct {
	char *calendar; /* the SHA-256 of its address */
	gint64 since;
} CalendarOutage;
GPtrArray *store_calendar_outages(Store *store, GError **error); /* of CalendarOutage */

/* Its last whole answer to a question, told by a hash that names nobody. Not part of the record: it may be emptied at any time, and is asked anew. */
typedef struct {
	gint64 asked; /* when the server gave it */
	char *answer;
} AnswerRow;
void answer_row_free(AnswerRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnswerRow, answer_row_free)

/* NULL without an error where there is none. */
AnswerRow *store_answer(Store *store, const char *question, GError **error);
gboolean store_answer_keep(Store *store, const char *question, gint64 asked, const char *answer, GError **error);
/* Forgets those that are `lasts_s` old or older. One that a clock which was ahead gave is of `now` from then on. */
gboolean store_answers_sweep(Store *store, gint64 now, gint64 lasts_s, GError **error);

#endif
