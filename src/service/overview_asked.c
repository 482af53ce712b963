/* The record's rows in the words of the output. */
#include "service/overview_asked.h"

#include "domain/resolve.h"
#include "people/absences.h"

static Json *beside_record(Session *session, const AskedRow *row, GError **error)
{
	g_autoptr(PersonRow) person = store_person(session_store(session), row->person, error);
	if (!person)
		return NULL;
	Json *record = js_object_new();
	js_object_set_line(record, "person", person_label(person->person));
	js_object_set_string(record, "how", row->how);
	js_object_set_line(record, "rung", row->rung);
	js_object_set_instant(record, "since", row->since);
	js_object_set_instant(record, "ended", row->ended);
	js_object_set_string(record, "why", row->why);
	return record;
}

static gboolean set_beside(Session *session, Json *record, const Approval *approval, GError **error)
{
	g_autoptr(GPtrArray) rows = store_asked(session_store(session), approval->id, error);
	Json *list = js_array_new();
	js_object_set(record, "beside", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		Json *one = beside_record(session, rows->pdata[i], error);
		if (!one)
			return FALSE;
		js_array_append(list, one);
	}
	return rows != NULL;
}

static gboolean set_absence(Session *session, Json *record, const Approval *approval, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(session), approval->person, error);
	if (!row || !absences_overlay(session, row->person, error))
		return FALSE;
	js_object_set_instant(record, "absent_until", person_back(row->person, session_now(session)));
	return TRUE;
}

gboolean overview_set_asked(Session *session, Json *record, const Approval *approval, GError **error)
{
	return set_beside(session, record, approval, error) && (approval->state != APPROVAL_PENDING || set_absence(session, record, approval, error));
}
