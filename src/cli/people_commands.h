/* `akkoord people list|confirm`: who is gone or unusable, and that what is asked of so many at once may change hands. */
#ifndef CLI_PEOPLE_COMMANDS_H
#define CLI_PEOPLE_COMMANDS_H

#include "base/invocation.h"

extern const Command people_command;

#endif
