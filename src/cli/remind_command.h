/* `akkoord remind`. */
#ifndef CLI_REMIND_COMMAND_H
#define CLI_REMIND_COMMAND_H

#include "base/invocation.h"

extern const Command remind_command;

#endif
