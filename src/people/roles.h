/* Who looks after Akkoord: the people of roles.admin, or those of an invoice's administration where the policy names them. */
#ifndef PEOPLE_ROLES_H
#define PEOPLE_ROLES_H

#include "session/session.h"

/* The admins of that administration's invoices (NULL: of those that belong to none): GPtrArray of Person, disabled ones among them. NULL = unknown, the
 * directory did not say (ERROR_UNAVAILABLE …). Not inside a transaction. */
GPtrArray *roles_admins(Session *session, const char *administration, GError **error);

/* Asks for all admins, so that it is known whom to tell while the directory does not answer. */
void roles_ask(Session *session);

/* Of them the one with that uid or address, who is not disabled; owned by the caller. ERROR_FORBIDDEN: nobody of them is called so; ERROR_NOT_FOUND: nobody at all is. */
Person *roles_admin(Session *session, const char *administration, const char *uid_or_mail, GError **error);

/* *is: that person, by directory id, is one of them and not disabled. FALSE = unknown. */
gboolean roles_is_admin(Session *session, const char *administration, const Person *person, gboolean *is, GError **error);

#endif
