/* The option tables of policy.conf, and how its parts become the structures of domain/policy.h. Used by policy_file.c alone, but
 * for the manual. */
#ifndef CONFIG_POLICY_OPTIONS_H
#define CONFIG_POLICY_OPTIONS_H

#include "config/options.h"
#include "config/policy_file.h"

/* What the tables' `finish` functions need (OptionReader's context). */
typedef struct {
	PolicyHolidays holidays; /* NULL: there are no files */
	gpointer user_data;
} PolicyFiles;

/* The table of the whole file, read into a Policy. */
const Option *policy_options(void);

#endif
