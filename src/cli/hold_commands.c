/* What stops an invoice for a while, and lets it go on. */
#include "cli/hold_commands.h"

#include "cli/support.h"
#include "service/holding.h"
#include "service/overview.h"
#include "service/questioning.h"

#include <glib/gi18n.h>
#include <sysexits.h>

typedef gboolean (*HoldAction)(Session *session, const HoldRequest *request, HoldResult *result, GError **error);
typedef void (*HoldPrint)(const HoldResult *result, const char *when);

static void print_hold(const HoldResult *result, const char *when)
{
	cli_say(_("%s: on hold until %s; nothing is sent of it before."), result->label, when);
}

static void print_release(const HoldResult *result, const char *when)
{
	if (result->ended_before)
		cli_say(_("%s: its hold was over on %s already."), result->label, when);
	else
		cli_say(_("%s: not on hold any more; the next pass goes on with it."), result->label);
}

static void print_result(const Invocation *invocation, Session *session, const HoldResult *result, HoldPrint print, const char *key)
{
	if (invocation->json) {
		g_autoptr(Json) record = js_object_new();
		js_object_set_string(record, "invoice", result->invoice);
		js_object_set_instant(record, key, result->until);
		cli_print_record(record);
		return;
	}
	g_autofree char *when = overview_time(session, result->until);
	print(result, when);
}

static int run(const Invocation *invocation, const Command *command, HoldRequest *request, HoldAction action, HoldPrint print, const char *key)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	HoldResult result = {0};
	request->who = request->who ? request->who : session ? session_os_user(session) : NULL;
	gboolean done = session && action(session, request, &result, &error);
	if (done)
		print_result(invocation, session, &result, print, key);
	hold_result_clear(&result);
	return done ? EX_OK : cli_fail(command, error);
}

static int hold(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL, *until = NULL;
	const GOptionEntry entries[] = {
		{"until", 0, 0, G_OPTION_ARG_STRING, &until, N_("the start of work of that day, or that time"), N_("DATE|TIME")},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who does it, as the directory knows them; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&hold_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&hold_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	HoldRequest request = {.invoice = argv[1], .who = as, .until = until, .reason = reason};
	return run(invocation, &hold_command, &request, holding_hold, print_hold, "until");
}

static int release(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("what was found out: the answer to a question"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who does it, as the directory knows them; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&release_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&release_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	HoldRequest request = {.invoice = argv[1], .who = as, .reason = reason};
	return run(invocation, &release_command, &request, holding_release, print_release, "ended");
}

static Json *ask_record(const AskResult *result)
{
	Json *record = js_object_new(), *to = js_array_new();
	for (guint i = 0; i < result->to->len; i++)
		js_array_append_string(to, result->to->pdata[i]);
	js_object_set_string(record, "invoice", result->invoice);
	js_object_set(record, "to", to);
	js_object_set_instant(record, "until", result->until);
	return record;
}

static void print_ask(const Invocation *invocation, Session *session, const AskResult *result)
{
	if (invocation->json) {
		g_autoptr(Json) record = ask_record(result);
		cli_print_record(record);
		return;
	}
	g_ptr_array_add(result->to, NULL);
	g_autofree char *to = g_strjoinv(", ", (char **)result->to->pdata);
	g_autofree char *until = overview_time(session, result->until);
	if (result->until == INSTANT_NONE)
		cli_say(_("%s: the question goes to %s; it is not on hold for it, so near to its due date."), result->label, to);
	else
		cli_say(_("%s: the question goes to %s; on hold until %s, or \"akkoord release\"."), result->label, to, until);
}

static int ask(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *as = NULL, *of = NULL, *question = NULL;
	const GOptionEntry entries[] = {
		{"of", 0, 0, G_OPTION_ARG_STRING, &of, N_("of finance, requester or supplier"), N_("WHOM")},
		{"question", 0, 0, G_OPTION_ARG_STRING, &question, N_("what is asked"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who asks, as the directory knows them; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&ask_command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(&ask_command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	AskResult result = {0};
	AskRequest request = {.invoice = argv[1], .who = as ? as : session ? session_os_user(session) : NULL, .of = of, .question = question};
	gboolean done = session && questioning_run(session, &request, &result, &error);
	if (done)
		print_ask(invocation, session, &result);
	ask_result_clear(&result);
	return done ? EX_OK : cli_fail(&ask_command, error);
}

const Command ask_command = {"ask", N_("ask a question about an invoice, which waits for the answer"), ask};
const Command hold_command = {"hold", N_("stop reminding of an invoice for a while"), hold};
const Command release_command = {"release", N_("go on with an invoice that is on hold"), release};
