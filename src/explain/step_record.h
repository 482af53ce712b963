/* A step on the way to people (domain/step.h) as a record, for programs. */
#ifndef EXPLAIN_STEP_RECORD_H
#define EXPLAIN_STEP_RECORD_H

#include "codec/json.h"

/* {"step":"searched","for":"lookup","filter":"…","base":"…","found":1,"text":"…"}: the word, what its fields are called, and the whole in the reader's language. A word of a
 * newer version has its fields under "fields". Owned by the caller. */
Json *step_record(const char *step);

#endif
