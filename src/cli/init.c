/* The first command of a newcomer. */
#include "cli/init.h"

#include "cli/support.h"
#include "service/founding.h"

#include <glib/gi18n.h>
#include <sysexits.h>

/* What was configured before stays as it is. */
static int say_store(const Invocation *invocation, const char *store)
{
	cli_say(_("%s is there already and stays as it is; the store that it names was missing: made, empty, %s."), invocation->config_path, store);
	cli_say(_("Next: put a policy in force: akkoord -c %s policy apply FILE"), invocation->config_path);
	return EX_OK;
}

static int init(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *organisation = NULL, *state = NULL;
	const GOptionEntry entries[] = {
		{"organisation", 0, 0, G_OPTION_ARG_STRING, &organisation, N_("the company's name, as mails bear it"), N_("NAME")},
		{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, N_("the folder for the store, for mail and for invoices"), N_("FOLDER")},
		{0},
	};
	int exit_code;
	if (!cli_options(&init_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&init_command, _("it takes no arguments"));
	g_autoptr(GError) error = NULL;
	g_autofree char *made = NULL, *store = NULL;
	if (!organisation && !state && !founding_add_store(invocation, &store, &error))
		return cli_fail(&init_command, error);
	if (store)
		return say_store(invocation, store);
	FoundingChoices choices = {organisation, state};
	if (!founding_run(invocation, &choices, &made, &error))
		return cli_fail(&init_command, error);
	g_autofree char *folder = g_path_get_dirname(invocation->config_path);
	cli_say(_("Written: %s and %s/policy.conf; the store is in %s, and the policy is in force."), invocation->config_path, folder, made);
	cli_say(_("Next: set directory and mail in %s, then run: akkoord -c %s check --online"), invocation->config_path, invocation->config_path);
	return EX_OK;
}

const Command init_command = {"init", N_("write a starting configuration and the empty store"), init};
