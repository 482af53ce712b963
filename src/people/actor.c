/* The record is asked first: it answers while a directory is down. */
#include "people/actor.h"

#include "base/error.h"
#include "people/people.h"

void actor_clear(Actor *actor)
{
	g_clear_pointer(&actor->person, person_free);
	g_clear_pointer(&actor->id, g_free);
}

gboolean actor_find_recorded(Session *session, Actor *actor, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) row = store_person_by_name(session_store(session), actor->name, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!row) {
		error_set(error, ERROR_NOT_FOUND, "%s: nobody of that uid or address was ever asked to approve anything (--as names who does it)", actor->name);
		return FALSE;
	}
	actor->id = g_strdup(row->id);
	actor->person = person_copy(row->person);
	return TRUE;
}

gboolean actor_find(Session *session, Actor *actor, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (!actor->name || actor_find_recorded(session, actor, &failure))
		return TRUE;
	if (error_kind(failure) != ERROR_NOT_FOUND) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	actor->person = people_named(session, actor->name, error);
	return actor->person != NULL;
}

gboolean actor_record(Session *session, Actor *actor, gint64 now, GError **error)
{
	if (!actor->id && actor->person)
		actor->id = people_record(session, actor->person, now, error);
	return actor->id || !actor->person;
}

void actor_sign(const Session *session, const Actor *actor, Event *event)
{
	Json *side = event_private(event);
	js_object_set_string(event->data, "person", actor->id);
	js_object_set_string(event->data, "channel", actor->channel);
	js_object_set_string(event->data, "assurance", actor->assurance);
	js_object_set_line(side, "reason", actor->reason);
	js_object_set_line(side, "agent", session_os_user(session));
	if (!actor->person)
		return;
	js_object_set_line(side, "directory_id", actor->person->directory_id);
	js_object_set_line(side, "dn", actor->person->dn);
	js_object_set_line(side, "name", actor->person->name);
	js_object_set_line(side, "authority", actor->person->authority);
}

const char *actor_label(const Actor *actor)
{
	const Person *person = actor->person;
	return person && person->uid ? person->uid : actor->name ? actor->name : "?";
}
