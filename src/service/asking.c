/* One way in which an approval opens, whether its stage does or somebody takes it over. */
#include "service/asking.h"

#include "people/people.h"
#include "service/opening.h"

static Event *opened_event(const Session *session, const Asking *asking, const char *id, const char *person, gint64 deadline, gint64 now)
{
	Event *event = event_new("approval.opened", now, NULL, asking->invoice->id);
	event->cause = asking->cause;
	js_object_set_string(event->data, "approval", id);
	js_object_set_integer(event->data, "stage", asking->stage);
	js_object_set_integer(event->data, "group", asking->group);
	js_object_set_string(event->data, "person", person);
	js_object_set_instant(event->data, "start", now);
	js_object_set_instant(event->data, "deadline", deadline);
	if (asking->centre)
		js_object_set_integer(event->data, "centre", asking->centre);
	js_object_set_string(event->data, "replaces", asking->replaces);
	if (!asking->actor)
		return event;
	actor_sign(session, asking->actor, event);
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event->data, "by", asking->actor->id);
	return event;
}

gboolean asking_open(Session *session, const Asking *asking, gint64 now, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	g_autoptr(GArray) held = policy ? store_holds(session_store(session), asking->invoice->id, error) : NULL;
	g_autofree char *person = held ? people_record(session, asking->person, now, error) : NULL;
	if (!person)
		return FALSE;
	Calendar *calendar = people_calendar(session, policy, asking->invoice->administration, asking->person);
	Anchors anchors = opening_anchors(policy, asking->invoice, held, calendar, now);
	gint64 deadline = deadline_work_out(calendar, asking->within, asking->before, asking->at_least, &anchors);
	g_autofree char *id = asking->id ? g_strdup(asking->id) : session_new_id("a");
	return store_append(session_store(session), opened_event(session, asking, id, person, deadline, now), NULL, error);
}
