/* Who was absent and is back hears once what happened meanwhile (DESIGN.md 3, rule 6). */
#ifndef PASS_RETURNING_H
#define PASS_RETURNING_H

#include "session/session.h"

/* For everybody whose absence is over by `now`: at their first slot after it one mail that says what waits for them and what was closed meanwhile; where there is neither,
 * none. Who is absent again hears of it all when that is over too. What goes wrong with one is logged and tried again later. */
gboolean returning_run(Session *session, gint64 now, GError **error);

#endif
