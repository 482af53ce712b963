/* A folder of an IMAP server (RFC 3501), and what lies in it: listed, fetched, moved away. */
#ifndef NET_MAILBOX_H
#define NET_MAILBOX_H

#include <glib.h>

/* As SmtpTokenSource of net/transfer.h. */
typedef char *(*MailboxTokenSource)(const char *refused, gpointer user_data, GError **error);

typedef struct {
	const char *url;      /* imaps://host[:port][/folder] or imap://; without a folder INBOX */
	gboolean starttls;    /* imap:// must be upgraded */
	const char *ca_file;  /* NULL: the system's */
	const char *user;     /* TLS is required unless the server is this machine (ERROR_CONFIG) */
	const char *password;
	const char *auth;     /* "plain", "login", "xoauth2", "oauthbearer"; "auto" or NULL: whichever the server takes a password by */
	MailboxTokenSource token_source; /* of xoauth2 and oauthbearer, which want no password; lives as long as the mailbox */
	gpointer token_data;
	gint64 timeout_s;     /* for each answer; three times that for all that is done with the mailbox, from when it was made or given time */
} MailboxSettings;

typedef struct Mailbox Mailbox;

/* Of the messages, at most; numbers change when one is taken away, UIDs never. */
typedef struct {
	guint32 uid;
	gint64 size; /* octets */
} MailboxEntry;

/* Nothing is connected yet. One thread owns it. ERROR_CONFIG. */
Mailbox *mailbox_new(const MailboxSettings *settings, GError **error);
void mailbox_free(Mailbox *mailbox); /* says good-bye, for which it may wait as long as for any answer */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

/* From now on, since what it waited for meanwhile was not the server. */
void mailbox_give_time(Mailbox *mailbox);

/* All that follow block, and fail with ERROR_UNAVAILABLE (no connection, certificate, time over, the server cannot now), ERROR_CONFIG (log-in refused, no such folder) or
 * ERROR_PERMANENT (the server does not do that). The text is the server's own, cleaned, without a password or token, whatever the server repeats. */

/* Connects, logs in and opens the folder; *count: how many messages are there. */
gboolean mailbox_open(Mailbox *mailbox, guint *count, GError **error);
guint32 mailbox_validity(const Mailbox *mailbox); /* UIDs are the same messages as long as this is the same; 0 before it is open */

/* The messages numbered from `first` to `last`, from 1, as far as they are there: GArray of MailboxEntry. At most MAILBOX_LIST_MAX at a time. */
#define MAILBOX_LIST_MAX 50u
GArray *mailbox_list(Mailbox *mailbox, guint first, guint last, GError **error);

/* The message as it came. ERROR_INVALID: more than `size_max` octets. ERROR_NOT_FOUND: it is gone, or the server does not give it. */
GBytes *mailbox_fetch(Mailbox *mailbox, guint32 uid, gsize size_max, GError **error);

/* Moves those messages (of guint32) to that folder, which is made where it is not there; NULL: deletes them. What is gone already is fine. */
gboolean mailbox_take_away(Mailbox *mailbox, const GArray *uids, const char *folder, GError **error);

#endif
