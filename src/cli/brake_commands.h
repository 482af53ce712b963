/* `akkoord pause` and `resume`. */
#ifndef CLI_BRAKE_COMMANDS_H
#define CLI_BRAKE_COMMANDS_H

#include "base/invocation.h"

extern const Command pause_command, resume_command;

#endif
