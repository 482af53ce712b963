/* Which server is asked, when to give one up, and when to leave them all alone for a while.
 *
 * - One connection at a time, kept between questions; the server that answered last is asked first, and one that let us in and did not answer last.
 * - Trying all servers costs at most the settings' timeout, shared out among those still to try.
 * - A refusal (wrong password) ends the round: the account is the same everywhere, and every further try may lock
 *   it. */
#include "directory/servers.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/secret_file.h"
#include "directory/flight.h"

#include <string.h>

#define PAUSE_FIRST_S      1
#define PAUSE_MOST_S       30
#define LOSSES_MAX         16
#define SYSTEM_CA_FILE     "/etc/ssl/certs/ca-certificates.crt"

struct Servers {
	const Settings *settings;
	ConnectionTerms terms;
	char *password;
	Tickets *tickets;
	Connection *connection; /* NULL = not connected */
	guint current;          /* of settings->uris */
	guint failures;         /* rounds in a row in which nobody let us in */
	gint64 quiet_until_us;
	GError *last_error;
};

/* --- settings --- */

/* An empty one would be an anonymous bind that succeeds (RFC 4513, 5.1.2). */
static char *password_read(const char *path, GError **error)
{
	if (path == NULL) {
		error_set(error, ERROR_CONFIG, "directory.bind.password_file is missing: a simple bind needs a password");
		return NULL;
	}
	char *password = secret_file_read(path, SECRET_FILE_MAX_BYTES, error);
	if (password == NULL)
		g_prefix_error(error, "directory.bind.password_file: ");
	return password;
}

static BindMethod method_of(const char *word)
{
	if (g_strcmp0(word, "simple") == 0)
		return BIND_SIMPLE;
	if (g_strcmp0(word, "gssapi") == 0)
		return BIND_GSSAPI;
	return g_strcmp0(word, "external") == 0 ? BIND_EXTERNAL : BIND_NONE;
}

static gboolean servers_set_terms(Servers *servers, GError **error)
{
	const Settings *settings = servers->settings;
	ConnectionTerms *terms = &servers->terms;

	terms->starttls = settings->starttls;
	terms->ca_file = settings->ca_file != NULL ? settings->ca_file : SYSTEM_CA_FILE;
	terms->method = method_of(settings->bind_method);
	if (terms->method == BIND_GSSAPI)
		terms->tickets = servers->tickets = tickets_new(settings->bind_keytab, settings->bind_principal);
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
	secret_file_free(servers->password);
	tickets_free(servers->tickets);
	g_clear_error(&servers->last_error);
	g_free(servers);
}

/* --- connecting --- */

static gint64 servers_timeout_us(const Servers *servers)
{
	return servers->settings->directory_timeout_s * G_USEC_PER_SEC;
}

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
	const gint64 end = clock_monotonic_us() + servers_timeout_us(servers);
	gboolean refused = FALSE;

	for (guint i = 0; i < uris->len && !refused; i++) {
		gint64 now = clock_monotonic_us();
		gint64 deadline = now + MAX(end - now, 0) / (uris->len - i);
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

static void fail_open(const GPtrArray *searches, const GError *error)
{
	for (guint i = 0; i < searches->len; i++) {
		Search *search = g_ptr_array_index(searches, i);
		if (search_is_open(search))
			search_fail(search, error);
	}
}

static void servers_move_on(Servers *servers)
{
	servers_drop(servers);
	servers->current = servers_after(servers, servers->current);
}

/* The server took one of them and has no time for it. */
static gboolean is_put_off(const GPtrArray *searches)
{
	for (guint i = 0; i < searches->len; i++) {
		const Search *search = g_ptr_array_index(searches, i);
		if (search->error != NULL && !search->is_refused && error_kind(search->error) == ERROR_UNAVAILABLE)
			return TRUE;
	}
	return FALSE;
}

/* FALSE with *error where some are still open; *lost: because the line broke. What lets us in and then has no answer is not the server that is asked
 * next. */
static gboolean servers_try(Servers *servers, GPtrArray *searches, gboolean *lost, GError **error)
{
	const gboolean is_new = servers->connection == NULL;

	*lost = FALSE;
	if (!servers_connect(servers, error))
		return FALSE;
	FlightEnd end = flight_run(servers->connection, searches, servers_timeout_us(servers), error);
	*lost = end == FLIGHT_LOST;
	if (end == FLIGHT_SILENT || (end == FLIGHT_LOST && is_new) || (end == FLIGHT_LANDED && servers->settings->uris->len > 1 && is_put_off(searches)))
		servers_move_on(servers);
	else if (end == FLIGHT_LOST)
		servers_drop(servers);
	return end == FLIGHT_LANDED;
}

/* Those of them that are open. */
static GPtrArray *open_of(const GPtrArray *searches)
{
	GPtrArray *open = g_ptr_array_new();

	for (guint i = 0; i < searches->len; i++)
		if (search_is_open(g_ptr_array_index(searches, i)))
			g_ptr_array_add(open, g_ptr_array_index(searches, i));
	return open;
}

static GPtrArray *part_of(const GPtrArray *searches, guint from, guint until)
{
	GPtrArray *part = g_ptr_array_new();

	for (guint i = from; i < until; i++)
		g_ptr_array_add(part, g_ptr_array_index(searches, i));
	return part;
}

/* All of them on a new line, and where that breaks too, each half on one of its own: an answer may itself be what breaks it (an entry of more megabytes
 * than we take), and then only that one's search is to fail. FALSE with *error: it is not an answer that does. */
static gboolean servers_halve(Servers *servers, GPtrArray *searches, guint *losses, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GPtrArray) open = open_of(searches);
	gboolean lost = FALSE;

	if (open->len == 0 || servers_try(servers, open, &lost, &cause))
		return TRUE;
	if (!lost || ++*losses > LOSSES_MAX) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (open->len == 1) {
		Search *search = g_ptr_array_index(open, 0);
		search->is_refused = TRUE;
		search_fail(search, cause);
		return TRUE;
	}
	g_autoptr(GPtrArray) first = part_of(open, 0, open->len / 2);
	g_autoptr(GPtrArray) second = part_of(open, open->len / 2, open->len);
	return servers_halve(servers, first, losses, error) && servers_halve(servers, second, losses, error);
}

void servers_run(Servers *servers, GPtrArray *searches)
{
	g_autoptr(GError) error = NULL;
	gboolean lost = FALSE;
	guint losses = 0;

	if (servers_try(servers, searches, &lost, &error))
		return;
	if (lost) {
		g_clear_error(&error);
		if (servers_halve(servers, searches, &losses, &error))
			return;
	}
	fail_open(searches, error);
}

gint64 servers_certificate_ends(const Servers *servers)
{
	return servers->connection != NULL ? connection_certificate_ends(servers->connection) : INSTANT_NONE;
}
