/* One mail that came in takes effect (DESIGN.md 3, rules 5 and 6). */
#ifndef SERVICE_RECEIVING_H
#define SERVICE_RECEIVING_H

#include "inbound/received.h"
#include "session/session.h"

/* What came of a mail:
 *   known      it was taken in before: nothing is done a second time
 *   refused    a message of ours came back for good; where the address is no good (5.1.x, 5.2.1) its person is looked at, as after a refusal
 *   again      it came back for now (4.x.x, a full mailbox): it is sent again, with its Message-ID
 *   alarm      it came back for what seems to lie with us (5.7.x, our sender's address): sent again like that, and the admins are told, once a day of one domain and status
 *   delayed    a mail server still tries: a note
 *   late       about a message that was not with a mail server any more: a note
 *   unproven   it says that a message came back, but did not come to that message's own bounce address, so anybody may have written it: the admins are told, nothing is done
 *   unknown    something came back that cannot be read, or matched: the admins are told what it says
 *   unreadable no mail at all, or too large: likewise
 *   loop       one of our own: left alone
 *   noted      an automatic reply: shown beside the message that it answers, and never more
 *   taken      the invoices attached to it are taken in, or were known
 *   untaken    an invoice attached to it was not taken in: the admins are told why
 *   kept       anything else: for what reads it later. Nothing of it decides anything
 * All are kept, with their bytes. */
typedef struct {
	const char *outcome; /* static */
	char *kind;          /* as received_kind_name() has it */
	char *message;       /* ours that it is about; NULL */
	char *about;         /* of what failed: the address; NULL */
	char *status;        /* NULL */
	char *reason;        /* unreadable, untaken: why; NULL */
	gint64 event;        /* its mail.received */
} Receipt;
void receipt_clear(Receipt *receipt);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Receipt, receipt_clear)

/* In a transaction of its own, which it begins. `via`: cli, maildir, imap. FALSE: the store's error, or an invoice in it could not be read for want of something of this machine; the mail is to be tried again. */
gboolean receiving_take(Session *session, GBytes *bytes, const char *via, gint64 now, Receipt *receipt, GError **error);

/* The mail that came in as that event (mail.received), as it came. ERROR_NOT_FOUND. */
GBytes *receiving_bytes(Session *session, gint64 event, GError **error);

#endif
