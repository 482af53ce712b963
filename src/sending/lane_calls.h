/* The way of the calls of one of the policy's channels. */
#ifndef SENDING_LANE_CALLS_H
#define SENDING_LANE_CALLS_H

#include "sending/lane.h"

Lane *lane_of_calls(Session *session, const char *channel);

/* What its breaker remembers it by. */
char *lane_of_calls_name(const char *channel);

#endif
