/* What the record says of a reminder by itself, apart from a pass that decides many (audit/event.h). */
#ifndef SERVICE_REMINDER_EVENT_H
#define SERVICE_REMINDER_EVENT_H

#include "audit/event.h"
#include "domain/reminder.h"
#include "store/store.h"

/* reminder.planned: one on demand, of rung RUNG_MANUAL (domain/remind.h), for `fires`, at `now`. `others` (of ReminderRow) are the approval's so far; `actor` and `invoice`
 * as event_new() has them. Owned by the caller. */
typedef struct {
	const char *approval, *person;
	const char *channel; /* as the record has it: "mail", "invite", or a channel's name */
	gint64 fires;
} ManualReminder;
Event *reminder_manual(const ManualReminder *manual, const GPtrArray *others, gint64 now, const char *actor, const char *invoice);

/* reminder.claimed: the same by another channel, in that message. Owned by the caller. */
Event *reminder_claimed_instead(const ReminderRow *reminder, const char *channel, const char *message, gint64 now);

/* reminder.superseded: it will never be sent. `why` is a word of domain/reminder.h and names nobody; `actor` and `invoice` as event_new() has them. Owned by the caller. */
Event *reminder_superseded(const ReminderRow *reminder, const char *why, gint64 now, const char *actor, const char *invoice);

/* reminder.returned: it was claimed, and is to be decided anew, not before that instant (INSTANT_NONE: at once). */
Event *reminder_returned(const ReminderRow *reminder, const char *why, gint64 not_before, gint64 now);

#endif
