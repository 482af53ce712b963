/* What a directory that does not answer leaves unchecked. */
#ifndef CHECK_UNCHECKED_H
#define CHECK_UNCHECKED_H

#include "config/settings.h"
#include "domain/policy.h"

/* "roles.admin, chain all stage controller and 3 more": what names people. `policy` may be NULL. NULL: nothing does. Owned by the caller. */
char *unchecked_text(const Settings *settings, const Policy *policy);

#endif
