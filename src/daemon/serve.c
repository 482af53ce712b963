/* The daemon: passes, one after the other, in one process and one thread.
 *
 * Between passes it sleeps until something is due (the store says when), a file comes into a watched folder, or a minute is over, whichever is first;
 * the sleep is on a monotonic clock and what is due is asked of the wall clock anew, so that a clock that is set does no harm. SIGTERM and SIGINT end it
 * after the pass in hand, which does not wait for the directory any more then, and sends nothing more than what is on its way; SIGHUP reads akkoord.conf anew, all of it or nothing. What goes wrong in a pass is logged, and the next pass comes.
 */
#include "daemon/serve.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/stopping.h"
#include "daemon/notify.h"
#include "daemon/watch.h"
#include "pass/incoming.h"
#include "pass/pass.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>

#define LONGEST_SLEEP_S 60
#define AFTER_FAILURE_S 30
#define AFTER_FILE_S 3 /* a file is taken once nobody wrote to it for two seconds */
#define AFTER_FILE_US ((gint64)AFTER_FILE_S * G_USEC_PER_SEC)

/* A step of the wall clock, between two passes, that deserves a word. */
#define CLOCK_STEP_S 300

typedef struct {
	const Invocation *invocation;
	PassParts parts;
	GMainLoop *loop;
	Stopping *stopping; /* what ends it is heard here too, since the loop stands still in a pass */
	Session *session;
	Watch *watch;
	guint timer;
	gint64 wake_us; /* when it fires */
	gint64 file_us; /* when something last came into a watched folder, or could have without our seeing it */
	gint64 wall_s, boot_us; /* at the last pass */
	gboolean clock_went_back;
	gboolean paused; /* at the last pass */
} Serve;

static gboolean on_timer(gpointer user_data);

static void sleep_for(Serve *serve, gint64 seconds)
{
	if (serve->timer)
		g_source_remove(serve->timer);
	seconds = CLAMP(seconds, 0, LONGEST_SLEEP_S);
	serve->wake_us = clock_monotonic_us() + seconds * G_USEC_PER_SEC;
	serve->timer = g_timeout_add_seconds((guint)seconds, on_timer, serve);
}

/* Where the clock went back, everything that is due by the later time was done already; sending waits until it has caught up. */
static gboolean clock_is_sane(Serve *serve, gint64 now)
{
	gint64 boot_us = clock_monotonic_us();
	gint64 expected = serve->wall_s + (boot_us - serve->boot_us) / G_USEC_PER_SEC;
	gboolean first = serve->wall_s == 0;
	/* against the last pass, not against what the clock would show now: it may have been wrong then, and is right ever after */
	if (!first && now < serve->wall_s - CLOCK_STEP_S) {
		if (!serve->clock_went_back)
			g_critical("the clock went back by %" G_GINT64_FORMAT " s: nothing is sent until it has caught up", expected - now);
		serve->clock_went_back = TRUE;
		return FALSE;
	}
	if (!first && now > expected + CLOCK_STEP_S)
		g_warning("the clock went forward by %" G_GINT64_FORMAT " s: what became due meanwhile is merged, as after a stop", now - expected);
	serve->clock_went_back = FALSE;
	serve->wall_s = now;
	serve->boot_us = boot_us;
	return TRUE;
}

static void log_pass(const PassCount *count)
{
	if (!count->taken && !count->received && !count->reminders && !count->sent.accepted && !count->sent.deferred && !count->sent.refused && !count->sent.uncertain)
		return;
	g_message("pass: %u files, %u mails in, %u reminders; messages: %u sent, %u put off, %u refused, %u uncertain", count->taken, count->received, count->reminders, count->sent.accepted,
	          count->sent.deferred, count->sent.refused, count->sent.uncertain);
}

/* Said once, when it begins and when it is over. */
static void log_pause(Serve *serve, gboolean paused)
{
	if (paused && !serve->paused)
		g_warning("sending is paused: nobody is reminded and nothing goes out before \"akkoord resume\"");
	else if (!paused && serve->paused)
		g_message("sending goes on");
	if (paused != serve->paused)
		notify_status(paused ? "paused" : "serving");
	serve->paused = paused;
}

static gint64 pass(Serve *serve, gint64 now)
{
	PassCount count = {0};
	gint64 next = INSTANT_NONE;
	g_autoptr(GError) failure = NULL;
	PassOrder order = {.parts = serve->parts, .now = now};
	if (!pass_run(serve->session, &order, &count, &failure) || !pass_next(serve->session, &next, &failure)) {
		g_warning("pass: %s", failure->message);
		return AFTER_FAILURE_S;
	}
	log_pass(&count);
	log_pause(serve, count.paused);
	if (count.received >= INCOMING_MAX)
		return 1; /* there may be more */
	if (next == INSTANT_NONE)
		return LONGEST_SLEEP_S;
	/* what stops all sending, and is no server that is left alone for a while, is no reason to try every second */
	return MAX(next - now, count.sent.server_down ? AFTER_FAILURE_S : 1);
}

static gboolean on_timer(gpointer user_data)
{
	Serve *serve = user_data;
	gint64 now = session_now(serve->session), began_us = clock_monotonic_us();
	serve->timer = 0;
	gint64 seconds = clock_is_sane(serve, now) ? pass(serve, now) : LONGEST_SLEEP_S;
	gboolean passed_one_over = serve->watch && began_us < serve->file_us + AFTER_FILE_US;
	sleep_for(serve, passed_one_over ? MIN(seconds, AFTER_FILE_S) : seconds);
	return G_SOURCE_REMOVE;
}

/* Files that keep coming never put a pass off. */
static void on_file(gpointer user_data)
{
	Serve *serve = user_data;
	serve->file_us = clock_monotonic_us();
	if (serve->wake_us > serve->file_us + AFTER_FILE_US)
		sleep_for(serve, AFTER_FILE_S);
}

static gboolean on_stop(gpointer user_data)
{
	Serve *serve = user_data;
	g_message("stopping");
	notify_stopping();
	g_main_loop_quit(serve->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean is_stopping(gpointer user_data)
{
	return stopping_is_asked(((Serve *)user_data)->stopping);
}

/* GPtrArray of char *. */
static GPtrArray *watched_folders(const Serve *serve, const Settings *settings)
{
	GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; serve->parts & PASS_INTAKE && i < settings->intake_folders->len; i++)
		g_ptr_array_add(folders, g_strdup(settings->intake_folders->pdata[i]));
	for (guint i = 0; serve->parts & PASS_INBOUND && i < settings->inbound_maildirs->len; i++)
		g_ptr_array_add(folders, g_build_filename(settings->inbound_maildirs->pdata[i], "new", NULL));
	return folders;
}

static gboolean start_watch(Serve *serve, const Session *session, Watch **watch, GError **error)
{
	*watch = NULL;
	if (!(serve->parts & (PASS_INTAKE | PASS_INBOUND)))
		return TRUE;
	g_autoptr(GPtrArray) folders = watched_folders(serve, session_settings(session));
	*watch = watch_new(folders, on_file, serve, error);
	return *watch != NULL;
}

/* All or nothing: the old session goes on until the new one stands. */
static gboolean open_session(Serve *serve, GError **error)
{
	g_autoptr(Session) session = session_open(serve->invocation, error);
	Watch *watch;
	if (!session || !session_policy(session, NULL, error) || !session_mail_style(session, error) || !start_watch(serve, session, &watch, error))
		return FALSE;
	session_set_stop(session, is_stopping, serve);
	g_clear_pointer(&serve->watch, watch_free);
	g_clear_pointer(&serve->session, session_close);
	serve->watch = watch;
	serve->file_us = clock_monotonic_us();
	serve->session = g_steal_pointer(&session);
	return TRUE;
}

static gboolean on_reload(gpointer user_data)
{
	Serve *serve = user_data;
	g_autoptr(GError) failure = NULL;
	notify_reloading();
	if (open_session(serve, &failure))
		g_message("configuration read anew");
	else
		g_warning("the configuration stays as it was: %s", failure->message);
	notify_ready();
	sleep_for(serve, 0);
	return G_SOURCE_CONTINUE;
}

static gboolean on_watchdog(gpointer user_data)
{
	(void)user_data;
	notify_alive();
	return G_SOURCE_CONTINUE;
}

/* A store that is busy now is no reason not to start: wakeups are seldom lost. */
static void begin(Serve *serve)
{
	g_autoptr(GError) failure = NULL;
	if (serve->parts & PASS_PLAN && !pass_begin(serve->session, session_now(serve->session), &failure))
		g_warning("start: %s", failure->message);
}

static void run(Serve *serve)
{
	serve->loop = g_main_loop_new(NULL, FALSE);
	guint stops[] = {g_unix_signal_add(SIGTERM, on_stop, serve), g_unix_signal_add(SIGINT, on_stop, serve),
	                 g_unix_signal_add(SIGHUP, on_reload, serve)};
	guint interval_s = notify_watchdog_interval_s();
	guint alive = interval_s ? g_timeout_add_seconds(interval_s, on_watchdog, NULL) : 0;
	begin(serve);
	sleep_for(serve, 0);
	notify_ready();
	g_message("serving");
	g_main_loop_run(serve->loop);
	for (guint i = 0; i < G_N_ELEMENTS(stops); i++)
		g_source_remove(stops[i]);
	if (alive)
		g_source_remove(alive);
	if (serve->timer)
		g_source_remove(serve->timer);
	g_main_loop_unref(serve->loop);
}

static const struct {
	const char *name;
	PassParts part;
} roles[] = {{"intake", PASS_INTAKE}, {"inbound", PASS_INBOUND}, {"scheduler", PASS_PLAN}, {"sender", PASS_SEND}};

static gboolean parse_roles(const char *text, PassParts *parts, GError **error)
{
	/* Nothing at all is one role without a name, not none. */
	g_auto(GStrv) names = g_strsplit(*text ? text : ",", ",", -1);
	*parts = 0;
	for (guint i = 0; names[i]; i++) {
		PassParts part = 0;
		for (guint j = 0; j < G_N_ELEMENTS(roles); j++)
			if (!strcmp(names[i], roles[j].name))
				part = roles[j].part;
		if (!part) {
			error_set(error, ERROR_USAGE, "--only %s: wanted scheduler, sender, intake or inbound, with commas between", names[i]);
			return FALSE;
		}
		*parts |= part;
	}
	return TRUE;
}

/* The options; FALSE: *exit_code is what to end with. */
static gboolean read_options(int *argc, char ***argv, PassParts *parts, int *exit_code)
{
	g_autofree char *only = NULL;
	const GOptionEntry entries[] = {
		{"only", 0, 0, G_OPTION_ARG_STRING, &only, N_("play only these roles: scheduler, sender, intake, inbound"), N_("ROLE,…")},
		{0},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("serve");
	g_autoptr(GError) failure = NULL;
	g_option_context_set_summary(context, _(serve_command.summary));
	g_option_context_add_main_entries(context, entries, PACKAGE);
	*parts = PASS_ALL;
	gboolean ok = g_option_context_parse(context, argc, argv, &failure) && (!only || parse_roles(only, parts, &failure));
	if (ok && *argc > 1)
		error_set(&failure, ERROR_USAGE, "%s", _("it takes no arguments"));
	if (!failure)
		return TRUE;
	g_printerr("akkoord serve: %s\n", failure->message);
	*exit_code = EX_USAGE;
	return FALSE;
}

static int serve_run(const Invocation *invocation, int argc, char **argv)
{
	Serve serve = {.invocation = invocation};
	int exit_code;
	if (!read_options(&argc, &argv, &serve.parts, &exit_code))
		return exit_code;
	g_autoptr(GError) failure = NULL;
	g_autoptr(Stopping) stopping = stopping_new();
	serve.stopping = stopping;
	if (!open_session(&serve, &failure)) {
		g_printerr("akkoord serve: %s\n", failure->message);
		return error_exit_code(failure);
	}
	run(&serve);
	g_clear_pointer(&serve.watch, watch_free);
	g_clear_pointer(&serve.session, session_close);
	return EX_OK;
}

const Command serve_command = {"serve", N_("run as a daemon: take in, plan, remind and send as time goes"), serve_run};
