/* One field of a person is one line of the table below. */
#include "session/answer_text.h"

#include "codec/json.h"
#include "domain/resolve.h"

#include <string.h>

static const struct {
	const char *name;
	gsize offset;
} texts[] = {
	{"id", offsetof(Person, directory_id)},
	{"uid", offsetof(Person, uid)},
	{"dn", offsetof(Person, dn)},
	{"name", offsetof(Person, name)},
	{"mail", offsetof(Person, mail)},
	{"mobile", offsetof(Person, mobile)},
	{"language", offsetof(Person, language)},
	{"country", offsetof(Person, country)},
	{"manager", offsetof(Person, manager_dn)},
	{"deputy_dn", offsetof(Person, deputy_dn)},
	{"deputy", offsetof(Person, deputy)},
	{"authority", offsetof(Person, authority)},
};

static Json *absence_object(const Absence *absence)
{
	Json *object = js_object_new();
	js_object_set_integer(object, "from", absence->from);
	js_object_set_integer(object, "until", absence->until);
	js_object_set_string(object, "deputy", absence->deputy);
	return object;
}

static Json *person_object(const Person *person)
{
	Json *object = js_object_new();
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		js_object_set_string(object, texts[i].name, G_STRUCT_MEMBER(char *, person, texts[i].offset));
	js_object_set_boolean(object, "disabled", person->disabled);
	Json *absences = person->absences ? js_array_new() : NULL;
	for (guint i = 0; absences && i < person->absences->len; i++)
		js_array_append(absences, absence_object(&g_array_index(person->absences, Absence, i)));
	js_object_set(object, "absences", absences);
	return object;
}

char *answer_text_write(const GPtrArray *people, const GPtrArray *steps)
{
	g_autoptr(Json) answer = js_object_new();
	Json *persons = js_array_new(), *lines = js_array_new();
	for (guint i = 0; i < people->len; i++)
		js_array_append(persons, person_object(people->pdata[i]));
	for (guint i = 0; steps && i < steps->len; i++)
		js_array_append_string(lines, steps->pdata[i]);
	js_object_set(answer, "people", persons);
	js_object_set(answer, "steps", lines);
	return js_line(answer);
}

static Person *read_person(const Json *object)
{
	Person *person = person_new();
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		G_STRUCT_MEMBER(char *, person, texts[i].offset) = g_strdup(js_object_get_string(object, texts[i].name));
	person->disabled = js_object_get_boolean(object, "disabled");
	const Json *absences = js_object_get(object, "absences");
	for (gsize i = 0; i < js_array_length(absences); i++) {
		const Json *absence = js_array_get(absences, i);
		person_add_absence(person, js_object_get_integer(absence, "from", 0), js_object_get_integer(absence, "until", 0),
		                   js_object_get_string(absence, "deputy"));
	}
	return person;
}

gboolean answer_text_read(const char *text, GPtrArray **people, GPtrArray **steps)
{
	g_autoptr(Json) answer = js_parse(text, strlen(text), NULL);
	const Json *persons = js_is_object(answer) ? js_object_get(answer, "people") : NULL, *lines = persons ? js_object_get(answer, "steps") : NULL;
	if (!js_is_array(persons) || !js_is_array(lines))
		return FALSE;
	*people = people_list_new();
	*steps = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < js_array_length(persons); i++)
		g_ptr_array_add(*people, read_person(js_array_get(persons, i)));
	for (gsize i = 0; i < js_array_length(lines); i++)
		g_ptr_array_add(*steps, g_strdup(js_string(js_array_get(lines, i))));
	return TRUE;
}
