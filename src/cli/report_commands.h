/* `akkoord report latency`: how long approvals took. */
#ifndef CLI_REPORT_COMMANDS_H
#define CLI_REPORT_COMMANDS_H

#include "base/invocation.h"

extern const Command report_command;

#endif
