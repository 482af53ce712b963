/* Absences: read. */
#include "store/store_internal.h"

#define ABSENCE_SELECT "SELECT id, person, deputy, starts, ends, reason, by_person, recorded, cleared, over, event FROM absence"
static const char OF_PERSON[] = ABSENCE_SELECT " WHERE person = :person ORDER BY starts, event";
static const char ALL[] = ABSENCE_SELECT " ORDER BY starts, event";
static const char HOLDING[] = ABSENCE_SELECT " WHERE cleared IS NULL AND ends > :now ORDER BY starts, event";
static const char ONE[] = ABSENCE_SELECT " WHERE id = :id";

void absence_row_free(AbsenceRow *row)
{
	if (row == NULL)
		return;
	g_free(row->id);
	g_free(row->person);
	g_free(row->deputy);
	g_free(row->reason);
	g_free(row->by);
	g_free(row);
}

static gpointer read_absence(SqlStatement *statement, GError **error)
{
	(void)error;
	AbsenceRow *row = g_new0(AbsenceRow, 1);
	row->id = sql_text_dup(statement, 0);
	row->person = sql_text_dup(statement, 1);
	row->deputy = sql_text_dup(statement, 2);
	row->starts = sql_integer(statement, 3);
	row->ends = sql_integer(statement, 4);
	row->reason = sql_text_dup(statement, 5);
	row->by = sql_text_dup(statement, 6);
	row->recorded = sql_integer(statement, 7);
	row->cleared = sql_instant(statement, 8);
	row->over = sql_instant(statement, 9);
	row->event = sql_integer(statement, 10);
	return row;
}

static void destroy_absence(gpointer row)
{
	absence_row_free(row);
}

GPtrArray *store_absences_of(Store *store, const char *person, GError **error)
{
	if (person != NULL)
		return store_rows_of(store, OF_PERSON, ":person", person, read_absence, destroy_absence, error);
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ALL, error);
	return statement != NULL ? sql_collect(statement, read_absence, destroy_absence, error) : NULL;
}

GPtrArray *store_absences(Store *store, gint64 now, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, HOLDING, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":now", now);
	return sql_collect(statement, read_absence, destroy_absence, error);
}

AbsenceRow *store_absence(Store *store, const char *id, GError **error)
{
	return store_row_of(store, ONE, ":id", id, read_absence, error);
}
