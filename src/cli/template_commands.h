/* akkoord template: whether the mails' templates are right, and what they make. */
#ifndef CLI_TEMPLATE_COMMANDS_H
#define CLI_TEMPLATE_COMMANDS_H

#include "base/invocation.h"

extern const Command template_command;

#endif
