/* Many documents share a transaction; one that is bad is reported with its reason and set aside, the rest go on. */
#include "cli/import.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/decision_file.h"
#include "cli/support.h"
#include "service/importing.h"

#include <glib/gi18n.h>
#include <sysexits.h>

/* So many files or fewer are listed one by one; of more, and of a file of many invoices, only what is not simply new or known. */
#define LISTED_MAX 20

/* Working days over which a pile of old invoices opens. */
#define OVER_DEFAULT 10
#define OVER_MAX 250
#define OVER_NOT_GIVEN G_MININT

typedef struct {
	const Invocation *invocation;
	CliProgress progress;
	gboolean list_all;
} Importing;

static void print_line(Importing *importing, const char *file, const TakeResult *result)
{
	gboolean plain = result->verdict == TAKE_NEW || result->verdict == TAKE_KNOWN;
	if (plain && (!importing->list_all || result->line))
		return;
	g_autofree char *label = importing_label(result), *name = text_clean_line(file);
	g_autofree char *shown = result->line ? g_strdup_printf("%s:%u", name, result->line) : g_strdup(name);
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

/* What is there of a configuration says how CSV is to be read; nothing else of it matters. */
static gboolean rehearse(const Invocation *invocation, ImportOrder *order, ImportCount *count, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = g_file_test(invocation->config_path, G_FILE_TEST_IS_REGULAR) ? settings_read(invocation->config_path, problems) : NULL;
	order->csv = settings ? settings->csv_mappings : NULL;
	return importing_rehearse(order, count, error);
}

static gboolean run_import(const Invocation *invocation, gboolean dry_run, ImportOrder *order, ImportCount *count, GError **error)
{
	if (dry_run)
		return rehearse(invocation, order, count, error);
	g_autoptr(Session) session = session_open(invocation, error);
	if (session)
		order->csv = session_settings(session)->csv_mappings;
	return session && importing_run(session, order, count, error);
}

static int import(const Invocation *invocation, int argc, char **argv)
{
	gboolean dry_run = FALSE, backlog = FALSE;
	int over = OVER_NOT_GIVEN;
	g_autofree char *via = NULL, *decisions = NULL;
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_("only show what is read; needs no configuration"), NULL},
		{"decisions", 0, 0, G_OPTION_ARG_FILENAME, &decisions, N_("what was decided elsewhere, as CSV or JSON"), N_("FILE")},
		{"backlog", 0, 0, G_OPTION_ARG_NONE, &backlog, N_("a pile of old ones: open them one after the other, over many days"), NULL},
		{"over", 0, 0, G_OPTION_ARG_INT, &over, N_("over so many working days; else 10"), N_("DAYS")},
		{"via", 0, 0, G_OPTION_ARG_STRING, &via, N_("the folder or mailbox they came through: it may say whose they are"), N_("NAME")},
		{0},
	};
	int exit_code;
	if (!cli_options(&import_command, _("PATH…"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (decisions && (argc > 1 || dry_run || backlog || via))
		return cli_usage(&import_command, _("--decisions FILE stands alone"));
	if (decisions)
		return decision_file_import(invocation, &import_command, decisions);
	if (argc < 2)
		return cli_usage(&import_command, _("say which files or folders"));
	if (over != OVER_NOT_GIVEN && (over < 1 || over > OVER_MAX || !backlog))
		return cli_usage(&import_command, _("--over: wanted 1 to %d working days, with --backlog"), OVER_MAX);
	Importing importing = {.invocation = invocation};
	ImportOrder order = {
		.paths = (const char *const *)(argv + 1),
		.via = via,
		.over = !backlog ? 0 : over != OVER_NOT_GIVEN ? (guint)over : OVER_DEFAULT,
		.visit = print_result,
		.user_data = &importing,
	};
	ImportCount count = {{0}};
	g_autoptr(GError) error = NULL;
	gboolean done = run_import(invocation, dry_run, &order, &count, &error);
	cli_progress_end(&importing.progress);
	if (!done)
		return cli_fail(&import_command, error);
	if (!invocation->json)
		print_totals(&count);
	return count.of[TAKE_REFUSED] ? EX_DATAERR : EX_OK;
}

const Command import_command = {"import", N_("take invoices in from files and folders"), import};
