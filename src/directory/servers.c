/* Which server is asked, when to give one up, and when to leave them all alone for a while.
 *
 * - One connection at a time, kept between questions; the server that answered last is asked first.
 * - Trying all servers costs at most what is left of the question's time, shared out among those still to try.
 * - A refusal (wrong password) ends the round: the account is the same everywhere, and every further try may lock
 *   it. */
#include "directory/servers.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/step.h"

#include <string.h>

#define TRACE_LINES        1000
#define PAUSE_FIRST_S      1
#define PAUSE_MOST_S       30
#define PASSWORD_BYTES_MAX 4096
#define SYSTEM_CA_FILE     "/etc/ssl/certs/ca-certificates.crt"

struct Servers {
	const Settings *settings;
	ConnectionTerms terms;
	char *password;
	Connection *connection; /* NULL = not connected */
	guint current;          /* of settings->uris */
	gint64 deadline_us;
	guint failures; /* rounds in a row in which nobody let us in */
	gint64 quiet_until_us;
	GError *last_error;
	GPtrArray *trace;
};

/* --- settings --- */

/* One newline at the end of the file is not part of the password. */
static char *password_read(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;
	gsize length = 0;

	if (path == NULL) {
		error_set(error, ERROR_CONFIG, "directory.bind.password_file is missing: a simple bind needs a password");
		return NULL;
	}
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		error_set(error, ERROR_CONFIG, "directory.bind.password_file: %s", cause->message);
		return NULL;
	}
	if (length > 0 && text[length - 1] == '\n')
		text[--length] = '\0';
	if (length > 0 && text[length - 1] == '\r')
		text[--length] = '\0';
	if (length > 0 && length <= PASSWORD_BYTES_MAX && memchr(text, '\0', length) == NULL)
		return g_steal_pointer(&text);
	/* An empty password would be an anonymous bind that succeeds (RFC 4513, 5.1.2). */
	error_set(error, ERROR_CONFIG, "directory.bind.password_file: %s is empty or not a password", path);
	if (text != NULL)
		explicit_bzero(text, length);
	return NULL;
}

static gboolean servers_set_terms(Servers *servers, GError **error)
{
	const Settings *settings = servers->settings;
	const char *method = settings->bind_method != NULL ? settings->bind_method : "none";
	ConnectionTerms *terms = &servers->terms;

	terms->starttls = settings->starttls;
	terms->ca_file = settings->ca_file != NULL ? settings->ca_file : SYSTEM_CA_FILE;
	terms->method = strcmp(method, "simple") == 0 ? BIND_SIMPLE : strcmp(method, "external") == 0 ? BIND_EXTERNAL : BIND_NONE;
	if (terms->method != BIND_SIMPLE)
		return TRUE;
	if (settings->bind_dn == NULL || *settings->bind_dn == '\0') {
		error_set(error, ERROR_CONFIG, "directory.bind.dn is missing: a simple bind needs a name");
		return FALSE;
	}
	servers->password = password_read(settings->bind_password_file, error);
	terms->dn = settings->bind_dn;
	terms->password = servers->password;
	return servers->password != NULL;
}

Servers *servers_new(const Settings *settings, GError **error)
{
	g_autoptr(Servers) servers = g_new0(Servers, 1);

	servers->settings = settings;
	servers->trace = g_ptr_array_new_with_free_func(g_free);
	if (settings->uris == NULL || settings->uris->len == 0) {
		error_set(error, ERROR_CONFIG, "directory.uri is missing");
		return NULL;
	}
	if (!servers_set_terms(servers, error))
		return NULL;
	for (guint i = 0; i < settings->uris->len; i++) {
		if (!connection_check_uri(g_ptr_array_index(settings->uris, i), &servers->terms, error)) {
			g_prefix_error(error, "directory.uri: ");
			return NULL;
		}
	}
	return g_steal_pointer(&servers);
}

void servers_free(Servers *servers)
{
	if (servers == NULL)
		return;
	connection_close(servers->connection);
	if (servers->password != NULL)
		explicit_bzero(servers->password, strlen(servers->password));
	g_free(servers->password);
	g_clear_error(&servers->last_error);
	g_ptr_array_unref(servers->trace);
	g_free(servers);
}

void servers_begin(Servers *servers)
{
	servers->deadline_us = clock_monotonic_us() + servers->settings->directory_timeout_s * G_USEC_PER_SEC;
}

/* --- trace --- */

void servers_trace(Servers *servers, char *step)
{
	if (servers->trace->len >= TRACE_LINES)
		g_ptr_array_remove_index(servers->trace, 0);
	g_ptr_array_add(servers->trace, step);
}

GPtrArray *servers_take_trace(Servers *servers)
{
	GPtrArray *taken = servers->trace;

	servers->trace = g_ptr_array_new_with_free_func(g_free);
	return taken;
}

static guint count_found(const GPtrArray *entries)
{
	guint found = 0;

	for (guint i = 0; i < entries->len; i++)
		found += entries->pdata[i] != NULL ? 1 : 0;
	return found;
}

/* The only name; the root of all has an empty one. */
static const char *name_of(const GPtrArray *dns)
{
	return g_ptr_array_index(dns, 0);
}

static void servers_trace_search(Servers *servers, const Search *search, const GPtrArray *entries, const GError *error)
{
	g_autofree char *names = search->dns != NULL ? g_strdup_printf("%u", search->dns->len) : NULL;
	g_autofree char *found = error == NULL ? g_strdup_printf("%u", count_found(entries)) : NULL;
	const gboolean is_one = search->dns != NULL && search->dns->len == 1;
	const char *where = search->dns == NULL ? search->base : is_one ? name_of(search->dns) : names;
	const char *word = search->dns == NULL ? STEP_SEARCHED : is_one ? STEP_READ : STEP_READ_MANY;

	servers_trace(servers, error != NULL ? step_new(STEP_UNANSWERED, search->what, search->filter, where, error->message, NULL)
	                                     : step_new(word, search->what, search->filter, where, found, NULL));
}

/* --- connecting --- */

static void servers_drop(Servers *servers)
{
	connection_close(servers->connection);
	servers->connection = NULL;
}

static guint servers_after(const Servers *servers, guint index)
{
	return (index + 1) % servers->settings->uris->len;
}

/* Each server in turn. The error gathers what each of them said. */
static gboolean servers_try_all(Servers *servers, GError **error)
{
	const GPtrArray *uris = servers->settings->uris;
	g_autoptr(GError) cause = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	gboolean refused = FALSE;

	for (guint i = 0; i < uris->len && !refused; i++) {
		gint64 now = clock_monotonic_us();
		gint64 deadline = now + MAX(servers->deadline_us - now, 0) / (uris->len - i);
		g_clear_error(&cause);
		servers->connection =
			connection_open(g_ptr_array_index(uris, servers->current), &servers->terms, deadline, &cause);
		if (servers->connection != NULL)
			return TRUE;
		g_string_append_printf(said, "%s%s", i > 0 ? "; " : "", cause->message);
		refused = error_kind(cause) != ERROR_UNAVAILABLE;
		if (!refused)
			servers->current = servers_after(servers, servers->current);
	}
	error_set(error, error_kind(cause), "%s", said->str);
	return FALSE;
}

/* How long to leave the servers alone now: doubled each time, and not the same for every program that lost them at
 * once. */
static gint64 servers_pause_us(const Servers *servers)
{
	gint64 pause_s = servers->failures > 5 ? PAUSE_MOST_S : MIN(PAUSE_FIRST_S << (servers->failures - 1), PAUSE_MOST_S);

	return pause_s * G_USEC_PER_SEC * g_random_int_range(75, 126) / 100;
}

gboolean servers_connect(Servers *servers, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (servers->connection != NULL)
		return TRUE;
	if (servers->last_error != NULL && clock_monotonic_us() < servers->quiet_until_us) {
		error_set(error, error_kind(servers->last_error), "not tried again yet after: %s", servers->last_error->message);
		return FALSE;
	}
	if (servers_try_all(servers, &cause)) {
		servers->failures = 0;
		g_clear_error(&servers->last_error);
		return TRUE;
	}
	servers->failures++;
	servers->quiet_until_us = clock_monotonic_us() + servers_pause_us(servers);
	g_clear_error(&servers->last_error);
	servers->last_error = g_error_copy(cause);
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

/* --- asking --- */

/* One try. *again: the line was an old one and broke. */
static gboolean servers_try(Servers *servers, const Search *search, GPtrArray **entries, gboolean *again, GError **error)
{
	gboolean is_old = servers->connection != NULL;

	*again = FALSE;
	if (!servers_connect(servers, error))
		return FALSE;
	if (connection_run(servers->connection, search, servers->deadline_us, entries, error))
		return TRUE;
	ConnectionState state = connection_state(servers->connection);
	*again = is_old && state == CONNECTION_LOST;
	if (state != CONNECTION_USABLE)
		servers_drop(servers);
	if (state == CONNECTION_TIMED_OUT)
		servers->current = servers_after(servers, servers->current);
	return FALSE;
}

gboolean servers_run(Servers *servers, const Search *search, GPtrArray **entries, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GPtrArray) found = NULL;
	gboolean again = FALSE;
	gboolean ok = servers_try(servers, search, &found, &again, &cause);

	if (again) {
		g_clear_error(&cause);
		ok = servers_try(servers, search, &found, &again, &cause);
	}
	servers_trace_search(servers, search, found, cause);
	if (ok)
		*entries = g_steal_pointer(&found);
	else
		g_propagate_error(error, g_steal_pointer(&cause));
	return ok;
}
