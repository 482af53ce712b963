/* Instants (gint64 seconds UTC) and civil dates, and their text forms. */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <glib.h>

#define INSTANT_NONE G_MININT64 /* "no such instant", wherever one may be absent */

/* RFC 3339 in UTC with whole seconds: "2026-12-28T08:00:00Z". Owned by the caller; NULL for INSTANT_NONE
 * and outside the years 0001-9999. */
char *instant_format(gint64 instant);

/* Reads RFC 3339 (section 5.6) with "Z" or an offset; a fraction of a second is dropped; years 1970-9999.
 * FALSE with ERROR_INVALID, *instant unchanged, on anything else. */
gboolean instant_parse(const char *text, gint64 *instant, GError **error);

/* A civil date: days since 1970-01-01 in the proleptic Gregorian calendar. A type of its own so that it
 * is never mixed up with an instant. */
typedef struct {
	gint32 day;
} Date;

#define DATE_NONE ((Date){.day = G_MININT32})

gboolean date_is_set(Date date);

/* The date of that year, month (1-12) and day (1-31); DATE_NONE where there is no such day
 * in the years 0001-9999. For DATE_NONE date_get_ymd gives three zeros. */
Date date_from_ymd(int year, int month, int day);
void date_get_ymd(Date date, int *year, int *month, int *day);

/* 1 = Monday ... 7 = Sunday (ISO 8601); 0 for DATE_NONE. */
int date_weekday(Date date);
/* DATE_NONE from DATE_NONE and where the years 0001-9999 end. */
Date date_add_days(Date date, int days);

/* "2026-12-28"; owned by the caller; NULL for DATE_NONE. */
char *date_format(Date date);

/* Exactly YYYY-MM-DD of an existing day, years 0001-9999; else FALSE with ERROR_INVALID. */
gboolean date_parse(const char *text, Date *date, GError **error);

#endif
