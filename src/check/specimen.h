/* Mails as people would get them, of made-up invoices or of one that is there: for whoever changes templates, and for the tests. Nothing is sent or recorded. */
#ifndef CHECK_SPECIMEN_H
#define CHECK_SPECIMEN_H

#include "session/session.h"

typedef struct {
	const char *kind;     /* one of specimen_kinds(); NULL: reminder */
	Tone tone;            /* of a reminder */
	const char *language; /* "nl"; of an invoice that is there NULL too: the recipient's own */
	gboolean single;      /* one made-up invoice, where the kind can hold several */
} SpecimenWish;

/* NULL-ended: reminder, inform, moved, done, return, notice, summary, question, request, update, cancel. */
const char *const *specimen_kinds(void);

/* A house for where there is no akkoord.conf. Its strings are constants: it is not to be released. */
Settings specimen_house(void);

/* A mail of that kind with what makes trouble in it: a long name, an amount in the millions, another currency, a credit note, a passed deadline, a missing due date, somebody who was
 * added, something that was sent back. The same wish gives the same bytes. Errors as mail_compose_reminder(). */
gboolean specimen_compose(const MailStyle *style, const Settings *settings, const SpecimenWish *wish, ComposedMail *mail, GError **error);

/* The mail about that invoice to the first who is asked to decide it now: reminder, inform, moved, request, update or cancel. ERROR_NOT_FOUND: no such invoice, or nobody is asked;
 * ERROR_USAGE: of that kind there is none about an invoice. */
gboolean specimen_compose_real(Session *session, const char *invoice, const SpecimenWish *wish, ComposedMail *mail, GError **error);

/* Every kind in every language with these templates: ERROR_CONFIG where one has no subject or says nothing. */
gboolean specimen_compose_all(const MailStyle *style, const Settings *settings, GError **error);

#endif
