/* As what somebody acts on an invoice, beside deciding: as one of those who are asked, or as finance. */
#ifndef SERVICE_STANDING_H
#define SERVICE_STANDING_H

#include "session/session.h"

typedef struct {
	PersonRow *known; /* as the record knows them; NULL: not at all */
	gboolean asked;   /* an approval is pending that they may decide */
	Person *admin;    /* as the directory shows them; NULL: not one of the admins, or nobody asked yet */
} Standing;
void standing_clear(Standing *standing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Standing, standing_clear)

/* By uid or mail, from the record alone. */
gboolean standing_find(Session *session, const InvoiceRow *invoice, const char *who, Standing *standing, GError **error);

/* Asks the directory, not inside a transaction, whether they are an admin: ERROR_FORBIDDEN where not. */
gboolean standing_be_finance(Session *session, const InvoiceRow *invoice, const char *who, Standing *standing, GError **error);

const char *standing_role(const Standing *standing);      /* "finance", "approver" */
const Person *standing_person(const Standing *standing);  /* after one of both was found */

/* Their opaque id; an admin's is recorded where they are new. In the caller's transaction; owned by the caller. */
char *standing_record(Session *session, const Standing *standing, gint64 now, GError **error);

#endif
