/* What the benchmarks measure with. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <glib.h>

/* A UBL invoice of that number, with so many lines and so many bytes of attachment; each number is another document. Owned by the caller. */
char *sample_invoice(guint number, guint lines, gsize attachment);

#endif
