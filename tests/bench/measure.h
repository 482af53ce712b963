/* Measuring in processes of their own, so that what one costs does not blur what another does: wall time, processor time (its own
 * and that of the processes it started) and peak memory. The measuring process itself must stay small: a child's peak begins with it. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <glib.h>

typedef struct {
	double wall_s;
	double cpu_s; /* user and system */
	double peak_mib;
} Cost;

/* Ends the benchmark, with what the error says, unless it was done. */
void measure_check(gboolean done, GError **error);

/* Of this process until now. */
double measure_processor_us(void);

/* Runs `work` in a child. Ends the benchmark where the child fails. */
typedef void (*Work)(gpointer data);
Cost measure_work(Work work, gpointer data);

/* Runs a program, found by PATH where it has no slash; its output goes to `output`, NULL = nowhere. Ends the benchmark where it ends otherwise
 * than with `exit_code`. */
Cost measure_program(const char *const *words, const char *output, int exit_code);

/* Sorts the values. */
double measure_median(double *values, guint count);

/* The middle cost of several, each member by itself. */
Cost measure_median_cost(const Cost *costs, guint count);

/* A private folder below $TMPDIR; freeing it removes it with all that is in it. */
char *measure_folder_new(void);
void measure_folder_free(char *folder);

#endif
