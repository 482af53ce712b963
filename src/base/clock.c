/* The clock: nothing else in the program asks what time it is. */
#include "base/clock.h"

#include <time.h>

gint64 clock_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

gint64 clock_monotonic_us(void)
{
	struct timespec now = {0};
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
