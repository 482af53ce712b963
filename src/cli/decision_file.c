/* What was refused is listed, and the exit code says so; everything else was recorded. */
#include "cli/decision_file.h"

#include "base/error.h"
#include "base/instant.h"
#include "cli/support.h"
#include "service/decision_records.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* --- in --- */

static void print_verdict(const Json *record, gpointer user_data)
{
	const Invocation *invocation = user_data;
	const char *why = js_object_get_string(record, "why"), *supplier = js_object_get_string(record, "supplier");
	if (invocation->json) {
		cli_print_record(record);
		return;
	}
	if (!why)
		return;
	const char *invoice = js_object_get_string(record, "invoice"), *number = js_object_get_string(record, "number");
	g_autofree char *label = supplier && number ? g_strconcat(supplier, "/", number, NULL) : g_strdup(invoice);
	cli_say("%" G_GINT64_FORMAT ": %s: %s: %s", js_object_get_integer(record, "line", 0), label, _("refused"), why);
}

int decision_file_import(const Invocation *invocation, const Command *command, const char *path)
{
	Invocation whose = *invocation;
	DecisionCount count = {{0}};
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	if (!session || !decision_records_import(session, path, print_verdict, &whose, &count, &error))
		return cli_fail(command, error);
	if (!invocation->json)
		cli_say(_("%u recorded, %u known, %u refused"), count.of[DECISION_RECORDED], count.of[DECISION_KNOWN], count.of[DECISION_REFUSED]);
	return count.of[DECISION_REFUSED] ? EX_DATAERR : EX_OK;
}

/* --- out --- */

/* After RFC 4180. A spreadsheet takes what begins as a formula for one: a blank before it makes it text. */
static void append_cell(GString *line, const char *text)
{
	const gboolean formula = text && strchr("=+-@\t", *text) && *text;
	if (line->len)
		g_string_append_c(line, ',');
	if (!text || (!formula && !strpbrk(text, "\",;\n\r\t| ")))
		g_string_append(line, text ? text : "");
	else {
		g_autoptr(GString) quoted = g_string_new(text);
		g_string_replace(quoted, "\"", "\"\"", 0);
		g_string_append_printf(line, "\"%s%s\"", formula ? " " : "", quoted->str);
	}
}

static void print_decision(const Json *record, gpointer user_data)
{
	const Invocation *invocation = user_data;
	g_autoptr(GString) line = g_string_new(NULL);
	if (invocation->json) {
		cli_print_record(record);
		return;
	}
	for (guint i = 0; decision_record_names[i]; i++)
		append_cell(line, js_object_get_string(record, decision_record_names[i]));
	g_print("%s\n", line->str);
}

static int run_export(const Invocation *invocation, int argc, char **argv)
{
	gboolean decisions = FALSE;
	g_autofree char *since_text = NULL;
	const GOptionEntry entries[] = {
		{"decisions", 0, 0, G_OPTION_ARG_NONE, &decisions, N_("what was decided, for the ERP: CSV, or with --json JSON"), NULL},
		{"since", 0, 0, G_OPTION_ARG_STRING, &since_text, N_("only what was recorded then or later"), N_("TIME")},
		{0},
	};
	int exit_code;
	gint64 since = 0;
	if (!cli_options(&export_command, "--decisions", entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 1 || !decisions)
		return cli_usage(&export_command, _("say what: --decisions"));
	g_autoptr(GError) error = NULL;
	if (since_text && !instant_parse(since_text, &since, &error))
		return cli_usage(&export_command, "--since: %s", error->message);
	g_autoptr(Session) session = session_open(invocation, &error);
	Invocation whose = *invocation;
	g_autofree char *names = g_strjoinv(",", (char **)decision_record_names);
	if (session && !invocation->json)
		g_print("%s\n", names);
	if (!session || !decision_records_export(session, since, print_decision, &whose, &error))
		return cli_fail(&export_command, error);
	return EX_OK;
}

const Command export_command = {"export", N_("give the ERP what was decided"), run_export};
