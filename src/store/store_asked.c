/* Who is asked beside the approvers, and what the rungs did: read. */
#include "store/store_internal.h"

static const char ASKED[] =
	"SELECT person, how, since, rung, occurrence, ended, why, event FROM asked WHERE approval = :approval ORDER BY event";
static const char ACTIONS[] =
	"SELECT rung, occurrence, action, outcome, at FROM rung_action WHERE approval = :approval ORDER BY event";

void asked_row_free(AskedRow *row)
{
	if (row == NULL)
		return;
	g_free(row->person);
	g_free(row->how);
	g_free(row->rung);
	g_free(row->why);
	g_free(row);
}

static gpointer read_asked(SqlStatement *statement, GError **error)
{
	(void)error;
	AskedRow *row = g_new0(AskedRow, 1);
	row->person = sql_text_dup(statement, 0);
	row->how = sql_text_dup(statement, 1);
	row->since = sql_integer(statement, 2);
	row->rung = sql_text_dup(statement, 3);
	row->occurrence = (guint)sql_integer(statement, 4);
	row->ended = sql_instant(statement, 5);
	row->why = sql_text_dup(statement, 6);
	row->event = sql_integer(statement, 7);
	return row;
}

GPtrArray *store_asked(Store *store, const char *approval, GError **error)
{
	return store_rows_of(store, ASKED, ":approval", approval, read_asked, (GDestroyNotify)asked_row_free, error);
}

void rung_action_row_free(RungActionRow *row)
{
	if (row == NULL)
		return;
	g_free(row->rung);
	g_free(row->action);
	g_free(row->outcome);
	g_free(row);
}

static gpointer read_action(SqlStatement *statement, GError **error)
{
	(void)error;
	RungActionRow *row = g_new0(RungActionRow, 1);
	row->rung = sql_text_dup(statement, 0);
	row->occurrence = (guint)sql_integer(statement, 1);
	row->action = sql_text_dup(statement, 2);
	row->outcome = sql_text_dup(statement, 3);
	row->at = sql_integer(statement, 4);
	return row;
}

GPtrArray *store_rung_actions(Store *store, const char *approval, GError **error)
{
	return store_rows_of(store, ACTIONS, ":approval", approval, read_action, (GDestroyNotify)rung_action_row_free, error);
}
