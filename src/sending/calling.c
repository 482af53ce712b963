/* Rule 5 holds for calls as for mails: claimed and committed before the first byte, stamped by the outcome alone (attempt.h). Invariant: the threads see nothing but their
 * Job. */
#include "sending/calling.h"

#include "domain/reminder.h"
#include "mail/caller.h"
#include "sending/attempt.h"
#include "sending/budget.h"
#include "sending/hours.h"
#include "sending/ways.h"
#include "sending/withholding.h"
#include "service/closing.h"

#include <string.h>

#define AT_ONCE 8

/* A channel whose server is down is left alone for so long at least. */
#define PAUSE_S 300

typedef struct {
	MessageRow *row; /* as it was claimed */
	const Caller *caller;
	gint64 now;
	Delivery delivery;
} Job;

typedef struct {
	Session *session;
	gint64 now;
	SendCount *count;
	guint left;          /* of the hourly budget */
	AllowList *allowed;  /* NULL: everybody */
	GHashTable *callers; /* channel -> Caller */
	GHashTable *down;    /* channel -> gint64 *: until when */
} Calling;

static void free_caller(gpointer caller)
{
	caller_free(caller);
}

static void job_free(gpointer data)
{
	Job *job = data;
	message_row_free(job->row);
	delivery_clear(&job->delivery);
	g_free(job);
}

static void leave_alone(Calling *calling, const char *channel, gint64 seconds)
{
	const gint64 until = calling->now + MAX(seconds, PAUSE_S);
	g_hash_table_replace(calling->down, g_strdup(channel), g_memdup2(&until, sizeof until));
}

/* NULL: its secrets cannot be read, and it is left alone. */
static const Caller *find_caller(Calling *calling, const char *channel)
{
	const Caller *known = g_hash_table_lookup(calling->callers, channel);
	const ChannelAccess *access = settings_channel(session_settings(calling->session), channel);
	g_autoptr(GError) failure = NULL;
	if (known || !access)
		return known;
	Caller *caller = caller_new(access, &failure);
	if (caller) {
		g_hash_table_insert(calling->callers, g_strdup(channel), caller);
	} else {
		g_warning("%s", failure->message);
		leave_alone(calling, channel, 0);
	}
	return caller;
}

/* --- what may go --- */

/* What has changed since it was written: decided anew, the reminders go another way (ways.h). */
static gboolean find_obstacle(const Calling *calling, const MessageRow *row, const char **why, GError **error)
{
	g_autoptr(PersonRow) recipient = store_person(session_store(calling->session), row->person, error);
	*why = NULL;
	if (!recipient)
		return FALSE;
	if (ways_trial_stops(calling->session, calling->allowed, recipient->person))
		*why = WHY_TRIAL;
	else if (!settings_channel(session_settings(calling->session), row->channel))
		*why = WHY_NO_CHANNEL;
	return TRUE;
}

static gboolean claim(Calling *calling, const MessageRow *row, GPtrArray *jobs, GError **error)
{
	MessageRow *fresh = NULL;
	const char *why;
	gboolean withheld;
	if (!find_obstacle(calling, row, &why, error))
		return FALSE;
	const gint64 *until = g_hash_table_lookup(calling->down, row->channel);
	if (why)
		return closing_withdraw_message(calling->session, row, why, why, calling->now, error);
	const Caller *caller = until ? NULL : find_caller(calling, row->channel);
	if (!caller) {
		until = g_hash_table_lookup(calling->down, row->channel);
		return attempt_put_off(calling->session, row, calling->now, *until, error);
	}
	if (!attempt_claim(calling->session, row, NULL, calling->now, &fresh, &withheld, error))
		return FALSE;
	if (!fresh)
		return TRUE;
	Job *job = g_new0(Job, 1);
	*job = (Job){.row = fresh, .caller = caller, .now = session_now(calling->session)};
	g_ptr_array_add(jobs, job);
	calling->left--;
	return TRUE;
}

static gboolean look_at(Calling *calling, const MessageRow *row, GPtrArray *jobs, GError **error)
{
	gint64 hour;
	if (!strcmp(row->state, "sending"))
		return attempt_died(calling->session, row, calling->now, error);
	if (!hours_find(calling->session, row, calling->now, &hour, error))
		return FALSE;
	if (hour > calling->now)
		return attempt_put_off(calling->session, row, calling->now, hour, error);
	calling->count->held_up |= !calling->left;
	return !calling->left || claim(calling, row, jobs, error);
}

static gboolean has_to_stop(const Calling *calling)
{
	return calling->count->paused || !calling->left;
}

static gboolean claim_some(Calling *calling, const GPtrArray *due, GPtrArray *jobs, GError **error)
{
	if (!store_paused(session_store(calling->session), &calling->count->paused, NULL, error))
		return FALSE;
	for (guint i = 0; i < due->len && !calling->count->paused && !calling->count->held_up; i++)
		if (!look_at(calling, due->pdata[i], jobs, error))
			return FALSE;
	return TRUE;
}

/* --- calling --- */

static void run_job(gpointer data, gpointer user_data)
{
	(void)user_data;
	Job *job = data;
	caller_make(job->caller, job->row->id, job->row->bytes, job->now, &job->delivery);
}

/* Returns once all have answered, or did not in time. */
static void run_jobs(const GPtrArray *jobs)
{
	GThreadPool *threads = jobs->len > 1 ? g_thread_pool_new(run_job, NULL, AT_ONCE, FALSE, NULL) : NULL;
	for (guint i = 0; i < jobs->len; i++) {
		if (threads)
			g_thread_pool_push(threads, jobs->pdata[i], NULL);
		else
			run_job(jobs->pdata[i], NULL);
	}
	if (threads)
		g_thread_pool_free(threads, FALSE, TRUE);
}

static gboolean append_outcomes(Calling *calling, const GPtrArray *jobs, GError **error)
{
	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = jobs->pdata[i];
		if (!attempt_end(calling->session, job->row, &job->delivery, calling->now, error))
			return FALSE;
	}
	return TRUE;
}

/* What the server said names people: it stands in the side record alone. */
static void note(Calling *calling, const Job *job, SentVisit visit, gpointer user_data)
{
	const Delivery *delivery = &job->delivery;
	if (delivery->server_down)
		leave_alone(calling, job->row->channel, delivery->retry_after_s);
	if (delivery->outcome != DELIVERY_ACCEPTED)
		g_warning("message %s: channel %s: %s", job->row->id, job->row->channel, sending_outcome_name(delivery->outcome));
	sending_count_outcome(calling->count, delivery->outcome);
	if (visit)
		visit(job->row, sending_outcome_name(delivery->outcome), user_data);
}

static gboolean in_transaction(Calling *calling, gboolean began, gboolean ok, GError **error)
{
	return session_end(calling->session, began && ok, error);
}

static gboolean call_some(Calling *calling, const GPtrArray *due, SentVisit visit, gpointer user_data, GError **error)
{
	Store *store = session_store(calling->session);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_free);
	gboolean began = store_begin(store, error);
	if (!in_transaction(calling, began, began && claim_some(calling, due, jobs, error), error))
		return FALSE;
	if (!jobs->len)
		return TRUE;
	run_jobs(jobs);
	began = store_begin(store, error);
	if (!in_transaction(calling, began, began && append_outcomes(calling, jobs, error), error))
		return FALSE;
	for (guint i = 0; i < jobs->len; i++)
		note(calling, jobs->pdata[i], visit, user_data);
	return TRUE;
}

static gboolean call_all(Calling *calling, SentVisit visit, gpointer user_data, GError **error)
{
	gboolean ok = TRUE;
	while (ok && !has_to_stop(calling)) {
		g_autoptr(GPtrArray) due = store_calls_to_make(session_store(calling->session), calling->now, AT_ONCE, error);
		ok = due && (!due->len || call_some(calling, due, visit, user_data, error));
		if (due && !due->len)
			break;
	}
	return ok;
}

gboolean calling_run(Session *session, gint64 now, SendCount *count, SentVisit visit, gpointer user_data, GError **error)
{
	gint64 more_at;
	Calling calling = {.session = session, .now = now, .count = count};
	g_autoptr(GPtrArray) due = store_calls_to_make(session_store(session), now, 1, error);
	if (!due || !due->len)
		return due != NULL;
	if (!withholding_read(session, &calling.allowed, NULL))
		return TRUE; /* nothing goes; who sends the mails says so */
	if (!budget_find(session, now, &calling.left, &more_at, error)) {
		allow_list_free(calling.allowed);
		return FALSE;
	}
	count->held_up |= !calling.left;
	calling.callers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_caller);
	calling.down = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	gboolean ok = call_all(&calling, visit, user_data, error);
	g_hash_table_unref(calling.callers);
	g_hash_table_unref(calling.down);
	allow_list_free(calling.allowed);
	return ok;
}
