/* Calendars read in threads: a file, one that is as it was, one that is not there, and a server that never says a word. */
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "net/transfer.h"
#include "session/feed_reader.h"

#define CALENDAR "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nATTENDEE:mailto:jan@x.nl\r\nDTSTART:20261224T090000Z\r\nDTEND:20261224T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
#define FROM     G_GINT64_CONSTANT(1793491200)
#define LONG_US  (60 * G_USEC_PER_SEC)

static FeedOrder order_of(const char *source)
{
	return (FeedOrder){.source = source, .timeout_s = 1, .from = FROM, .until = FROM + 400 * G_GINT64_CONSTANT(86400)};
}

/* The one that has come back. */
static FeedReading *only(FeedReaders *readers, gint64 patience_us)
{
	g_autoptr(GPtrArray) readings = feed_readers_collect(readers, patience_us);
	g_assert_cmpuint(readings->len, ==, 1);
	return g_ptr_array_steal_index(readings, 0);
}

static char *write_calendar(void)
{
	g_autoptr(GError) error = NULL;
	char *path = NULL;
	const int fd = g_file_open_tmp("feedXXXXXX", &path, &error);
	g_assert_no_error(error);
	close(fd);
	g_assert_true(g_file_set_contents(path, CALENDAR, -1, &error));
	return path;
}

static void test_file(void)
{
	g_autofree char *path = write_calendar();
	FeedReaders *readers = feed_readers_new();
	FeedOrder order = order_of(path);
	g_assert_false(feed_readers_are_busy(readers));
	g_assert_true(feed_readers_start(readers, &order));
	g_assert_true(feed_readers_are_busy(readers));
	FeedReading *first = only(readers, LONG_US);
	g_assert_no_error(first->error);
	g_assert_cmpuint(first->absences->absences->len, ==, 1);
	g_assert_false(feed_readers_are_busy(readers));
	order.sha256 = first->sha256;
	g_assert_true(feed_readers_start(readers, &order));
	FeedReading *again = only(readers, LONG_US);
	g_assert_no_error(again->error);
	g_assert_null(again->absences);
	g_unlink(path);
	g_assert_true(feed_readers_start(readers, &order));
	FeedReading *gone = only(readers, LONG_US);
	g_assert_error(gone->error, AKKOORD_ERROR, ERROR_NOT_FOUND);
	g_assert_null(gone->absences);
	feed_reading_free(first);
	feed_reading_free(again);
	feed_reading_free(gone);
	feed_readers_free(readers);
}

/* Takes connections in its backlog and does nothing with them. */
static int listen_silently(char **url)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(fd, 16), ==, 0);
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	*url = g_strdup_printf("https://127.0.0.1:%u/a.ics", ntohs(address.sin_port));
	return fd;
}

static void test_silence(void)
{
	g_autofree char *url = NULL;
	g_autofree char *path = write_calendar();
	const int fd = listen_silently(&url);
	FeedReaders *readers = feed_readers_new();
	const FeedOrder silent = order_of(url), file = order_of(path);
	g_assert_true(feed_readers_start(readers, &silent));
	g_assert_false(feed_readers_start(readers, &silent)); /* each once at a time */
	g_autoptr(GPtrArray) at_once = feed_readers_collect(readers, 0);
	g_assert_cmpuint(at_once->len, ==, 0);
	g_assert_true(feed_readers_start(readers, &file));
	g_autoptr(GPtrArray) both = feed_readers_collect(readers, LONG_US);
	g_assert_cmpuint(both->len, ==, 2);
	for (guint i = 0; i < both->len; i++) {
		const FeedReading *reading = both->pdata[i];
		if (strcmp(reading->source, url) == 0)
			g_assert_error(reading->error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
		else
			g_assert_no_error(reading->error);
	}
	feed_readers_free(readers);
	close(fd);
	g_unlink(path);
}

/* What is under way when nobody wants it any more frees itself. */
static void test_let_go(void)
{
	g_autofree char *url = NULL;
	const int fd = listen_silently(&url);
	FeedReaders *readers = feed_readers_new();
	const FeedOrder order = order_of(url);
	g_assert_true(feed_readers_start(readers, &order));
	feed_readers_free(readers);
	close(fd);
}

static void test_eight_at_a_time(void)
{
	g_autofree char *url = NULL;
	const int fd = listen_silently(&url);
	FeedReaders *readers = feed_readers_new();
	for (guint i = 0; i < 9; i++) {
		g_autofree char *each = g_strdup_printf("%s?%u", url, i);
		const FeedOrder order = order_of(each);
		g_assert_true(feed_readers_start(readers, &order) == (i < 8));
	}
	g_autoptr(GPtrArray) readings = feed_readers_collect(readers, LONG_US);
	g_assert_cmpuint(readings->len, ==, 8);
	feed_readers_free(readers);
	close(fd);
}

int main(int argc, char **argv)
{
	g_assert_true(secret_init() && transfer_init());
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feed-reader/file", test_file);
	g_test_add_func("/feed-reader/silence", test_silence);
	g_test_add_func("/feed-reader/let-go", test_let_go);
	g_test_add_func("/feed-reader/eight-at-a-time", test_eight_at_a_time);
	return g_test_run();
}
