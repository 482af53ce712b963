/* Reads the order, plays the rehearsal and prints it: as a calendar for people, or a record a line. */
#include "cli/simulate.h"

#include "base/error.h"
#include "cli/simulate_calendar.h"
#include "cli/support.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <sysexits.h>

#define DAYS_USUAL 30
#define DAYS_MOST 3660

/* One playing. */
typedef struct {
	SimulateCalendar *calendar; /* NULL: nothing is printed for people */
	ForetoldWriter *writer; /* NULL: nor as records */
	ForetoldTotals *totals;
	GArray *kept; /* of Rehearsed, reminders; NULL: not wanted */
	CliProgress *progress;
} Performance;

/* There may be millions. */
static void print_record(ForetoldWriter *writer, const Rehearsed *reminder)
{
	gsize length;
	const char *line = foretold_writer_line(writer, reminder, &length);
	fwrite(line, 1, length, stdout);
}

static void visit(const Rehearsed *rehearsed, gpointer user_data)
{
	Performance *performance = user_data;
	foretold_totals_add(performance->totals, rehearsed);
	if (performance->calendar)
		simulate_calendar_take(performance->calendar, rehearsed);
	if (rehearsed->kind != REHEARSED_REMINDER)
		return;
	if (performance->writer)
		print_record(performance->writer, rehearsed);
	if (performance->kept) {
		const Rehearsed kept = foretold_keep(rehearsed);
		g_array_append_val(performance->kept, kept);
	}
}

static void show_progress(guint done, guint total, gpointer user_data)
{
	cli_progress(((Performance *)user_data)->progress, done, total);
}

static gboolean perform(Rehearsing *rehearsing, gboolean in_force, Performance *performance, GError **error)
{
	CliProgress progress = {0};
	const RehearsingAudience audience = {visit, show_progress, performance};
	performance->progress = &progress;
	const gboolean played = rehearsing_run(rehearsing, in_force, &audience, error);
	cli_progress_end(&progress);
	if (performance->calendar)
		simulate_calendar_end(performance->calendar);
	return played;
}

static void print_changes(const Performance *before, const Performance *after, gboolean json)
{
	g_autoptr(GArray) changes = foretold_compare(before->kept, after->kept);
	if (!json) {
		simulate_print_changes(before->totals, after->totals, changes);
		return;
	}
	for (guint i = 0; i < changes->len; i++) {
		g_autoptr(Json) record = foretold_change_record(&g_array_index(changes, ForetoldChange, i));
		cli_print_record(record);
	}
}

/* The same days by the policy in force, and what is different. */
static gboolean compare(Rehearsing *rehearsing, const Performance *after, gboolean json, GError **error)
{
	g_autoptr(ForetoldTotals) totals = foretold_totals_new();
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(Rehearsed));
	Performance before = {.totals = totals, .kept = kept};
	if (!perform(rehearsing, TRUE, &before, error))
		return FALSE;
	print_changes(&before, after, json);
	return TRUE;
}

/* No errors: decisions that came to nothing, sending that is paused. The rehearsal is what it is. */
static void print_notes(const Rehearsing *rehearsing)
{
	g_autoptr(GPtrArray) unheard = rehearsing_unheard(rehearsing);
	for (guint i = 0; i < unheard->len; i++)
		g_printerr("akkoord simulate: %s\n", (const char *)unheard->pdata[i]);
	if (rehearsing_is_paused(rehearsing))
		g_printerr("akkoord simulate: %s\n", _("sending is paused: nothing of this goes before \"akkoord resume\""));
}

/* A disk that is full must not pass for a quiet month. */
static gboolean finish_output(GError **error)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return TRUE;
	error_set(error, ERROR_TRANSIENT, "%s: %s", _("cannot write what was foretold"), g_strerror(errno));
	return FALSE;
}

static gboolean simulate(const Invocation *invocation, Rehearsing *rehearsing, GError **error)
{
	g_autoptr(ForetoldTotals) totals = foretold_totals_new();
	g_autoptr(SimulateCalendar) calendar = invocation->json ? NULL : simulate_calendar_new(rehearsing);
	g_autoptr(ForetoldWriter) writer = invocation->json ? foretold_writer_new() : NULL;
	g_autoptr(GArray) kept = rehearsing_compares(rehearsing) ? g_array_new(FALSE, FALSE, sizeof(Rehearsed)) : NULL;
	Performance performance = {.calendar = calendar, .writer = writer, .totals = totals, .kept = kept};
	if (!perform(rehearsing, FALSE, &performance, error))
		return FALSE;
	if (!finish_output(error))
		return FALSE;
	if (calendar)
		simulate_print_totals(rehearsing, totals);
	print_notes(rehearsing);
	return !kept || compare(rehearsing, &performance, invocation->json, error);
}

static int run(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *from = NULL, *policy = NULL, *invoices = NULL, *people = NULL, *decide = NULL;
	int days = DAYS_USUAL;
	gboolean typical = FALSE;
	const GOptionEntry entries[] = {
		{"from", 0, 0, G_OPTION_ARG_STRING, &from, N_("when it begins; else now"), N_("TIME")},
		{"days", 0, 0, G_OPTION_ARG_INT, &days, N_("how many days it lasts (30)"), N_("NUMBER")},
		{"policy", 0, 0, G_OPTION_ARG_FILENAME, &policy, N_("by this policy, and what it changes"), N_("FILE")},
		{"invoices", 0, 0, G_OPTION_ARG_FILENAME, &invoices, N_("with these invoices instead of those of the store"), N_("FILE")},
		{"people", 0, 0, G_OPTION_ARG_FILENAME, &people, N_("with these people instead of those of the directory"), N_("FILE")},
		{"decide", 0, 0, G_OPTION_ARG_FILENAME, &decide, N_("as if these decisions were made"), N_("FILE")},
		{"typical", 0, 0, G_OPTION_ARG_NONE, &typical, N_("as if everybody took as long to approve as they did until now"), NULL},
		{0},
	};
	int exit_code;
	if (!cli_options(&simulate_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&simulate_command, _("it takes no arguments"));
	if (days < 0 || days > DAYS_MOST)
		return cli_usage(&simulate_command, _("--days: a number from 0 to %d"), DAYS_MOST);
	const RehearsingOrder order = {.policy = policy, .invoices = invoices, .people = people, .decide = decide, .from = from, .days = (guint)days, .typical = typical};
	g_autoptr(GError) error = NULL;
	g_autoptr(Rehearsing) rehearsing = rehearsing_new(invocation, &order, &error);
	if (!rehearsing || !simulate(invocation, rehearsing, &error))
		return cli_fail(&simulate_command, error);
	return EX_OK;
}

const Command simulate_command = {"simulate", N_("show what would be sent in the coming days; nothing is"), run};
