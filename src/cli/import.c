/* Many documents share a transaction; one that is bad is reported with its reason and set aside, the rest go on. */
#include "cli/import.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/support.h"
#include "service/importing.h"

#include <glib/gi18n.h>
#include <sysexits.h>

/* So many files or fewer are listed one by one; of more only what is not simply new or known. */
#define LISTED_MAX 20

typedef struct {
	const Invocation *invocation;
	CliProgress progress;
	gboolean list_all;
} Importing;

static void print_line(Importing *importing, const char *file, const TakeResult *result)
{
	gboolean plain = result->verdict == TAKE_NEW || result->verdict == TAKE_KNOWN;
	if (plain && !importing->list_all)
		return;
	g_autofree char *label = importing_label(result), *shown = text_clean_line(file);
	cli_progress_end(&importing->progress);
	if (result->verdict == TAKE_REFUSED)
		cli_say("%s: %s: %s", shown, _(take_verdict_name(result->verdict)), result->reason);
	else
		cli_say("%s: %s: %s%s%s", shown, _(take_verdict_name(result->verdict)), label, result->reason ? ": " : "", result->reason ? result->reason : "");
}

static void print_result(const char *file, const TakeResult *result, guint done, guint total, gpointer user_data)
{
	Importing *importing = user_data;
	importing->list_all = total <= LISTED_MAX;
	if (importing->invocation->json) {
		g_autoptr(Json) record = importing_record(file, result);
		cli_print_record(record);
	} else {
		print_line(importing, file, result);
	}
	cli_progress(&importing->progress, done, total);
}

static void print_totals(const ImportCount *count)
{
	cli_say(_("%u new, %u updated, %u known, %u held, %u refused"), count->of[TAKE_NEW], count->of[TAKE_UPDATED], count->of[TAKE_KNOWN],
	        count->of[TAKE_HELD], count->of[TAKE_REFUSED]);
}

static gboolean run_import(const Invocation *invocation, gboolean dry_run, const char *via, char **paths, Importing *importing, ImportCount *count, GError **error)
{
	if (dry_run)
		return importing_rehearse((const char *const *)paths, print_result, importing, count, error);
	g_autoptr(Session) session = session_open(invocation, error);
	return session && importing_run(session, (const char *const *)paths, via, print_result, importing, count, error);
}

static int import(const Invocation *invocation, int argc, char **argv)
{
	gboolean dry_run = FALSE;
	g_autofree char *via = NULL;
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_("only show what is read; needs no configuration"), NULL},
		{"via", 0, 0, G_OPTION_ARG_STRING, &via, N_("the folder or mailbox they came through: it may say whose they are"), N_("NAME")},
		{0},
	};
	int exit_code;
	if (!cli_options(&import_command, _("PATH…"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc < 2)
		return cli_usage(&import_command, _("say which files or folders"));
	Importing importing = {.invocation = invocation};
	ImportCount count = {{0}};
	g_autoptr(GError) error = NULL;
	gboolean done = run_import(invocation, dry_run, via, argv + 1, &importing, &count, &error);
	cli_progress_end(&importing.progress);
	if (!done)
		return cli_fail(&import_command, error);
	if (!invocation->json)
		print_totals(&count);
	return count.of[TAKE_REFUSED] ? EX_DATAERR : EX_OK;
}

const Command import_command = {"import", N_("take invoices in from files and folders"), import};
