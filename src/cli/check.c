/* Prints every finding, errors and warnings, and ends with 78 where one is an error; with 69 where it is only that the directory is away. */
#include "cli/check.h"

#include "check/checking.h"
#include "cli/support.h"

#include <glib/gi18n.h>
#include <sysexits.h>

static void print_problem(const Problem *problem, gboolean json)
{
	if (!json) {
		g_autofree char *line = problem_format(problem);
		cli_say("%s", line);
		return;
	}
	g_autoptr(Json) record = js_object_new();
	js_object_set_string(record, "severity", problem->is_error ? "error" : "warning");
	js_object_set_line(record, "file", problem->file);
	if (problem->line)
		js_object_set_integer(record, "line", problem->line);
	js_object_set_line(record, "setting", problem->setting);
	js_object_set_line(record, "found", problem->found);
	js_object_set_line(record, "wanted", problem->wanted);
	cli_print_record(record);
}

static int check(const Invocation *invocation, int argc, char **argv)
{
	gboolean online = FALSE;
	g_autofree char *policy = NULL;
	const GOptionEntry entries[] = {
		{"online", 0, 0, G_OPTION_ARG_NONE, &online, N_("try directory and mail server too, and look for missing passes and overdue work"), NULL},
		{"policy", 0, 0, G_OPTION_ARG_FILENAME, &policy, N_("check this policy; else policy.conf beside the configuration"), N_("FILE")},
		{0},
	};
	int exit_code;
	if (!cli_options(&check_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&check_command, _("it takes no arguments"));
	g_autoptr(Problems) problems = problems_new();
	gboolean answered = checking_run(invocation, policy, online, problems);
	for (guint i = 0; i < problems_count(problems); i++)
		print_problem(problems_get(problems, i), invocation->json);
	if (!problems_count(problems) && !invocation->json)
		cli_say(_("Nothing wrong."));
	if (!answered)
		return EX_UNAVAILABLE;
	return problems_has_errors(problems) ? EX_CONFIG : EX_OK;
}

const Command check_command = {"check", N_("check configuration and policy; with --online also the servers"), check};
