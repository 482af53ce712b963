/* Questions about an approval's state that several parts of remind.h ask. */
#ifndef DOMAIN_REMIND_STATE_H
#define DOMAIN_REMIND_STATE_H

#include "domain/remind.h"

/* How long what needs the directory waits before it is asked again. */
#define UNKNOWN_RETRY_S 300

const Asked *remind_approver(const RemindState *state); /* asked[0] */

/* NULL where that person is not asked. */
const Asked *remind_asked(const RemindState *state, const char *person);

/* TRUE where that rung's reminder, that occurrence's, tells them that they are asked. */
gboolean asked_is_own(const Asked *asked, const char *rung, guint occurrence);

/* Rules 1 and 10: nothing of it goes out. Before the approval began, or before the policy had the rung at that place. */
gboolean remind_is_passed(const RemindState *state, guint place, gint64 unrolled);

/* Rule 2: the instant from which others may hear, rolled into that calendar; INSTANT_NONE = not before somebody was told. */
gint64 remind_fair_warning(const RemindState *state, const Calendar *calendar);

/* TRUE once a mail went to the approver or to who stands in for them. */
gboolean remind_was_told(const RemindState *state);

/* Whether an occurrence acts at all, and when it does; INSTANT_NONE: not known yet. */
gboolean remind_acts(const RemindState *state, guint place, gint64 unrolled);
gint64 remind_acts_at(const RemindState *state, guint place, gint64 unrolled);

/* rung_unrolled() in the calendar of asked[0]; what was worked out is kept. */
gint64 remind_unrolled(const RemindState *state, guint place, guint occurrence);

/* Ten working days past the deadline; INSTANT_NONE: there is none. */
gint64 remind_overdue_from(const RemindState *state);

/* The occurrences of the rung that have come and are untouched, from *occurrence on: TRUE with the first of them, or FALSE with the unrolled
 * instant of the first that is to come, INSTANT_NONE where none is. */
gboolean remind_next_come(const RemindState *state, guint place, gint64 now, guint *occurrence, gint64 *unrolled);

#endif
