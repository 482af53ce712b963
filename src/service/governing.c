/* A version is the text and every file it names, kept by content, so that what was in force at any time can be read again. */
#include "service/governing.h"

#include "base/error.h"
#include "config/policy_check.h"
#include "service/holidays.h"

#include <string.h>

static char *read_policy(const char *path, gsize *length, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	char *text = NULL;
	if (!g_file_get_contents(path, &text, length, &failure))
		problems_add(problems, TRUE, path, 0, NULL, NULL, "a file that can be read: %s", failure->message);
	return text;
}

PolicyFiles governing_files_beside(const char *path, const char *currency)
{
	return (PolicyFiles){.read = policy_read_beside, .user_data = path, .holidays = holidays_read, .currency = currency};
}

Policy *governing_check(const char *path, const Settings *settings, Date today, Problems *problems)
{
	gsize length;
	g_autofree char *text = read_policy(path, &length, problems);
	if (!text)
		return NULL;
	const PolicyFiles beside = governing_files_beside(path, settings ? settings->currency : NULL);
	g_autoptr(Policy) policy = policy_parse(text, length, path, &beside, problems);
	if (!policy)
		return NULL;
	if (settings)
		policy_check_settings(policy, settings, problems, path);
	policy_check_warnings(policy, today, problems, path);
	return problems_has_errors(problems) ? NULL : g_steal_pointer(&policy);
}

static gboolean keep_files(Session *session, const char *path, const char *text, gsize length, Json *files, GError **error)
{
	g_autoptr(GPtrArray) names = policy_file_names(text, length);
	for (guint i = 0; i < names->len; i++) {
		g_autoptr(GBytes) bytes = policy_read_beside(names->pdata[i], path, error);
		char sha256[SHA256_HEX_SIZE];
		if (!bytes || !store_put_blob(session_store(session), g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), sha256, error))
			return FALSE;
		Json *file = js_object_new();
		js_object_set_line(file, "name", names->pdata[i]);
		js_object_set_string(file, "document", sha256);
		js_array_append(files, file);
	}
	return TRUE;
}

static gboolean is_in_force(Session *session, const Event *event, gint64 *version, gboolean *same, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PolicyRow) current = store_policy_current(session_store(session), &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*version = current ? current->version : 0;
	*same = current && !strcmp(current->sha256, js_object_get_string(event->data, "policy"));
	const Json *files = js_object_get(event->data, "files");
	for (gsize i = 0; *same && i < js_array_length(files); i++) {
		const Json *file = js_array_get(files, i);
		g_autofree char *kept = store_policy_file(session_store(session), *version, js_object_get_string(file, "name"), error);
		*same = !g_strcmp0(kept, js_object_get_string(file, "document"));
	}
	return TRUE;
}

static gboolean apply(Session *session, const char *path, const char *text, gsize length, Event *applied, gint64 *version, gboolean *same,
                      GError **error)
{
	g_autoptr(Event) event = applied;
	Store *store = session_store(session);
	char sha256[SHA256_HEX_SIZE];
	Json *files = js_array_new();
	js_object_set(event->data, "files", files);
	if (!store_put_blob(store, text, length, sha256, error) || !keep_files(session, path, text, length, files, error))
		return FALSE;
	js_object_set_string(event->data, "policy", sha256);
	if (!is_in_force(session, event, version, same, error))
		return FALSE;
	if (*same)
		return TRUE;
	js_object_set_integer(event->data, "version", ++*version);
	gint64 now = event->at;
	return store_append(store, g_steal_pointer(&event), NULL, error) && store_wakeup_all(store, now, error);
}

/* What lies in the file, checked; warnings are nobody's business here. */
static Policy *policy_in(Session *session, const char *path, GError **error)
{
	Date today = {.day = (gint32)(session_now(session) / 86400)};
	g_autoptr(Problems) problems = problems_new();
	Policy *policy = governing_check(path, session_settings(session), today, problems);
	if (!policy) {
		g_autofree char *text = problems_format(problems);
		error_set(error, ERROR_CONFIG, "%s", text);
	}
	return policy;
}

gboolean governing_preview(Session *session, const char *path, GPtrArray **changes, GError **error)
{
	g_autoptr(Policy) coming = policy_in(session, path, error);
	if (!coming)
		return FALSE;
	const Policy *current = session_policy(session, NULL, NULL);
	*changes = current ? policy_diff(current, coming) : NULL;
	return TRUE;
}

static gboolean is_version(const char *name, gint64 *version)
{
	guint64 number;
	if (!g_ascii_string_to_unsigned(name, 10, 1, G_MAXINT64, &number, NULL))
		return FALSE;
	*version = (gint64)number;
	return TRUE;
}

/* Borrowed where it is a version's, else also *owned. */
static const Policy *policy_called(Session *session, const char *name, Policy **owned, GError **error)
{
	gint64 version;
	if (is_version(name, &version))
		return session_policy_at(session, version, error);
	*owned = policy_in(session, name, error);
	return *owned;
}

static const Policy *policy_before(Session *session, GError **error)
{
	g_autoptr(GPtrArray) versions = store_policies(session_store(session), error);
	if (!versions)
		return NULL;
	if (versions->len < 2) {
		error_set(error, ERROR_NOT_FOUND, "there is no version before the one in force");
		return NULL;
	}
	return session_policy_at(session, ((const PolicyRow *)versions->pdata[1])->version, error);
}

GPtrArray *governing_diff(Session *session, const char *first, const char *second, GError **error)
{
	g_autoptr(Policy) first_owned = NULL;
	g_autoptr(Policy) second_owned = NULL;
	gint64 version;
	gboolean is_coming = first && !second && !is_version(first, &version);
	const Policy *other = first ? policy_called(session, first, &first_owned, error) : policy_before(session, error);
	if (!other)
		return NULL;
	const Policy *next = second ? policy_called(session, second, &second_owned, error) : session_policy(session, NULL, error);
	if (!next)
		return NULL;
	return is_coming ? policy_diff(next, other) : policy_diff(other, next);
}

gboolean governing_apply(Session *session, const char *path, const char *note, gint64 *version, gboolean *same, GError **error)
{
	gint64 now = session_now(session);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = policy_in(session, path, error);
	if (!policy)
		return FALSE;
	gsize length;
	g_autofree char *text = read_policy(path, &length, problems);
	if (!text) {
		error_set(error, ERROR_CONFIG, "%s: it vanished while it was read", path);
		return FALSE;
	}
	Event *event = event_new("policy.applied", now, "cli", NULL);
	js_object_set_line(event_private(event), "author", session_os_user(session));
	js_object_set_line(event_private(event), "note", note);
	gboolean begun = store_begin(session_store(session), error);
	gboolean ok = begun && apply(session, path, text, length, event, version, same, error);
	if (!begun)
		event_free(event);
	return session_end(session, ok, error);
}
