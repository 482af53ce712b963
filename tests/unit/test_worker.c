/* Who asks goes on in time, whatever becomes of the thread; and nothing that the thread still holds is freed under it. */
#include "directory/worker.h"

#include "base/error.h"
#include "settings_fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define LONG_US  (600 * G_USEC_PER_SEC)
#define SHORT_US (20 * 1000)

/* What a job writes into, shared with the test: it lives as long as the program, since its thread may still be on its way out. */
typedef struct {
	GMutex lock;
	GCond changed;
	GThread *ran_in;
	gboolean may_return;
	guint begun, returned, freed;
} Scene;

static GSList *scenes;

static Scene *scene_new(void)
{
	Scene *scene = g_new0(Scene, 1);
	scenes = g_slist_prepend(scenes, scene);
	g_mutex_init(&scene->lock);
	g_cond_init(&scene->changed);
	return scene;
}

static void run_at_once(Directory *directory, gpointer data)
{
	Scene *scene = data;
	g_assert_nonnull(directory);
	scene->ran_in = g_thread_self();
}

static void hang(Directory *directory, gpointer data)
{
	Scene *scene = data;
	(void)directory;
	g_mutex_lock(&scene->lock);
	scene->begun++;
	g_cond_broadcast(&scene->changed);
	while (!scene->may_return)
		g_cond_wait(&scene->changed, &scene->lock);
	scene->returned++;
	g_mutex_unlock(&scene->lock);
}

static void count_freed(gpointer data)
{
	Scene *scene = data;
	g_mutex_lock(&scene->lock);
	scene->freed++;
	g_cond_broadcast(&scene->changed);
	g_mutex_unlock(&scene->lock);
}

static void let_return(Scene *scene, guint wanted)
{
	g_mutex_lock(&scene->lock);
	scene->may_return = TRUE;
	g_cond_broadcast(&scene->changed);
	while (scene->freed < wanted)
		g_cond_wait(&scene->changed, &scene->lock);
	g_assert_cmpuint(scene->returned, ==, wanted);
	g_mutex_unlock(&scene->lock);
}

static Worker *worker_of(const char *directory)
{
	g_autoptr(Settings) settings = settings_fixture(directory);
	return worker_new(settings); /* it keeps its own reference */
}

static gboolean run(Worker *worker, void (*what)(Directory *, gpointer), Scene *scene, gint64 patience_us, GError **error)
{
	const WorkerJob job = {.run = what, .data = scene, .free = count_freed, .patience_us = patience_us};
	gpointer back = NULL;
	if (!worker_begin(worker, &job, error) || !worker_end(worker, &back, error))
		return FALSE;
	g_assert_true(back == scene);
	return TRUE;
}

/* A job that certainly hangs; then nobody waits for it any more. */
static void hang_up(Worker *worker, Scene *scene)
{
	const WorkerJob job = {.run = hang, .data = scene, .free = count_freed, .patience_us = SHORT_US};
	const guint before = scene->begun;
	g_autoptr(GError) error = NULL;
	gpointer back = NULL;
	g_assert_true(worker_begin(worker, &job, &error));
	g_mutex_lock(&scene->lock);
	while (scene->begun == before)
		g_cond_wait(&scene->changed, &scene->lock);
	g_mutex_unlock(&scene->lock);
	g_assert_false(worker_end(worker, &back, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_null(back);
	g_assert_cmpuint(scene->freed, ==, 0);
}

static void test_runs(void)
{
	g_autoptr(Worker) worker = worker_of("");
	Scene *scene = scene_new();
	g_autoptr(GError) error = NULL;
	g_assert_true(run(worker, run_at_once, scene, LONG_US, &error));
	GThread *first = scene->ran_in;
	g_assert_true(first != g_thread_self());
	g_assert_true(run(worker, run_at_once, scene, LONG_US, &error));
	g_assert_true(scene->ran_in == first); /* a connection is kept */
	g_assert_cmpuint(scene->freed, ==, 0);
}

static void test_does_not_come_back(void)
{
	Worker *worker = worker_of("");
	Scene *scene = scene_new();
	g_autoptr(GError) again = NULL;
	hang_up(worker, scene);
	/* it is left alone for a while: nobody waits again */
	Scene *other = scene_new();
	g_assert_false(run(worker, run_at_once, other, LONG_US, &again));
	g_assert_error(again, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_null(other->ran_in);
	g_assert_cmpuint(other->freed, ==, 1);
	worker_free(worker); /* it hangs still */
	g_assert_cmpuint(scene->freed, ==, 0);
	let_return(scene, 1);
}

static void test_tried_again(void)
{
	g_autoptr(Worker) worker = worker_of("");
	worker_set_pause(worker, 0, 0);
	Scene *scene = scene_new(), *other = scene_new();
	g_autoptr(GError) none = NULL;
	hang_up(worker, scene);
	g_assert_true(run(worker, run_at_once, other, LONG_US, &none)); /* in a thread of its own */
	g_assert_no_error(none);
	let_return(scene, 1);
}

static void test_hang_no_more_than_four(void)
{
	g_autoptr(Worker) worker = worker_of("");
	worker_set_pause(worker, 0, 0);
	Scene *scene = scene_new(), *other = scene_new();
	for (guint i = 0; i < 4; i++)
		hang_up(worker, scene);
	g_autoptr(GError) refused = NULL, none = NULL;
	g_assert_false(run(worker, run_at_once, other, LONG_US, &refused));
	g_assert_error(refused, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_null(other->ran_in);
	let_return(scene, 4);
	/* once they are gone it goes on; the last of them may still be on its way out */
	while (!run(worker, run_at_once, other, LONG_US, &none)) {
		g_clear_error(&none);
		g_thread_yield();
	}
	g_assert_nonnull(other->ran_in);
}

/* A pass ends between the two, an error on the way: what is under way is left to itself. */
static void test_left_under_way(void)
{
	Worker *worker = worker_of("");
	Scene *scene = scene_new();
	const WorkerJob job = {.run = hang, .data = scene, .free = count_freed, .patience_us = LONG_US};
	g_assert_true(worker_begin(worker, &job, NULL));
	g_mutex_lock(&scene->lock);
	while (!scene->begun)
		g_cond_wait(&scene->changed, &scene->lock);
	g_mutex_unlock(&scene->lock);
	worker_free(worker);
	g_assert_cmpuint(scene->freed, ==, 0);
	let_return(scene, 1);
}

static gboolean count_looks(gpointer looks)
{
	return ++*(guint *)looks > 2;
}

/* The program is to end: nobody waits for what hangs, and nothing is begun any more. */
static void test_stopped(void)
{
	Worker *worker = worker_of("");
	Scene *scene = scene_new(), *other = scene_new();
	const WorkerJob job = {.run = hang, .data = scene, .free = count_freed, .patience_us = LONG_US};
	g_autoptr(GError) error = NULL, again = NULL;
	gpointer back = NULL;
	guint looks = 0;
	worker_set_stop(worker, count_looks, &looks);
	g_assert_true(worker_begin(worker, &job, &error));
	g_assert_false(worker_end(worker, &back, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_null(back);
	g_assert_false(run(worker, run_at_once, other, LONG_US, &again));
	g_assert_error(again, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_cmpuint(other->freed, ==, 1);
	worker_free(worker);
	let_return(scene, 1);
}

static void test_questions(void)
{
	g_autoptr(Worker) worker = worker_of("");
	g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_insert(fields, g_strdup("cost_centre"), g_strdup("4100"));
	g_ptr_array_add(questions, directory_question_new(QUESTION_USER, "anna", NULL));
	g_ptr_array_add(questions, directory_question_new(QUESTION_LOOKUP, "nowhere", fields));
	worker_answer(worker, questions);
	const DirectoryQuestion *user = questions->pdata[0], *lookup = questions->pdata[1];
	g_assert_error(user->error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_null(user->people);
	g_assert_cmpstr(user->argument, ==, "anna");
	g_assert_error(lookup->error, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_cmpstr(g_hash_table_lookup(lookup->fields, "cost_centre"), ==, "4100");
	g_autoptr(GError) error = NULL;
	g_assert_false(worker_ping(worker, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
}

/* What is wrong with the settings is said of every question. */
static void test_misconfigured(void)
{
	g_autofree char *secret = NULL;
	const int file = g_file_open_tmp("akkoord-XXXXXX.secret", &secret, NULL);
	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, "x", 1), ==, 1);
	close(file);
	g_autofree char *bind = g_strdup_printf("bind = { method = \"simple\"; dn = \"cn=akkoord\"; password_file = \"%s\"; };", secret);
	g_autoptr(Worker) worker = worker_of(bind);
	g_remove(secret); /* it was there when the settings were read */
	g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	g_ptr_array_add(questions, directory_question_new(QUESTION_USER, "anna", NULL));
	worker_answer(worker, questions);
	g_assert_error(((const DirectoryQuestion *)questions->pdata[0])->error, AKKOORD_ERROR, ERROR_CONFIG);
	worker_answer(worker, questions);
	g_assert_error(((const DirectoryQuestion *)questions->pdata[0])->error, AKKOORD_ERROR, ERROR_CONFIG);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/runs", test_runs);
	g_test_add_func("/worker/does-not-come-back", test_does_not_come_back);
	g_test_add_func("/worker/tried-again", test_tried_again);
	g_test_add_func("/worker/hang-no-more-than-four", test_hang_no_more_than_four);
	g_test_add_func("/worker/left-under-way", test_left_under_way);
	g_test_add_func("/worker/stopped", test_stopped);
	g_test_add_func("/worker/questions", test_questions);
	g_test_add_func("/worker/misconfigured", test_misconfigured);
	return g_test_run();
}
