/* iCalendar: meeting requests out (RFC 5545, 5546, 6047), holidays in. libical's door. */
#ifndef ICS_ICAL_H
#define ICS_ICAL_H

#include "base/instant.h"

typedef enum { ICS_REQUEST, ICS_CANCEL } IcsMethod;

typedef struct {
	IcsMethod method;
	const char *uid;
	gint64 sequence;
	gint64 stamp;  /* DTSTAMP: when this message is made */
	gint64 starts;
	gint64 ends;
	const char *organizer_name, *organizer_address;
	const char *attendee_name, *attendee_address;
	const char *summary, *description;
	const char *url; /* plain address that asks for log-in; NULL */
} IcsEvent;

/* The VCALENDAR text with CRLF, folded, UTC, checked by libical's own restriction check. ERROR_INVALID where an address or text may not go in
 * (control characters, no address). Owned by the caller. PRACTICE: shown as free, RSVP=FALSE, no VTIMEZONE. */
char *ics_event_format(const IcsEvent *event, GError **error);

/* The all-day events of a holiday calendar between two dates, both included (VEVENT with DTSTART;VALUE=DATE, multi-day, RRULE, RDATE, EXDATE): GArray of
 * Date, sorted, each once. ERROR_INVALID where the text is no iCalendar, too large or too deep. */
GArray *ics_holidays(const char *text, gsize length, Date from, Date until, GError **error);

/* The dates on which a rule (the value of an RRULE: RFC 5545, 3.3.10) repeats what begins on `start`, up to `until`, in order, appended to `dates`, of Date. COUNT is
 * followed; UNTIL, which may be an instant, is the caller's affair. `left`: how many dates may still be found, lessened by those that are. NULL, or why the rule cannot be
 * followed: what repeats within the day, what libical works out wrongly, a start before 1900. Reentrant. */
const char *ics_rule_dates(const char *rule, Date start, Date until, guint *left, GArray *dates);

#endif
