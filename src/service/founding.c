/* Never writes over anything. */
#include "service/founding.h"

#include "base/clock.h"
#include "base/error.h"
#include "config/starting.h"
#include "service/governing.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define STORE_SCHEME "sqlite:"

static char *example(const char *name, GError **error)
{
	const char *folder = g_getenv("AKKOORD_EXAMPLES");
	g_autofree char *path = g_build_filename(folder ? folder : AKKOORD_EXAMPLE_DIR, name, NULL);
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, error);
	return text;
}

static gboolean write_all(int file, const char *text)
{
	gsize left = strlen(text);
	while (left) {
		gssize written = write(file, text, left);
		if (written < 0 && errno != EINTR)
			return FALSE;
		if (written > 0) {
			text += written;
			left -= (gsize)written;
		}
	}
	return fsync(file) == 0;
}

static gboolean write_new(const char *path, const char *text, GError **error)
{
	int file = g_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (file < 0) {
		error_set(error, errno == EEXIST ? ERROR_CONFLICT : ERROR_FORBIDDEN, "%s: cannot be written: %s", path, g_strerror(errno));
		return FALSE;
	}
	gboolean written = write_all(file, text);
	int cause = errno;
	if (close(file) || !written) {
		error_set(error, ERROR_TRANSIENT, "%s: cannot be written: %s", path, g_strerror(cause));
		return FALSE;
	}
	return TRUE;
}

static gboolean write_example(const char *name, const char *path, const char *organisation, const char *state, GError **error)
{
	g_autofree char *text = example(name, error);
	g_autofree char *filled = text ? starting_text(text, organisation, state) : NULL;
	return filled && write_new(path, filled, error);
}

static gboolean make_folder(const char *path, GError **error)
{
	if (!g_mkdir_with_parents(path, 0750))
		return TRUE;
	error_set(error, ERROR_FORBIDDEN, "%s: the folder cannot be made: %s", path, g_strerror(errno));
	return FALSE;
}

static gboolean refuse_existing(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	error_set(error, ERROR_CONFLICT, "%s is there already: nothing was touched", path);
	return FALSE;
}

static char *state_folder(const char *config_folder, const char *chosen)
{
	if (chosen)
		return g_canonicalize_filename(chosen, NULL);
	return !strcmp(config_folder, AKKOORD_SYSCONF_DIR) ? g_strdup(AKKOORD_STATE_DIR) : g_build_filename(config_folder, "state", NULL);
}

static gboolean apply_policy(const Invocation *invocation, const char *policy, GError **error)
{
	g_autoptr(Session) session = session_open(invocation, error);
	g_autoptr(PolicyDraft) draft = session ? governing_read(session, policy, error) : NULL;
	gint64 version;
	gboolean same;
	return draft && governing_apply(session, draft, "the starting policy", &version, &same, error);
}

gboolean founding_run(const Invocation *invocation, const FoundingChoices *choices, char **state_path, GError **error)
{
	g_autofree char *config = g_canonicalize_filename(invocation->config_path, NULL);
	g_autofree char *folder = g_path_get_dirname(config);
	g_autofree char *policy = g_build_filename(folder, "policy.conf", NULL);
	g_autofree char *state = state_folder(folder, choices->state);
	g_autofree char *intake = g_build_filename(state, "in", NULL);
	g_autofree char *store_file = g_build_filename(state, "akkoord.db", NULL);
	g_autofree char *store_uri = g_strconcat(STORE_SCHEME, store_file, NULL);
	const char *organisation = choices->organisation ? choices->organisation : "Example";
	if (!refuse_existing(config, error) || !refuse_existing(policy, error) || !refuse_existing(store_file, error))
		return FALSE;
	if (!make_folder(folder, error) || !make_folder(intake, error) ||
	    !write_example("akkoord.conf", config, organisation, state, error) ||
	    !write_example("policy.conf", policy, organisation, state, error))
		return FALSE;
	gint64 now = invocation->now_given ? invocation->now : clock_now();
	g_autoptr(Store) store = store_open(store_uri, TRUE, now, error);
	if (!store)
		return FALSE;
	g_clear_pointer(&store, store_close);
	*state_path = g_steal_pointer(&state);
	return apply_policy(invocation, policy, error);
}

gboolean founding_add_store(const Invocation *invocation, char **made, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = g_file_test(invocation->config_path, G_FILE_TEST_EXISTS) ? settings_read(invocation->config_path, problems) : NULL;
	const char *path = settings && g_str_has_prefix(settings->store, STORE_SCHEME) ? settings->store + strlen(STORE_SCHEME) : NULL;
	*made = NULL;
	if (!path || g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(Store) store = make_folder(folder, error) ? store_open(settings->store, TRUE, invocation->now_given ? invocation->now : clock_now(), error) : NULL;
	if (store)
		*made = g_strdup(path);
	return store != NULL;
}
