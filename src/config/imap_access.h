/* A mailbox that mails are fetched from by IMAP: its table in akkoord.conf (`inbound.imap`), and what its settings say together. */
#ifndef CONFIG_IMAP_ACCESS_H
#define CONFIG_IMAP_ACCESS_H

#include "config/options.h"

typedef struct {
	char *url;         /* imaps://host[:port][/folder], imap:// */
	gboolean starttls; /* imap:// must be upgraded */
	char *ca_file;     /* NULL: the system's */
	char *user, *password_file;
	char *auth;               /* auto, plain, login, xoauth2, oauthbearer */
	char *token_file;         /* of the last two; NULL: there is a command */
	GPtrArray *token_command; /* of char *; empty: there is a file */
	char *done;               /* the folder that a mail goes to once it is taken in; NULL: it is deleted */
	gint64 every_s, timeout_s;
} ImapAccess;

extern const Option imap_access_options[]; /* into an ImapAccess; ended by a NULL name */
gpointer imap_access_create(const char *name);
void imap_access_free(ImapAccess *access);
void imap_access_finish(const ConfNode *group, gpointer item, const OptionReader *reader);

/* "imaps://host/INBOX as bounces@example.nl": how people are told which it is. Owned by the caller. */
char *imap_access_label(const ImapAccess *access);

#endif
