/* Rows of the record as records for list. */
#include "people/lost_people.h"

static gboolean is_held(const SightingRow *row)
{
	return row->lost != INSTANT_NONE && row->cleared == INSTANT_NONE;
}

static Json *record_of(Session *session, const SightingRow *row, GError **error)
{
	g_autoptr(PersonRow) person = store_person(session_store(session), row->person, error);
	if (!person)
		return NULL;
	Json *record = js_object_new();
	js_object_set_line(record, "uid", person->person->uid);
	js_object_set_line(record, "name", person->person->name);
	js_object_set_line(record, "mail", person->person->mail);
	js_object_set_string(record, "why", row->why ? row->why : "missing");
	js_object_set_instant(record, "since", row->missed != INSTANT_NONE ? row->missed : row->lost);
	js_object_set_integer(record, "approvals", row->approvals);
	js_object_set_boolean(record, "held", is_held(row));
	return record;
}

static void free_record(gpointer record)
{
	js_unref(record);
}

GPtrArray *lost_people_list(Session *session, GError **error)
{
	g_autoptr(GPtrArray) rows = store_sightings(session_store(session), FALSE, error);
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(free_record);
	for (guint i = 0; rows && i < rows->len; i++) {
		const SightingRow *row = rows->pdata[i];
		if (row->lost != INSTANT_NONE && !row->approvals)
			continue;
		Json *record = record_of(session, row, error);
		if (!record)
			return NULL;
		g_ptr_array_add(records, record);
	}
	return rows ? g_steal_pointer(&records) : NULL;
}
