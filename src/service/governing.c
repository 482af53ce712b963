/* A version is the text and every file it names, kept by content, so that what was in force at any time can be read again. */
#include "service/governing.h"

#include "base/error.h"
#include "config/policy_check.h"
#include "mail/call.h"
#include "session/holidays.h"

#include <string.h>

void policy_draft_free(PolicyDraft *draft)
{
	if (!draft)
		return;
	g_free(draft->path);
	g_clear_pointer(&draft->text, g_bytes_unref);
	g_hash_table_unref(draft->files);
	policy_unref(draft->policy);
	g_free(draft);
}

static gboolean read_text(PolicyDraft *draft, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	char *text = NULL;
	gsize length;
	if (g_file_get_contents(draft->path, &text, &length, &failure))
		draft->text = g_bytes_new_take(text, length);
	else
		problems_add(problems, TRUE, draft->path, 0, NULL, NULL, "a file that can be read: %s", failure->message);
	return draft->text != NULL;
}

PolicyFiles governing_files_beside(const char *path, const char *currency)
{
	return (PolicyFiles){.read = policy_read_beside, .user_data = path, .holidays = holidays_read, .currency = currency, .check_channel = call_check};
}

/* Each file is read once. */
static GBytes *read_draft_file(const char *name, gconstpointer user_data, GError **error)
{
	const PolicyDraft *draft = user_data;
	GBytes *bytes = g_hash_table_lookup(draft->files, name);
	if (bytes)
		return g_bytes_ref(bytes);
	bytes = policy_read_beside(name, draft->path, error);
	if (bytes)
		g_hash_table_insert(draft->files, g_strdup(name), g_bytes_ref(bytes));
	return bytes;
}

static PolicyDraft *draft_new(const char *path)
{
	PolicyDraft *draft = g_new0(PolicyDraft, 1);
	draft->path = g_strdup(path);
	draft->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
	return draft;
}

/* NULL where it is wrong. */
static PolicyDraft *draft_read(const char *path, const Settings *settings, Date today, Problems *problems)
{
	g_autoptr(PolicyDraft) draft = draft_new(path);
	if (!read_text(draft, problems))
		return NULL;
	const PolicyFiles files = {.read = read_draft_file, .user_data = draft, .holidays = holidays_read, .currency = settings ? settings->currency : NULL, .check_channel = call_check};
	gsize length;
	const char *text = g_bytes_get_data(draft->text, &length);
	draft->policy = policy_parse(text, length, path, &files, problems);
	if (!draft->policy)
		return NULL;
	if (settings)
		policy_check_settings(draft->policy, settings, problems, path);
	policy_check_warnings(draft->policy, today, problems, path);
	return problems_has_errors(problems) ? NULL : g_steal_pointer(&draft);
}

Policy *governing_check(const char *path, const Settings *settings, Date today, Problems *problems)
{
	g_autoptr(PolicyDraft) draft = draft_read(path, settings, today, problems);
	return draft ? policy_ref(draft->policy) : NULL;
}

PolicyDraft *governing_read(Session *session, const char *path, GError **error)
{
	Date today = {.day = (gint32)(session_now(session) / 86400)};
	g_autoptr(Problems) problems = problems_new();
	PolicyDraft *draft = draft_read(path, session_settings(session), today, problems);
	if (!draft) {
		g_autofree char *text = problems_format(problems);
		error_set(error, ERROR_CONFIG, "%s", text);
	}
	return draft;
}

static gboolean keep_files(Session *session, const PolicyDraft *draft, Json *files, GError **error)
{
	gsize length;
	const char *text = g_bytes_get_data(draft->text, &length);
	g_autoptr(GPtrArray) names = policy_file_names(text, length);
	for (guint i = 0; i < names->len; i++) {
		g_autoptr(GBytes) bytes = read_draft_file(names->pdata[i], draft, error);
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

static gboolean apply(Session *session, const PolicyDraft *draft, Event *applied, gint64 *version, gboolean *same, GError **error)
{
	g_autoptr(Event) event = applied;
	Store *store = session_store(session);
	char sha256[SHA256_HEX_SIZE];
	Json *files = js_array_new();
	js_object_set(event->data, "files", files);
	if (!store_put_blob(store, g_bytes_get_data(draft->text, NULL), g_bytes_get_size(draft->text), sha256, error) ||
	    !keep_files(session, draft, files, error))
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

GPtrArray *governing_changes(Session *session, const PolicyDraft *draft)
{
	const Policy *current = session_policy(session, NULL, NULL);
	return current ? policy_diff(current, draft->policy) : NULL;
}

static gboolean is_version(const char *name, gint64 *version)
{
	guint64 number;
	if (!g_ascii_string_to_unsigned(name, 10, 1, G_MAXINT64, &number, NULL))
		return FALSE;
	*version = (gint64)number;
	return TRUE;
}

/* Borrowed from the session where it is a version's, else from *draft. */
static const Policy *policy_called(Session *session, const char *name, PolicyDraft **draft, GError **error)
{
	gint64 version;
	if (is_version(name, &version))
		return session_policy_at(session, version, error);
	*draft = governing_read(session, name, error);
	return *draft ? (*draft)->policy : NULL;
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
	g_autoptr(PolicyDraft) first_draft = NULL;
	g_autoptr(PolicyDraft) second_draft = NULL;
	gint64 version;
	gboolean is_coming = first && !second && !is_version(first, &version);
	const Policy *other = first ? policy_called(session, first, &first_draft, error) : policy_before(session, error);
	if (!other)
		return NULL;
	const Policy *next = second ? policy_called(session, second, &second_draft, error) : session_policy(session, NULL, error);
	if (!next)
		return NULL;
	return is_coming ? policy_diff(next, other) : policy_diff(other, next);
}

gboolean governing_apply(Session *session, const PolicyDraft *draft, const char *note, gint64 *version, gboolean *same, GError **error)
{
	Event *event = event_new("policy.applied", session_now(session), "cli", NULL);
	js_object_set_line(event_private(event), "author", session_os_user(session));
	js_object_set_line(event_private(event), "note", note);
	gboolean begun = store_begin(session_store(session), error);
	gboolean ok = begun && apply(session, draft, event, version, same, error);
	if (!begun)
		event_free(event);
	return session_end(session, ok, error);
}
