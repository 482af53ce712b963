/* Notices in plain words: who did not get the mail, and why, from the shapes that mail servers write. */
#ifndef INBOUND_BOUNCE_TEXT_H
#define INBOUND_BOUNCE_TEXT_H

#include "inbound/received.h"
#include "inbound/returned.h"

/* Whether it is such a notice: by who sends it, its subject, its words, and whether it brings a mail back. */
gboolean bounce_text_is_one(const MimeEntity *mail, const Returned *returned);

/* Whether it reads like one, though nothing in its header says that a mail server wrote it. */
gboolean bounce_text_may_be_one(const MimeEntity *mail, const Returned *returned);

/* Adds the recipients of the notice: those in X-Failed-Recipients, else those that its text names, else, where it brings no report (of which nothing could be
 * read), whom the returned mail was for. */
void bounce_text_read(const MimeEntity *mail, const Returned *returned, gboolean report, Received *received);

/* Fills in what a report left out of its recipients (a code, words) from the notice's text. */
void bounce_text_complete(const Returned *returned, Received *received);

#endif
