/* Holds, the pause of all sending, how much was sent, and what the admins are to hear of: read. */
#include "store/store_internal.h"

#define HOLD_SELECT "SELECT event, invoice, kind, role, person, asked, reason, began, until, ended, answer FROM hold"
static const char OF_INVOICE[] = HOLD_SELECT " WHERE invoice = :invoice ORDER BY event";
static const char ALL[] = HOLD_SELECT " ORDER BY event";
static const char LASTING[] = HOLD_SELECT " WHERE invoice = :invoice AND ended IS NULL";

static const char PAUSED[] = "SELECT at, person, name, reason FROM pause WHERE resumed IS NULL";
static const char COUNT_TRIED[] = "SELECT COUNT(*), MIN(tried) FROM message WHERE tried >= :since";
static const char IS_IDLE[] = "SELECT until FROM idle WHERE approval = :approval AND why = :why";
static const char LAST_ALARM[] = "SELECT MAX(at) FROM alarm";

void hold_row_free(HoldRow *row)
{
	if (row == NULL)
		return;
	g_free(row->invoice);
	g_free(row->kind);
	g_free(row->role);
	g_free(row->person);
	g_free(row->asked);
	g_free(row->reason);
	g_free(row->answer);
	g_free(row);
}

static gpointer read_hold(SqlStatement *statement, GError **error)
{
	(void)error;
	HoldRow *row = g_new0(HoldRow, 1);
	row->seq = sql_integer(statement, 0);
	row->invoice = sql_text_dup(statement, 1);
	row->kind = sql_text_dup(statement, 2);
	row->role = sql_text_dup(statement, 3);
	row->person = sql_text_dup(statement, 4);
	row->asked = sql_text_dup(statement, 5);
	row->reason = sql_text_dup(statement, 6);
	row->began = sql_integer(statement, 7);
	row->until = sql_integer(statement, 8);
	row->ended = sql_instant(statement, 9);
	row->answer = sql_text_dup(statement, 10);
	return row;
}

GPtrArray *store_hold_rows(Store *store, const char *invoice, GError **error)
{
	if (invoice != NULL)
		return store_rows_of(store, OF_INVOICE, ":invoice", invoice, read_hold, (GDestroyNotify)hold_row_free, error);
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ALL, error);
	return statement != NULL ? sql_collect(statement, read_hold, (GDestroyNotify)hold_row_free, error) : NULL;
}

HoldRow *store_hold_lasting(Store *store, const char *invoice, GError **error)
{
	return store_row_of(store, LASTING, ":invoice", invoice, read_hold, error);
}

GArray *store_holds(Store *store, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_hold_rows(store, invoice, error);
	if (rows == NULL)
		return NULL;
	GArray *spans = g_array_sized_new(FALSE, FALSE, sizeof(HeldSpan), rows->len);
	for (guint i = 0; i < rows->len; i++) {
		const HoldRow *row = rows->pdata[i];
		const HeldSpan span = {row->began, row->ended != INSTANT_NONE ? row->ended : row->until};
		g_array_append_val(spans, span);
	}
	return spans;
}

void pause_row_free(PauseRow *row)
{
	if (row == NULL)
		return;
	g_free(row->person);
	g_free(row->name);
	g_free(row->reason);
	g_free(row);
}

static PauseRow *read_pause(SqlStatement *statement)
{
	PauseRow *row = g_new0(PauseRow, 1);
	row->at = sql_integer(statement, 0);
	row->person = sql_text_dup(statement, 1);
	row->name = sql_text_dup(statement, 2);
	row->reason = sql_text_dup(statement, 3);
	return row;
}

gboolean store_paused(Store *store, gboolean *paused, PauseRow **pause, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, PAUSED, error);
	SqlStep step = statement != NULL ? sql_step(statement, error) : SQL_FAILED;
	if (step == SQL_FAILED)
		return FALSE;
	*paused = step == SQL_ROW;
	if (pause != NULL)
		*pause = *paused ? read_pause(statement) : NULL;
	return TRUE;
}

gboolean store_count_tried(Store *store, gint64 since, guint *count, gint64 *first, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, COUNT_TRIED, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":since", since);
	if (sql_step(statement, error) != SQL_ROW)
		return FALSE;
	*count = (guint)sql_integer(statement, 0);
	*first = sql_instant(statement, 1);
	return TRUE;
}

gboolean store_is_idle(Store *store, const char *approval, const char *why, gboolean *is, gint64 *until, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, IS_IDLE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":approval", approval);
	sql_bind_text(statement, ":why", why);
	SqlStep step = sql_step(statement, error);
	*is = step == SQL_ROW;
	if (until != NULL)
		*until = *is ? sql_instant(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}

gboolean store_last_alarm(Store *store, gint64 *at, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LAST_ALARM, error);
	SqlStep step = statement != NULL ? sql_step(statement, error) : SQL_FAILED;
	if (step != SQL_FAILED)
		*at = step == SQL_ROW ? sql_instant(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}
