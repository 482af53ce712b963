#include "settings_fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

Settings *settings_fixture(const char *directory)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *path = NULL;
	g_autofree char *text = g_strdup_printf("organisation = { name = \"Voorbeeld BV\"; };\nstore = \"sqlite:akkoord.db\";\n"
	                                        "mail = { transport = \"maildir:out\"; from = \"akkoord@example.nl\"; };\n"
	                                        "directory = { uri = \"ldap://127.0.0.1:1\"; base = \"dc=example,dc=nl\"; timeout = \"1s\"; %s };\n",
	                                        directory);
	int file = g_file_open_tmp("akkoord-XXXXXX.conf", &path, NULL);
	g_assert_cmpint(file, >=, 0);
	close(file);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	Settings *settings = settings_read(path, problems);
	g_assert_nonnull(settings);
	g_remove(path);
	return settings;
}
