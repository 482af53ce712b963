/* `akkoord policy check|apply|show|history`: the policy's versions. */
#ifndef CLI_POLICY_COMMANDS_H
#define CLI_POLICY_COMMANDS_H

#include "base/invocation.h"

extern const Command policy_command;

#endif
