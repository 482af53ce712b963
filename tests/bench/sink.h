/* An SMTP server that takes every message and keeps none, for measuring who sends to it. */
#ifndef BENCH_SINK_H
#define BENCH_SINK_H

#include <glib.h>
#include <sys/types.h>

typedef struct {
	guint messages; /* taken until now */
	guint64 bytes;
} SinkCount;

typedef struct {
	pid_t process;
	int port; /* of 127.0.0.1 */
	const SinkCount *count; /* as the other process keeps it */
} Sink;

/* Starts one in a process of its own. */
void sink_start(Sink *sink);
/* One that answers so long after the final dot, each connection by itself. */
void sink_start_slow(Sink *sink, guint delay_ms);
void sink_stop(Sink *sink);

#endif
