/* Events: everything that happens, in one hash chain (DESIGN.md 3, "Everything that happens is an event", and 4, "Trust").
 *
 * The canonical form is the sorted compact JSON object of these members (absent where empty):
 *   seq      integer, 1, 2, … without gaps
 *   at       RFC 3339 UTC
 *   type     one of the types below
 *   actor    "system", "cli", "import", or a person's opaque id
 *   cause    seq of the event that led to this one
 *   invoice  the invoice's id
 *   data     object, the facts; persons only as opaque ids, no free text
 *   private  lower-case hex SHA-256 of salt + canonical JSON of the side record
 * and hash = hex SHA-256 (previous hash's 64 digits + canonical form); 64 zeros before the first.
 *
 * type                data / side record (what a side record holds can be erased without breaking the chain)
 * store.created       schema
 * policy.applied      version, policy (SHA-256 of the text), files: [{name, document}] / author, note
 * person.recorded     person, as_of (when the directory said so; absent: it did not) / directory_id, uid, dn, name, mail, mobile, language, country, authority
 * person.missing      person, seen: a complete search did not find them
 * person.lost         person, why (gone: not found twice; disabled|no-mail|refused: unusable), seen, missed (gone: when they were not found first)
 * person.found        person, seen: they are there again and can be asked
 * directory.silent    since: it has answered nothing since then; directory.answers   since, the same: it does again
 * calendar.silent     calendar (SHA-256 of its address or path), since: it could not be read since then / label; calendar.answers   calendar, since, the same: it can again,
 *                     or is read no more
 * change.held         count, open: of so many open approvals so many would change hands at once, so none does
 * change.allowed      people: [id], count, open: whose approvals may be handed on now; nobody: nothing is held any more
 * change.confirmed    people: [id], count, person (where the record knows them): likewise, because somebody said so / by, reason, agent
 * invoice.received    document, identity (SHA-256), source, kind, syntax, type_code, issue_date, due_date, due_date_source,
 *                     currency, gross, payable, opens (absent: at once) / number, identity, supplier_key, substance, supplier, buyer, … (the facts), file,
 *                     via (the folder or mailbox that it came through)
 * invoice.updated     as invoice.received, and restarts: true where the substance changed: the chain is chosen anew / as there
 * invoice.routed      administration (absent: none), by (name|buyer|folder: what told it), chain, policy_version, passed_over: n / why: [reasons] (audit/reasons.h: the
 *                     chains that it does not take, and what its supplier's invoices add up to where its own asks that)
 * stage.opened        stage (ordinal), position, chain, name, ladder, need, within, at_least, before: [], groups, policy_version
 * approver.resolved   stage, group, found (how many), as_of (when the directory gave the oldest of the answers), stale: true where it did not answer then, fallback: bool, approval (whose place is to be taken; absent: the stage opens) /
 *                     steps: [texts] (domain/step.h), dropped: [{who, why (eligibility_word())}]
 * approval.opened     approval, stage, group, person, start, deadline, centre (absent: the first), replaces (the approval in whose place it opens)
 * approval.moved      approval, deadline, why
 * approver.added      approval, person, how (added|deputy|manual), since, rung, occurrence (absent: no rung did): who may decide it too
 * approver.left       approval, person, why (a word): they no longer may
 * absence.set         absence, person, deputy (absent: none of its own), from, until, by (person), channel / reason, agent
 * absence.cleared     absence, person, by (person), channel / reason, agent
 * absence.over        absence, person, message (absent: there was nothing to tell): they are back, and were told what happened
 * rung.acted          approval, rung, occurrence, action (add|reassign), outcome (done|nobody|already: they were asked before)
 * invoice.stuck       stage name, why (a word), administration / steps: [texts], dropped as above, why: [reasons] (the chains that it was compared with, where it
 *                     has none yet)
 * invoice.unstuck
 * invoice.held        kind (hold|ask), until, person, role (approver|finance: as what they hold it), of (ask: finance|requester|supplier), message (ask:
 *                     the first that bears the question) / reason (hold), question (ask)
 * invoice.released    ended, early: bool, person (absent: its time was over) / reason
 * invoice.waits       stage name, position, why ("booked"): its next stage does not open yet
 * invoice.booked, invoice.restarted   person, channel / reason, directory_id, dn, name, agent. Restarted: its chain is chosen anew
 * note.recorded       person, channel / text, agent
 * reminder.planned    approval, rung, occurrence, person, role, channel, tone, unrolled, fires: it reaches them later
 * reminder.claimed    the same, and message of a mail (an invite's is what invite.requested says later); of a planned one or a new one, likewise the next two
 * reminder.returned   approval, rung, occurrence, person, channel, why (other-decided: its message was withdrawn since another approval in it was decided; other-held: … is on hold; absent: its recipient is absent; max-per-day: there were enough mails
 *                     today), not_before (absent: at once): claimed, now planned again
 * reminder.superseded approval, rung, occurrence, person, channel, tone, why (a word of domain/reminder.h), by (what it speaks of) / cause
 * reminder.passed     the same
 * message.queued      message, kind (mail|hook|invite-request|invite-update|invite-cancel|notice|question|news|return|done|summary), person, approvals: [id], facts: [text] (what a notice tells: "stuck:INVOICE:SEQ of its
 *                     invoice.stuck", "refused:MESSAGE", "idle:SEQ of its
 *                     approval.idle", "budget:SEQ of its budget.reached", "change:SEQ of its
 *                     change.held", "outage:SEQ of its directory.silent or calendar.silent", "mail:SEQ of its mail.received"; once a person), sha256 of the bytes, files: [sha256] (the documents that it bears), not_before (first try; absent: at once), channel (of a hook: which of the policy's) / to, subject, message_id, bytes
 * message.waits       message, next_try: its recipient does not work now
 * message.withheld    message: its recipient is not on mail.allow_list now
 * message.sending     message, attempt
 * message.accepted    message / reply
 * message.deferred    message, attempt, next_try / reply
 * message.refused     message / reply
 * message.uncertain   message, attempt, next_try (absent: left) / reply
 * message.unsent      message, state (queued|deferred|uncertain), attempt, tried (absent: never), all as they were: it was claimed, and nothing of it went
 * message.withdrawn   message, why
 * message.bounced     message, status (RFC 3463; absent: none was told), next_try (absent: it is refused, for good): it came back, after a server had taken it / reply
 * mail.received       kind (a word of inbound/received.h), sha256 of the bytes, which are kept, identity (SHA-256 of its Message-ID and to whom it came; absent: it has none),
 *                     via (cli|maildir|imap), size, message (ours, that it is about; absent: none), proven: true where it came to that message's own bounce address,
 *                     outcome (a word of service/receiving.h), status, domain (of a bounce: which, and whose, as far as they matter), tell: true where the admins have to know
 *                     of it / from, to, subject, message_id, said
 * invite.requested    person, uid, day (absent: it is of one approval), sequence, message, starts, ends, approvals: [id], those that it lists
 * invite.updated      the same, and why where there is no message: it cannot be written
 * invite.cancelled    person, uid, sequence, message (absent: no REQUEST was handed over, or it cannot be written), starts, ends, approvals: [id], those that it listed
 * approval.idle       approval, why (no-rung: nothing of its ladder is to come; overdue: ten working days past its deadline; no-deputy: its approver is absent, and nobody may stand in),
 *                     until (no-deputy: when they are back, as far as was known then)
 * approval.attended   approval, why: what approval.idle said of it holds no more
 * sending.paused      person (where the record knows them) / by, reason
 * sending.resumed     likewise
 * budget.reached      budget
 * decision.recorded   approval (absent: the whole invoice), decision (approve|reject|withdraw), person, for (person), channel, assurance,
 *                     policy_version, document, authority_as_of (when the directory said what the authority is), decided (import: when it was, elsewhere) / reason, dn, name,
 *                     authority, address, agent, evidence (import: what shows it there)
 * approval.approved, approval.rejected, approval.lapsed   approval, stage
 * approval.delegated  approval, stage, to (the new approval; absent: nobody's), why (rung|delegate|not-mine; gone|disabled|no-mail|refused, as person.lost has it, and
 *                     its seen and missed); by a person also person, for (whose
 *                     approval it was, where another's), channel, assurance / reason, directory_id, dn, name, agent
 * stage.closed        stage, outcome (reached|rejected|withdrawn|restarted), thanks: [person] (who is to be told; absent: nobody)
 * thanks.dropped      person, approvals: [id], why (absent|unwritable): nobody tells them that these are done
 * invoice.approved, invoice.rejected, invoice.withdrawn
 */
#ifndef AUDIT_EVENT_H
#define AUDIT_EVENT_H

#include "base/secret.h"
#include "codec/json.h"

#define EVENT_HASH_ZERO "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct {
	gint64 seq; /* 0 until appended */
	gint64 at;
	char *type;
	char *actor;
	gint64 cause; /* 0 = none */
	char *invoice;
	Json *data;    /* object; never NULL */
	Json *private; /* side record; NULL = none, or erased */
	char private_hash[SHA256_HEX_SIZE]; /* "" = none */
	char private_salt[SHA256_HEX_SIZE];
	char hash[SHA256_HEX_SIZE];
	char *canonical;         /* as it was sealed; NULL before */
	char *private_canonical; /* likewise of the side record; NULL = none */
} Event;

/* actor and invoice may be NULL (actor: "system"). data and private start empty: fill them with js_object_set_*. */
Event *event_new(const char *type, gint64 at, const char *actor, const char *invoice);
void event_free(Event *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

/* The side record, made on first use; borrowed. */
Json *event_private(Event *event);

/* Salts and hashes the side record, then gives the event its seq and hash after `previous` (64 digits), once. */
void event_seal(Event *event, gint64 seq, const char *previous);

/* The canonical form without `hash`; owned by the caller. */
char *event_canonical(const Event *event);

/* One line for `audit export`: the canonical form with `hash` added (not with the side record). Owned by the caller. */
char *event_export(const Event *event);

/* TRUE where `hash` is that of `previous` + `canonical`. */
gboolean event_chain_holds(const char *previous, const char *canonical, const char *hash);

/* Rebuilds an event from its canonical form and hash; ERROR_BROKEN where it is no event. */
Event *event_parse(const char *canonical, const char *hash, GError **error);

#endif
