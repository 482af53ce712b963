/* By what one knows a notice in plain words that a mail was not delivered. */
#ifndef INBOUND_BOUNCE_SIGN_H
#define INBOUND_BOUNCE_SIGN_H

#include "inbound/received.h"
#include "inbound/returned.h"

/* Whether it is such a notice: by who sends it, its subject, its words, and whether it brings a mail back. */
gboolean bounce_sign_is_one(const MimeEntity *mail, const Returned *returned);

/* Whether it reads like one, though nothing in its header says that a mail server wrote it. */
gboolean bounce_sign_may_be_one(const MimeEntity *mail, const Returned *returned);

#endif
