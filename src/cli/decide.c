/* Decisions from the command line: recorded with who, for whom, and the operating system's user as evidence. */
#include "cli/decide.h"

#include "base/error.h"
#include "cli/support.h"
#include "service/decision.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <sysexits.h>

typedef gboolean (*Record)(Session *session, const DecisionRequest *request, DecisionResult *result, GError **error);

static void print_result(const Invocation *invocation, Session *session, const char *decision, const DecisionResult *result)
{
	if (invocation->json) {
		g_autoptr(Json) record = js_object_new();
		js_object_set_string(record, "invoice", result->invoice);
		js_object_set_string(record, "decision", decision);
		js_object_set_line(record, "stage", result->stage);
	js_object_set_line(record, "for", result->for_whom);
		js_object_set_instant(record, "at", result->at);
		js_object_set_boolean(record, "already", result->already);
		js_object_set_string(record, "state", invoice_state_name(result->state));
		cli_print_record(record);
		return;
	}
	g_autofree char *when = overview_time(session, result->at);
	if (result->already)
		cli_say(_("%s: this was recorded before, on %s; the invoice is %s."), result->label, when, _(invoice_state_name(result->state)));
	else if (result->for_whom)
		cli_say(_("%s: recorded for %s, in the place of %s, at stage %s; the invoice is %s."), result->label, result->person, result->for_whom, result->stage,
		        _(invoice_state_name(result->state)));
	else if (result->stage)
		cli_say(_("%s: recorded for %s at stage %s; the invoice is %s."), result->label, result->person, result->stage,
		        _(invoice_state_name(result->state)));
	else
		cli_say(_("%s: recorded; the invoice is %s."), result->label, _(invoice_state_name(result->state)));
}

static int decide(const Invocation *invocation, const Command *command, DecisionKind kind, Record record, int argc, char **argv)
{
	g_autofree char *as = NULL, *reason = NULL;
	const GOptionEntry entries[] = {
		{"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who decides, as the directory knows them; else the user who runs this"), N_("UID")},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record"), N_("TEXT")},
		{0},
	};
	int exit_code;
	if (!cli_options(command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	if (!session)
		return cli_fail(command, error);
	DecisionRequest request = {
		.invoice = argv[1],
		.kind = kind,
		.decider = as ? as : session_os_user(session),
		.reason = reason,
		.channel = "cli",
		.assurance = "cli",
	};
	DecisionResult result = {0};
	gboolean done = record(session, &request, &result, &error);
	if (done)
		print_result(invocation, session, command->name, &result);
	decision_result_clear(&result);
	return done ? EX_OK : cli_fail(command, error);
}

static int approve(const Invocation *invocation, int argc, char **argv)
{
	return decide(invocation, &approve_command, DECISION_APPROVE, decision_record, argc, argv);
}

static int reject(const Invocation *invocation, int argc, char **argv)
{
	return decide(invocation, &reject_command, DECISION_REJECT, decision_record, argc, argv);
}

static int withdraw(const Invocation *invocation, int argc, char **argv)
{
	return decide(invocation, &withdraw_command, DECISION_REJECT, decision_withdraw, argc, argv);
}

const Command approve_command = {"approve", N_("record an approval"), approve};
const Command reject_command = {"reject", N_("record a rejection, with its reason"), reject};
const Command withdraw_command = {"withdraw", N_("take an invoice out: nobody is asked any more"), withdraw};
