/* An answer of the directory as text, for the store. */
#ifndef SESSION_ANSWER_TEXT_H
#define SESSION_ANSWER_TEXT_H

#include "domain/person.h"

/* Of Person, and of char * (the steps); owned by the caller. */
char *answer_text_write(const GPtrArray *people, const GPtrArray *steps);

/* FALSE where that is no such text; both are left alone then. */
gboolean answer_text_read(const char *text, GPtrArray **people, GPtrArray **steps);

#endif
