/* What is said of an invoice: restart, note, booked. */
#ifndef CLI_MARK_COMMANDS_H
#define CLI_MARK_COMMANDS_H

#include "base/invocation.h"

extern const Command restart_command, note_command, booked_command;

#endif
