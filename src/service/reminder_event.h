/* What the record says of a reminder that was planned or claimed and is not sent (audit/event.h). */
#ifndef SERVICE_REMINDER_EVENT_H
#define SERVICE_REMINDER_EVENT_H

#include "audit/event.h"
#include "store/store.h"

/* reminder.superseded: it will never be sent. `why` is a word of domain/reminder.h and names nobody; `actor` and `invoice` as event_new() has them. Owned by the caller. */
Event *reminder_superseded(const ReminderRow *reminder, const char *why, gint64 now, const char *actor, const char *invoice);

/* reminder.returned: it was claimed, and is to be decided anew. */
Event *reminder_returned(const ReminderRow *reminder, const char *why, gint64 now);

#endif
