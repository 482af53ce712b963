/* Opens what a run needs, and only that: the directory and the templates not before somebody asks for them, so that a decision
 * never waits for a directory that hangs. */
#include "session/session.h"

#include "base/clock.h"
#include "base/error.h"
#include "session/holidays.h"

#include <stdlib.h>

struct Session {
	Settings *settings;
	Store *store;
	Answers *answers;
	Waits *waits;
	MailStyle *style;
	GHashTable *policies; /* version (gint64 *) -> Policy */
	FeedReaders *feed_readers;
	GArray *mail_polls; /* NULL until asked for */
	gpointer absences;
	GDestroyNotify free_absences;
	gboolean now_given;
	gint64 now;
	SessionStop is_stopping; /* NULL: nobody says so */
	gpointer stop_data;
};

static Session *session_new(const Invocation *invocation, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Session) session = g_new0(Session, 1);
	session->now_given = invocation->now_given;
	session->now = invocation->now;
	session->policies = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)policy_unref);
	session->waits = waits_new();
	session->settings = settings_read(invocation->config_path, problems);
	if (!session->settings) {
		g_autofree char *text = problems_format(problems);
		error_set(error, ERROR_CONFIG, "%s", text);
		return NULL;
	}
	return g_steal_pointer(&session);
}

Session *session_open(const Invocation *invocation, GError **error)
{
	g_autoptr(Session) session = session_new(invocation, error);
	if (session)
		session->store = store_open(session->settings->store, FALSE, session_now(session), error);
	if (!session || !session->store)
		return NULL;
	session->answers = answers_new(session->settings, session->store, TRUE);
	return g_steal_pointer(&session);
}

Session *session_open_to_read(const Invocation *invocation, GError **error)
{
	g_autoptr(Session) session = session_new(invocation, error);
	if (session)
		session->store = store_open_to_read(session->settings->store, error);
	if (!session || !session->store)
		return NULL;
	session->answers = answers_new(session->settings, session->store, FALSE);
	return g_steal_pointer(&session);
}

void session_close(Session *session)
{
	if (!session)
		return;
	session_keep_absences(session, NULL, NULL);
	g_clear_pointer(&session->feed_readers, feed_readers_free);
	g_clear_pointer(&session->mail_polls, g_array_unref);
	g_clear_pointer(&session->policies, g_hash_table_unref);
	g_clear_pointer(&session->style, mail_style_free);
	g_clear_pointer(&session->answers, answers_free);
	g_clear_pointer(&session->waits, waits_free);
	g_clear_pointer(&session->store, store_close);
	g_clear_pointer(&session->settings, settings_unref);
	g_free(session);
}

void session_set_stop(Session *session, SessionStop is_stopping, gpointer user_data)
{
	session->is_stopping = is_stopping;
	session->stop_data = user_data;
	answers_set_stop(session->answers, is_stopping, user_data);
}

gboolean session_is_stopping(const Session *session)
{
	return session->is_stopping && session->is_stopping(session->stop_data);
}

gint64 session_now(const Session *session)
{
	return session->now_given ? session->now : clock_now();
}

const Settings *session_settings(const Session *session)
{
	return session->settings;
}

Settings *session_settings_ref(Session *session)
{
	return settings_ref(session->settings);
}

Store *session_store(const Session *session)
{
	return session->store;
}

Answers *session_answers(Session *session)
{
	return session->answers;
}

Waits *session_waits(Session *session)
{
	return session->waits;
}

const char *session_template_root(void)
{
	const char *root = g_getenv("AKKOORD_TEMPLATES");
	return root ? root : AKKOORD_TEMPLATE_DIR;
}

const MailStyle *session_mail_style(Session *session, GError **error)
{
	if (!session->style)
		session->style = mail_style_new(session->settings, session_template_root(), error);
	return session->style;
}

typedef struct {
	Store *store;
	gint64 version;
} StoredFiles;

static GBytes *read_stored(const char *name, gconstpointer user_data, GError **error)
{
	const StoredFiles *files = user_data;
	g_autofree char *sha256 = store_policy_file(files->store, files->version, name, error);
	if (!sha256) {
		if (error && !*error)
			error_set(error, ERROR_NOT_FOUND, "policy version %" G_GINT64_FORMAT " holds no file %s",
			          files->version, name);
		return NULL;
	}
	return store_blob(files->store, sha256, error);
}

static Policy *policy_load(Session *session, gint64 version, const char *sha256, GError **error)
{
	g_autoptr(GBytes) text = store_blob(session->store, sha256, error);
	if (!text)
		return NULL;
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *origin = g_strdup_printf("policy version %" G_GINT64_FORMAT, version);
	StoredFiles stored = {session->store, version};
	const PolicyFiles files = {.read = read_stored, .user_data = &stored, .holidays = holidays_read, .currency = session->settings->currency};
	gsize length;
	const char *bytes = g_bytes_get_data(text, &length);
	Policy *policy = policy_parse(bytes, length, origin, &files, problems);
	if (!policy) {
		g_autofree char *what = problems_format(problems);
		error_set(error, ERROR_CONFIG, "%s", what);
	}
	return policy;
}

static const Policy *policy_keep(Session *session, gint64 version, const char *sha256, GError **error)
{
	Policy *policy = g_hash_table_lookup(session->policies, &version);
	if (policy)
		return policy;
	policy = policy_load(session, version, sha256, error);
	if (policy)
		g_hash_table_insert(session->policies, g_memdup2(&version, sizeof version), policy);
	return policy;
}

const Policy *session_policy(Session *session, gint64 *version, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PolicyRow) current = store_policy_current(session->store, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	if (!current) {
		error_set(error, ERROR_CONFIG, "no policy is in force yet: write policy.conf, then run: akkoord policy apply policy.conf");
		return NULL;
	}
	if (version)
		*version = current->version;
	return policy_keep(session, current->version, current->sha256, error);
}

const Policy *session_policy_at(Session *session, gint64 version, GError **error)
{
	const Policy *kept = g_hash_table_lookup(session->policies, &version);
	if (kept)
		return kept;
	g_autoptr(GPtrArray) versions = store_policies(session->store, error);
	for (guint i = 0; versions && i < versions->len; i++) {
		const PolicyRow *row = versions->pdata[i];
		if (row->version == version)
			return policy_keep(session, version, row->sha256, error);
	}
	if (versions)
		error_set(error, ERROR_NOT_FOUND, "there is no policy version %" G_GINT64_FORMAT, version);
	return NULL;
}

const char *session_os_user(const Session *session)
{
	(void)session;
	return g_get_user_name();
}

char *session_new_id(const char *prefix)
{
	g_autofree char *random = secret_random_id(9);
	return g_strconcat(prefix, random, NULL);
}

gpointer session_absences(const Session *session)
{
	return session->absences;
}

void session_keep_absences(Session *session, gpointer absences, GDestroyNotify destroy)
{
	if (session->absences)
		session->free_absences(session->absences);
	session->absences = absences;
	session->free_absences = destroy;
}

FeedReaders *session_feed_readers(Session *session)
{
	if (!session->feed_readers)
		session->feed_readers = feed_readers_new();
	return session->feed_readers;
}

gboolean session_reads_feeds(const Session *session)
{
	return session->feed_readers != NULL;
}

static void clear_place(gpointer place)
{
	g_clear_pointer(&((PollPlace *)place)->poll, mail_poll_free);
}

GArray *session_mail_polls(Session *session)
{
	if (session->mail_polls)
		return session->mail_polls;
	session->mail_polls = g_array_new(FALSE, TRUE, sizeof(PollPlace));
	g_array_set_clear_func(session->mail_polls, clear_place);
	for (guint i = 0; i < session->settings->inbound_imap->len; i++) {
		const PollPlace place = {.next = INSTANT_NONE};
		g_array_append_val(session->mail_polls, place);
	}
	return session->mail_polls;
}

gboolean session_polls_mail(const Session *session)
{
	return session->mail_polls != NULL;
}

gboolean session_end(Session *session, gboolean ok, GError **error)
{
	const gboolean awaits = answers_are_incomplete(session->answers);
	if (ok && !awaits && store_commit(session->store, error))
		return TRUE;
	if (ok && awaits)
		error_set(error, ERROR_TRANSIENT, "the directory has not been asked yet");
	store_rollback(session->store);
	return FALSE;
}
