/* `akkoord audit verify|replay|export`: the record proves itself. */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include "base/invocation.h"

extern const Command audit_command;

#endif
