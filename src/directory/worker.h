/* The directory in a thread of its own, with a watchdog: whatever a server, a resolver or a ticket office does, whoever asks goes on in time.
 *
 * One job at a time. A job that does not come back in time is left to its thread, which frees what it holds if it ever returns; a new thread is made for
 * the next job, after a pause that grows from half a minute to ten, and none while four of them hang. The process can end meanwhile. */
#ifndef DIRECTORY_WORKER_H
#define DIRECTORY_WORKER_H

#include "directory/directory.h"

typedef struct Worker Worker;

/* Keeps a reference to the settings. Neither connects nor makes a thread. To be called before other threads start: see directory_prepare(). */
Worker *worker_new(Settings *settings);
/* Waits for the thread to hang up, but not long. */
void worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* Otherwise than 30 s and 10 min; for tests. */
void worker_set_pause(Worker *worker, gint64 first_us, gint64 most_us);

/* Asked now and then by whoever waits. TRUE: the program is to end, and nobody waits any more. */
typedef gboolean (*WorkerStop)(gpointer user_data);
void worker_set_stop(Worker *worker, WorkerStop is_stopping, gpointer user_data);

/* What the thread does: `run` with the Directory, which is its alone. */
typedef struct {
	void (*run)(Directory *directory, gpointer data);
	gpointer data;         /* whoever ends the job last frees it: the thread, where it came too late */
	GDestroyNotify free;
	gint64 patience_us;    /* how long whoever asks waits for it, from when it began */
} WorkerJob;

/* Hands it to the thread. FALSE, with the data freed: ERROR_CONFIG as directory_new() has it; ERROR_UNAVAILABLE while it is left alone after one that does
 * not come back, and once the program is to end. After TRUE worker_end() must be called before the next. */
gboolean worker_begin(Worker *worker, const WorkerJob *job, GError **error);

/* TRUE: it was run, and *data is the caller's again. FALSE, ERROR_UNAVAILABLE: it does not come back in time, or not before the program is to end. */
gboolean worker_end(Worker *worker, gpointer *data, GError **error);

/* Puts the questions together and waits. Of DirectoryQuestion, the caller's: each has its answer then, as directory_answer() gives it, or why there is none. */
void worker_answer(Worker *worker, GPtrArray *questions);
/* The same in two steps, between which the caller does something else: nothing may touch the questions then. */
void worker_answer_begin(Worker *worker, GPtrArray *questions);
void worker_answer_end(Worker *worker);
/* Waits no longer than that. TRUE: worker_answer_end() has nothing more to wait for. */
gboolean worker_answer_wait(Worker *worker, gint64 us);

/* directory_ping(), there. */
gboolean worker_ping(Worker *worker, GError **error);

#endif
