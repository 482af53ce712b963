/* What delegating.c and delegating_whose.c share: an approval about to be handed on by hand. */
#ifndef SERVICE_DELEGATING_WHOSE_H
#define SERVICE_DELEGATING_WHOSE_H

#include "people/actor.h"
#include "service/approval_case.h"
#include "service/delegating.h"

typedef struct {
	Session *session;
	const DelegateRequest *request;
	DelegateResult *result;
	InvoiceRow *invoice;
	OpenStage *open;
	PersonRow *whose; /* whose approval it is; NULL: nobody has it */
	Actor actor;
	gint64 now;
} Delegating;


/* The invoice, with its open stage; into the result what it says of them. */
gboolean delegating_load_invoice(Delegating *delegating, GError **error);

/* Whose approval it is to be, from the record. Nobody is no error where an admin may give what nobody has. */
gboolean delegating_load_whose(Delegating *delegating, GError **error);
PersonRow *delegating_known(Session *session, const char *name, GError **error); /* ERROR_NOT_FOUND */

/* *done: the one who asks did this very thing before; the result says when. */
gboolean delegating_find_done(Delegating *delegating, gboolean *done, GError **error);

/* What is to be handed on, and who does it (`actor`); borrowed, NULL with an error. By an admin for another; one's own, or what one stands in for as a deputy, or as an
 * admin what nobody has. */
const Approval *delegating_find_for_admin(Delegating *delegating, GError **error);
const Approval *delegating_find_own(Delegating *delegating, GError **error);
const Approval *delegating_pending(const OpenStage *open, const char *person); /* theirs; NULL */
void delegating_be_oneself(Delegating *delegating);

/* TRUE with ERROR_CONFLICT where the invoice is. */
gboolean delegating_is_closed(const Delegating *delegating, GError **error);
/* ERROR_FORBIDDEN, which says who is asked. */
void delegating_not_theirs(const Delegating *delegating, const char *who, GError **error);

/* What a result calls a person; owned by the caller. */
char *delegating_name(const Person *person);

#endif
