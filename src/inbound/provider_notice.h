/* What providers tell of a mail in JSON instead of a report: Amazon SES, whose notices SNS sends on by mail. */
#ifndef INBOUND_PROVIDER_NOTICE_H
#define INBOUND_PROVIDER_NOTICE_H

#include "inbound/received.h"
#include "inbound/returned.h"

/* Adds the recipients of a notice of a bounce, and to `returned` the Message-ID that it names. FALSE: the notice is none; of a complaint or a delivery it is
 * none, too. */
gboolean provider_notice_read(Returned *returned, Received *received);

#endif
