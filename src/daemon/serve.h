/* `akkoord serve`: the daemon. */
#ifndef DAEMON_SERVE_H
#define DAEMON_SERVE_H

#include "base/invocation.h"

extern const Command serve_command;

#endif
