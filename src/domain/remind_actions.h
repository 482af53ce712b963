/* When the ladder does something next. */
#ifndef DOMAIN_REMIND_ACTIONS_H
#define DOMAIN_REMIND_ACTIONS_H

#include "domain/remind_state.h"

/* Of the occurrences that have come: TRUE where one of them is still to act, and *next is when; soon where it is due (the directory did not
 * answer); INSTANT_NONE: it is not known yet. */
gboolean remind_actions_wait(const RemindState *state, gint64 now, gint64 *next);

#endif
