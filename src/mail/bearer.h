/* The token of XOAUTH2, of a mail server or a mailbox, from a file or from what a command prints. */
#ifndef MAIL_BEARER_H
#define MAIL_BEARER_H

#include "config/settings.h"

typedef struct Bearer Bearer;

/* NULL where the settings log in otherwise, or not at all. */
Bearer *bearer_new(const Settings *settings);
/* The same of a mailbox. */
Bearer *bearer_new_for_imap(const ImapAccess *access);
void bearer_free(Bearer *bearer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bearer, bearer_free)

/* The token that serves now. A file is read each time, a command run once: then what it printed serves until the server refuses it, which `refused` says (else NULL). Who is
 * refused while another thread fetches waits for that one's token. The answer may be the refused one again. Owned by the caller. Any thread.
 * ERROR_UNAVAILABLE: no token to be had, and why; without a word of it. */
char *bearer_get(Bearer *bearer, const char *refused, GError **error);

#endif
