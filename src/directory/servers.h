/* The company's directory servers as one that answers: the first that does is kept, the others stand by. */
#ifndef DIRECTORY_SERVERS_H
#define DIRECTORY_SERVERS_H

#include "config/settings.h"
#include "directory/connection.h"

typedef struct Servers Servers;

/* Reads the password; does not connect. `settings` must outlive it. NULL with ERROR_CONFIG. */
Servers *servers_new(const Settings *settings, GError **error);
void servers_free(Servers *servers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Servers, servers_free)

/* Connects and binds where that is not done, all servers together within the settings' timeout. While none of them
 * lets us in, they are tried again only after a pause that grows to half a minute, and the error of the last try is
 * given at once, so that a thousand questions do not each wait for the timeout (nor lock the account). */
gboolean servers_connect(Servers *servers, GError **error);

/* Settles the open ones of `searches` (of Search), all together on whichever server answers, as flight_run(). A line that
 * breaks is made anew, and those that are still open are asked once more; where an answer breaks it again, only the search that it answers fails (with
 * is_refused); after sixteen broken lines all do. */
void servers_run(Servers *servers, GPtrArray *searches);

/* connection_certificate_ends() of the one that answers now; INSTANT_NONE too where none does. */
gint64 servers_certificate_ends(const Servers *servers);

#endif
