/* One way to name a reminder in the record: approval, rung, occurrence, person, channel. */
#include "service/reminder_event.h"

#include <string.h>

static Event *name_reminder(Event *event, const ReminderRow *reminder)
{
	js_object_set_string(event->data, "approval", reminder->approval);
	js_object_set_line(event->data, "rung", reminder->rung);
	js_object_set_integer(event->data, "occurrence", reminder->occurrence);
	js_object_set_string(event->data, "person", reminder->person);
	js_object_set_string(event->data, "channel", reminder->channel);
	return event;
}

Event *reminder_claimed_instead(const ReminderRow *reminder, const char *channel, const char *message, gint64 now)
{
	Event *event = name_reminder(event_new("reminder.claimed", now, NULL, NULL), reminder);
	js_object_set_string(event->data, "channel", channel);
	js_object_set_string(event->data, "role", reminder->role);
	js_object_set_string(event->data, "tone", reminder->tone);
	js_object_set_instant(event->data, "unrolled", reminder->unrolled);
	js_object_set_instant(event->data, "fires", reminder->fires);
	js_object_set_string(event->data, "message", message);
	return event;
}

Event *reminder_superseded(const ReminderRow *reminder, const char *why, gint64 now, const char *actor, const char *invoice)
{
	Event *event = name_reminder(event_new("reminder.superseded", now, actor, invoice), reminder);
	js_object_set_string(event->data, "tone", reminder->tone);
	js_object_set_line(event->data, "why", why);
	return event;
}

Event *reminder_returned(const ReminderRow *reminder, const char *why, gint64 not_before, gint64 now)
{
	Event *event = name_reminder(event_new("reminder.returned", now, NULL, NULL), reminder);
	js_object_set_string(event->data, "why", why);
	js_object_set_instant(event->data, "not_before", not_before);
	return event;
}

static guint next_manual(const GPtrArray *others)
{
	guint next = 0;
	for (guint i = 0; i < others->len; i++) {
		const ReminderRow *row = others->pdata[i];
		if (!strcmp(row->rung, RUNG_MANUAL))
			next = MAX(next, row->occurrence + 1);
	}
	return next;
}

Event *reminder_manual(const ManualReminder *manual, const GPtrArray *others, gint64 now, const char *actor, const char *invoice)
{
	Event *event = event_new("reminder.planned", now, actor, invoice);
	js_object_set_string(event->data, "approval", manual->approval);
	js_object_set_string(event->data, "rung", RUNG_MANUAL);
	js_object_set_integer(event->data, "occurrence", next_manual(others));
	js_object_set_string(event->data, "person", manual->person);
	js_object_set_string(event->data, "role", role_name(ROLE_TO));
	js_object_set_string(event->data, "channel", manual->channel);
	js_object_set_string(event->data, "tone", tone_name(TONE_NEW)); /* raised to what went before when it is sent */
	js_object_set_instant(event->data, "unrolled", now);
	js_object_set_instant(event->data, "fires", manual->fires);
	return event;
}
