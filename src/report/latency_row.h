/* One line of the latency report: worked out by latency.c, written by latency_format.c. */
#ifndef REPORT_LATENCY_ROW_H
#define REPORT_LATENCY_ROW_H

#include <glib.h>

/* Nearest-rank percentiles in seconds; without meaning where nothing was decided. */
typedef struct {
	gint64 median_s;
	gint64 p90_s;
	gint64 p95_s;
	gint64 max_s;
} Spread;

typedef struct {
	const char *group; /* as it was added, hostile; NULL = the total */
	guint count;       /* decided … */
	guint late;        /* … and of these after their deadline */
	Spread elapsed;
	Spread working;
	Spread net; /* working time but for what follows */
	gint64 held_s, asking_s; /* of the decided, in all: on hold, waiting for an answer */
	guint open; /* not decided yet … */
	guint open_late;
	gint64 oldest_open_s; /* without meaning where none is open */
} LatencyRow;

/* Rows in order, the total last; each appends to `out`. */
void latency_rows_append_text(GString *out, const LatencyRow *rows, guint count, const char *title);
void latency_rows_append_csv(GString *out, const LatencyRow *rows, guint count, const char *title);
void latency_rows_append_json(GString *out, const LatencyRow *rows, guint count);

#endif
