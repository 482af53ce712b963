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

/* A question begins: its searches together must end within the settings' timeout. */
void servers_begin(Servers *servers);

/* Connects and binds where that is not done. While none of the servers lets us in, they are tried again only after a
 * pause that grows to half a minute, and the error of the last try is given at once, so that a thousand questions do
 * not each wait for the timeout (nor lock the account). */
gboolean servers_connect(Servers *servers, GError **error);

/* As connection_run(), on whichever server answers; a line that broke is made anew once. Leaves one line in the
 * trace. */
gboolean servers_run(Servers *servers, const Search *search, GPtrArray **entries, GError **error);

/* Adds a step (domain/step.h), which becomes the servers'. */
void servers_trace(Servers *servers, char *step);
/* The steps since the last call, the latest 1,000 of them: GPtrArray of char *, owned by the caller. */
GPtrArray *servers_take_trace(Servers *servers);

#endif
