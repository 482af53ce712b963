/* Handing an approval on: delegate, not-mine. */
#ifndef CLI_HAND_COMMANDS_H
#define CLI_HAND_COMMANDS_H

#include "base/invocation.h"

extern const Command delegate_command, not_mine_command;

#endif
