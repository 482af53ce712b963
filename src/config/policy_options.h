/* The option tables of policy.conf, and how its parts become the structures of domain/policy.h. Used by policy_file.c alone, but
 * for the manual. */
#ifndef CONFIG_POLICY_OPTIONS_H
#define CONFIG_POLICY_OPTIONS_H

#include "config/options.h"
#include "config/policy_file.h"

/* The table of the whole file, read into a Policy. The tables' `finish` functions need a const PolicyFiles as OptionReader's context. */
const Option *policy_options(void);

#endif
