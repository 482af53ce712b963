/* Notices in plain words: who did not get the mail, and why, from the shapes that mail servers write. */
#ifndef INBOUND_BOUNCE_TEXT_H
#define INBOUND_BOUNCE_TEXT_H

#include "inbound/received.h"
#include "inbound/returned.h"

/* Adds the recipients of the notice: those in X-Failed-Recipients, else those that its text names, else, where it brings no report (of which nothing could be
 * read), whom the returned mail was for. */
void bounce_text_read(const MimeEntity *mail, const Returned *returned, gboolean report, Received *received);

/* Fills in what a report left out of its recipients (a code, words) from the notice's text. */
void bounce_text_complete(const Returned *returned, Received *received);

#endif
