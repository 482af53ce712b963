/* Calendars of absences: what they said last, and how it went. Not part of the record. Who is woken is found by comparing what a calendar says with what it said. */
#include "store/store_internal.h"

#include "ics/feed_absences.h"

#define FEED_SELECT "SELECT url, tried, good, parsed, next, etag, modified, sha256, failing, failure FROM feed"
static const char ALL[] = FEED_SELECT " ORDER BY url";
static const char ONE[] = FEED_SELECT " WHERE url = :url";
static const char UPSERT[] =
	"INSERT INTO feed (url, tried, good, parsed, next, etag, modified, sha256, failing, failure)"
	" VALUES (:url, :tried, :good, :parsed, :next, :etag, :modified, :sha256, :failing, :failure)"
	" ON CONFLICT (url) DO UPDATE SET tried = excluded.tried, good = excluded.good, parsed = excluded.parsed, next = excluded.next,"
	" etag = excluded.etag, modified = excluded.modified, sha256 = excluded.sha256, failing = excluded.failing, failure = excluded.failure";
static const char FORGET[] = "DELETE FROM feed WHERE url = :url";
static const char CLEAR[] = "DELETE FROM feed_absence WHERE feed = :url";
static const char INSERT[] =
	"INSERT INTO feed_absence (feed, address, civil, starts, ends, deputy) VALUES (:url, :address, :civil, :starts, :ends, :deputy)";
#define ABSENCE_SELECT "SELECT address, civil, starts, ends, deputy FROM feed_absence"
static const char SAID[] = ABSENCE_SELECT " WHERE feed = :url";
static const char OF_ADDRESS[] = ABSENCE_SELECT " WHERE address = :address ORDER BY starts, ends, deputy";

/* kinds 1, 3 and 4 are WAKEUP_APPROVAL, WAKEUP_CALENDAR and WAKEUP_RETURN */
#define AT_ONCE " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at"
static const char WAKE_OWN[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, id, :at FROM approval WHERE state = 'pending' AND person = :person" AT_ONCE;
static const char WAKE_BESIDE[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 1, approval.id, :at FROM asked JOIN approval ON approval.id = asked.approval"
	" WHERE asked.person = :person AND asked.ended IS NULL AND approval.state = 'pending'" AT_ONCE;
static const char WAKE_RETURN[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (4, :person, :at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at WHERE excluded.at < wakeup.at";
static const char WAKE_CALENDAR[] =
	"INSERT INTO wakeup (kind, id, at) SELECT DISTINCT 3, person, :at FROM invite_approval WHERE person = :person" AT_ONCE;

void feed_row_free(FeedRow *row)
{
	if (row == NULL)
		return;
	g_free(row->url);
	g_free(row->etag);
	g_free(row->modified);
	g_free(row->sha256);
	g_free(row->failure);
	g_free(row);
}

static gpointer read_feed(SqlStatement *statement, GError **error)
{
	(void)error;
	FeedRow *row = g_new0(FeedRow, 1);
	row->url = sql_text_dup(statement, 0);
	row->tried = sql_instant(statement, 1);
	row->good = sql_instant(statement, 2);
	row->parsed = sql_instant(statement, 3);
	row->next = sql_instant(statement, 4);
	row->etag = sql_text_dup(statement, 5);
	row->modified = sql_text_dup(statement, 6);
	row->sha256 = sql_text_dup(statement, 7);
	row->failing = sql_instant(statement, 8);
	row->failure = sql_text_dup(statement, 9);
	return row;
}

static gpointer read_absence(SqlStatement *statement, GError **error)
{
	(void)error;
	IcsAbsence *absence = g_new0(IcsAbsence, 1);
	absence->address = sql_text_dup(statement, 0);
	absence->civil = sql_integer(statement, 1) != 0;
	absence->from = sql_integer(statement, 2);
	absence->until = sql_integer(statement, 3);
	absence->deputy = sql_text_dup(statement, 4);
	return absence;
}

static void free_feed(gpointer row)
{
	feed_row_free(row);
}

static void free_absence(gpointer absence)
{
	ics_absence_free(absence);
}

FeedRow *store_feed(Store *store, const char *url, GError **error)
{
	return store_row_of(store, ONE, ":url", url, read_feed, error);
}

GPtrArray *store_feeds(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ALL, error);
	return statement != NULL ? sql_collect(statement, read_feed, free_feed, error) : NULL;
}

gboolean store_feed_set(Store *store, const FeedRow *row, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, UPSERT, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":url", row->url);
	sql_bind_instant(statement, ":tried", row->tried);
	sql_bind_instant(statement, ":good", row->good);
	sql_bind_instant(statement, ":parsed", row->parsed);
	sql_bind_instant(statement, ":next", row->next);
	sql_bind_text(statement, ":etag", row->etag);
	sql_bind_text(statement, ":modified", row->modified);
	sql_bind_text(statement, ":sha256", row->sha256);
	sql_bind_instant(statement, ":failing", row->failing);
	sql_bind_text(statement, ":failure", row->failure);
	return sql_run(statement, NULL, error);
}

GPtrArray *store_feed_absences(Store *store, const char *address, GError **error)
{
	return store_rows_of(store, OF_ADDRESS, ":address", address, read_absence, free_absence, error);
}

GPtrArray *store_feed_said(Store *store, const char *url, GError **error)
{
	return store_rows_of(store, SAID, ":url", url, read_absence, free_absence, error);
}

/* --- what changes --- */

static char *line_of(const IcsAbsence *absence)
{
	return g_strdup_printf("%s\n%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", absence->address, absence->civil, absence->from, absence->until,
	                       absence->deputy != NULL ? absence->deputy : "");
}

/* Line -> address, borrowed from the rows. */
static GHashTable *lines_of(const GPtrArray *absences)
{
	GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; absences != NULL && i < absences->len; i++) {
		IcsAbsence *absence = g_ptr_array_index(absences, i);
		g_hash_table_insert(lines, line_of(absence), absence->address);
	}
	return lines;
}

static void add_missing(GHashTable *changed, GHashTable *lines, GHashTable *others)
{
	GHashTableIter iter;
	gpointer line, address;
	g_hash_table_iter_init(&iter, lines);
	while (g_hash_table_iter_next(&iter, &line, &address)) {
		if (!g_hash_table_contains(others, line))
			g_hash_table_add(changed, address);
	}
}

static gboolean wake_person(Store *store, const char *person, gint64 now, GError **error)
{
	static const char *const texts[] = {WAKE_OWN, WAKE_BESIDE, WAKE_CALENDAR, WAKE_RETURN};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(SqlStatement) statement = sql_prepare(store->sql, texts[i], error);
		if (statement == NULL)
			return FALSE;
		sql_bind_text(statement, ":person", person);
		sql_bind_integer(statement, ":at", now);
		if (!sql_run(statement, NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean wake(Store *store, GHashTable *addresses, gint64 now, GError **error)
{
	GHashTableIter iter;
	gpointer address;
	g_hash_table_iter_init(&iter, addresses);
	while (g_hash_table_iter_next(&iter, &address, NULL)) {
		g_autoptr(GError) failure = NULL;
		g_autoptr(PersonRow) person = store_person_by_name(store, address, &failure);
		if (failure != NULL) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (person != NULL && !wake_person(store, person->id, now, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean run_of(Store *store, const char *text, const char *url, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, text, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":url", url);
	return sql_run(statement, NULL, error);
}

static gboolean insert(Store *store, const char *url, const IcsAbsence *absence, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":url", url);
	sql_bind_text(statement, ":address", absence->address);
	sql_bind_integer(statement, ":civil", absence->civil);
	sql_bind_integer(statement, ":starts", absence->from);
	sql_bind_integer(statement, ":ends", absence->until);
	sql_bind_text(statement, ":deputy", absence->deputy);
	return sql_run(statement, NULL, error);
}

gboolean store_feed_say(Store *store, const char *url, const GPtrArray *absences, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) before = store_feed_said(store, url, error);
	if (before == NULL)
		return FALSE;
	g_autoptr(GHashTable) said = lines_of(before);
	g_autoptr(GHashTable) says = lines_of(absences);
	g_autoptr(GHashTable) changed = g_hash_table_new(g_str_hash, g_str_equal);
	add_missing(changed, said, says);
	add_missing(changed, says, said);
	if (absences == NULL && !run_of(store, FORGET, url, error))
		return FALSE;
	if (g_hash_table_size(changed) == 0)
		return TRUE;
	if (!run_of(store, CLEAR, url, error))
		return FALSE;
	for (guint i = 0; absences != NULL && i < absences->len; i++) {
		if (!insert(store, url, g_ptr_array_index(absences, i), error))
			return FALSE;
	}
	return wake(store, changed, now, error);
}
