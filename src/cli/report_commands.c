/* Reports. */
#include "cli/report_commands.h"

#include "cli/support.h"
#include "service/timing.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

static const char *const groupings[] = {"all", "approver", "chain", "stage", "month", NULL};
static const char *const formats[] = {"text", "csv", "json", NULL};

/* The index of `name` in the list, -1 where it is not in it. */
static int choice(const char *const *list, const char *name)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(list[i], name))
			return i;
	return -1;
}

static int report(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *by = NULL, *format = NULL;
	const GOptionEntry entries[] = {
		{"by", 0, 0, G_OPTION_ARG_STRING, &by, N_("group by approver, chain, stage or month"), N_("WHAT")},
		{"format", 0, 0, G_OPTION_ARG_STRING, &format, N_("text, csv or json"), N_("FORMAT")},
		{0},
	};
	int exit_code;
	if (!cli_options(&report_command, "latency", entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2 || strcmp(argv[1], "latency"))
		return cli_usage(&report_command, _("say which report: latency"));
	int grouping = choice(groupings, by ? by : "all");
	int shape = choice(formats, format ? format : invocation->json ? "json" : "text");
	if (grouping < 0)
		return cli_usage(&report_command, _("--by %s: wanted approver, chain, stage or month"), by);
	if (shape < 0)
		return cli_usage(&report_command, _("--format %s: wanted text, csv or json"), format);
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autofree char *text = session ? timing_report(session, (LatencyGrouping)grouping, (ReportFormat)shape, &error) : NULL;
	if (!text)
		return cli_fail(&report_command, error);
	g_print("%s", text);
	return EX_OK;
}

const Command report_command = {"report", N_("report how long approvals took"), report};
