/* `akkoord import`: takes invoices in from files and folders. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "base/invocation.h"

extern const Command import_command;

#endif
