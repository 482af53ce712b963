/* The mails' templates: checked, and shown as mails. */
#include "cli/template_commands.h"

#include "base/error.h"
#include "check/template_review.h"
#include "cli/support.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
	char *dir, *kind, *tone, *language, *invoice, *part, *output;
	gboolean single;
} Options;

static void options_clear(Options *options)
{
	char *const texts[] = {options->dir, options->kind, options->tone, options->language, options->invoice, options->part, options->output};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int fail(const GError *error)
{
	return error_kind(error) == ERROR_USAGE ? cli_usage(&template_command, "%s", error->message) : cli_fail(&template_command, error);
}

static int check(const Invocation *invocation, const Options *options)
{
	g_autoptr(GError) error = NULL;
	if (!template_review_check(invocation, options->dir, &error))
		return fail(error);
	cli_say(_("The templates are right."));
	return EX_OK;
}

static gboolean write_out(GBytes *bytes, const char *path, GError **error)
{
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GError) cause = NULL;
	if (!path) {
		fwrite(data, 1, length, stdout);
		return TRUE;
	}
	if (g_file_set_contents(path, data, (gssize)length, &cause))
		return TRUE;
	error_set(error, ERROR_NOT_FOUND, "%s", cause->message);
	return FALSE;
}

static int preview(const Invocation *invocation, const Options *options)
{
	g_autoptr(GError) error = NULL;
	const TemplateOrder order = {options->dir, options->kind, options->tone, options->language, options->invoice, options->part, options->single};
	if (options->part && strcmp(options->part, "text") && !options->output && isatty(STDOUT_FILENO))
		return cli_usage(&template_command, "%s", _("a terminal shows the text only: say with --output where the rest goes"));
	g_autoptr(GBytes) bytes = template_review_show(invocation, &order, &error);
	if (!bytes || !write_out(bytes, options->output, &error))
		return fail(error);
	return EX_OK;
}

static int run(const Invocation *invocation, int argc, char **argv)
{
	g_auto(Options) options = {0};
	const GOptionEntry entries[] = {
		{"dir", 0, 0, G_OPTION_ARG_FILENAME, &options.dir, N_("templates of your own, in place of those that akkoord.conf names"), N_("FOLDER")},
		{"kind", 0, 0, G_OPTION_ARG_STRING, &options.kind, N_("the kind of mail; else a reminder"), N_("KIND")},
		{"tone", 0, 0, G_OPTION_ARG_STRING, &options.tone, N_("the tone of a reminder; else new"), N_("TONE")},
		{"language", 0, 0, G_OPTION_ARG_STRING, &options.language, N_("the language; else the recipient's or the organisation's"), N_("LANGUAGE")},
		{"single", 0, 0, G_OPTION_ARG_NONE, &options.single, N_("of one invoice, not of several"), NULL},
		{"invoice", 0, 0, G_OPTION_ARG_STRING, &options.invoice, N_("of this invoice, not of made-up ones"), N_("INVOICE")},
		{"part", 0, 0, G_OPTION_ARG_STRING, &options.part, N_("text, html or eml, the whole message; else text"), N_("PART")},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("write it to this file"), N_("FILE")},
		{0},
	};
	int exit_code;
	if (!cli_options(&template_command, "check | preview", entries, &argc, &argv, &exit_code))
		return exit_code;
	const char *what = argc == 2 ? argv[1] : "";
	if (!strcmp(what, "check"))
		return check(invocation, &options);
	if (!strcmp(what, "preview"))
		return preview(invocation, &options);
	return cli_usage(&template_command, "%s", _("say what to do: check or preview"));
}

const Command template_command = {"template", N_("check the mails' templates, and show what they make"), run};
