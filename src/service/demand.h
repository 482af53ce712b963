/* Reminding on demand (DESIGN.md 3, rule 5): the rung `manual`, its next occurrence, to everybody who is asked. */
#ifndef SERVICE_DEMAND_H
#define SERVICE_DEMAND_H

#include "session/session.h"

typedef struct {
	char *invoice; /* id */
	char *label;   /* "Supplier/Number" for people */
	guint asked;   /* people who get one now, or when they work next */
	guint waiting; /* people for whom one of before has not gone yet: they get no second */
	guint withheld; /* of those asked: whom mail.allow_list does not name */
	char *unable;  /* labels of those who get none, since they are absent or cannot be reached; NULL */
	gint64 first;  /* when the first of all these goes at the earliest */
	gboolean paused; /* sending is: it goes once that is over */
} DemandResult;
void demand_result_clear(DemandResult *result);

/* `who`: uid or mail of who wants it. ERROR_NOT_FOUND: no such invoice; ERROR_CONFLICT: it is closed, on hold, of an administration without reminders, or nobody is
 * asked, or none of those who are can be reminded. */
gboolean demand_remind(Session *session, const char *invoice, const char *who, DemandResult *result, GError **error);

#endif
