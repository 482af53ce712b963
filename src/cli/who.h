/* `akkoord who`: whom a selector means, search by search. */
#ifndef CLI_WHO_H
#define CLI_WHO_H

#include "base/invocation.h"

extern const Command who_command;

#endif
