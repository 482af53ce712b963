/* A thread and who asks share one Line, and nothing else; the lock is held only to look at it or to change it. */
#include "directory/worker.h"

#include "base/clock.h"
#include "base/error.h"

#define PAUSE_FIRST_US (30 * G_USEC_PER_SEC)
#define PAUSE_MOST_US  (600 * G_USEC_PER_SEC)
#define HANGING_MOST   4

/* A thread that has nothing more to do hangs up: a server that does not take that has so long. */
#define FAREWELL_US (2 * G_USEC_PER_SEC)

/* How often whoever waits looks whether the program is to end. */
#define LOOK_UP_US (G_USEC_PER_SEC / 10)

/* What a batch may take beyond its time. */
#define SLACK_US      (10 * G_USEC_PER_SEC)
#define TIMEOUTS_MORE 2

typedef enum { LINE_IDLE, LINE_BUSY, LINE_DONE } LineState;

/* One thread, and who asks it. */
typedef struct {
	gatomicrefcount references; /* two: either side may let go first */
	GMutex lock;
	GCond changed;
	Settings *settings;
	Directory *directory; /* the thread's */
	WorkerJob job;
	LineState state;
	gboolean let_go;   /* nobody waits any more */
	gboolean given_up; /* it did not come back in time */
	gboolean ended;    /* the thread has */
	gint *hanging;   /* shared by all lines of a Worker, atomic: reference counted (g_atomic_rc_box) */
} Line;

struct Worker {
	Settings *settings;
	Line *line;      /* NULL: no thread */
	GThread *thread; /* of the line; NULL: likewise */
	gint64 began_us;
	guint losses; /* in a row */
	gint64 pause_first_us, pause_most_us;
	gint64 quiet_until_us;
	WorkerStop is_stopping; /* NULL: nobody says so */
	gpointer stop_data;
	gint *hanging;
	GPtrArray *asked; /* of DirectoryQuestion, the caller's, between begin and end */
};

static void job_clear(WorkerJob *job)
{
	if (job->data && job->free)
		job->free(job->data);
	*job = (WorkerJob){0};
}

static void line_unref(Line *line)
{
	if (!g_atomic_ref_count_dec(&line->references))
		return;
	job_clear(&line->job);
	directory_free(line->directory);
	settings_unref(line->settings);
	g_atomic_rc_box_release(line->hanging);
	g_mutex_clear(&line->lock);
	g_cond_clear(&line->changed);
	g_free(line);
}

/* --- the thread --- */

static gboolean wait_for_job(Line *line)
{
	while (line->state != LINE_BUSY && !line->let_go)
		g_cond_wait(&line->changed, &line->lock);
	return !line->let_go;
}

static void run_jobs(Line *line)
{
	g_mutex_lock(&line->lock);
	while (wait_for_job(line)) {
		const WorkerJob job = line->job;
		g_mutex_unlock(&line->lock);
		job.run(line->directory, job.data);
		g_mutex_lock(&line->lock);
		line->state = LINE_DONE;
		g_cond_broadcast(&line->changed);
	}
	g_mutex_unlock(&line->lock);
}

static gpointer thread_main(gpointer data)
{
	Line *line = data;
	run_jobs(line);
	g_clear_pointer(&line->directory, directory_free); /* it says good-bye to the server */
	g_mutex_lock(&line->lock);
	line->ended = TRUE;
	g_cond_broadcast(&line->changed);
	if (line->given_up)
		g_atomic_int_add(line->hanging, -1);
	g_mutex_unlock(&line->lock);
	line_unref(line);
	return NULL;
}

/* --- who asks --- */

Worker *worker_new(Settings *settings)
{
	directory_prepare();
	Worker *worker = g_new0(Worker, 1);
	worker->settings = settings_ref(settings);
	worker->hanging = g_atomic_rc_box_new0(gint);
	worker_set_pause(worker, PAUSE_FIRST_US, PAUSE_MOST_US);
	return worker;
}

void worker_set_pause(Worker *worker, gint64 first_us, gint64 most_us)
{
	worker->pause_first_us = first_us;
	worker->pause_most_us = most_us;
}

void worker_set_stop(Worker *worker, WorkerStop is_stopping, gpointer user_data)
{
	worker->is_stopping = is_stopping;
	worker->stop_data = user_data;
}

static gboolean is_stopping(const Worker *worker)
{
	return worker->is_stopping && worker->is_stopping(worker->stop_data);
}

static Line *line_new(Worker *worker, GError **error)
{
	Directory *directory = directory_new(worker->settings, error);
	if (!directory)
		return NULL;
	Line *line = g_new0(Line, 1);
	g_atomic_ref_count_init(&line->references);
	g_atomic_ref_count_inc(&line->references);
	g_mutex_init(&line->lock);
	g_cond_init(&line->changed);
	line->settings = settings_ref(worker->settings);
	line->directory = directory;
	line->hanging = g_atomic_rc_box_acquire(worker->hanging);
	g_autoptr(GError) cause = NULL;
	worker->thread = g_thread_try_new("directory", thread_main, line, &cause);
	if (worker->thread)
		return line;
	error_set(error, ERROR_UNAVAILABLE, "directory: %s", cause->message);
	line_unref(line);
	line_unref(line);
	return NULL;
}

/* Tells the thread that it can go, once it comes back. */
static void line_let_go(Line *line)
{
	g_mutex_lock(&line->lock);
	line->let_go = TRUE;
	g_cond_broadcast(&line->changed);
	g_mutex_unlock(&line->lock);
}

/* Whether it goes in time: then it can be joined. */
static gboolean wait_for_farewell(Line *line)
{
	const gint64 deadline = g_get_monotonic_time() + FAREWELL_US;
	g_mutex_lock(&line->lock);
	while (!line->ended && g_cond_wait_until(&line->changed, &line->lock, deadline))
		;
	const gboolean ended = line->ended;
	g_mutex_unlock(&line->lock);
	return ended;
}

void worker_free(Worker *worker)
{
	if (!worker)
		return;
	if (worker->line) {
		line_let_go(worker->line);
		if (wait_for_farewell(worker->line))
			g_thread_join(worker->thread);
		else
			g_thread_unref(worker->thread);
		line_unref(worker->line);
	}
	settings_unref(worker->settings);
	g_atomic_rc_box_release(worker->hanging);
	g_free(worker);
}

static gboolean may_try(const Worker *worker, GError **error)
{
	const gint hanging = g_atomic_int_get(worker->hanging);
	if (is_stopping(worker))
		error_set(error, ERROR_UNAVAILABLE, "directory: not asked any more: the program is to end");
	else if (worker->line)
		return TRUE;
	else if (hanging >= HANGING_MOST)
		error_set(error, ERROR_UNAVAILABLE, "directory: %d questions to it hang and do not come back", hanging);
	else if (worker->losses && clock_monotonic_us() < worker->quiet_until_us)
		error_set(error, ERROR_UNAVAILABLE, "directory: not tried again yet: the last question did not come back");
	else
		return TRUE;
	return FALSE;
}

gboolean worker_begin(Worker *worker, const WorkerJob *job, GError **error)
{
	WorkerJob taken = *job;
	gboolean ok = may_try(worker, error);
	if (ok && !worker->line)
		ok = (worker->line = line_new(worker, error)) != NULL;
	if (!ok) {
		job_clear(&taken);
		return FALSE;
	}
	Line *line = worker->line;
	worker->began_us = g_get_monotonic_time();
	g_mutex_lock(&line->lock);
	line->job = taken;
	line->state = LINE_BUSY;
	g_cond_broadcast(&line->changed);
	g_mutex_unlock(&line->lock);
	return TRUE;
}

/* It keeps what it has; whatever comes of it is nobody's any more. */
static void give_up(Worker *worker)
{
	const guint doublings = MIN(worker->losses, 10);
	worker->losses++;
	worker->quiet_until_us = clock_monotonic_us() + MIN(worker->pause_first_us << doublings, worker->pause_most_us);
	g_thread_unref(g_steal_pointer(&worker->thread));
	line_unref(g_steal_pointer(&worker->line));
}

/* Whether the thread is done, by the deadline and before the program is to end. The lock is held. */
static gboolean wait_until_done(const Worker *worker, gint64 deadline)
{
	Line *line = worker->line;
	for (gint64 now = g_get_monotonic_time(); line->state != LINE_DONE && now < deadline && !is_stopping(worker); now = g_get_monotonic_time())
		g_cond_wait_until(&line->changed, &line->lock, MIN(deadline, now + LOOK_UP_US));
	return line->state == LINE_DONE;
}

gboolean worker_end(Worker *worker, gpointer *data, GError **error)
{
	Line *line = worker->line;
	g_mutex_lock(&line->lock);
	const gboolean done = wait_until_done(worker, worker->began_us + line->job.patience_us);
	if (done) {
		*data = line->job.data;
		line->job = (WorkerJob){0};
		line->state = LINE_IDLE;
	} else {
		line->let_go = line->given_up = TRUE;
		g_atomic_int_inc(line->hanging);
	}
	g_mutex_unlock(&line->lock);
	if (done) {
		worker->losses = 0;
		return TRUE;
	}
	give_up(worker);
	error_set(error, ERROR_UNAVAILABLE, is_stopping(worker) ? "directory: not waited for: the program is to end" : "directory: it does not come back");
	return FALSE;
}

/* --- questions --- */

static void free_questions(gpointer questions)
{
	g_ptr_array_unref(questions);
}

static gint64 patience(const Worker *worker, guint questions)
{
	return directory_time_us(worker->settings, questions) + worker->settings->directory_timeout_s * G_USEC_PER_SEC * TIMEOUTS_MORE + SLACK_US;
}

static void answer_all(Directory *directory, gpointer questions)
{
	directory_answer(directory, questions);
}

/* The thread has questions of its own: those of the caller are not its to touch once it is given up. */
static GPtrArray *copies_of(const GPtrArray *questions)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	for (guint i = 0; i < questions->len; i++)
		g_ptr_array_add(copies, directory_question_copy(questions->pdata[i]));
	return copies;
}

static void refuse_all(GPtrArray *questions, const GError *why)
{
	for (guint i = 0; i < questions->len; i++) {
		DirectoryQuestion *question = questions->pdata[i];
		directory_question_clear_answer(question);
		question->error = g_error_copy(why);
		question->steps = g_ptr_array_new_with_free_func(g_free);
	}
}

static void take_answers(GPtrArray *questions, GPtrArray *answered)
{
	for (guint i = 0; i < questions->len; i++)
		directory_question_take_answer(questions->pdata[i], answered->pdata[i]);
}

void worker_answer_begin(Worker *worker, GPtrArray *questions)
{
	const WorkerJob job = {.run = answer_all, .data = copies_of(questions), .free = free_questions, .patience_us = patience(worker, questions->len)};
	g_autoptr(GError) failure = NULL;
	if (worker_begin(worker, &job, &failure))
		worker->asked = questions;
	else
		refuse_all(questions, failure);
}

void worker_answer_end(Worker *worker)
{
	GPtrArray *questions = g_steal_pointer(&worker->asked);
	g_autoptr(GError) failure = NULL;
	gpointer answered = NULL;
	if (!questions)
		return; /* they were refused at once */
	if (!worker_end(worker, &answered, &failure)) {
		refuse_all(questions, failure);
		return;
	}
	take_answers(questions, answered);
	g_ptr_array_unref(answered);
}

gboolean worker_answer_wait(Worker *worker, gint64 us)
{
	if (!worker->asked)
		return TRUE;
	Line *line = worker->line;
	g_mutex_lock(&line->lock);
	const gboolean done = wait_until_done(worker, g_get_monotonic_time() + us);
	g_mutex_unlock(&line->lock);
	return done || is_stopping(worker);
}

void worker_answer(Worker *worker, GPtrArray *questions)
{
	worker_answer_begin(worker, questions);
	worker_answer_end(worker);
}

/* --- the servers themselves --- */

static void ping(Directory *directory, gpointer failure)
{
	directory_ping(directory, failure);
}

static void free_failure(gpointer failure)
{
	g_clear_error((GError **)failure);
	g_free(failure);
}

gboolean worker_ping(Worker *worker, GError **error)
{
	gpointer failure = NULL;
	const WorkerJob job = {.run = ping, .data = g_new0(GError *, 1), .free = free_failure, .patience_us = patience(worker, 1)};
	if (!worker_begin(worker, &job, error) || !worker_end(worker, &failure, error))
		return FALSE;
	GError *why = *(GError **)failure;
	g_free(failure);
	if (why)
		g_propagate_error(error, why);
	return !why;
}
