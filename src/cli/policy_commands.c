/* The policy's versions. */
#include "cli/policy_commands.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/policy_preview.h"
#include "cli/support.h"
#include "service/governing.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void print_problems(const Problems *problems)
{
	for (guint i = 0; i < problems_count(problems); i++) {
		g_autofree char *line = problem_format(problems_get(problems, i));
		cli_say("%s", line);
	}
}

/* What the policy in that file would change for what is on its way. */
static int check_open(const Invocation *invocation, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autoptr(PolicyDraft) draft = session ? governing_read(session, path, &error) : NULL;
	g_autoptr(Preview) preview = draft ? preview_run(session, draft->policy, &error) : NULL;
	if (!preview)
		return cli_fail(&policy_command, error);
	if (invocation->json)
		cli_print_preview_records(preview);
	else
		cli_print_preview(session, preview);
	return EX_OK;
}

/* Without an akkoord.conf, everything but the lookups is checked. */
static int check(const Invocation *invocation, const char *path, gboolean open)
{
	g_autoptr(Problems) ignored = problems_new();
	g_autoptr(Settings) settings = settings_read(invocation->config_path, ignored);
	g_autoptr(Problems) problems = problems_new();
	gint64 now = invocation->now_given ? invocation->now : clock_now();
	g_autoptr(Policy) policy = governing_check(path, settings, (Date){.day = (gint32)(now / 86400)}, problems);
	if (!open || !invocation->json)
		print_problems(problems);
	if (!policy)
		return EX_CONFIG;
	if (open)
		return check_open(invocation, path);
	cli_say(_("%s: %u chains, %u ladders, %u calendars: nothing wrong."), path, policy->chains->len, policy->ladders->len, policy->calendars->len);
	return EX_OK;
}

/* --- what changes --- */

static char *change_text(const PolicyChange *change)
{
	const char *from = change->from ? change->from : _("nothing"), *to = change->to ? change->to : _("nothing");
	switch (change->type) {
	case POLICY_CHANGED:
		return g_strdup_printf("%s: %s → %s", change->what, from, to);
	case POLICY_NEW:
		return change->to ? g_strdup_printf(_("%s is new: %s"), change->what, to) : g_strdup_printf(_("%s is new"), change->what);
	case POLICY_GONE:
		return g_strdup_printf(_("%s is gone"), change->what);
	case POLICY_MORE:
		return g_strdup_printf(ngettext("%s: %u day more (%s)", "%s: %u days more (%s)", change->count), change->what, change->count, to);
	case POLICY_FEWER:
		return g_strdup_printf(ngettext("%s: %u day fewer (%s)", "%s: %u days fewer (%s)", change->count), change->what, change->count, from);
	}
	g_return_val_if_reached(NULL);
}

static void print_change(const PolicyChange *change, gboolean json)
{
	if (!json) {
		g_autofree char *text = change_text(change);
		cli_say("%s%s%s", change->where ? change->where : "", change->where ? ": " : "", text);
		return;
	}
	g_autoptr(Json) record = js_object_new();
	js_object_set_line(record, "where", change->where);
	js_object_set_line(record, "what", change->what);
	js_object_set_string(record, "change", policy_change_name(change->type));
	js_object_set_line(record, "from", change->from);
	js_object_set_line(record, "to", change->to);
	if (change->count)
		js_object_set_integer(record, "days", change->count);
	cli_print_record(record);
}

static void print_changes(const GPtrArray *changes, gboolean json)
{
	for (guint i = 0; i < changes->len; i++)
		print_change(changes->pdata[i], json);
}

static int diff(const Invocation *invocation, const char *first, const char *second)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autoptr(GPtrArray) changes = session ? governing_diff(session, first, second, &error) : NULL;
	if (!changes)
		return cli_fail(&policy_command, error);
	print_changes(changes, invocation->json);
	if (!changes->len && !invocation->json)
		cli_say(_("No rule changes."));
	return EX_OK;
}

/* --- applying --- */

/* Whoever sits at the terminal says yes, in their language or in English. */
static gboolean is_confirmed(void)
{
	char answer[64];
	fputs(_("Apply it? [y/N] "), stdout);
	fflush(stdout);
	if (!fgets(answer, sizeof answer, stdin))
		return FALSE;
	return rpmatch(answer) == 1 || g_ascii_tolower(answer[0]) == 'y';
}

static gboolean show_changes(Session *session, const PolicyDraft *draft, const GPtrArray *changes, GError **error)
{
	print_changes(changes, FALSE);
	g_autoptr(Preview) preview = preview_run(session, draft->policy, error);
	if (preview && preview->invoices)
		cli_print_preview(session, preview);
	return preview != NULL;
}

static int apply(const Invocation *invocation, const char *path, const char *note, gboolean yes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autoptr(PolicyDraft) draft = session ? governing_read(session, path, &error) : NULL;
	if (!draft)
		return cli_fail(&policy_command, error);
	g_autoptr(GPtrArray) changes = governing_changes(session, draft);
	if (changes && changes->len && !invocation->json && !show_changes(session, draft, changes, &error))
		return cli_fail(&policy_command, error);
	gboolean changes_nothing = changes && !changes->len;
	if (!yes && !changes_nothing && isatty(STDIN_FILENO) && !is_confirmed()) {
		cli_say(_("Nothing was applied."));
		return EX_OK;
	}
	gint64 version;
	gboolean same;
	if (!governing_apply(session, draft, note, &version, &same, &error))
		return cli_fail(&policy_command, error);
	if (same)
		cli_say(_("%s is what is in force already: version %" PRId64 "."), path, version);
	else
		cli_say(_("%s is version %" PRId64 ", in force from the next pass on."), path, version);
	return EX_OK;
}

static int show(Session *session, GError **error)
{
	g_autoptr(PolicyRow) current = store_policy_current(session_store(session), error);
	g_autoptr(GBytes) text = current ? store_blob(session_store(session), current->sha256, error) : NULL;
	if (!current && !*error)
		error_set(error, ERROR_NOT_FOUND, "no policy was applied yet");
	if (!text)
		return cli_fail(&policy_command, *error);
	g_print("%.*s", (int)g_bytes_get_size(text), (const char *)g_bytes_get_data(text, NULL));
	return EX_OK;
}

static void print_version(const Invocation *invocation, Session *session, const PolicyRow *row)
{
	if (invocation->json) {
		g_autoptr(Json) record = js_object_new();
		js_object_set_integer(record, "version", row->version);
		js_object_set_instant(record, "at", row->at);
		js_object_set_line(record, "author", row->author);
		js_object_set_string(record, "sha256", row->sha256);
		js_object_set_line(record, "note", row->note);
		cli_print_record(record);
		return;
	}
	g_autofree char *when = overview_time(session, row->at);
	cli_say("%4" PRId64 "  %s  %s  %.12s  %s", row->version, when, row->author ? row->author : "?", row->sha256, row->note ? row->note : "");
}

static int history(const Invocation *invocation, Session *session, GError **error)
{
	g_autoptr(GPtrArray) versions = store_policies(session_store(session), error);
	if (!versions)
		return cli_fail(&policy_command, *error);
	for (guint i = 0; i < versions->len; i++)
		print_version(invocation, session, versions->pdata[i]);
	return EX_OK;
}

static int run(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *note = NULL;
	gboolean yes = FALSE, open = FALSE;
	const GOptionEntry entries[] = {
		{"note", 0, 0, G_OPTION_ARG_STRING, &note, N_("why, for the record (apply)"), N_("TEXT")},
		{"open", 0, 0, G_OPTION_ARG_NONE, &open, N_("say what it would change for what is on its way (check)"), NULL},
		{"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("do not ask before it is applied (apply)"), NULL},
		{0},
	};
	int exit_code;
	if (!cli_options(&policy_command, "check FILE | apply FILE | show | history | diff [FILE|VERSION [VERSION]]", entries, &argc, &argv, &exit_code))
		return exit_code;
	const char *what = argc > 1 ? argv[1] : "";
	if (argc == 3 && !strcmp(what, "check"))
		return check(invocation, argv[2], open);
	if (argc == 3 && !strcmp(what, "apply"))
		return apply(invocation, argv[2], note, yes);
	if (argc <= 4 && !strcmp(what, "diff"))
		return diff(invocation, argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
	gboolean shows = !strcmp(what, "show");
	if (argc != 2 || (!shows && strcmp(what, "history")))
		return cli_usage(&policy_command, _("say what to do: check FILE, apply FILE, show, history or diff"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	if (!session)
		return cli_fail(&policy_command, error);
	return shows ? show(session, &error) : history(invocation, session, &error);
}

const Command policy_command = {"policy", N_("check, apply, compare and show the policy"), run};
