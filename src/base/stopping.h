/* What tells a process to end, SIGTERM or SIGINT, heard while it is at something else than its main loop. */
#ifndef BASE_STOPPING_H
#define BASE_STOPPING_H

#include <glib.h>

typedef struct Stopping Stopping;

/* From here on they do not end the process but are noted; a second one after that was asked for ends it, as ever, unless somebody else listens. */
Stopping *stopping_new(void);
void stopping_free(Stopping *stopping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stopping, stopping_free)

/* Whether one has come. In the thread that made it. */
gboolean stopping_is_asked(Stopping *stopping);

#endif
