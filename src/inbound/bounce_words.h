/* What mail servers say when they could not deliver, as tables of phrases: there is no standard, but there is a custom. */
#ifndef INBOUND_BOUNCE_WORDS_H
#define INBOUND_BOUNCE_WORDS_H

#include <glib.h>

/* The text as the functions below want it: casefolded, white space folded to single blanks. Owned by the caller. */
char *bounce_words_fold(const char *text);

/* The status that the words stand for ("no such user": "5.1.1", "too long in the queue": "4.4.7"); of several the one that says most about the address.
 * NULL: none that is known. Static. */
const char *bounce_words_status(const char *folded);

gboolean bounce_words_for_good(const char *folded); /* says by itself that there will be no other try, or that it is refused */
gboolean bounce_words_delayed(const char *folded);  /* says that it is only a warning, and that it is tried again */
gboolean bounce_words_asks(const char *folded);     /* wants the sender to confirm first: neither delivered nor refused */
gboolean bounce_words_failed(const char *folded);   /* says that a mail was not delivered */
gboolean bounce_words_subject(const char *folded);  /* the subject of a mail server's notice */
gboolean bounce_words_answer(const char *folded);   /* the subject of an answer: "re: …" */
gboolean bounce_words_forward(const char *folded);  /* or of what is passed on: "fwd: …" */
gboolean bounce_words_sender(const char *folded);   /* the From of one: MAILER-DAEMON, postmaster … */

/* Whether the text before an address (the end of it counts) says that the address is one that failed. */
gboolean bounce_words_before_recipient(const char *folded);
/* Whether it says that the address is the one the failed address came from ("generated from"). */
gboolean bounce_words_before_origin(const char *folded);

#endif
