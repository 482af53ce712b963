/* The directory's last good answers, which are not part of the record (a store without them asks anew), and its outages, which are. */
#include "store/store_internal.h"

static const char KEEP[] =
	"INSERT INTO directory_answer (question, asked, answer) VALUES (:question, :asked, :answer)"
	" ON CONFLICT (question) DO UPDATE SET asked = excluded.asked, answer = excluded.answer";
static const char READ[] = "SELECT asked, answer FROM directory_answer WHERE question = :question";
static const char OLDEST[] = "SELECT asked FROM directory_answer ORDER BY asked LIMIT 1";
static const char SWEEP[] = "DELETE FROM directory_answer WHERE asked < :before";

static const char LASTING_OUTAGE[] = "SELECT since FROM outage WHERE ended IS NULL AND calendar = ''";
static const char LASTING_CALENDARS[] = "SELECT calendar, since FROM outage WHERE ended IS NULL AND calendar <> ''";

void answer_row_free(AnswerRow *row)
{
	if (row == NULL)
		return;
	g_free(row->answer);
	g_free(row);
}

static gpointer read_answer(SqlStatement *statement, GError **error)
{
	(void)error;
	AnswerRow *row = g_new0(AnswerRow, 1);
	row->asked = sql_integer(statement, 0);
	row->answer = sql_text_dup(statement, 1);
	return row;
}

AnswerRow *store_answer(Store *store, const char *question, GError **error)
{
	return store_row_of(store, READ, ":question", question, read_answer, error);
}

gboolean store_answer_keep(Store *store, const char *question, gint64 asked, const char *answer, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, KEEP, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":question", question);
	sql_bind_integer(statement, ":asked", asked);
	sql_bind_text(statement, ":answer", answer);
	return sql_run(statement, NULL, error);
}

/* Most passes find nothing to sweep, and write nothing. */
static gboolean is_any_before(Store *store, gint64 before, gboolean *any, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, OLDEST, error);
	if (statement == NULL)
		return FALSE;
	const SqlStep step = sql_step(statement, error);
	*any = step == SQL_ROW && sql_integer(statement, 0) < before;
	return step != SQL_FAILED;
}

gboolean store_answers_sweep(Store *store, gint64 before, GError **error)
{
	gboolean any;
	if (!is_any_before(store, before, &any, error))
		return FALSE;
	if (!any)
		return TRUE;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, SWEEP, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":before", before);
	return sql_run(statement, NULL, error);
}

gboolean store_outage(Store *store, gint64 *since, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LASTING_OUTAGE, error);
	if (statement == NULL)
		return FALSE;
	const SqlStep step = sql_step(statement, error);
	*since = step == SQL_ROW ? sql_integer(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}

static gpointer read_calendar_outage(SqlStatement *statement, GError **error)
{
	(void)error;
	CalendarOutage *outage = g_new0(CalendarOutage, 1);
	outage->calendar = sql_text_dup(statement, 0);
	outage->since = sql_integer(statement, 1);
	return outage;
}

static void free_calendar_outage(gpointer data)
{
	CalendarOutage *outage = data;
	if (outage == NULL)
		return;
	g_free(outage->calendar);
	g_free(outage);
}

GPtrArray *store_calendar_outages(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LASTING_CALENDARS, error);
	return statement != NULL ? sql_collect(statement, read_calendar_outage, free_calendar_outage, error) : NULL;
}
