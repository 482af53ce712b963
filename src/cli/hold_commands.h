/* `akkoord hold`, `release`, `ask`. */
#ifndef CLI_HOLD_COMMANDS_H
#define CLI_HOLD_COMMANDS_H

#include "base/invocation.h"

extern const Command hold_command, release_command, ask_command;

#endif
