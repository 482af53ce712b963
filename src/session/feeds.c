/* What is known of each calendar stands in the store; the threads that read them know nothing of it. */
#include "session/feeds.h"

#include "base/error.h"

#include <string.h>

#define INTERVAL_S      (15 * 60)
#define INTERVAL_MOST_S (6 * 3600)
#define RETRY_S         60 /* it was due, and could not be started: another is still under way */
#define DAY_S           86400
#define BACK_S          (30 * DAY_S)
#define AHEAD_S         (400 * (gint64)DAY_S)

/* The same text says other things as time goes on. */
#define WORKED_OUT_S (DAY_S / 2)

/* For what is there at once, or without what nobody could be reminded. */
#define PATIENCE_US (5 * G_USEC_PER_SEC)

static gboolean is_file(const char *source)
{
	return !strstr(source, "://");
}

char *feed_label(const char *source)
{
	g_autoptr(GUri) uri = is_file(source) ? NULL : g_uri_parse(source, G_URI_FLAGS_NONE, NULL);
	return uri ? g_strdup_printf("%s://%s/…", g_uri_get_scheme(uri), g_uri_get_host(uri)) : g_strdup(source);
}

/* Until it is to be read again what it says is as it should be; then, and while it fails, that serves as long as an answer of the directory does. */
static gboolean is_known(Session *session, const FeedRow *row, gint64 now)
{
	if (!row || row->good == INSTANT_NONE)
		return FALSE;
	const gboolean is_due = row->failing != INSTANT_NONE || now >= MAX(row->next, row->good + INTERVAL_S);
	return !is_due || now - row->good < MAX(session_settings(session)->cache_stale_ok_s, 1);
}

/* NULL without an error: never tried. */
static gboolean row_of(Session *session, const char *source, FeedRow **row, GError **error)
{
	g_autoptr(GError) failure = NULL;
	*row = store_feed(session_store(session), source, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return *row || !failure;
}

/* --- starting --- */

/* `row` NULL: all of it is wanted. */
static void start(Session *session, const char *source, const FeedRow *row, gint64 now)
{
	const Settings *settings = session_settings(session);
	const gboolean fresh = row && row->parsed != INSTANT_NONE && now - row->parsed < WORKED_OUT_S && now >= row->parsed;
	const FeedOrder order = {
		.source = source,
		.ca_file = settings->absences_ca_file,
		.etag = fresh ? row->etag : NULL,
		.modified = fresh ? row->modified : NULL,
		.sha256 = fresh ? row->sha256 : NULL,
		.timeout_s = settings->absences_timeout_s,
		.from = now - BACK_S,
		.until = now + AHEAD_S,
	};
	feed_readers_start(session_feed_readers(session), &order);
}

/* *needed: something is read that is worth waiting for. */
static gboolean start_due(Session *session, gint64 now, gboolean *needed, GError **error)
{
	const GPtrArray *sources = session_settings(session)->absences;
	*needed = FALSE;
	for (guint i = 0; i < sources->len; i++) {
		const char *source = sources->pdata[i];
		g_autoptr(FeedRow) row = NULL;
		if (!row_of(session, source, &row, error))
			return FALSE;
		const gboolean due = !row || row->next == INSTANT_NONE || now >= row->next || now < row->tried;
		if (due)
			start(session, source, row, now);
		*needed |= due && (is_file(source) || !is_known(session, row, now));
	}
	return TRUE;
}

GPtrArray *feeds_check(Session *session, gint64 now)
{
	const GPtrArray *sources = session_settings(session)->absences;
	for (guint i = 0; i < sources->len; i++)
		start(session, sources->pdata[i], NULL, now);
	return feed_readers_collect(session_feed_readers(session), (session_settings(session)->absences_timeout_s * 3 + 5) * G_USEC_PER_SEC);
}

static gboolean is_configured(Session *session, const char *source)
{
	return g_ptr_array_find_with_equal_func(session_settings(session)->absences, source, g_str_equal, NULL);
}

/* What was taken out of akkoord.conf says nothing any more. */
static gboolean forget_others(Session *session, gint64 now, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) rows = store_feeds(store, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		const char *source = ((const FeedRow *)rows->pdata[i])->url;
		if (is_configured(session, source))
			continue;
		gboolean ok = store_begin(store, error) && store_feed_say(store, source, NULL, now, error);
		if (!session_end(session, ok, error))
			return FALSE;
	}
	return rows != NULL;
}

/* --- taking in --- */

static void replace(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static void note_failure(FeedRow *row, const FeedReading *reading, gint64 now)
{
	if (row->failing == INSTANT_NONE) {
		g_autofree char *label = feed_label(row->url);
		g_warning("absences, %s: %s", label, reading->error->message);
		row->failing = now;
	}
	replace(&row->failure, reading->error->message);
	row->next = is_file(row->url) ? now : now + INTERVAL_S;
}

static void note_success(FeedRow *row, const FeedReading *reading, gint64 now)
{
	const gint64 wanted = MAX(reading->max_age_s, reading->absences ? reading->absences->refresh_s : 0);
	if (row->failing != INSTANT_NONE) {
		g_autofree char *label = feed_label(row->url);
		g_message("absences, %s: read again", label);
	}
	row->good = now;
	row->failing = INSTANT_NONE;
	replace(&row->failure, NULL);
	row->next = is_file(row->url) ? now : now + CLAMP(wanted, INTERVAL_S, INTERVAL_MOST_S);
	if (!reading->absences)
		return;
	row->parsed = now;
	replace(&row->etag, reading->etag);
	replace(&row->modified, reading->modified);
	replace(&row->sha256, reading->sha256);
}

static FeedRow *row_new(const char *source)
{
	FeedRow *row = g_new0(FeedRow, 1);
	row->url = g_strdup(source);
	row->good = row->parsed = row->failing = INSTANT_NONE;
	return row;
}

/* A file that is as it was, in every pass, is not worth writing. */
static gboolean is_worth_writing(const FeedRow *row, const FeedReading *reading, gint64 now)
{
	return reading->error || reading->absences || !is_file(row->url) || row->failing != INSTANT_NONE || now - row->good >= INTERVAL_S || now < row->good;
}

static gboolean take_in(Session *session, const FeedReading *reading, gint64 now, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(FeedRow) row = NULL;
	if (!is_configured(session, reading->source) || !row_of(session, reading->source, &row, error))
		return is_configured(session, reading->source) ? FALSE : TRUE;
	if (!row)
		row = row_new(reading->source);
	if (!is_worth_writing(row, reading, now))
		return TRUE;
	row->tried = now;
	if (reading->error)
		note_failure(row, reading, now);
	else
		note_success(row, reading, now);
	gboolean ok = store_begin(store, error) && (!reading->absences || store_feed_say(store, row->url, reading->absences->absences, now, error)) &&
	              store_feed_set(store, row, error);
	return session_end(session, ok, error);
}

static gboolean collect(Session *session, gint64 now, gint64 patience_us, GError **error)
{
	g_autoptr(GPtrArray) readings = feed_readers_collect(session_feed_readers(session), patience_us);
	for (guint i = 0; i < readings->len; i++)
		if (!take_in(session, readings->pdata[i], now, error))
			return FALSE;
	if (readings->len)
		session_keep_absences(session, NULL, NULL);
	return TRUE;
}

gboolean feeds_run(Session *session, gint64 now, GError **error)
{
	gboolean needed;
	if (session_settings(session)->absences->len)
		session_feed_readers(session);
	return forget_others(session, now, error) && start_due(session, now, &needed, error) && collect(session, now, needed ? PATIENCE_US : 0, error);
}

gboolean feeds_finish(Session *session, gint64 now, GError **error)
{
	return !session_reads_feeds(session) || !feed_readers_are_busy(session_feed_readers(session)) ||
	       collect(session, now, (session_settings(session)->absences_timeout_s * 3 + 5) * G_USEC_PER_SEC, error);
}

static gint64 next_of(const char *source, const FeedRow *row, gint64 now)
{
	/* of a file nobody knows when it changes: every pass reads it */
	if (is_file(source))
		return now + INTERVAL_S;
	return row && row->next != INSTANT_NONE && row->next > now ? row->next : now + RETRY_S;
}

gboolean feeds_next(Session *session, gint64 now, gint64 *at, GError **error)
{
	const GPtrArray *sources = session_settings(session)->absences;
	*at = INSTANT_NONE;
	if (!session_reads_feeds(session))
		return TRUE;
	for (guint i = 0; i < sources->len; i++) {
		g_autoptr(FeedRow) row = NULL;
		if (!row_of(session, sources->pdata[i], &row, error))
			return FALSE;
		const gint64 next = next_of(sources->pdata[i], row, now);
		*at = *at == INSTANT_NONE ? next : MIN(*at, next);
	}
	if (feed_readers_are_busy(session_feed_readers(session)))
		*at = now;
	return TRUE;
}

/* --- asking --- */

gboolean feeds_are_known(Session *session, gint64 now, GError **error)
{
	const GPtrArray *sources = session_settings(session)->absences;
	for (guint i = 0; i < sources->len; i++) {
		g_autoptr(FeedRow) row = NULL;
		if (!row_of(session, sources->pdata[i], &row, error))
			return FALSE;
		if (is_known(session, row, now))
			continue;
		g_autofree char *label = feed_label(sources->pdata[i]);
		error_set(error, ERROR_UNAVAILABLE, "who is absent is not known: %s: %s", label, row && row->failure ? row->failure : "not read yet");
		return FALSE;
	}
	return TRUE;
}

static GPtrArray *absences_of(Session *session, const Person *person, GError **error)
{
	g_autofree char *address = person->mail ? g_utf8_strdown(person->mail, -1) : g_strdup("");
	return store_feed_absences(session_store(session), address, error);
}

gboolean feeds_know(Session *session, const Person *person, gboolean *any, GError **error)
{
	*any = FALSE;
	if (!session_settings(session)->absences->len || !person->mail)
		return TRUE;
	g_autoptr(GPtrArray) said = absences_of(session, person, error);
	*any = said && said->len;
	return said != NULL;
}

gint64 feeds_instant(const IcsAbsence *absence, gint64 at, const Zone *zone)
{
	const gint64 day = at >= 0 ? at / DAY_S : -((-at + DAY_S - 1) / DAY_S);
	return absence->civil && zone ? zone_instant(zone, (Date){(gint32)day}, (int)(at - day * DAY_S)) : at;
}

/* What people set themselves goes before: of an absence that they set too, their deputy stands in. */
static const char *deputy_of(const Person *person, guint own, const IcsAbsence *absence, gint64 from, gint64 until)
{
	for (guint i = 0; i < own; i++) {
		const Absence *set = &g_array_index(person->absences, Absence, i);
		if (set->deputy && set->from < until && from < set->until)
			return set->deputy;
	}
	return g_strcmp0(absence->deputy, person->uid) ? absence->deputy : NULL; /* nobody stands in for themselves */
}

gboolean feeds_add_absences(Session *session, Person *person, const Zone *zone, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) said = absences_of(session, person, error);
	g_autoptr(Person) set = said ? person_copy(person) : NULL;
	const guint own = set && set->absences ? set->absences->len : 0;
	for (guint i = 0; said && i < said->len; i++) {
		const IcsAbsence *absence = said->pdata[i];
		const gint64 from = feeds_instant(absence, absence->from, zone), until = feeds_instant(absence, absence->until, zone);
		if (until > now && from < until)
			person_add_absence(person, from, until, deputy_of(set, own, absence, from, until));
	}
	return said != NULL;
}
