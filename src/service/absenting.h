/* Absences as people set them: who is away, from when until when, and who stands in (DESIGN.md 3, rule 6; 4, command `absence`). A person sets their own, an admin
 * anybody's. What follows for what is open is the next pass's. */
#ifndef SERVICE_ABSENTING_H
#define SERVICE_ABSENTING_H

#include "session/session.h"

typedef struct {
	const char *person;  /* uid or mail of who is away */
	const char *who;     /* of who says so */
	const char *from;    /* a date, a local time in the person's zone, or RFC 3339; a date is its beginning */
	const char *until;   /* likewise; a date is its end: the last day is included */
	const char *deputy;  /* uid or mail; NULL: their usual one */
	const char *reason;  /* NULL */
	const char *channel; /* cli */
} AbsenceRequest;

/* One absence for people to read. */
typedef struct {
	char *id;     /* NULL: a calendar says it */
	char *person; /* uid, else address; the same of the next two */
	char *deputy; /* NULL: none of its own */
	char *by;     /* NULL: nobody that is known */
	gboolean no_usual; /* likewise, and the directory names nobody who usually stands in (absenting_set() alone says it) */
	gint64 from, until;
	char *reason; /* NULL */
	gint64 recorded; /* INSTANT_NONE: a calendar says it */
	gint64 cleared;  /* INSTANT_NONE: it holds */
	char *source;    /* the calendar that says it, as people may see it; NULL: it is on record */
} AbsenceRecord;
void absence_record_free(AbsenceRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbsenceRecord, absence_record_free)

/* NULL with ERROR_USAGE: a time that is none, the end not after the beginning or not to come; ERROR_NOT_FOUND: no such person or deputy; ERROR_FORBIDDEN: another's, and not
 * an admin; ERROR_INVALID: the deputy is oneself, disabled, or cannot be written to; ERROR_CONFLICT: another absence overlaps; ERROR_UNAVAILABLE: only the directory could
 * tell. */
AbsenceRecord *absenting_set(Session *session, const AbsenceRequest *request, GError **error);

/* Takes back the absence of that id, or, by uid or mail, all of a person's that are not over: what has begun ends now. GPtrArray of AbsenceRecord: those that were taken back.
 * ERROR_NOT_FOUND: no such absence or person; ERROR_CONFLICT: over or taken back already, or the person has none, or none but a calendar says; ERROR_FORBIDDEN as above. */
GPtrArray *absenting_clear(Session *session, const char *which, const char *who, const char *reason, const char *channel, GError **error);

/* Of that person, NULL: of everybody, by their beginning: those that hold and are not over; `all`: every one that there ever was;
 * with what calendars say. ERROR_NOT_FOUND: no such person. */
GPtrArray *absenting_list(Session *session, const char *person, gboolean all, GError **error);

#endif
