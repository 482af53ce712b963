/* `akkoord simulate`: what would be sent, when, to whom; nothing is (DESIGN.md 4). */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include "base/invocation.h"

extern const Command simulate_command;

#endif
