/* Hold (DESIGN.md 3, rule 9): while it lasts nothing is sent, and afterwards it goes on where it was. Pure. */
#ifndef DOMAIN_HOLD_H
#define DOMAIN_HOLD_H

#include "calendar/expression.h"

typedef struct {
	gint64 from, until; /* [from, until); until: when it ended, or is to end */
} HeldSpan;

/* An instant counts as later by the working time that was held after it: GArray of HeldSpan in order, none overlapping; NULL = none. */
gint64 hold_shift(const Calendar *calendar, const GArray *held, gint64 instant);

/* Of an approval's anchors those that a hold moves: `received` and `start`. */
void hold_shift_anchors(const Calendar *calendar, const GArray *held, Anchors *anchors);

/* Until when it is held at that instant; INSTANT_NONE where it is not. */
gint64 hold_until(const GArray *held, gint64 instant);

/* The working time of a hold that lies in [from, until). */
gint64 hold_seconds_within(const Calendar *calendar, HeldSpan held, gint64 from, gint64 until);

#endif
