/* The tables rebuilt from the record and compared.
 *
 * Both are read side by side in the order of their keys, a row at a time; the rebuilt tables stand in a scratch database that
 * spills to disk: memory is constant however long the record is.
 */
#include "base/error.h"
#include "store/apply.h"
#include "store/schema.h"
#include "store/store_internal.h"

static const char RECORD[] =
	"SELECT event.canonical, event.hash, side.salt, side.body FROM event LEFT JOIN side ON side.seq = event.seq"
	" ORDER BY event.seq";

#define BATCH 1000 /* events a transaction of the scratch database */

static gboolean replay_event(Sql *scratch, SqlStatement *row, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Event) event = store_read_event(row, 0, error);
	if (event == NULL)
		return FALSE;
	if (apply_event(scratch, event, &failure))
		return TRUE;
	if (error_kind(failure) == ERROR_TRANSIENT)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		error_set(error, ERROR_BROKEN, "event %" G_GINT64_FORMAT " does not fit those before it: %s", event->seq, failure->message);
	return FALSE;
}

static gboolean next_batch(Sql *scratch, GError **error)
{
	return sql_commit(scratch, error) && sql_begin(scratch, SQL_WRITE, error);
}

static gboolean replay_record(Store *store, Sql *scratch, gint64 *events, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, RECORD, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step;
	*events = 0;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		if (!replay_event(scratch, statement, error))
			return FALSE;
		*events += 1;
		if (*events % BATCH == 0 && !next_batch(scratch, error))
			return FALSE;
	}
	return step == SQL_DONE && sql_commit(scratch, error);
}

static char *row_name(const SchemaTable *table, SqlStatement *row)
{
	GString *name = g_string_new(NULL);
	for (guint i = 0; i < table->keys; i++) {
		const char *key = sql_text(row, i);
		g_string_append_printf(name, "%s%s", i > 0 ? ", " : "", key != NULL ? key : "?");
	}
	return g_string_free(name, FALSE);
}

/* Never says a value: it may be a person's. */
static gboolean same_row(const SchemaTable *table, SqlStatement *kept, SqlStatement *rebuilt, GError **error)
{
	for (guint i = 0; i < sql_columns(kept); i++) {
		if (sql_same_value(kept, rebuilt, i))
			continue;
		g_autofree char *name = row_name(table, kept);
		if (i >= table->keys) {
			error_set(error, ERROR_BROKEN, "table %s, row %s: %s is not what the events add up to", table->name, name,
			          sql_column_name(kept, i));
		} else {
			g_autofree char *other = row_name(table, rebuilt);
			error_set(error, ERROR_BROKEN, "table %s: row %s stands where the events give row %s", table->name, name, other);
		}
		return FALSE;
	}
	return TRUE;
}

static void set_unpaired(const SchemaTable *table, SqlStatement *row, const char *why, GError **error)
{
	g_autofree char *name = row_name(table, row);
	error_set(error, ERROR_BROKEN, "table %s, row %s: %s", table->name, name, why);
}

static gboolean same_table(Store *store, Sql *scratch, const SchemaTable *table, GError **error)
{
	g_autoptr(SqlStatement) kept = sql_prepare(store->sql, table->select, error);
	g_autoptr(SqlStatement) rebuilt = kept != NULL ? sql_prepare(scratch, table->select, error) : NULL;
	if (rebuilt == NULL)
		return FALSE;
	for (;;) {
		SqlStep left = sql_step(kept, error);
		SqlStep right = left != SQL_FAILED ? sql_step(rebuilt, error) : SQL_FAILED;
		if (left == SQL_FAILED || right == SQL_FAILED)
			return FALSE;
		if (left == SQL_DONE && right == SQL_DONE)
			return TRUE;
		if (left == SQL_DONE)
			set_unpaired(table, rebuilt, "it is missing", error);
		else if (right == SQL_DONE)
			set_unpaired(table, kept, "no event gives it", error);
		if (left != right || !same_row(table, kept, rebuilt, error))
			return FALSE;
	}
}

static gboolean compare(Store *store, Sql *scratch, GError **error)
{
	for (const SchemaTable *table = schema_tables(); table->name != NULL; table++)
		if (!same_table(store, scratch, table, error))
			return FALSE;
	return TRUE;
}

static gboolean replay(Store *store, gint64 *events, GError **error)
{
	int found;
	g_autoptr(Sql) scratch = sql_open_scratch(store->sql, error);
	return scratch != NULL && sql_begin(scratch, SQL_WRITE, error) && schema_migrate(scratch, &found, error) &&
	       replay_record(store, scratch, events, error) && compare(store, scratch, error);
}

gboolean store_replay(Store *store, gint64 *events, GError **error)
{
	gboolean own;
	gint64 replayed;
	if (!store_snapshot_begin(store, &own, error))
		return FALSE;
	gboolean same = replay(store, &replayed, error);
	store_snapshot_end(store, own);
	if (same)
		*events = replayed;
	return same;
}
