/* The commands' common manners. */
#include "cli/support.h"

#include "base/clock.h"
#include "base/error.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define BAR_WIDTH 40u
#define REDRAW_US 100000

gboolean cli_options(const Command *command, const char *arguments, const GOptionEntry *entries, int *argc, char ***argv, int *exit_code)
{
	gboolean help = FALSE;
	const GOptionEntry help_entry[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &help, N_("print this help"), NULL}, {0}};
	g_autofree char *parameters = g_strdup_printf("%s %s", command->name, arguments ? arguments : "");
	g_autoptr(GOptionContext) shown = g_option_context_new(parameters);
	g_option_context_set_summary(shown, _(command->summary));
	g_option_context_set_help_enabled(shown, FALSE);
	if (entries)
		g_option_context_add_main_entries(shown, entries, PACKAGE);
	g_option_context_add_main_entries(shown, help_entry, PACKAGE);
	g_autoptr(GError) failure = NULL;
	if (!g_option_context_parse(shown, argc, argv, &failure)) {
		*exit_code = cli_usage(command, "%s", failure->message);
		return FALSE;
	}
	if (help) {
		g_autofree char *text = g_option_context_get_help(shown, TRUE, NULL);
		g_print("%s", text);
		*exit_code = EX_OK;
	}
	return !help;
}

int cli_fail(const Command *command, const GError *error)
{
	g_printerr("akkoord %s: %s\n", command->name, error->message);
	return error_exit_code(error);
}

int cli_usage(const Command *command, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_printerr("akkoord %s: %s\n", command->name, message);
	g_printerr(_("\"akkoord %s --help\" shows how it is called.\n"), command->name);
	return EX_USAGE;
}

void cli_print_record(const Json *record)
{
	g_autofree char *line = js_line(record);
	g_print("%s\n", line);
}

void cli_say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_print("%s\n", text);
}

void cli_progress(CliProgress *progress, guint done, guint total)
{
	gint64 now_us = clock_monotonic_us();
	progress->done = done;
	progress->total = total;
	if (!isatty(STDERR_FILENO) || !total || (done < total && now_us - progress->drawn_us < REDRAW_US))
		return;
	guint filled = (guint)((guint64)done * BAR_WIDTH / total);
	g_autoptr(GString) bar = g_string_new(NULL);
	for (guint i = 0; i < BAR_WIDTH; i++)
		g_string_append(bar, i < filled ? "█" : "░");
	g_printerr("\r%s %u/%u", bar->str, done, total);
	progress->drawn_us = now_us;
	progress->shown = TRUE;
}

void cli_progress_end(CliProgress *progress)
{
	if (progress->shown)
		g_printerr("\r\033[K");
	progress->shown = FALSE;
}

char *cli_column(const char *text, guint width)
{
	if (!text)
		text = "";
	glong length = g_utf8_strlen(text, -1);
	if (length > (glong)width) {
		g_autofree char *cut = g_utf8_substring(text, 0, (glong)width - 1);
		return g_strconcat(cut, "…", NULL);
	}
	return g_strdup_printf("%s%*s", text, (int)((glong)width - length), "");
}
