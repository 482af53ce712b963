/* Prints the option list of a configuration page from the option tables that read the file, so that the page cannot say otherwise.
 * Used by the build alone. */
#include "config/policy_options.h"
#include "config/settings.h"

#include <stdio.h>
#include <sysexits.h>

int main(int argc, char **argv)
{
	const char *which = argc == 2 ? argv[1] : "";
	const Option *table = NULL;
	if (g_str_equal(which, "akkoord.conf"))
		table = settings_options();
	else if (g_str_equal(which, "akkoord-policy"))
		table = policy_options();
	if (!table) {
		fputs("usage: option_list akkoord.conf | akkoord-policy\n", stderr);
		return EX_USAGE;
	}
	g_autofree char *list = options_manual(table);
	fputs(list, stdout);
	return ferror(stdout) ? EX_IOERR : EX_OK;
}
