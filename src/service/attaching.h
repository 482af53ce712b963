/* The documents beside a mail that asks for a decision: what the policy's `attach` wants, read from the store. */
#ifndef SERVICE_ATTACHING_H
#define SERVICE_ATTACHING_H

#include "session/session.h"

#define ATTACHING_MAX_FILES 10

typedef struct {
	const Policy *policy;
	GArray *files;     /* of MailFile, whose names and bytes it owns */
	GPtrArray *shas;   /* of char *: the document that each comes from */
	gsize left;        /* bytes */
} Attaching;

Attaching *attaching_new(const Policy *policy);
void attaching_free(Attaching *attaching);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attaching, attaching_free)

/* Adds the invoice's readable original, if it has one and there is room for it, and says so in the item, which borrows from here. What cannot be read is no error: the mail goes
 * without. FALSE: the store failed. */
gboolean attaching_add(Attaching *attaching, Session *session, const InvoiceRow *invoice, MailItem *item, GError **error);

/* "Supplier 2026-118.pdf": fit to be a file's name anywhere, whatever the two are. Owned by the caller. */
char *attaching_name(const char *supplier, const char *number, const char *suffix);

#endif
