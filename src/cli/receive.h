/* `akkoord receive`: takes mails in. */
#ifndef CLI_RECEIVE_H
#define CLI_RECEIVE_H

#include "base/invocation.h"

extern const Command receive_command;

#endif
