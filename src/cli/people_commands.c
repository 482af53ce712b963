/* Who is gone or unusable, from the command line. */
#include "cli/people_commands.h"

#include "cli/support.h"
#include "explain/wording.h"
#include "people/lost_people.h"
#include "people/mass_change.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#define PERSON_WIDTH 16
#define TIME_WIDTH   22

static void print_row(Session *session, const Json *record)
{
	const char *uid = js_object_get_string(record, "uid"), *mail = js_object_get_string(record, "mail");
	const gint64 approvals = js_object_get_integer(record, "approvals", 0);
	g_autofree char *since = overview_time(session, js_object_get_instant(record, "since"));
	g_autofree char *person_column = cli_column(uid ? uid : mail ? mail : "?", PERSON_WIDTH);
	g_autofree char *since_column = cli_column(since, TIME_WIDTH);
	g_autofree char *why = wording_lost(js_object_get_string(record, "why"));
	g_autofree char *asked = g_strdup_printf(ngettext("%" PRId64 " approval", "%" PRId64 " approvals", (gulong)approvals), approvals);
	cli_say("%s %s %s; %s%s", person_column, since_column, why, asked, js_object_get_boolean(record, "held") ? _(": held") : "");
}

static void print_rows(Session *session, const GPtrArray *records)
{
	guint held = 0;
	if (!records->len)
		cli_say(_("Everybody who is asked is there, as far as is known."));
	for (guint i = 0; i < records->len; i++) {
		print_row(session, records->pdata[i]);
		held += js_object_get_boolean(records->pdata[i], "held") ? 1 : 0;
	}
	if (held)
		cli_say(_("What is held changes hands once \"akkoord people confirm --reason TEXT\" says that this is right; whoever is there again keeps theirs."));
}

static int list(const Invocation *invocation)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autoptr(GPtrArray) records = session ? lost_people_list(session, &error) : NULL;
	if (!records)
		return cli_fail(&people_command, error);
	for (guint i = 0; invocation->json && i < records->len; i++)
		cli_print_record(records->pdata[i]);
	if (!invocation->json)
		print_rows(session, records);
	return EX_OK;
}

static void print_confirmed(const Invocation *invocation, const ConfirmResult *result)
{
	if (invocation->json) {
		g_autoptr(Json) record = js_object_new();
		js_object_set_integer(record, "people", result->people);
		js_object_set_integer(record, "approvals", result->approvals);
		cli_print_record(record);
	} else if (result->people) {
		cli_say(ngettext("Confirmed: %" PRId64 " approval changes hands at the next pass.", "Confirmed: %" PRId64 " approvals change hands at the next pass.",
		                 (gulong)result->approvals),
		        result->approvals);
	} else {
		cli_say(_("Nothing is held."));
	}
}

static int confirm(const Invocation *invocation, const char *as, const char *reason)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	ConfirmResult result;
	if (!session || !mass_change_confirm(session, as ? as : session_os_user(session), reason, &result, &error))
		return cli_fail(&people_command, error);
	print_confirmed(invocation, &result);
	return EX_OK;
}

static int people(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("confirm: why, for the record"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("confirm: who does it; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&people_command, "list|confirm", entries, &argc, &argv, &exit_code))
		return exit_code;
	const char *what = argc == 2 ? argv[1] : "";
	if (!strcmp(what, "confirm"))
		return confirm(invocation, as, reason);
	if (strcmp(what, "list"))
		return cli_usage(&people_command, _("say what to do: list or confirm"));
	if (as || reason)
		return cli_usage(&people_command, _("--as and --reason belong to confirm"));
	return list(invocation);
}

const Command people_command = {"people", N_("list who is gone or unusable; confirm that many approvals change hands"), people};
