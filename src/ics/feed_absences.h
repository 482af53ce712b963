/* Who is absent when, as a calendar says it (RFC 5545). */
#ifndef ICS_FEED_ABSENCES_H
#define ICS_FEED_ABSENCES_H

#include "base/instant.h"

typedef struct {
	char *address;      /* of the person, folded to lower case */
	gboolean civil;     /* `from` and `until` are local times of the person, as seconds since 1970 as though they were UTC: whole days, and times without a zone.
	                     * Else they are instants */
	gint64 from, until; /* [from, until) */
	char *deputy;       /* uid of who stands in; NULL: the calendar names nobody */
} IcsAbsence;
void ics_absence_free(IcsAbsence *absence);

typedef struct {
	GPtrArray *absences; /* of IcsAbsence, by address, kind, beginning; those of one kind and deputy that touch are one */
	gint64 refresh_s;    /* how seldom the calendar wants to be fetched; 0 = it does not say */
} IcsAbsences;
void ics_absences_free(IcsAbsences *absences);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IcsAbsences, ics_absences_free)

/* The absences that reach into [from, until). An event is one of each person whose address is its ATTENDEE (unless they declined or delegated it, or take no part) or
 * its ORGANIZER, but where it is cancelled or shown as free: X-MICROSOFT-CDO-BUSYSTATUS says so where it is there (FREE, WORKINGELSEWHERE are no absence; OOF is), else
 * TRANSP. Rules, RDATE, EXDATE and RECURRENCE-ID are followed. X-AKKOORD-DEPUTY names the deputy's uid.
 *
 * ERROR_INVALID with the reason: no iCalendar, broken off, larger than 10 MiB, more than 50,000 events of people or 200,000 absences; an event of somebody whose times cannot
 * be told (unreadable, a zone that nobody knows, a rule that cannot be followed): what is half read would be taken for presence. What is wrong with events of
 * nobody is no matter. Reentrant. */
IcsAbsences *ics_absences_read(const char *text, gsize length, gint64 from, gint64 until, GError **error);

#endif
