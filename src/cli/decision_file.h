/* Decisions from and to the ERP: `akkoord export`, and what `akkoord import --decisions` does. */
#ifndef CLI_DECISION_FILE_H
#define CLI_DECISION_FILE_H

#include "base/invocation.h"

extern const Command export_command;

/* The exit code; `command` is the one that was called. */
int decision_file_import(const Invocation *invocation, const Command *command, const char *path);

#endif
