/* A long way to a server on this machine: what goes through arrives later. */
#ifndef BENCH_DELAY_H
#define BENCH_DELAY_H

#include <sys/types.h>

typedef struct {
	pid_t process;
	int port; /* of 127.0.0.1 */
} Delay;

/* Starts one in a process of its own, for one connection at a time to the port of 127.0.0.1: what comes back comes
 * `round_trip_us` later than it would, half of it on the way there; however much is on the way. */
void delay_start(Delay *delay, int to_port, int round_trip_us);
void delay_stop(Delay *delay);

#endif
