/* `akkoord approve`, `reject`, `withdraw`. */
#ifndef CLI_DECIDE_H
#define CLI_DECIDE_H

#include "base/invocation.h"

extern const Command approve_command, reject_command, withdraw_command;

#endif
