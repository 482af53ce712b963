/* From persons to the opaque ids of the record. */
#include "people/people.h"

static gboolean is_as_known(const Person *known, const Person *person)
{
	return !g_strcmp0(known->uid, person->uid) && !g_strcmp0(known->dn, person->dn) && !g_strcmp0(known->name, person->name) &&
	       !g_strcmp0(known->mail, person->mail) && !g_strcmp0(known->mobile, person->mobile) && !g_strcmp0(known->language, person->language) &&
	       !g_strcmp0(known->country, person->country) && !g_strcmp0(known->authority, person->authority);
}

char *people_record(Session *session, const Person *person, gint64 now, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) known = store_person_by_directory_id(session_store(session), person->directory_id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	/* an answer that was kept may be older than what was recorded since */
	if (known && (is_as_known(known->person, person) || (person->as_of != INSTANT_NONE && person->as_of < known->person->as_of)))
		return g_strdup(known->id);
	g_autofree char *id = known ? g_strdup(known->id) : session_new_id("p");
	Event *event = event_new("person.recorded", now, NULL, NULL);
	js_object_set_string(event->data, "person", id);
	js_object_set_instant(event->data, "as_of", person->as_of);
	Json *side = event_private(event);
	js_object_set_line(side, "directory_id", person->directory_id);
	js_object_set_line(side, "uid", person->uid);
	js_object_set_line(side, "dn", person->dn);
	js_object_set_line(side, "name", person->name);
	js_object_set_line(side, "mail", person->mail);
	js_object_set_line(side, "mobile", person->mobile);
	js_object_set_line(side, "language", person->language);
	js_object_set_line(side, "country", person->country);
	js_object_set_line(side, "authority", person->authority);
	return store_append(session_store(session), event, NULL, error) ? g_steal_pointer(&id) : NULL;
}
