/* Who was asked and is not there, or cannot be asked: read. */
#include "store/store_internal.h"

/* What a person is asked to decide, beside others too; each approval once, since nobody stands beside themselves. */
#define ASKED_NOW(person) \
	"((SELECT COUNT(*) FROM approval WHERE state = 'pending' AND approval.person = " person ") +" \
	" (SELECT COUNT(*) FROM asked JOIN approval ON approval.id = asked.approval" \
	" WHERE asked.ended IS NULL AND approval.state = 'pending' AND asked.person = " person "))"

#define SIGHTING_SELECT "SELECT person, missed, why, lost, cleared, event, " ASKED_NOW("sighting.person") " FROM sighting"
static const char ALL[] = SIGHTING_SELECT " ORDER BY event";
static const char OF_PERSON[] = SIGHTING_SELECT " WHERE person = :person";

#define NOT_CLEARED "lost IS NOT NULL AND cleared IS NULL"
static const char NOT_CLEARED_YET[] = SIGHTING_SELECT " WHERE " NOT_CLEARED " AND " ASKED_NOW("sighting.person") " > 0 ORDER BY event";
static const char COUNT_CHANGES[] =
	"SELECT (SELECT COUNT(*) FROM approval WHERE state = 'pending' AND person IN (SELECT person FROM sighting WHERE " NOT_CLEARED ")),"
	" (SELECT COUNT(*) FROM approval WHERE state = 'pending')";
static const char LASTING_HOLD[] = "SELECT at FROM change_hold WHERE ended IS NULL";

/* kinds 1 and 5 are WAKEUP_APPROVAL and WAKEUP_PERSON. While an invoice is on hold nothing of it is asked. */
#define DUE_APPROVALS \
	" FROM wakeup JOIN approval ON approval.id = wakeup.id WHERE wakeup.kind = 1 AND wakeup.at <= :now AND approval.state = 'pending'" \
	" AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.invoice = approval.invoice AND hold.ended IS NULL)"
static const char DUE[] =
	"SELECT approval.person AS due" DUE_APPROVALS
	" UNION SELECT asked.person FROM asked WHERE asked.ended IS NULL AND asked.approval IN (SELECT approval.id" DUE_APPROVALS ")"
	" UNION SELECT id FROM wakeup WHERE kind = 5 AND at <= :now ORDER BY due";

/* Of what was queued together what was accepted counts. */
static const char LAST_OUTCOME[] =
	"SELECT state, reply, queued FROM message WHERE person = :person AND queued >= :since AND recipient = :address AND kind <> 'hook' AND (state = 'accepted'"
	" OR state = 'refused' AND NOT EXISTS (SELECT 1 FROM message AS other WHERE other.person = message.person AND other.queued = message.queued"
	" AND other.recipient = message.recipient AND other.kind <> 'hook' AND other.state = 'accepted'))"
	" ORDER BY queued DESC LIMIT 1";
/* What was on its way when another came back says nothing: a server that took it may give it back too. */
static const char LAST_RETURN[] =
	"SELECT state, reply, bounced FROM message WHERE person = :person AND bounced >= :since AND recipient = :address AND state = 'refused'"
	" ORDER BY bounced DESC LIMIT 1";

void sighting_row_free(SightingRow *row)
{
	if (row == NULL)
		return;
	g_free(row->person);
	g_free(row->why);
	g_free(row);
}

static gpointer read_sighting(SqlStatement *statement, GError **error)
{
	(void)error;
	SightingRow *row = g_new0(SightingRow, 1);
	row->person = sql_text_dup(statement, 0);
	row->missed = sql_instant(statement, 1);
	row->why = sql_text_dup(statement, 2);
	row->lost = sql_instant(statement, 3);
	row->cleared = sql_instant(statement, 4);
	row->event = sql_integer(statement, 5);
	row->approvals = (guint)sql_integer(statement, 6);
	return row;
}

SightingRow *store_sighting(Store *store, const char *person, GError **error)
{
	return store_row_of(store, OF_PERSON, ":person", person, read_sighting, error);
}

GPtrArray *store_sightings(Store *store, gboolean only_held, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, only_held ? NOT_CLEARED_YET : ALL, error);
	return statement != NULL ? sql_collect(statement, read_sighting, (GDestroyNotify)sighting_row_free, error) : NULL;
}

gboolean store_count_changes(Store *store, gint64 *count, gint64 *open, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, COUNT_CHANGES, error);
	if (statement == NULL)
		return FALSE;
	if (sql_step(statement, error) != SQL_ROW)
		return FALSE;
	*count = sql_integer(statement, 0);
	*open = sql_integer(statement, 1);
	return TRUE;
}

gboolean store_change_hold(Store *store, gint64 *at, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LASTING_HOLD, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step = sql_step(statement, error);
	*at = step == SQL_ROW ? sql_integer(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}

static gpointer read_id(SqlStatement *statement, GError **error)
{
	(void)error;
	return sql_text_dup(statement, 0);
}

GPtrArray *store_people_due(Store *store, gint64 now, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, DUE, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":now", now);
	return sql_collect(statement, read_id, g_free, error);
}

/* *at: when; INSTANT_NONE: there is none. *reply: what was said, NULL where it was not refused. */
static gboolean find_last(Store *store, const char *question, const char *person, const char *address, gint64 since, gint64 *at, char **reply, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":person", person);
	sql_bind_text(statement, ":address", address);
	sql_bind_integer(statement, ":since", since);
	const SqlStep step = sql_step(statement, error);
	*at = step == SQL_ROW ? sql_integer(statement, 2) : INSTANT_NONE;
	*reply = step == SQL_ROW && g_strcmp0(sql_text(statement, 0), "refused") == 0 ? sql_text_dup(statement, 1) : NULL;
	return step != SQL_FAILED;
}

gboolean store_last_refusal(Store *store, const char *person, const char *address, gint64 since, char **reply, GError **error)
{
	g_autofree char *returned = NULL;
	gint64 queued, bounced;
	*reply = NULL;
	if (!find_last(store, LAST_OUTCOME, person, address, since, &queued, reply, error) ||
	    !find_last(store, LAST_RETURN, person, address, since, &bounced, &returned, error))
		return FALSE;
	if (*reply == NULL && bounced != INSTANT_NONE && (queued == INSTANT_NONE || bounced >= queued))
		*reply = g_steal_pointer(&returned);
	return TRUE;
}
