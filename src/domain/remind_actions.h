/* When the ladder does something next. */
#ifndef DOMAIN_REMIND_ACTIONS_H
#define DOMAIN_REMIND_ACTIONS_H

#include "domain/remind_state.h"

/* Of the occurrences that have come: when one of them acts next; soon where one is due (the directory did not answer); INSTANT_NONE: none
 * is known to. */
gint64 remind_actions_next(const RemindState *state, gint64 now);

#endif
