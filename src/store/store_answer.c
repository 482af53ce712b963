/* The directory's last good answers, which are not part of the record (a store without them asks anew), and its outages, which are. */
#include "store/store_internal.h"

static const char KEEP[] =
	"INSERT INTO directory_answer (question, asked, answer) VALUES (:question, :asked, :answer)"
	" ON CONFLICT (question) DO UPDATE SET asked = excluded.asked, answer = excluded.answer";
static const char READ[] = "SELECT asked, answer FROM directory_answer WHERE question = :question";
static const char OLDEST[] = "SELECT asked FROM directory_answer ORDER BY asked LIMIT 1";
static const char NEWEST[] = "SELECT asked FROM directory_answer ORDER BY asked DESC LIMIT 1";
static const char SWEEP[] = "DELETE FROM directory_answer WHERE asked <= :instant";
static const char DATE_BACK[] = "UPDATE directory_answer SET asked = :instant WHERE asked > :instant";

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

/* Most passes find nothing to sweep, and write nothing. `found`: OLDEST or NEWEST; INSTANT_NONE: there are none. */
static gboolean find_asked(Store *store, const char *which, gint64 *found, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, which, error);
	const SqlStep step = statement != NULL ? sql_step(statement, error) : SQL_FAILED;
	*found = step == SQL_ROW ? sql_integer(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}

static gboolean sweep(Store *store, const char *how, gint64 instant, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, how, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":instant", instant);
	return sql_run(statement, NULL, error);
}

gboolean store_answers_sweep(Store *store, gint64 now, gint64 lasts_s, GError **error)
{
	gint64 oldest, newest;
	if (!find_asked(store, OLDEST, &oldest, error) || !find_asked(store, NEWEST, &newest, error))
		return FALSE;
	if (oldest != INSTANT_NONE && oldest <= now - lasts_s && !sweep(store, SWEEP, now - lasts_s, error))
		return FALSE;
	return newest == INSTANT_NONE || newest <= now || sweep(store, DATE_BACK, now, error);
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
