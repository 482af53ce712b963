/* What is said of an invoice, from the command line. */
#include "cli/mark_commands.h"

#include "cli/support.h"
#include "service/marking.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <sysexits.h>

typedef gboolean (*MarkAction)(Session *session, const MarkRequest *request, MarkResult *result, GError **error);

static void print_record(const char *command, const MarkResult *result)
{
	g_autoptr(Json) record = js_object_new();
	js_object_set_string(record, "invoice", result->invoice);
	js_object_set_string(record, "done", command);
	js_object_set_line(record, "by", result->by);
	js_object_set_instant(record, "at", result->at);
	js_object_set_boolean(record, "already", result->already);
	js_object_set_string(record, "state", invoice_state_name(result->state));
	cli_print_record(record);
}

static int run(const Invocation *invocation, const Command *command, const MarkRequest *request, MarkAction action, const char *said)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	if (!session)
		return cli_fail(command, error);
	MarkResult result = {0};
	gboolean done = action(session, request, &result, &error);
	g_autofree char *when = done ? overview_time(session, result.at) : NULL;
	if (done && invocation->json)
		print_record(command->name, &result);
	else if (done && result.already)
		cli_say(_("%s: this was recorded before, on %s; the invoice is %s."), result.label, when, _(invoice_state_name(result.state)));
	else if (done)
		cli_say("%s: %s", result.label, said);
	mark_result_clear(&result);
	return done ? EX_OK : cli_fail(command, error);
}

/* The options that all have: who says it, and `text` under one name or two. */
static int mark(const Invocation *invocation, const Command *command, const GOptionEntry *text_entries, char **text, MarkAction action, const char *said, int argc,
                char **argv)
{
	g_autofree char *as = NULL;
	const GOptionEntry who = {"as", 0, 0, G_OPTION_ARG_STRING, &as, N_("who says it, as the directory knows them"), N_("UID")};
	const GOptionEntry none = {0};
	const GOptionEntry entries[] = {who, text_entries ? text_entries[0] : none, text_entries ? text_entries[1] : none, none};
	int exit_code;
	if (!cli_options(command, _("INVOICE"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc != 2)
		return cli_usage(command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
	const MarkRequest request = {.invoice = argv[1], .who = as, .text = text ? *text : NULL, .channel = "cli", .assurance = "cli"};
	return run(invocation, command, &request, action, said);
}

static int restart(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *reason = NULL;
	const GOptionEntry entries[] = {{"reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_("why, for the record"), N_("TEXT")}, {0}};
	return mark(invocation, &restart_command, entries, &reason, marking_restart, _("its approval starts anew; the next pass chooses its chain."), argc, argv);
}

static int note(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *text = NULL;
	const GOptionEntry entries[] = {
		{"text", 0, 0, G_OPTION_ARG_STRING, &text, N_("what is to be remembered"), N_("TEXT")},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &text, N_("the same"), N_("TEXT")},
	};
	return mark(invocation, &note_command, entries, &text, marking_note, _("noted."), argc, argv);
}

static int booked(const Invocation *invocation, int argc, char **argv)
{
	return mark(invocation, &booked_command, NULL, NULL, marking_booked, _("booked; stages that waited for that open at the next pass."), argc, argv);
}

const Command restart_command = {"restart", N_("choose an invoice's chain anew"), restart};
const Command note_command = {"note", N_("keep a note with an invoice"), note};
const Command booked_command = {"booked", N_("record that the ERP has booked an invoice"), booked};
