/* Both outputs are read as they come, so that neither stops it. Invariant: when child_run() returns, the child is gone and reaped. */
#include "base/child.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/redaction.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX_BYTES 400
#define REAP_PAUSE_US  2000

typedef struct {
	int fd; /* -1: at its end */
	GString *text;
	gsize max;      /* more is read and not kept */
	gboolean over; /* there was more */
} Stream;

typedef struct {
	const ChildTerms *terms;
	GPid pid;
	int input; /* -1: none */
	Stream out, err;
	gint64 ends_us;
	int status;
	gboolean late;
} Child;

static void child_clear(Child *child)
{
	Stream *const streams[] = {&child->out, &child->err};
	if (child->input >= 0)
		close(child->input);
	for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
		if (streams[i]->fd >= 0)
			close(streams[i]->fd);
		g_string_free(streams[i]->text, TRUE);
	}
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, child_clear)

#define LIMIT(resource, most, above) setrlimit(resource, &(struct rlimit){most, (most) + (above)})

/* Between fork and exec. */
static void prepare(gpointer user_data)
{
	const ChildTerms *terms = user_data;
	setpgid(0, 0);
	LIMIT(RLIMIT_CORE, 0, 0);
	if (terms->cpu_max_s)
		LIMIT(RLIMIT_CPU, (rlim_t)terms->cpu_max_s, 1); /* so that the signal says why */
	if (terms->memory_max)
		LIMIT(RLIMIT_AS, terms->memory_max, 0);
	if (terms->no_files)
		LIMIT(RLIMIT_FSIZE, 0, 0);
}

/* A file without a name, which is gone with the last that holds it open. */
static gboolean open_input(Child *child, GError **error)
{
	gsize length, done = 0;
	const char *bytes = g_bytes_get_data(child->terms->input, &length);
	child->input = memfd_create("input", MFD_CLOEXEC);
	while (child->input >= 0 && done < length) {
		const ssize_t n = pwrite(child->input, bytes + done, length - done, (off_t)done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (gsize)n : 0;
	}
	if (child->input >= 0 && done == length)
		return TRUE;
	error_set(error, ERROR_UNAVAILABLE, "cannot keep %" G_GSIZE_FORMAT " bytes for it: %s", length, g_strerror(errno));
	return FALSE;
}

static gboolean start(Child *child, const char *const *argv, GError **error)
{
	g_autoptr(GError) cause = NULL;
	const GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES;
	const gboolean ready = child->terms->input == NULL || open_input(child, &cause);
	if (ready && g_spawn_async_with_pipes_and_fds(NULL, argv, NULL, flags, prepare, (gpointer)child->terms, child->input, -1, -1, NULL, NULL, 0, &child->pid, NULL,
	                                              &child->out.fd, &child->err.fd, &cause))
		return TRUE;
	error_set(error, ERROR_UNAVAILABLE, "%s: %s", argv[0], cause->message);
	return FALSE;
}

static void take(Stream *stream)
{
	char buffer[4096];
	const ssize_t n = read(stream->fd, buffer, sizeof buffer);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(stream->fd);
		stream->fd = -1;
		return;
	}
	const gsize kept = MIN((gsize)n, stream->max - stream->text->len);
	g_string_append_len(stream->text, buffer, (gssize)kept);
	stream->over |= kept < (gsize)n;
}

static int left_ms(const Child *child)
{
	const gint64 left = (child->ends_us - clock_monotonic_us() + 999) / 1000;
	return (int)CLAMP(left, 0, G_MAXINT);
}

/* Until both are at their end, or it is no use to go on. */
static void listen_to(Child *child)
{
	while (child->out.fd >= 0 || child->err.fd >= 0) {
		struct pollfd fds[] = {{child->out.fd, POLLIN, 0}, {child->err.fd, POLLIN, 0}};
		const int ready = poll(fds, G_N_ELEMENTS(fds), left_ms(child));
		child->late = ready == 0 || (ready < 0 && errno != EINTR);
		if (child->late || child->out.over)
			return;
		if (ready > 0 && fds[0].revents)
			take(&child->out);
		if (ready > 0 && fds[1].revents)
			take(&child->err);
	}
}

static gboolean is_reaped(Child *child, int options)
{
	pid_t found;
	while ((found = waitpid(child->pid, &child->status, options)) < 0 && errno == EINTR)
		;
	return found != 0;
}

static void end(Child *child)
{
	while (!child->late && !child->out.over) {
		if (is_reaped(child, WNOHANG))
			return;
		child->late = left_ms(child) == 0;
		g_usleep(REAP_PAUSE_US);
	}
	if (kill(-child->pid, SIGKILL) != 0)
		kill(child->pid, SIGKILL); /* it has not got so far as to lead a group */
	is_reaped(child, 0);
}

static char *what_happened(const Child *child)
{
	if (child->late)
		return g_strdup_printf("not done after %" G_GINT64_FORMAT " s", child->terms->timeout_s);
	if (child->out.over)
		return g_strdup_printf("printed more than %" G_GSIZE_FORMAT " bytes", child->out.max);
	if (WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0)
		return NULL;
	if (WIFSIGNALED(child->status) && WTERMSIG(child->status) == SIGXCPU)
		return g_strdup_printf("used more than %" G_GINT64_FORMAT " s of processor time", child->terms->cpu_max_s);
	return WIFEXITED(child->status) ? g_strdup_printf("exit code %d", WEXITSTATUS(child->status))
	                                : g_strdup_printf("killed by signal %d", WTERMSIG(child->status));
}

static char *what_it_said(const Child *child)
{
	g_autofree char *printed = g_strstrip(g_strdup(child->out.text->str));
	const char *const secrets[] = {*printed ? printed : NULL, NULL};
	g_autofree char *said = redaction_apply(child->err.text->str, secrets);
	return text_clean_or_null(said);
}

static gboolean went_well(const Child *child, const char *program, GError **error)
{
	g_autofree char *trouble = what_happened(child);
	if (!trouble)
		return TRUE;
	g_autofree char *said = what_it_said(child);
	error_set(error, child->late ? ERROR_UNAVAILABLE : ERROR_INVALID, "%s: %s%s%s", program, trouble, said ? ": " : "", said ? said : "");
	return FALSE;
}

char *child_run_within(const char *const *argv, const ChildTerms *terms, gsize *length, char **said, GError **error)
{
	g_auto(Child) child = {
		.terms = terms,
		.input = -1,
		.out = {.fd = -1, .text = g_string_new(NULL), .max = terms->output_max},
		.err = {.fd = -1, .text = g_string_new(NULL), .max = SAID_MAX_BYTES},
		.ends_us = clock_monotonic_us() + terms->timeout_s * G_USEC_PER_SEC,
	};
	if (!start(&child, argv, error))
		return NULL;
	listen_to(&child);
	end(&child);
	if (!went_well(&child, argv[0], error))
		return NULL;
	if (length)
		*length = child.out.text->len;
	if (said)
		*said = what_it_said(&child);
	return g_memdup2(child.out.text->str, child.out.text->len + 1);
}

char *child_run(const char *const *argv, gint64 timeout_s, gsize output_max, gsize *length, GError **error)
{
	const ChildTerms terms = {.timeout_s = timeout_s, .output_max = output_max};
	g_autoptr(GError) failure = NULL;
	char *printed = child_run_within(argv, &terms, length, NULL, &failure);
	if (!printed)
		error_set(error, ERROR_UNAVAILABLE, "%s", failure->message);
	return printed;
}
