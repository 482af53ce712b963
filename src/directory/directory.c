/* The questions of a batch, put together: round by round, all that any of them needs next goes out at once. Nothing is remembered
 * here between two batches but the connection: what a last good answer is still worth is for the one who asks. */
#include "directory/directory.h"
#include "base/clock.h"
#include "base/error.h"
#include "directory/gather.h"
#include "directory/root_dse.h"
#include "directory/errand.h"
#include "directory/visible.h"

#include <signal.h>

/* A group in a group in a group is as many searches, one after the other. */
#define TIMEOUTS_A_BATCH 5
#define EACH_QUESTION_US (10 * 1000)

struct Directory {
	const Settings *settings;
	Servers *servers;
	Finder *finder;
};

void directory_prepare(void)
{
	/* Else /etc/ldap/ldap.conf, ~/.ldaprc and LDAP* in the environment would have a say. */
	if (g_getenv("LDAPNOINIT") == NULL) /* nothing is set while other threads may read */
		g_setenv("LDAPNOINIT", "1", FALSE);
	/* It writes to lines that broke, and to those that never came up. */
	signal(SIGPIPE, SIG_IGN);
}

Directory *directory_new(const Settings *settings, GError **error)
{
	directory_prepare();
	if (!settings->has_directory) {
		error_set(error, ERROR_CONFIG, "there is no directory section");
		return NULL;
	}
	Servers *servers = servers_new(settings, error);
	if (servers == NULL)
		return NULL;
	Directory *directory = g_new0(Directory, 1);
	directory->settings = settings;
	directory->servers = servers;
	directory->finder = finder_new(settings);
	return directory;
}

void directory_free(Directory *directory)
{
	if (directory == NULL)
		return;
	finder_free(directory->finder);
	servers_free(directory->servers);
	g_free(directory);
}

/* --- many questions --- */

gint64 directory_time_us(const Settings *settings, guint questions)
{
	return settings->directory_timeout_s * G_USEC_PER_SEC * TIMEOUTS_A_BATCH + questions * (gint64)EACH_QUESTION_US;
}

static gint64 deadline_of(const Directory *directory, guint questions)
{
	return clock_monotonic_us() + directory_time_us(directory->settings, questions);
}

typedef struct {
	const Finder *finder;
	Gather *gather;
	GPtrArray *errands; /* of Errand; those that were asked as a errand of their own */
	GPtrArray *open;    /* of DirectoryQuestion, borrowed: the ones that belong to them */
	GPtrArray *gathered;
	Round *round;
} Batch;

static void batch_clear(Batch *batch)
{
	g_clear_pointer(&batch->gather, gather_free);
	g_clear_pointer(&batch->round, round_free);
	/* After the round, whose searches borrow from them. */
	g_ptr_array_unref(batch->errands);
	g_ptr_array_unref(batch->open);
	g_ptr_array_unref(batch->gathered);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static void errand_free_any(gpointer errand)
{
	errand_free(errand);
}

static void batch_add_alone(Batch *batch, DirectoryQuestion *question)
{
	g_ptr_array_add(batch->errands, errand_new(batch->finder, batch->round, question));
	g_ptr_array_add(batch->open, question);
}

static void batch_add(Batch *batch, DirectoryQuestion *question)
{
	const gboolean has_value =
		question->kind == QUESTION_USER || question->kind == QUESTION_MAIL || question->kind == QUESTION_AGAIN;

	directory_question_reset(question);
	if (has_value && gather_add(batch->gather, question))
		g_ptr_array_add(batch->gathered, question);
	else
		batch_add_alone(batch, question);
}

static void batch_go_on(Batch *batch)
{
	for (guint i = 0; i < batch->errands->len; i++)
		if (directory_question_is_open(g_ptr_array_index(batch->open, i)))
			errand_go_on(g_ptr_array_index(batch->errands, i));
}

/* Those whose answer is not certain from being asked together. */
static void batch_ask_rest(Batch *batch)
{
	gather_take(batch->gather);
	for (guint i = 0; i < batch->gathered->len; i++) {
		DirectoryQuestion *question = g_ptr_array_index(batch->gathered, i);
		if (directory_question_is_open(question))
			batch_add_alone(batch, question);
	}
	g_ptr_array_set_size(batch->gathered, 0);
}

static gboolean batch_is_open(const Batch *batch)
{
	for (guint i = 0; i < batch->open->len; i++)
		if (directory_question_is_open(g_ptr_array_index(batch->open, i)))
			return TRUE;
	return FALSE;
}

void directory_answer(Directory *directory, GPtrArray *questions)
{
	g_auto(Batch) batch = {
		.finder = directory->finder,
		.errands = g_ptr_array_new_with_free_func(errand_free_any),
		.open = g_ptr_array_new(),
		.gathered = g_ptr_array_new(),
		.round = round_new(directory->servers, deadline_of(directory, questions->len)),
	};
	g_autoptr(GPtrArray) alone = g_ptr_array_new();

	batch.gather = gather_new(directory->finder, batch.round);
	for (guint i = 0; i < questions->len; i++)
		batch_add(&batch, g_ptr_array_index(questions, i));
	gather_ask(batch.gather, alone);
	for (guint i = 0; i < alone->len; i++) {
		g_ptr_array_remove(batch.gathered, g_ptr_array_index(alone, i));
		batch_add_alone(&batch, g_ptr_array_index(alone, i));
	}
	do {
		round_run(batch.round);
		batch_go_on(&batch);
		batch_ask_rest(&batch);
	} while (batch_is_open(&batch));
	visible_check(directory->finder, batch.round, questions);
}

/* --- the rest --- */

gboolean directory_ping(Directory *directory, GError **error)
{
	g_autoptr(Round) round = round_new(directory->servers, deadline_of(directory, 1));
	const gboolean wants_in_chain = g_strcmp0(directory->settings->group_nested, "in-chain") == 0;
	Search *root = root_dse_ask(round);

	round_run(round);
	if (root->error != NULL)
		g_propagate_prefixed_error(error, g_error_copy(root->error), "directory: ");
	else
		return !wants_in_chain || root_dse_has_in_chain(root, error);
	return FALSE;
}
