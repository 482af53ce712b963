/* The table of commands. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/absence_commands.h"
#include "cli/audit.h"
#include "cli/brake_commands.h"
#include "cli/check.h"
#include "cli/decide.h"
#include "cli/decision_file.h"
#include "cli/hand_commands.h"
#include "cli/hold_commands.h"
#include "cli/import.h"
#include "cli/init.h"
#include "cli/mark_commands.h"
#include "cli/people_commands.h"
#include "cli/policy_commands.h"
#include "cli/receive.h"
#include "cli/remind_command.h"
#include "cli/report_commands.h"
#include "cli/simulate.h"
#include "cli/template_commands.h"
#include "cli/tick.h"
#include "cli/view.h"
#include "cli/when.h"
#include "cli/who.h"

#include <glib/gi18n.h>
#include <string.h>

static const Command *const commands[] = {
	&init_command,    &check_command,  &import_command,  &receive_command, &when_command,  &who_command,    &list_command,   &show_command,  &explain_command,
	&approve_command, &reject_command, &delegate_command, &not_mine_command, &note_command, &booked_command, &restart_command, &withdraw_command,
	&hold_command,    &release_command, &ask_command, &absence_command, &remind_command, &tick_command, &pause_command,   &resume_command, &simulate_command, &report_command, &export_command,
	&policy_command,  &people_command, &template_command, &audit_command,
};

const Command *cli_command_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

void cli_command_list(GString *out)
{
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		g_string_append_printf(out, "  %-10s %s\n", commands[i]->name, _(commands[i]->summary));
}

const char *cli_command_nearest(const char *name)
{
	const char *names[G_N_ELEMENTS(commands) + 1] = {NULL};
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		names[i] = commands[i]->name;
	return text_nearest(name, names);
}
