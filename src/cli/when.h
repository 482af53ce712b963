/* `akkoord when`: works out a time expression, or with --batch answers JSON lines (DESIGN.md 4, "Records as JSON", when). */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include "base/invocation.h"

extern const Command when_command;

#endif
