/* A hold whose time is over is none, whether or not a pass has seen to it. */
#include "service/hold_records.h"

static Json *hold_record(Session *session, const HoldRow *row, GError **error)
{
	g_autoptr(PersonRow) person = row->person ? store_person(session_store(session), row->person, error) : NULL;
	if (row->person && !person)
		return NULL;
	Json *record = js_object_new();
	js_object_set_string(record, "kind", row->kind);
	js_object_set_string(record, "role", row->role);
	js_object_set_line(record, "person", !person ? NULL : person->person->uid ? person->person->uid : person->person->mail);
	js_object_set_string(record, "asked", row->asked);
	js_object_set_line(record, "reason", row->reason);
	js_object_set_instant(record, "began", row->began);
	js_object_set_instant(record, "until", row->until);
	js_object_set_instant(record, "ended", row->ended);
	js_object_set_line(record, "answer", row->answer);
	return record;
}

gboolean hold_records_set_waiting(Session *session, Json *record, const InvoiceRow *invoice, gint64 now, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(session), invoice->id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (invoice->state == INVOICE_OPEN && invoice->opens != INSTANT_NONE && invoice->opens > now)
		js_object_set_instant(record, "opens", invoice->opens);
	if (!hold || hold->until <= now)
		return TRUE;
	Json *on_hold = hold_record(session, hold, error);
	if (on_hold)
		js_object_set(record, "on_hold", on_hold);
	return on_hold != NULL;
}

gboolean hold_records_set_all(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_hold_rows(session_store(session), invoice, error);
	if (!rows || !rows->len)
		return rows != NULL;
	Json *list = js_array_new();
	js_object_set(record, "holds", list);
	for (guint i = 0; i < rows->len; i++) {
		Json *hold = hold_record(session, rows->pdata[i], error);
		if (!hold)
			return FALSE;
		js_array_append(list, hold);
	}
	return TRUE;
}
