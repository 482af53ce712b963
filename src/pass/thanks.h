/* That it is done, told to who is owed it (service/thanking.h). */
#ifndef PASS_THANKS_H
#define PASS_THANKS_H

#include "session/session.h"

/* One mail a person at their next slot, with all that closed since: what was decided, by whom and when, in the thread of the one approval. Who is away is not told: what was theirs
 * they find on their return. Reads nothing where nobody is owed anything. */
gboolean thanks_run(Session *session, gint64 now, GError **error);

#endif
