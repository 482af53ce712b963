/* What somebody is to decide soon and a mail to them does not ask: "coming up". */
#ifndef PASS_COMING_H
#define PASS_COMING_H

#include "mail/compose.h"
#include "session/session.h"

typedef struct {
	GArray *items;       /* of MailItem, next deadline first: a handful */
	guint more;          /* that there are beside these */
	GPtrArray *rows, *invoices; /* what the items point to */
} Coming;
void coming_clear(Coming *coming);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Coming, coming_clear)

/* What that person may decide and whose deadline is still to come by the end of the seventh day from today in their calendar, but for these approvals (of char *) and what is on hold. */
gboolean coming_find(Session *session, const char *person, const Calendar *calendar, const GPtrArray *asked, gint64 now, Coming *coming, GError **error);

#endif
