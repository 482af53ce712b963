/* `akkoord list`, `show`, `explain`: what is so, and why. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "base/invocation.h"

extern const Command list_command, show_command, explain_command;

#endif
