/* When to look again: the one table that a pass with nothing due reads, and of it only the index. Not part of the record. */
#include "store/store_internal.h"

static const char UPSERT[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (:kind, :id, :at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char UPSERT_SOONER[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (:kind, :id, :at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at WHERE excluded.at < wakeup.at";
static const char UPSERT_OF_MESSAGE[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :at FROM message_approval JOIN approval ON approval.id = message_approval.approval"
	" WHERE message_approval.message = :message AND approval.state = 'pending' ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char REMOVE[] = "DELETE FROM wakeup WHERE kind = :kind AND id = :id";
static const char DUE[] = "SELECT kind, id, at FROM wakeup WHERE kind = :kind AND at <= :now ORDER BY at, id LIMIT :limit";
static const char NEXT[] = "SELECT at FROM wakeup WHERE kind = :kind ORDER BY at, id LIMIT 1";
/* kinds as WakeupKind */
#define INSERT_SELECT "INSERT INTO wakeup (kind, id, at) SELECT "
#define IN_ANY_CASE   " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
#define IF_MISSING    " ON CONFLICT (kind, id) DO NOTHING"
#define INVOICES      INSERT_SELECT "0, id, :at FROM invoice WHERE state = 'open'"
#define APPROVALS     INSERT_SELECT "1, id, :at FROM approval WHERE state = 'pending'"
#define ADMINS \
	INSERT_SELECT "2, 'admins', :at WHERE (EXISTS (SELECT 1 FROM invoice WHERE stuck > 0)" \
	" OR EXISTS (SELECT 1 FROM message WHERE state = 'refused' AND told = 0) OR EXISTS (SELECT 1 FROM idle WHERE told = 0)" \
	" OR EXISTS (SELECT 1 FROM alarm WHERE told = 0) OR EXISTS (SELECT 1 FROM change_hold WHERE ended IS NULL AND told = 0)" \
	" OR EXISTS (SELECT 1 FROM outage WHERE ended IS NULL AND told = 0))"
#define CALENDARS INSERT_SELECT "DISTINCT 3, person, :at FROM invite_approval WHERE person IS NOT NULL"
#define RETURNS   INSERT_SELECT "DISTINCT 4, person, :at FROM absence WHERE over IS NULL"
#define PEOPLE    INSERT_SELECT "5, person, :at FROM sighting WHERE lost IS NULL"
#define SUMMARY   INSERT_SELECT "7, 'week', :at WHERE EXISTS (SELECT 1 FROM policy)"
#define THANKS    INSERT_SELECT "DISTINCT 6, person, :at FROM thanks_owed WHERE person IS NOT NULL"

static const char *const WAKE_ALL[] = {
	INVOICES IN_ANY_CASE, APPROVALS IN_ANY_CASE, ADMINS IN_ANY_CASE, CALENDARS IN_ANY_CASE, RETURNS IN_ANY_CASE, PEOPLE IN_ANY_CASE, THANKS IN_ANY_CASE, SUMMARY IN_ANY_CASE,
};
/* An invoice whose stage is open waits for nothing of its own, unless it is stuck or on hold. */
static const char *const WAKE_MISSING[] = {
	INVOICES " AND (stuck > 0 OR NOT EXISTS (SELECT 1 FROM stage WHERE stage.invoice = invoice.id AND stage.closed IS NULL)"
	" OR EXISTS (SELECT 1 FROM hold WHERE hold.invoice = invoice.id AND hold.ended IS NULL))" IF_MISSING,
	APPROVALS IF_MISSING, ADMINS IF_MISSING, CALENDARS IF_MISSING, RETURNS IF_MISSING, PEOPLE IF_MISSING, THANKS IF_MISSING, SUMMARY IF_MISSING,
};

G_STATIC_ASSERT(WAKEUP_INVOICE == 0 && WAKEUP_APPROVAL == 1 && WAKEUP_ADMINS == 2 && WAKEUP_CALENDAR == 3 && WAKEUP_RETURN == 4 &&
                WAKEUP_PERSON == 5 && WAKEUP_THANKS == 6 && WAKEUP_SUMMARY == 7);

void wakeup_free(Wakeup *wakeup)
{
	if (wakeup == NULL)
		return;
	g_free(wakeup->id);
	g_free(wakeup);
}

static gboolean set(Store *store, const char *text, WakeupKind kind, const char *id, gint64 at, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, text, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":kind", kind);
	sql_bind_text(statement, ":id", id);
	if (at != INSTANT_NONE)
		sql_bind_integer(statement, ":at", at);
	return sql_run(statement, NULL, error);
}

gboolean store_wakeup_set(Store *store, WakeupKind kind, const char *id, gint64 at, GError **error)
{
	return set(store, at != INSTANT_NONE ? UPSERT : REMOVE, kind, id, at, error);
}

gboolean store_wakeup_by(Store *store, WakeupKind kind, const char *id, gint64 at, GError **error)
{
	return set(store, UPSERT_SOONER, kind, id, at, error);
}

gboolean store_wakeup_of_message(Store *store, const char *message, gint64 at, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, UPSERT_OF_MESSAGE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":message", message);
	sql_bind_integer(statement, ":at", at);
	return sql_run(statement, NULL, error);
}

static gboolean add_due(Store *store, WakeupKind kind, gint64 now, guint limit, GPtrArray *due, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, DUE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":kind", kind);
	sql_bind_integer(statement, ":now", now);
	sql_bind_integer(statement, ":limit", (gint64)limit - due->len);
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		Wakeup *wakeup = g_new0(Wakeup, 1);
		wakeup->kind = kind;
		wakeup->id = sql_text_dup(statement, 1);
		wakeup->at = sql_integer(statement, 2);
		g_ptr_array_add(due, wakeup);
	}
	return step == SQL_DONE;
}

GPtrArray *store_wakeups_due(Store *store, gint64 now, guint limit, GError **error)
{
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func((GDestroyNotify)wakeup_free);
	if (!add_due(store, WAKEUP_INVOICE, now, limit, due, error) || !add_due(store, WAKEUP_APPROVAL, now, limit, due, error))
		return NULL;
	return g_steal_pointer(&due);
}

GPtrArray *store_wakeups_due_of(Store *store, WakeupKind kind, gint64 now, guint limit, GError **error)
{
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func((GDestroyNotify)wakeup_free);
	return add_due(store, kind, now, limit, due, error) ? g_steal_pointer(&due) : NULL;
}

gboolean store_wakeup_next_of(Store *store, WakeupKind kind, gint64 *at, GError **error)
{
	*at = INSTANT_NONE;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, NEXT, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":kind", kind);
	SqlStep step = sql_step(statement, error);
	if (step == SQL_ROW)
		*at = sql_integer(statement, 0);
	return step != SQL_FAILED;
}

gboolean store_wakeup_next(Store *store, gint64 *at, GError **error)
{
	*at = INSTANT_NONE;
	for (WakeupKind kind = WAKEUP_INVOICE; kind <= WAKEUP_SUMMARY; kind++) {
		gint64 next;
		if (!store_wakeup_next_of(store, kind, &next, error))
			return FALSE;
		if (next != INSTANT_NONE && (*at == INSTANT_NONE || next < *at))
			*at = next;
	}
	return TRUE;
}

static gboolean wake(Store *store, const char *const *texts, gsize n, gint64 at, GError **error)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(SqlStatement) statement = sql_prepare(store->sql, texts[i], error);
		if (statement == NULL)
			return FALSE;
		sql_bind_integer(statement, ":at", at);
		if (!sql_run(statement, NULL, error))
			return FALSE;
	}
	return TRUE;
}

gboolean store_wakeup_all(Store *store, gint64 at, GError **error)
{
	return wake(store, WAKE_ALL, G_N_ELEMENTS(WAKE_ALL), at, error);
}

gboolean store_wakeup_missing(Store *store, gint64 at, GError **error)
{
	return wake(store, WAKE_MISSING, G_N_ELEMENTS(WAKE_MISSING), at, error);
}

gboolean store_lock(Store *store, const char *name, gboolean *got, GError **error)
{
	return sql_lock(store->sql, name, got, error);
}
