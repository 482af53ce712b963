/* `akkoord tick`: one pass and its sending, for cron. */
#ifndef CLI_TICK_H
#define CLI_TICK_H

#include "base/invocation.h"

extern const Command tick_command;

#endif
