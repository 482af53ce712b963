/* The way of mails, invites and notices. */
#ifndef SENDING_LANE_MAILS_H
#define SENDING_LANE_MAILS_H

#include "sending/lane.h"

#define LANE_OF_MAILS "mail"

Lane *lane_of_mails(Session *session);

#endif
