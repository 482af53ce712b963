/* One way to name a reminder in the record: approval, rung, occurrence, person, channel. */
#include "service/reminder_event.h"

static Event *name_reminder(Event *event, const ReminderRow *reminder)
{
	js_object_set_string(event->data, "approval", reminder->approval);
	js_object_set_line(event->data, "rung", reminder->rung);
	js_object_set_integer(event->data, "occurrence", reminder->occurrence);
	js_object_set_string(event->data, "person", reminder->person);
	js_object_set_string(event->data, "channel", reminder->channel);
	return event;
}

Event *reminder_superseded(const ReminderRow *reminder, const char *why, gint64 now, const char *actor, const char *invoice)
{
	Event *event = name_reminder(event_new("reminder.superseded", now, actor, invoice), reminder);
	js_object_set_string(event->data, "tone", reminder->tone);
	js_object_set_line(event->data, "why", why);
	return event;
}

Event *reminder_returned(const ReminderRow *reminder, const char *why, gint64 now)
{
	Event *event = name_reminder(event_new("reminder.returned", now, NULL, NULL), reminder);
	js_object_set_string(event->data, "why", why);
	return event;
}
