/* How a reader of each language writes dates, times, amounts, numbers and lists: own tables, never the process's locale. Pure.
 * Texts are UTF-8 and owned by the caller; blanks that must not break are U+00A0. */
#ifndef MAIL_LANGUAGE_H
#define MAIL_LANGUAGE_H

#include "base/instant.h"
#include "base/money.h"
#include "calendar/zone.h"

typedef struct Language Language;

/* By its primary subtag, without regard to case: "nl", "nl-BE", "de_AT"; NULL where there is no table for it. */
const Language *language_find(const char *tag);
/* The first of a list such as "sv, nl" (Person.language) that there is a table for; NULL = none, and NULL is none. */
const Language *language_find_first(const char *tags);
const char *language_code(const Language *language); /* "nl" */
const char *const *language_codes(void);             /* NULL-ended */

/* "Tuesday 29 December", with the year where it is not that of `today`. */
char *language_date(const Language *language, Date date, Date today);
/* "29 December": where there is little room. */
char *language_day(const Language *language, Date date);
/* "Tuesday 29 December, 17:30" in that zone, with the year where it is not that of `now` there. */
char *language_moment(const Language *language, const Zone *zone, gint64 instant, gint64 now);

/* The same where there is little room: "Tue 29 Dec", "Tue 29 Dec, 17:30"; a date does not break. */
char *language_brief_date(const Language *language, Date date, Date today);
char *language_brief_moment(const Language *language, const Zone *zone, gint64 instant, gint64 now);

/* "€ 1.234,50" in nl, "1 234,50 €" in fr; euro and pound by their signs, others by their codes. */
char *language_money(const Language *language, Money money);

/* TRUE where the noun after `n` stands in the singular (in French after 0 too). */
gboolean language_is_one(const Language *language, guint n);

/* "Ana, Jan and Zoë" of `names` (const char *), at least one. */
char *language_list(const Language *language, const GPtrArray *names);

#endif
