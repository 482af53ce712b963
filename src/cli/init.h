/* `akkoord init`: a starting configuration and the empty store. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "base/invocation.h"

extern const Command init_command;

#endif
