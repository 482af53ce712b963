/* The commands of the command line, in one table. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "base/invocation.h"

/* Borrowed; NULL where there is none of that name. */
const Command *cli_command_find(const char *name);

/* One line a command for --help. */
void cli_command_list(GString *out);

/* The name nearest to a mistyped one; NULL. */
const char *cli_command_nearest(const char *name);

#endif
