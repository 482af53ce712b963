/* From what the record says is wrong to what a notice says of it. */
#ifndef PASS_TROUBLES_H
#define PASS_TROUBLES_H

#include "session/session.h"

/* The lines of one notice, with all that they point to. */
typedef struct {
	GPtrArray *lines;  /* private */
	GArray *troubles;  /* of MailTrouble, ready to be composed */
	guint more;        /* that found no room */
} Troubles;
void troubles_free(Troubles *troubles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Troubles, troubles_free)

/* `untold`: of Notice. The refused mails of one person and address are one line. */
Troubles *troubles_new(Session *session, const GPtrArray *untold, GError **error);

/* Of an invoice that is stuck: what its event says why. */
TroubleKind troubles_of_stuck(const char *why);

#endif
