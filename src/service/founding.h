/* The first run: a configuration a newcomer can read, an empty store, the starting policy in force. */
#ifndef SERVICE_FOUNDING_H
#define SERVICE_FOUNDING_H

#include "base/invocation.h"

typedef struct {
	const char *organisation; /* NULL: "Example" */
	const char *state;        /* folder for store, mail and invoices; NULL: the system's for the system's configuration, else state/ beside it */
} FoundingChoices;

/* Writes akkoord.conf (at the invocation's path) and policy.conf beside it, makes the store and applies the policy. ERROR_CONFLICT where one of the
 * files or the store is there already: nothing is touched then. `state_path` gets the folder, owned by the caller. */
gboolean founding_run(const Invocation *invocation, const FoundingChoices *choices, char **state_path, GError **error);

/* Where akkoord.conf is there and can be read, and the store that it names is not: makes that, empty and without a policy, with its folder; *made gets its path, owned by the caller, NULL
 * where nothing was to be made. */
gboolean founding_add_store(const Invocation *invocation, char **made, GError **error);

#endif
