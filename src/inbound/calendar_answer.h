/* Answers to invites (RFC 5546): that a mail is one, and what it says. Nothing is decided by one. */
#ifndef INBOUND_CALENDAR_ANSWER_H
#define INBOUND_CALENDAR_ANSWER_H

#include "codec/mime_read.h"
#include "inbound/received.h"

/* Whether a calendar part of the mail has METHOD REPLY, COUNTER, REFRESH or DECLINECOUNTER in its body; then uid and partstat are filled in. */
gboolean calendar_answer_read(const MimeEntity *mail, Received *received);

#endif
