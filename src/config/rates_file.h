/* A rates file: what a policy's `rates` names. Lines of currency and rate, after a header that says just that:
 *
 *     # one unit of the currency is so many of ours
 *     currency,rate
 *     NOK,0.0853
 *
 * Blank lines and lines that begin with # say nothing; blanks around a value count as nothing; lines end with LF or CRLF; a UTF-8 byte order mark
 * is skipped. A rate is digits with a point, no thousands, at most 9 digits after the point and 12 in all. */
#ifndef CONFIG_RATES_FILE_H
#define CONFIG_RATES_FILE_H

#include "config/problems.h"
#include "domain/rates.h"

/* `origin` names the file in problems. `base` is the organisation's currency, which the file may name with a rate of 1 only; NULL: not known. NULL
 * where any problem is found; all of them are reported. */
Rates *rates_parse(const char *text, gsize length, const char *origin, const char *base, Problems *problems);

#endif
