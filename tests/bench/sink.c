/* The least of RFC 5321 that a client needs, with PIPELINING as Postfix's smtp-sink has it, over as many connections as come. */
#include "sink.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define CONNECTIONS_MAX 64
#define READ_MAX 65536
#define END_OF_DATA "\r\n.\r\n"

typedef struct {
	int socket;
	gboolean in_data;
	gint64 answer_us; /* when the message is answered; 0: nothing waits */
	GString *input;
	GString *output;
} Client;

static void answer(Client *client, const char *text)
{
	g_string_append(client->output, text);
}

/* FALSE ends the connection. */
static gboolean take_command(Client *client, const char *line)
{
	if (g_ascii_strncasecmp(line, "EHLO", 4) == 0)
		answer(client, "250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
	else if (g_ascii_strncasecmp(line, "DATA", 4) == 0)
		answer(client, "354 go on\r\n");
	else if (g_ascii_strncasecmp(line, "QUIT", 4) == 0)
		answer(client, "221 bye\r\n");
	else
		answer(client, "250 ok\r\n");
	client->in_data = g_ascii_strncasecmp(line, "DATA", 4) == 0;
	return g_ascii_strncasecmp(line, "QUIT", 4) != 0;
}

/* What has come of the message; FALSE: its end is still to come, of which the last bytes may be here. */
static gboolean take_data(Client *client, SinkCount *count, gint64 delay_us)
{
	const char *end = memmem(client->input->str, client->input->len, END_OF_DATA, strlen(END_OF_DATA));
	gsize taken = end != NULL ? (gsize)(end - client->input->str) + strlen(END_OF_DATA)
	                          : client->input->len - MIN(client->input->len, strlen(END_OF_DATA) - 1);
	g_string_erase(client->input, 0, (gssize)taken);
	count->bytes += taken;
	if (end == NULL)
		return FALSE;
	count->messages++;
	client->in_data = FALSE;
	if (delay_us == 0)
		answer(client, "250 ok\r\n");
	else
		client->answer_us = clock_monotonic_us() + delay_us;
	return TRUE;
}

static gboolean take_input(Client *client, SinkCount *count, gint64 delay_us)
{
	for (;;) {
		if (client->in_data) {
			if (!take_data(client, count, delay_us))
				return TRUE;
			continue;
		}
		const char *end = memmem(client->input->str, client->input->len, "\r\n", 2);
		if (end == NULL)
			return TRUE;
		gsize length = (gsize)(end - client->input->str);
		client->input->str[length] = '\0';
		if (!take_command(client, client->input->str))
			return FALSE;
		g_string_erase(client->input, 0, (gssize)length + 2);
	}
}

static gboolean serve(Client *client, SinkCount *count, gint64 delay_us)
{
	char bytes[READ_MAX];
	ssize_t length = read(client->socket, bytes, sizeof bytes);
	if (length <= 0)
		return FALSE;
	g_string_append_len(client->input, bytes, length);
	gboolean goes_on = take_input(client, count, delay_us);
	ssize_t written = write(client->socket, client->output->str, client->output->len);
	gboolean all = written == (ssize_t)client->output->len;
	g_string_truncate(client->output, 0);
	return goes_on && all;
}

static void client_close(gpointer data)
{
	Client *client = data;
	close(client->socket);
	g_string_free(client->input, TRUE);
	g_string_free(client->output, TRUE);
	g_free(client);
}

static void greet(GPtrArray *clients, int listener)
{
	Client *client = g_new0(Client, 1);
	const int on = 1;
	client->socket = accept(listener, NULL, NULL);
	client->input = g_string_new(NULL);
	client->output = g_string_new(NULL);
	setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	g_ptr_array_add(clients, client);
	if (write(client->socket, "220 sink ESMTP\r\n", 16) != 16)
		g_ptr_array_set_size(clients, (gint)clients->len - 1);
}

/* Answers what is due; how long until the next is, in microseconds; -1: nothing waits. */
static gint64 answer_due(const GPtrArray *clients)
{
	gint64 now = clock_monotonic_us(), least = -1;
	for (guint i = 0; i < clients->len; i++) {
		Client *client = clients->pdata[i];
		if (client->answer_us == 0)
			continue;
		const gint64 left = client->answer_us - now;
		if (left <= 0) {
			client->answer_us = 0;
			if (write(client->socket, "250 ok\r\n", 8) != 8)
				g_warning("the SMTP sink could not answer");
		} else if (least < 0 || left < least) {
			least = left;
		}
	}
	return least;
}

G_NORETURN static void run(int listener, SinkCount *count, gint64 delay_us)
{
	GPtrArray *clients = g_ptr_array_new_with_free_func(client_close);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a benchmark that fails leaves nobody behind */
	for (;;) {
		struct pollfd waits[CONNECTIONS_MAX + 1] = {{listener, POLLIN, 0}};
		const guint known = MIN(clients->len, CONNECTIONS_MAX);
		for (guint i = 0; i < known; i++)
			waits[i + 1] = (struct pollfd){((Client *)clients->pdata[i])->socket, POLLIN, 0};
		const gint64 left_us = answer_due(clients);
		const struct timespec patience = {.tv_sec = 0, .tv_nsec = MAX(left_us, 0) * 1000};
		if (ppoll(waits, known + 1, left_us < 0 ? NULL : &patience, NULL) < 0)
			continue;
		for (guint i = known; i > 0; i--) /* from the last, since one may go */
			if (waits[i].revents != 0 && !serve(clients->pdata[i - 1], count, delay_us))
				g_ptr_array_remove_index(clients, i - 1);
		if (waits[0].revents != 0)
			greet(clients, listener);
	}
}

static void start(Sink *sink, gint64 delay_us)
{
	SinkCount *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	if (count == MAP_FAILED || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, CONNECTIONS_MAX) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		g_error("the SMTP sink cannot listen");
	*sink = (Sink){.process = fork(), .port = ntohs(address.sin_port), .count = count};
	if (sink->process == 0)
		run(listener, count, delay_us);
	close(listener);
}

void sink_start(Sink *sink)
{
	start(sink, 0);
}

void sink_start_slow(Sink *sink, guint delay_ms)
{
	start(sink, delay_ms * G_GINT64_CONSTANT(1000));
}

void sink_stop(Sink *sink)
{
	kill(sink->process, SIGTERM);
	waitpid(sink->process, NULL, 0);
	munmap((void *)sink->count, sizeof *sink->count);
}
