#include "config/log_in.h"

#include <glib/gstdio.h>
#include <string.h>

const char *const log_in_ways[] = {"auto", "plain", "login", "xoauth2", "oauthbearer", NULL};

gboolean log_in_takes_token(const char *auth)
{
	return !g_strcmp0(auth, "xoauth2") || !g_strcmp0(auth, "oauthbearer");
}

void complain_of_member(const OptionReader *reader, const ConfNode *group, const char *name, const char *wanted)
{
	const ConfNode *node = conf_get(group, name);
	g_autofree char *path = g_strconcat(group->path, ".", name, NULL);
	problems_add(reader->problems, TRUE, reader->origin, node ? node->line : group->line, path, node ? node->text : NULL, "%s", wanted);
}

void warn_of_open_secret(const OptionReader *reader, const ConfNode *group, const char *name)
{
	const ConfNode *node = conf_get(group, name);
	if (!node || node->type != CONF_TEXT)
		return;
	g_autofree char *path = g_canonicalize_filename(node->text, reader->directory);
	GStatBuf status;
	if (g_stat(path, &status) == 0 && (status.st_mode & 0007) != 0)
		problems_add(reader->problems, FALSE, reader->origin, node->line, node->path, node->text, "%s", "a file that only its owner can read (chmod o-rwx)");
}

static gboolean can_be_run(const char *program)
{
	return g_path_is_absolute(program) && g_file_test(program, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test(program, G_FILE_TEST_IS_DIR);
}

static void check_token(const ConfNode *group, const GPtrArray *token_command, const OptionReader *reader)
{
	const gboolean file = conf_get(group, "token_file") != NULL, command = token_command && token_command->len > 0;
	const char *program = command ? token_command->pdata[0] : NULL;
	if (conf_get(group, "password_file"))
		complain_of_member(reader, group, "password_file", "no password with auth = \"xoauth2\" or \"oauthbearer\", which take a token");
	if (!conf_get(group, "user"))
		complain_of_member(reader, group, "user", "this setting too: the mailbox that the token is for");
	if (!file && !command)
		complain_of_member(reader, group, "token_file", "this setting or token_command: auth takes a token");
	if (file && command)
		complain_of_member(reader, group, "token_command", "only one of token_file and token_command");
	if (program && !can_be_run(program))
		options_complain(reader, conf_get(group, "token_command"), "the whole path of a program that may be run, then its arguments: %s is none", program);
}

static void check_password(const ConfNode *group, const OptionReader *reader)
{
	static const char *const tokens[] = {"token_file", "token_command"};
	for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
		if (conf_get(group, tokens[i]))
			complain_of_member(reader, group, tokens[i], "this setting only with auth = \"xoauth2\" or \"oauthbearer\"");
	if (!conf_get(group, "user") != !conf_get(group, "password_file"))
		complain_of_member(reader, group, conf_get(group, "user") ? "password_file" : "user", "user and password_file together");
	else if (conf_get(group, "auth") && !conf_get(group, "user"))
		complain_of_member(reader, group, "auth", "this setting only with user and password_file");
}

void log_in_check(const ConfNode *group, const char *auth, const GPtrArray *token_command, const OptionReader *reader)
{
	if (log_in_takes_token(auth))
		check_token(group, token_command, reader);
	else
		check_password(group, reader);
}
