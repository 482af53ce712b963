/* The emergency brake. */
#include "cli/brake_commands.h"

#include "cli/support.h"
#include "pass/brake.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <sysexits.h>

static void print_record(const BrakeResult *result, gboolean paused)
{
	g_autoptr(Json) record = js_object_new();
	js_object_set_boolean(record, "paused", paused);
	js_object_set_boolean(record, "already", result->already);
	js_object_set_instant(record, paused ? "since" : "at", result->at);
	if (paused)
		js_object_set_line(record, "reason", result->reason);
	else
		js_object_set_integer(record, "returned", result->returned);
	cli_print_record(record);
}

static void print_pause(const BrakeResult *result, const char *when)
{
	if (result->already)
		cli_say(_("Sending is paused already, since %s, because: %s."), when, result->reason ? result->reason : "?");
	else
		cli_say(_("Sending is paused: nobody is reminded and nothing goes out before \"akkoord resume\". Decisions are recorded as ever."));
}

static void print_resume(const BrakeResult *result)
{
	if (result->already)
		cli_say(_("Sending is not paused."));
	else
		cli_say(_("Sending goes on at the next pass; what came meanwhile is merged."));
}

static int pause_sending(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who does it; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&pause_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&pause_command, _("it takes no arguments"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	BrakeResult result = {0};
	gboolean done = session && brake_pause(session, as ? as : session_os_user(session), reason, &result, &error);
	g_autofree char *when = done ? overview_time(session, result.at) : NULL;
	if (done && invocation->json)
		print_record(&result, TRUE);
	else if (done)
		print_pause(&result, when);
	brake_result_clear(&result);
	return done ? EX_OK : cli_fail(&pause_command, error);
}

static int resume_sending(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL;
	const GOptionEntry entries[] = {
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who does it; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&resume_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&resume_command, _("it takes no arguments"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	BrakeResult result = {0};
	gboolean done = session && brake_resume(session, as ? as : session_os_user(session), &result, &error);
	if (done && invocation->json)
		print_record(&result, FALSE);
	else if (done)
		print_resume(&result);
	brake_result_clear(&result);
	return done ? EX_OK : cli_fail(&resume_command, error);
}

const Command pause_command = {"pause", N_("stop all sending at once"), pause_sending};
const Command resume_command = {"resume", N_("go on sending after a pause"), resume_sending};
