/* Each piece that is read is written again when its time has come; more is read meanwhile. */
#include "delay.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define PIECE_MAX 65536

typedef struct {
	gint64 due_us;
	gsize length, written;
	char bytes[];
} Piece;

/* One way. */
typedef struct {
	int from, to;
	gint64 delay_us;
	GQueue pieces;
	gboolean is_full; /* it took no more: to be written when there is room */
} Way;

static struct sockaddr_in address_of(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((guint16)port)};
}

/* FALSE where the line ended. */
static gboolean way_read(Way *way)
{
	Piece *piece = g_malloc(sizeof *piece + PIECE_MAX);
	ssize_t length = read(way->from, piece->bytes, PIECE_MAX);
	if (length <= 0) {
		g_free(piece);
		return FALSE;
	}
	*piece = (Piece){.due_us = clock_monotonic_us() + way->delay_us, .length = (gsize)length};
	g_queue_push_tail(&way->pieces, g_realloc(piece, sizeof *piece + (gsize)length));
	return TRUE;
}

static gboolean way_write(Way *way)
{
	way->is_full = FALSE;
	for (Piece *piece = g_queue_peek_head(&way->pieces); piece != NULL && piece->due_us <= clock_monotonic_us();
	     piece = g_queue_peek_head(&way->pieces)) {
		ssize_t written =
			send(way->to, piece->bytes + piece->written, piece->length - piece->written, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (written < 0) {
			way->is_full = TRUE;
			return TRUE;
		}
		piece->written += (gsize)written;
		if (piece->written == piece->length)
			g_free(g_queue_pop_head(&way->pieces));
	}
	return TRUE;
}

/* Until there is something to read, or the next piece is due, or there is room for one that was. */
static void way_wait(Way *ways)
{
	struct pollfd lines[] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
	gint64 due_us = G_MAXINT64;
	for (int i = 0; i < 2; i++)
		if (ways[i].is_full)
			lines[1 - i].events |= POLLOUT; /* the one way's end is the other's beginning */
		else if (!g_queue_is_empty(&ways[i].pieces))
			due_us = MIN(due_us, ((Piece *)g_queue_peek_head(&ways[i].pieces))->due_us);
	const gint64 wait_us = due_us == G_MAXINT64 ? G_USEC_PER_SEC : MAX(due_us - clock_monotonic_us(), 0);
	const struct timespec wait = {.tv_sec = wait_us / G_USEC_PER_SEC, .tv_nsec = wait_us % G_USEC_PER_SEC * 1000};
	ppoll(lines, 2, &wait, NULL);
}

static gboolean way_is_readable(const Way *way)
{
	struct pollfd line = {way->from, POLLIN, 0};
	return poll(&line, 1, 0) > 0;
}

static void pass(int near, int far, gint64 delay_us)
{
	Way ways[] = {{near, far, delay_us, G_QUEUE_INIT, FALSE}, {far, near, delay_us, G_QUEUE_INIT, FALSE}};
	for (gboolean goes_on = TRUE; goes_on;) {
		way_wait(ways);
		for (int i = 0; i < 2 && goes_on; i++)
			goes_on = (!way_is_readable(&ways[i]) || way_read(&ways[i])) && way_write(&ways[i]);
	}
	for (int i = 0; i < 2; i++)
		g_queue_clear_full(&ways[i].pieces, g_free);
}

G_NORETURN static void run(int listener, int to_port, gint64 delay_us)
{
	const int on = 1;
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a benchmark that fails leaves nobody behind */
	prctl(PR_SET_TIMERSLACK, 1000);   /* ns: the delay is to be what it says */
	for (;;) {
		int near = accept(listener, NULL, NULL), far = socket(AF_INET, SOCK_STREAM, 0);
		struct sockaddr_in server = address_of(to_port);
		setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		if (connect(far, (struct sockaddr *)&server, sizeof server) == 0)
			pass(near, far, delay_us);
		close(near);
		close(far);
	}
}

void delay_start(Delay *delay, int to_port, int round_trip_us)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = address_of(0);
	socklen_t length = sizeof address;
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 5) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		g_error("the proxy could not be started");
	delay->port = ntohs(address.sin_port);
	delay->process = fork();
	if (delay->process == 0)
		run(listener, to_port, round_trip_us / 2);
	close(listener);
}

void delay_stop(Delay *delay)
{
	kill(delay->process, SIGTERM);
	waitpid(delay->process, NULL, 0);
}
