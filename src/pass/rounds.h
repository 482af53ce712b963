/* Work that asks the directory, in rounds: what each is still in want of is put together, as one batch, and the work goes on from there; so the directory is asked as
 * often as answers depend on one another (a group, then its managers), however many ask. */
#ifndef PASS_ROUNDS_H
#define PASS_ROUNDS_H

#include "session/session.h"

/* One round. It calls answers_begin_try() before each thing that it does, and does that again in the next round where answers_are_incomplete() after it. FALSE with an
 * error ends all. */
typedef gboolean (*RoundWork)(gpointer user_data, GError **error);

/* What is done while the directory is being asked, once it is slow to answer: it may not wait for it. */
typedef gboolean (*RoundMeanwhile)(gpointer user_data, GError **error);

/* Until nothing is in want of anything any more. What is unknown in the end is so because the directory does not say. `meanwhile` may be NULL. */
gboolean rounds_run(Session *session, RoundWork work, RoundMeanwhile meanwhile, gpointer user_data, gint64 now, GError **error);

#endif
