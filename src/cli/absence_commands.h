/* Who is away, and who stands in: akkoord absence. */
#ifndef CLI_ABSENCE_COMMANDS_H
#define CLI_ABSENCE_COMMANDS_H

#include "base/invocation.h"

extern const Command absence_command;

#endif
