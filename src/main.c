/* The program: reads the options before the command, finds the command and ends with its exit code.
 *
 * Nothing else in Akkoord exits, and nothing else reads the options that all commands share.
 */
#include "base/instant.h"
#include "base/invocation.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/commands.h"
#include "daemon/serve.h"
#include "net/transfer.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>
#include <sysexits.h>

typedef struct {
	char *config_path;
	char *now;
	gboolean json;
	gboolean version;
	gboolean help;
} Options;

static void options_clear(Options *options)
{
	g_free(options->config_path);
	g_free(options->now);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* AKKOORD_LOCALE: the folder of the catalogues, for trials before they are installed. */
static void locale_start(void)
{
	const char *folder = g_getenv("AKKOORD_LOCALE");
	setlocale(LC_ALL, "");
	bindtextdomain(PACKAGE, folder ? folder : LOCALEDIR);
	bind_textdomain_codeset(PACKAGE, "UTF-8");
	textdomain(PACKAGE);
}

static const Command *command_find(const char *name)
{
	return g_str_equal(name, serve_command.name) ? &serve_command : cli_command_find(name);
}

static char *command_list(void)
{
	g_autoptr(GString) text = g_string_new(_("Commands:"));
	g_string_append_c(text, '\n');
	cli_command_list(text);
	g_string_append_printf(text, "  %-10s %s\n", serve_command.name, _(serve_command.summary));
	g_string_append_printf(text, "\n%s", _("\"akkoord COMMAND --help\" tells more of one of them; so does akkoord(1)."));
	return g_steal_pointer(&text->str);
}

/* Stops at the first word that is no option: the rest is the command's. */
static GOptionContext *option_context_new(Options *options)
{
	const GOptionEntry entries[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_path, N_("read this configuration"), N_("FILE")},
		{"now", 0, 0, G_OPTION_ARG_STRING, &options->now, N_("act as if it were TIME (RFC 3339), for trials and tests"),
	         N_("TIME")},
		{"json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("print records as JSON, one object a line"), NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("print the version"), NULL},
		{"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, N_("print this help"), NULL},
		{0},
	};
	GOptionContext *context = g_option_context_new(_("COMMAND [ARGUMENT…]"));
	g_option_context_set_summary(context,
	                             _("Finds who must approve each supplier invoice, reminds them, and keeps the record."));
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_strict_posix(context, TRUE);
	g_option_context_add_main_entries(context, entries, PACKAGE);
	return context;
}

static int usage_error(const char *message)
{
	g_printerr("akkoord: %s\n%s\n", message, _("\"akkoord --help\" lists options and commands."));
	return EX_USAGE;
}

static int unknown_command(const char *name)
{
	const char *const candidates[] = {serve_command.name, cli_command_nearest(name), NULL};
	const char *nearest = text_nearest(name, candidates);
	g_autofree char *message = nearest ? g_strdup_printf(_("no command \"%s\"; did you mean \"%s\"?"), name, nearest)
	                                   : g_strdup_printf(_("no command \"%s\""), name);
	return usage_error(message);
}

static int help_print(GOptionContext *context)
{
	g_autofree char *commands = command_list();
	g_option_context_set_description(context, commands);
	g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
	g_print("%s", help);
	return EX_OK;
}

static int version_print(void)
{
	g_print("akkoord %s\n%s\n", PACKAGE_VERSION,
	        _("Free software: GNU GPL version 3 or later, <https://gnu.org/licenses/gpl.html>. There is no warranty."));
	return EX_OK;
}

/* Who runs a command reads what goes wrong as a sentence of the command, without the time and the number of the process: those are for the daemon's log. */
static GLogWriterOutput say_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer command)
{
	const char *message = NULL, *domain = NULL;
	for (gsize i = 0; i < n_fields; i++) {
		message = strcmp(fields[i].key, "MESSAGE") ? message : fields[i].value;
		domain = strcmp(fields[i].key, "GLIB_DOMAIN") ? domain : fields[i].value;
	}
	if (!message || domain || !(level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE)))
		return g_log_writer_default(level, fields, n_fields, NULL);
	g_printerr("akkoord %s: %s\n", ((const Command *)command)->name, message);
	return G_LOG_WRITER_HANDLED;
}

static int command_run(const Options *options, int argc, char **argv)
{
	g_autofree char *default_path = g_build_filename(AKKOORD_SYSCONF_DIR, "akkoord.conf", NULL);
	Invocation invocation = {
		.config_path = options->config_path ? options->config_path : default_path,
		.now_given = options->now != NULL,
		.json = options->json,
	};
	g_autoptr(GError) error = NULL;
	if (options->now && !instant_parse(options->now, &invocation.now, &error)) {
		g_prefix_error(&error, "--now: ");
		return usage_error(error->message);
	}
	const Command *command = command_find(argv[0]);
	if (!command)
		return unknown_command(argv[0]);
	if (command != &serve_command)
		g_log_set_writer_func(say_log, (gpointer)command, NULL);
	return command->run(&invocation, argc, argv);
}

int main(int argc, char **argv)
{
	locale_start();
	g_set_prgname(PACKAGE);
	if (!secret_init() || !transfer_init()) {
		g_printerr("akkoord: %s\n", _("the system gives no random numbers, or no memory"));
		return EX_OSERR;
	}
	g_auto(Options) options = {0};
	g_autoptr(GOptionContext) context = option_context_new(&options);
	g_autoptr(GError) error = NULL;
	if (!g_option_context_parse(context, &argc, &argv, &error))
		return usage_error(error->message);
	if (options.help)
		return help_print(context);
	if (options.version)
		return version_print();
	if (argc < 2)
		return usage_error(_("a command is missing"));
	return command_run(&options, argc - 1, argv + 1);
}
