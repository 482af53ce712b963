/* Whom a rung speaks to. */
#ifndef SERVICE_RUNG_PEOPLE_H
#define SERVICE_RUNG_PEOPLE_H

#include "service/approval_case.h"

/* As the directory answered; recorded under their opaque ids once the transaction has begun. */
typedef struct {
	guint rung;     /* its place in the ladder */
	gboolean known; /* FALSE: the directory does not say, of some or all */
	GPtrArray *to;  /* of Person */
	GPtrArray *cc;
} FoundRecipients;
void found_recipients_free(FoundRecipients *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FoundRecipients, found_recipients_free)

/* Asks the directory. What waits for it is noted, unless it is only to be asked yet. */
FoundRecipients *rung_people_find(Session *session, const ApprovalCase *about, const Rung *rung, guint place);

#endif
