/* A look at the source text of a configuration before libconfig sees it: what libconfig 1.5 takes silently or reports at the
 * wrong place. */
#ifndef CONFIG_SCAN_H
#define CONFIG_SCAN_H

#include "config/problems.h"

typedef struct {
	char *text; /* as written: "3000000000", "0x10", "1.5" */
	guint line;
} NumberLiteral;
void number_literal_free(NumberLiteral *literal);

/* Reports: not UTF-8, a NUL, @include, a line break inside quotes, an unclosed comment, quote or bracket, one that closes
 * another, a comma before a closing bracket, brackets deeper than 32, a text where none may stand. Returns the number literals in
 * the order written (GPtrArray of NumberLiteral), so that values can be read from what was written and not from what libconfig
 * made of it; NULL after a problem. */
GPtrArray *scan_source(const char *text, gsize length, const char *origin, Problems *problems);

#endif
