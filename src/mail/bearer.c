/* Where tokens come from is the company's own affair: a helper that renews them writes the file, or is the command. */
#include "mail/bearer.h"

#include "base/child.h"
#include "base/error.h"
#include "base/secret_file.h"
#include "config/log_in.h"

#include <string.h>

#define TOKEN_MAX_BYTES 16384
#define COMMAND_MAX_S   60

/* RFC 6750, 2.1 */
#define TOKEN_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/="

struct Bearer {
	const char *of; /* whose it is, in what is said; static */
	char *file;    /* or */
	char **command; /* NULL-ended */
	gint64 timeout_s;
	GMutex lock;
	char *token; /* what the command printed last; NULL: nothing yet. Under the lock */
};

static Bearer *new_bearer(const char *of, const char *file, const GPtrArray *command, gint64 timeout_s)
{
	Bearer *bearer = g_new0(Bearer, 1);
	g_mutex_init(&bearer->lock);
	bearer->of = of;
	bearer->file = g_strdup(file);
	bearer->timeout_s = MIN(timeout_s, COMMAND_MAX_S);
	bearer->command = g_new0(char *, (command != NULL ? command->len : 0) + 1);
	for (guint i = 0; command != NULL && i < command->len; i++)
		bearer->command[i] = g_strdup(command->pdata[i]);
	return bearer;
}

Bearer *bearer_new(const Settings *settings)
{
	if (!log_in_takes_token(settings->mail_auth))
		return NULL;
	return new_bearer("mail", settings->mail_token_file, settings->mail_token_command, settings->mail_timeout_s);
}

Bearer *bearer_new_for_imap(const ImapAccess *access)
{
	return log_in_takes_token(access->auth) ? new_bearer("inbound.imap", access->token_file, access->token_command, access->timeout_s) : NULL;
}

void bearer_free(Bearer *bearer)
{
	if (bearer == NULL)
		return;
	g_mutex_clear(&bearer->lock);
	g_free(bearer->file);
	g_strfreev(bearer->command);
	g_free(bearer->token);
	g_free(bearer);
}

/* The first line, as it may stand in a header of OAuth; NULL, and why. */
static char *token_in(const Bearer *bearer, const char *text, const char *origin, GError **error)
{
	g_autofree char *line = g_strndup(text, strcspn(text, "\r\n"));
	g_strstrip(line);
	const char *wrong = line[0] == '\0' ? "is empty" : line[strspn(line, TOKEN_CHARACTERS)] != '\0' ? "has a character that is in no token" : NULL;
	if (wrong == NULL)
		return g_steal_pointer(&line);
	error_set(error, ERROR_UNAVAILABLE, "%s: token: the first line from %s %s", bearer->of, origin, wrong);
	return NULL;
}

static char *read_token(const Bearer *bearer, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *line = secret_file_read(bearer->file, TOKEN_MAX_BYTES, &cause);
	char *token = line != NULL ? token_in(bearer, line, bearer->file, error) : NULL;
	if (line == NULL)
		error_set(error, ERROR_UNAVAILABLE, "%s: token file: %s", bearer->of, cause->message);
	secret_file_free(line);
	return token;
}

static char *fetch_token(const Bearer *bearer, GError **error)
{
	if (bearer->command[0] == NULL) {
		error_set(error, ERROR_CONFIG, "%s: no token_file and no token_command", bearer->of);
		return NULL;
	}
	g_autofree char *text = child_run((const char *const *)bearer->command, bearer->timeout_s, TOKEN_MAX_BYTES, NULL, error);
	if (text == NULL) {
		g_prefix_error(error, "%s: token: ", bearer->of);
		return NULL;
	}
	return token_in(bearer, text, bearer->command[0], error);
}

char *bearer_get(Bearer *bearer, const char *refused, GError **error)
{
	if (bearer->file != NULL)
		return read_token(bearer, error);
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&bearer->lock);
	if (bearer->token == NULL || g_strcmp0(bearer->token, refused) == 0) {
		g_free(bearer->token);
		bearer->token = fetch_token(bearer, error);
	}
	(void)locker;
	return g_strdup(bearer->token);
}
