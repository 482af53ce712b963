/* `akkoord check`: configuration and policy, with --online also the directory and the last pass. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "base/invocation.h"

extern const Command check_command;

#endif
