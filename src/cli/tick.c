/* One pass, then exit. */
#include "cli/tick.h"

#include "base/error.h"
#include "base/stopping.h"
#include "cli/support.h"
#include "pass/pass.h"
#include "pass/polling.h"
#include "service/overview.h"
#include "session/feeds.h"

#include <glib/gi18n.h>
#include <sysexits.h>

/* What else stops sending has no time at which it is over. */
static gboolean waits_for_server(const SendCount *sent, gint64 now)
{
	return sent->server_down && sent->try_at > now;
}

static Json *pass_record(const PassCount *count, gint64 now)
{
	Json *record = js_object_new();
	js_object_set_integer(record, "taken", count->taken);
	js_object_set_integer(record, "received", count->received);
	js_object_set_integer(record, "invoices", count->opened);
	js_object_set_integer(record, "approvals", count->looked_at);
	js_object_set_integer(record, "reminders", count->reminders);
	js_object_set_integer(record, "accepted", count->sent.accepted);
	js_object_set_integer(record, "deferred", count->sent.deferred);
	js_object_set_integer(record, "refused", count->sent.refused);
	js_object_set_integer(record, "uncertain", count->sent.uncertain);
	if (count->sent.withheld)
		js_object_set_integer(record, "withheld", count->sent.withheld);
	if (count->paused)
		js_object_set_boolean(record, "paused", TRUE);
	if (count->sent.held_up)
		js_object_set_boolean(record, "held_up", TRUE);
	if (waits_for_server(&count->sent, now))
		js_object_set_instant(record, "mail_again", count->sent.try_at);
	return record;
}

static void print_count(Session *session, const PassCount *count)
{
	g_autofree char *again = overview_time(session, count->sent.try_at);
	g_autoptr(GString) line = g_string_new(NULL);
	if (count->taken)
		g_string_append_printf(line, ngettext("%u file taken in, ", "%u files taken in, ", count->taken), count->taken);
	if (count->received)
		g_string_append_printf(line, ngettext("%u mail came in, ", "%u mails came in, ", count->received), count->received);
	g_string_append_printf(line, ngettext("%u reminder", "%u reminders", count->reminders), count->reminders);
	g_string_append_printf(line, ngettext(", %u message sent", ", %u messages sent", count->sent.accepted), count->sent.accepted);
	if (count->sent.deferred)
		g_string_append_printf(line, _(", %u put off"), count->sent.deferred);
	if (count->sent.refused)
		g_string_append_printf(line, _(", %u refused"), count->sent.refused);
	if (count->sent.uncertain)
		g_string_append_printf(line, _(", %u uncertain"), count->sent.uncertain);
	if (count->sent.withheld)
		g_string_append_printf(line, _(", %u held back"), count->sent.withheld);
	cli_say("%s", line->str);
	if (count->paused)
		cli_say(_("Sending is paused: nobody is reminded and nothing goes out before \"akkoord resume\"."));
	if (count->sent.held_up)
		cli_say(_("The hourly budget of mails is used up: the rest waits."));
	if (waits_for_server(&count->sent, session_now(session)))
		cli_say(_("The mail server takes nothing: it is tried again at %s."), again);
}

/* What the last pass that asked has said already is not said again, only that it lasts. */
static void print_waits(Session *session, const PassCount *count)
{
	g_autofree char *until = overview_time(session, count->waits_until);
	if (count->waits_until != INSTANT_NONE)
		g_printerr(_("akkoord tick: what needs an answer of the directory waits until %s, and is tried again then.\n"), until);
}

static void print_message(const MessageRow *message, const char *outcome, gpointer user_data)
{
	(void)user_data;
	cli_say("%s  %-14s  %s: %s", _(outcome), message->kind, message->to ? message->to : "?", message->subject ? message->subject : "?");
}

/* Heard from the first time that somebody asks: until then a signal ends the pass at once, which loses nothing. */
static gboolean is_stopping(gpointer user_data)
{
	Stopping **stopping = user_data;
	if (!*stopping)
		*stopping = stopping_new();
	return stopping_is_asked(*stopping);
}

static gboolean make_pass(Session *session, const PassOrder *order, PassCount *count, GError **error)
{
	g_autoptr(Stopping) stopping = NULL;
	session_set_stop(session, is_stopping, &stopping);
	gboolean ok = pass_run(session, order, count, error);
	session_set_stop(session, NULL, NULL);
	return ok;
}

/* What goes on in threads beside the pass. */
static gboolean finish(Session *session, const PassOrder *order, PassCount *count, GError **error)
{
	if (!count->sent.stopped)
		return polling_finish(session, order->now, &count->received, error);
	error_set(error, ERROR_TRANSIENT, "told to end: what is on its way was waited for, the rest goes at the next pass");
	return FALSE;
}

static int tick(const Invocation *invocation, int argc, char **argv)
{
	gboolean verbose = FALSE;
	const GOptionEntry entries[] = {
		{"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, N_("say of each message what became of it"), NULL},
		{0},
	};
	int exit_code;
	if (!cli_options(&tick_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&tick_command, _("it takes no arguments"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	PassCount count = {.waits_until = INSTANT_NONE};
	PassOrder order = {.parts = PASS_ALL, .now = session ? session_now(session) : 0, .sent = verbose && !invocation->json ? print_message : NULL};
	if (!session || !make_pass(session, &order, &count, &error))
		return cli_fail(&tick_command, error);
	gboolean ok = finish(session, &order, &count, &error);
	if (invocation->json) {
		g_autoptr(Json) record = pass_record(&count, order.now);
		cli_print_record(record);
	} else {
		print_count(session, &count);
	}
	print_waits(session, &count);
	if (!ok || !feeds_finish(session, order.now, &error))
		return cli_fail(&tick_command, error);
	return count.sent.server_down || count.directory_down ? EX_UNAVAILABLE : EX_OK;
}

const Command tick_command = {"tick", N_("make one pass: take in, plan, remind, send"), tick};
