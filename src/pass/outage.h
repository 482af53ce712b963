/* A directory that has answered nothing for long, a calendar of absences that could not be read for long: the admins hear of it, once. */
#ifndef PASS_OUTAGE_H
#define PASS_OUTAGE_H

#include "session/session.h"

/* After what a pass asked: notes when the directory answered last; records directory.silent where that is longer ago than its answers are fresh, and a quarter of an hour at
 * least; and directory.answers where it does again. A pass that asked nothing changes nothing. */
gboolean outage_settle(Session *session, gint64 now, GError **error);

/* After the calendars were read: records calendar.silent of each that could not be read for an hour, and calendar.answers where it can again or is read no more. */
gboolean outage_settle_calendars(Session *session, gint64 now, GError **error);

#endif
