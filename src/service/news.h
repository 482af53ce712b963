/* News about an approval, told once in a mail of its own, outside the ladder and its tones. */
#ifndef SERVICE_NEWS_H
#define SERVICE_NEWS_H

#include "service/approval_case.h"

/* Tells the approver that somebody else is asked in their place now (`heir`; NULL: nobody yet), in their working time; nobody is told of what they never
 * heard of, nor who cannot be written to. In the caller's transaction. */
gboolean news_moved(Session *session, const ApprovalCase *about, const Person *heir, gint64 now, GError **error);

#endif
