/* The guard against a directory that loses half the company (DESIGN.md 3, rule 6): whose approvals may be handed on. Whoever is lost is cleared by a pass in which few
 * enough approvals would change hands, or by somebody who says that it is right so, until they are seen again. */
#ifndef PEOPLE_MASS_CHANGE_H
#define PEOPLE_MASS_CHANGE_H

#include "session/session.h"

/* A pass, after people were looked at: clears everybody who is lost, or, where too many approvals would change hands, nobody; the admins are told once a day. */
gboolean mass_change_settle(Session *session, gint64 now, GError **error);

typedef struct {
	guint people;      /* that are cleared by it; 0: nothing was held */
	gint64 approvals;  /* that change hands now */
} ConfirmResult;

/* What is held now may change hands at the next pass, and nothing else. Asks no directory: whoever may run the program may say so; `who` is kept as it was given.
 * ERROR_USAGE without a reason. */
gboolean mass_change_confirm(Session *session, const char *who, const char *reason, ConfirmResult *result, GError **error);

#endif
