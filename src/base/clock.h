/* The only door to the clock. Everything else takes `now`. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <glib.h>

/* Wall clock, seconds UTC since 1970. */
gint64 clock_now(void);

/* Microseconds on a clock that counts suspended time and never steps; only differences mean anything. */
gint64 clock_monotonic_us(void);

#endif
