/* What a mail that came in is: a bounce, an automatic reply, a calendar answer, a reply, an invoice, or something else. Pure: nothing is looked up, nothing
 * is decided. Whether a mail is about one of ours is the reader's affair, by `delivered_to` (signed addresses) and the Message-IDs.
 *
 * Everything here was written by a stranger. Texts are valid UTF-8 on one line without controls (`excerpt`: several lines), and bounded; addresses passed
 * text_is_mail_address(), but for a malformed one in a report, which stands as it is (no blanks, no controls, at most 254 octets); Message-IDs
 * stand with their angle brackets. */
#ifndef INBOUND_RECEIVED_H
#define INBOUND_RECEIVED_H

#include "codec/json.h"

#define RECEIVED_MAX_BYTES (32 * 1024 * 1024)
#define RECEIVED_MAX_RECIPIENTS 200 /* of one report; what is above is left out */

typedef enum {
	RECEIVED_OTHER,           /* none of these: a delivery that worked, a complaint (ARF), a list's mail, an ordinary one */
	RECEIVED_BOUNCE,          /* a mail server's notice that a mail did not, or not yet, arrive */
	RECEIVED_AUTO_REPLY,      /* written by a machine for its owner: absent, seen (a read receipt), prove who you are */
	RECEIVED_CALENDAR_ANSWER, /* an answer to an invite: METHOD REPLY, COUNTER, REFRESH or DECLINECOUNTER */
	RECEIVED_REPLY,           /* a person's answer to a mail */
	RECEIVED_INVOICE,         /* has an attachment that looks like an invoice */
} ReceivedKind;

typedef enum {
	RECEIVED_FAILED,    /* the server has given up: this mail never arrives there */
	RECEIVED_DELAYED,   /* it still tries: a note, no failure */
	RECEIVED_DELIVERED, /* delivered, relayed, expanded: no failure */
} ReceivedAction;

/* What a report says of one recipient. */
typedef struct {
	ReceivedAction action;
	/* TRUE only where the other side refused it for good: RECEIVED_FAILED, and a code of class 5 or plain words. A report that failed with a 4.x.x, or
	 * with a 5.4.x for no other reason than that the time was up, has permanent FALSE: the sender lost patience, so this mail is lost, but nothing
	 * is said against the address. */
	gboolean permanent;
	gboolean judged; /* FALSE: neither a code nor words tell whether it is for good, or they contradict each other, or no mail server seems to have
	                  * written it (`permanent` is FALSE then): a person has to look */
	char *address;           /* as we wrote to it, where the report tells (Original-Recipient), else as it is told; never NULL */
	GPtrArray *alternatives; /* of char *: other addresses of the same recipient (Final-Recipient behind an alias); may be empty */
	char *status;            /* "5.1.1" (RFC 3463): the most exact one that the mail gives; NULL: none, and none can be told from the words */
	char *meaning;           /* the code to act on: `status`, or where that says nothing (x.0.0) the same class with what the words say; NULL like it */
	char *diagnostic;        /* what the server said, at most 500 octets; NULL */
} ReceivedRecipient;

typedef struct {
	ReceivedKind kind;
	char *from;              /* the address in From; NULL: none to be read */
	char *subject;           /* NULL */
	char *message_id;        /* NULL */
	GPtrArray *answers;      /* of char *: Message-IDs in In-Reply-To, then References, each once */
	GPtrArray *delivered_to; /* of char *: Delivered-To, X-Original-To, Envelope-To and the like, then To and Cc, each once, as they stand (not folded in case) */
	gboolean from_nobody;    /* Return-Path: <> */
	char *loop;              /* X-Akkoord-Loop; NULL */
	char *excerpt;           /* how the mail's text begins, cleaned, at most 2,000 octets; NULL: no text */

	/* of a bounce: may be none at all, then nothing is known but that it is one, and a person has to look */
	GPtrArray *recipients; /* of ReceivedRecipient *; each address once. Also of a mail that tells of a delivery that worked (RECEIVED_OTHER) */
	char *original_message_id; /* of the returned mail; of everything else what it answers (the first of `answers`); NULL */

	/* of a calendar answer */
	char *uid;      /* NULL: none, or several */
	char *partstat; /* "ACCEPTED" …; NULL: no reply, or no single attendee */
} Received;

/* ERROR_INVALID: longer than RECEIVED_MAX_BYTES, or no mail at all (not one header). Owned by the caller. */
Received *received_read(const void *bytes, gsize length, GError **error);
void received_free(Received *received);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Received, received_free)

/* "bounce", "auto-reply", … (DESIGN.md 4, `receive`). */
const char *received_kind_name(ReceivedKind kind);
const char *received_action_name(ReceivedAction action); /* "failed", "delayed", "delivered" */

/* The records of `akkoord receive`: GPtrArray of Json *, one for each recipient of a bounce, else one. `file` may be NULL. */
GPtrArray *received_records(const char *file, const Received *received);

#endif
