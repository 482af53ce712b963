/* What templates see of one invoice, and the small things that every kind of mail says alike. Pure. */
#ifndef MAIL_CONTEXT_ITEM_H
#define MAIL_CONTEXT_ITEM_H

#include "mail/context.h"

#define CONTEXT_NAME_MAX 80 /* characters: of a person, a supplier, a stage */

/* Owned by the caller. Every name of an item is set, to false where there is nothing to say. */
Json *context_item_new(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind);
/* Whether its reader decides on it, in a mail of that kind. */
gboolean context_decides(const MailItem *item, ContextKind kind);

/* What happens next with it; NULL: nothing that is known. `together`: it is said of several. Owned by the caller. */
Json *context_next_new(const ContextHouse *house, const MailRequest *request, const MailItem *item, gboolean together);

/* What everything that is said of an invoice begins with: supplier, number, kind, kind_label, amount, reference. */
typedef struct {
	const char *id, *supplier, *number;
	Money amount; /* no currency: not known */
	gboolean credit_note;
} ContextInvoice;
void context_set_invoice(const ContextHouse *house, const ContextInvoice *named, Json *object);

/* Takes the text; NULL is said as false. */
void context_set_text(Json *object, const char *name, char *text);
/* A label of the reader's language; borrowed. */
const char *context_word(const ContextHouse *house, const char *name);
/* "3 invoices": the noun's forms are the words NOUN_one and NOUN_other. Owned by the caller. */
char *context_counted(const ContextHouse *house, guint n, const char *noun);
/* Names as a list, those beyond a dozen as their number; NULL where there are none. Owned by the caller. */
char *context_names_list(const ContextHouse *house, const GPtrArray *names);
/* In the reader's calendar and words. */
Date context_date(const MailRequest *request, gint64 instant);
char *context_moment(const ContextHouse *house, const MailRequest *request, gint64 instant);

#endif
