/* The searches of a batch of questions, gathered over all of them: what several ask alike is asked once, and what is asked before
 * a round_run() goes out together. */
#ifndef DIRECTORY_ROUND_H
#define DIRECTORY_ROUND_H

#include "directory/servers.h"

typedef struct Round Round;

/* `servers` must outlive it. `deadline_us`, of clock_monotonic_us(): no search is begun any more then. */
Round *round_new(Servers *servers, gint64 deadline_us);
void round_free(Round *round);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Round, round_free)

/* The search that asks this, be it new or answered long ago; borrowed until the round is freed. `what` and `attributes` must
 * outlive the round. */
Search *round_search(Round *round, const char *what, const char *base, const char *filter, const char *const *attributes);
Search *round_read(Round *round, const char *what, const char *dn, const char *filter, const char *const *attributes);

/* Settles all that were asked for since the last time: after the deadline as failed, ERROR_UNAVAILABLE. Attributes that the server gives in ranges are whole then. */
void round_run(Round *round);

/* servers_certificate_ends(). */
gint64 round_certificate_ends(const Round *round);

#endif
