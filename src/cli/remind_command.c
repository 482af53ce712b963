/* A reminder that somebody wants now. */
#include "cli/remind_command.h"

#include "cli/support.h"
#include "service/demand.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <sysexits.h>

static Json *demand_record(const DemandResult *result)
{
	Json *record = js_object_new();
	js_object_set_string(record, "invoice", result->invoice);
	js_object_set_integer(record, "asked", result->asked);
	js_object_set_integer(record, "waiting", result->waiting);
	js_object_set_instant(record, "first", result->first);
	if (result->withheld)
		js_object_set_integer(record, "withheld", result->withheld);
	js_object_set_line(record, "unable", result->unable);
	if (result->paused)
		js_object_set_boolean(record, "paused", TRUE);
	return record;
}

static void print_result(const Invocation *invocation, Session *session, const DemandResult *result)
{
	if (invocation->json) {
		g_autoptr(Json) record = demand_record(result);
		cli_print_record(record);
		return;
	}
	g_autofree char *when = overview_time(session, result->first);
	if (!result->asked)
		cli_say(_("%s: a reminder that was wanted before has not gone yet; it goes from %s on."), result->label, when);
	else
		cli_say(ngettext("%s: %u person is reminded, from %s on.", "%s: %u people are reminded, from %s on.", result->asked), result->label,
		        result->asked, when);
	if (result->unable)
		cli_say(_("Not reminded, since they are absent or cannot be reached: %s"), result->unable);
	if (result->withheld)
		cli_say(_("Held back by mail.allow_list: %u"), result->withheld);
	if (result->paused)
		cli_say(_("Sending is paused: it goes after \"akkoord resume\"."));
}

static int remind(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL;
	const GOptionEntry entries[] = {
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who wants it; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&remind_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&remind_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	DemandResult result = {0};
	gboolean done = session && demand_remind(session, argv[1], as ? as : session_os_user(session), &result, &error);
	if (done)
		print_result(invocation, session, &result);
	demand_result_clear(&result);
	return done ? EX_OK : cli_fail(&remind_command, error);
}

const Command remind_command = {"remind", N_("remind everybody who is asked now, on demand"), remind};
