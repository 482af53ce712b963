/* A thread and who started it share one Reader, and nothing else: what it needs is copied into it, and the lock is held only to say that it is done. */
#include "session/feed_reader.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "config/file.h"
#include "net/fetch.h"

#include <string.h>

#define THREADS_MAX    8
#define SIZE_MAX_BYTES (10 * 1024 * 1024)

/* A fetch takes three times its timeout at most; reading what came takes a moment. */
#define TIMES_OVER 3
#define SLACK_US   (30 * G_USEC_PER_SEC)

typedef struct {
	gatomicrefcount references; /* two: either side may let go first */
	GMutex lock;
	GCond changed;
	gboolean done;
	/* what is wanted, and what came of it: the thread's until it is done */
	char *ca_file, *etag, *modified, *sha256;
	gint64 timeout_s, from, until;
	FeedReading *reading;
	/* the starter's */
	gint64 deadline_us;
	gboolean given_up;
	GThread *thread; /* NULL: joined */
} Reader;

struct FeedReaders {
	GPtrArray *running; /* of Reader */
};

void feed_reading_free(FeedReading *reading)
{
	if (!reading)
		return;
	g_free(reading->source);
	g_clear_error(&reading->error);
	g_clear_pointer(&reading->absences, ics_absences_free);
	g_free(reading->etag);
	g_free(reading->modified);
	g_free(reading->sha256);
	g_free(reading);
}

static void reader_unref(gpointer data)
{
	Reader *reader = data;
	if (!g_atomic_ref_count_dec(&reader->references))
		return;
	g_mutex_clear(&reader->lock);
	g_cond_clear(&reader->changed);
	g_free(reader->ca_file);
	g_free(reader->etag);
	g_free(reader->modified);
	g_free(reader->sha256);
	feed_reading_free(reader->reading);
	g_free(reader);
}

static Reader *reader_new(const FeedOrder *order)
{
	Reader *reader = g_new0(Reader, 1);
	g_atomic_ref_count_init(&reader->references);
	g_mutex_init(&reader->lock);
	g_cond_init(&reader->changed);
	reader->ca_file = g_strdup(order->ca_file);
	reader->etag = g_strdup(order->etag);
	reader->modified = g_strdup(order->modified);
	reader->sha256 = g_strdup(order->sha256);
	reader->timeout_s = order->timeout_s;
	reader->from = order->from;
	reader->until = order->until;
	reader->reading = g_new0(FeedReading, 1);
	reader->reading->source = g_strdup(order->source);
	reader->deadline_us = clock_monotonic_us() + order->timeout_s * TIMES_OVER * G_USEC_PER_SEC + SLACK_US;
	return reader;
}

/* --- in the thread --- */

/* NULL without an error: it is as it was. */
static GBytes *load(Reader *reader, GError **error)
{
	FeedReading *reading = reader->reading;
	if (!strstr(reading->source, "://"))
		return conf_read_bytes(reading->source, SIZE_MAX_BYTES, error);
	const FetchOrder order = {reading->source, reader->ca_file, reader->etag, reader->modified, reader->timeout_s, SIZE_MAX_BYTES};
	g_auto(FetchAnswer) answer = {0};
	if (!fetch_get(&order, &answer, error))
		return NULL;
	reading->etag = g_steal_pointer(&answer.etag);
	reading->modified = g_steal_pointer(&answer.modified);
	reading->max_age_s = answer.max_age_s;
	return g_steal_pointer(&answer.bytes);
}

static void read_calendar(Reader *reader)
{
	FeedReading *reading = reader->reading;
	g_autoptr(GBytes) bytes = load(reader, &reading->error);
	gsize length = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	char sha256[SHA256_HEX_SIZE];
	if (!bytes)
		return;
	sha256_hex(text, length, sha256);
	reading->sha256 = g_strdup(sha256);
	if (g_strcmp0(sha256, reader->sha256) != 0)
		reading->absences = ics_absences_read(text ? text : "", length, reader->from, reader->until, &reading->error);
}

static gpointer thread_main(gpointer data)
{
	Reader *reader = data;
	read_calendar(reader);
	g_mutex_lock(&reader->lock);
	reader->done = TRUE;
	g_cond_signal(&reader->changed);
	g_mutex_unlock(&reader->lock);
	reader_unref(reader);
	return NULL;
}

/* --- the starter's --- */

static void let_go(gpointer data)
{
	Reader *reader = data;
	g_clear_pointer(&reader->thread, g_thread_unref);
	reader_unref(reader);
}

FeedReaders *feed_readers_new(void)
{
	FeedReaders *readers = g_new0(FeedReaders, 1);
	readers->running = g_ptr_array_new_with_free_func(let_go);
	return readers;
}

void feed_readers_free(FeedReaders *readers)
{
	if (!readers)
		return;
	g_ptr_array_unref(readers->running);
	g_free(readers);
}

gboolean feed_readers_start(FeedReaders *readers, const FeedOrder *order)
{
	for (guint i = 0; i < readers->running->len; i++) {
		const Reader *other = readers->running->pdata[i];
		/* until it is done the reading is the thread's, but its source never changes */
		if (!strcmp(other->reading->source, order->source))
			return FALSE;
	}
	if (readers->running->len == THREADS_MAX)
		return FALSE;
	Reader *reader = reader_new(order);
	g_atomic_ref_count_inc(&reader->references);
	reader->thread = g_thread_try_new("calendar", thread_main, reader, NULL);
	if (reader->thread) {
		g_ptr_array_add(readers->running, reader);
		return TRUE;
	}
	reader_unref(reader);
	reader_unref(reader);
	return FALSE;
}

gboolean feed_readers_are_busy(const FeedReaders *readers)
{
	for (guint i = 0; i < readers->running->len; i++) {
		if (!((const Reader *)readers->running->pdata[i])->given_up)
			return TRUE;
	}
	return FALSE;
}

static gboolean wait_until(Reader *reader, gint64 deadline_us)
{
	g_mutex_lock(&reader->lock);
	while (!reader->done && !reader->given_up && g_cond_wait_until(&reader->changed, &reader->lock, deadline_us))
		;
	const gboolean done = reader->done;
	g_mutex_unlock(&reader->lock);
	return done;
}

static FeedReading *give_up(Reader *reader)
{
	FeedReading *reading = g_new0(FeedReading, 1);
	reading->source = g_strdup(reader->reading->source);
	error_set(&reading->error, ERROR_UNAVAILABLE, "reading it does not come back");
	reader->given_up = TRUE;
	return reading;
}

static void free_reading(gpointer reading)
{
	feed_reading_free(reading);
}

GPtrArray *feed_readers_collect(FeedReaders *readers, gint64 patience_us)
{
	GPtrArray *readings = g_ptr_array_new_with_free_func(free_reading);
	const gint64 deadline_us = g_get_monotonic_time() + patience_us;
	for (guint i = 0; i < readers->running->len;) {
		Reader *reader = readers->running->pdata[i];
		const gboolean done = wait_until(reader, deadline_us);
		if (!done && !reader->given_up && clock_monotonic_us() > reader->deadline_us)
			g_ptr_array_add(readings, give_up(reader));
		else if (done && !reader->given_up)
			g_ptr_array_add(readings, g_steal_pointer(&reader->reading));
		if (!done) {
			i++;
			continue;
		}
		g_thread_join(g_steal_pointer(&reader->thread));
		g_ptr_array_remove_index(readers->running, i);
	}
	return readings;
}
