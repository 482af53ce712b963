/* How long people took to decide, in their own working time: what --typical supposes they will do again. */
#ifndef REHEARSE_TYPICAL_H
#define REHEARSE_TYPICAL_H

#include "session/session.h"

typedef struct Typical Typical;

/* From every decided approval of the record; what lapsed or was handed on took nobody any time. */
Typical *typical_load(Session *session, GError **error);
void typical_free(Typical *typical);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Typical, typical_free)

/* The median of that person (by directory id), in working seconds; of everybody where they decided nothing yet; -1 where nobody did. Of an even number the lower of
 * the two in the middle. */
gint64 typical_seconds(const Typical *typical, const char *directory_id);

#endif
