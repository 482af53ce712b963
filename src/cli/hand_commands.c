/* Handing on, from the command line; who did it for whom is said and recorded. */
#include "cli/hand_commands.h"

#include "cli/support.h"
#include "service/delegating.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <sysexits.h>

typedef gboolean (*HandAction)(Session *session, const DelegateRequest *request, DelegateResult *result, GError **error);

static void print_record(const char *command, const DelegateResult *result)
{
	g_autoptr(Json) record = js_object_new();
	js_object_set_string(record, "invoice", result->invoice);
	js_object_set_string(record, "done", command);
	js_object_set_line(record, "stage", result->stage);
	js_object_set_line(record, "by", result->by);
	js_object_set_line(record, "from", result->from);
	js_object_set_line(record, "to", result->to);
	js_object_set_instant(record, "at", result->at);
	js_object_set_boolean(record, "already", result->already);
	js_object_set_string(record, "state", invoice_state_name(result->state));
	js_object_set_boolean(record, "stuck", result->stuck);
	cli_print_record(record);
}

static void say_result(Session *session, const DelegateResult *result)
{
	g_autofree char *when = overview_time(session, result->at);
	if (result->already)
		cli_say(_("%s: this was recorded before, on %s; the invoice is %s."), result->label, when, _(invoice_state_name(result->state)));
	else if (!result->to)
		cli_say(_("%s: handed back by %s."), result->label, result->by);
	else if (!g_strcmp0(result->by, result->from))
		cli_say(_("%s: handed on by %s to %s."), result->label, result->by, result->to);
	else
		cli_say(_("%s: handed on by %s, for %s, to %s."), result->label, result->by, result->from, result->to);
	if (result->stuck)
		cli_say(_("Too few people are left at stage %s: it is stuck, and finance is told."), result->stage);
}

static int run(const Invocation *invocation, const Command *command, DelegateRequest *request, HandAction action)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	if (!session)
		return cli_fail(command, error);
	DelegateResult result = {0};
	request->who = request->who ? request->who : session_os_user(session);
	request->channel = request->assurance = "cli";
	gboolean done = action(session, request, &result, &error);
	if (done && invocation->json)
		print_record(command->name, &result);
	else if (done)
		say_result(session, &result);
	delegate_result_clear(&result);
	return done ? EX_OK : cli_fail(command, error);
}

static int delegate(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *whom = NULL, *to = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"to", 0, 0, G_OPTION_ARG_STRING, &to, N_("who is to decide now, as the directory knows them"), N_("UID")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who does it, as the directory knows them; else the user who runs this"), N_("UID")},
		{"for", 0, 0, G_OPTION_ARG_STRING, &whom, N_("whose approval it is, where an admin hands it on"), N_("UID")},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record; an admin needs one"), N_("TEXT")},
		{0},
	};
	int exit_code;
	if (!cli_options(&delegate_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&delegate_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	if (!to || !*to)
		return cli_usage(&delegate_command, _("say to whom (--to)"));
	DelegateRequest request = {.invoice = argv[1], .who = as, .whom = whom, .to = to, .reason = reason};
	return run(invocation, &delegate_command, &request, delegating_delegate);
}

static int not_mine(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("whose it is not, as the directory knows them; else the user who runs this"), N_("UID")},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record"), N_("TEXT")},
		{0},
	};
	int exit_code;
	if (!cli_options(&not_mine_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&not_mine_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	DelegateRequest request = {.invoice = argv[1], .who = as, .reason = reason};
	return run(invocation, &not_mine_command, &request, delegating_not_mine);
}

const Command delegate_command = {"delegate", N_("hand an approval on to somebody else"), delegate};
const Command not_mine_command = {"not-mine", N_("hand an approval back to finance, without a rejection"), not_mine};
