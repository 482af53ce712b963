/* The configuration that `akkoord init` writes: the example files etc/akkoord.conf and etc/policy.conf with their placeholders
 * filled in. */
#ifndef CONFIG_STARTING_H
#define CONFIG_STARTING_H

#include <glib.h>

/* The text of an example with @organisation@ and @state@ (the folder for the store, mail and invoices) replaced, as they must
 * stand inside double quotes. Anything else between at signs stays. Owned by the caller. */
char *starting_text(const char *example, const char *organisation, const char *state);

#endif
