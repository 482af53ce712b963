/* The wall around libldap: one connection, from its options to the pieces of an answer.
 *
 * - Nothing waits longer than its deadline. libldap 2.5 ignores its own time limits inside a TLS handshake (and
 *   spins) unless the connection is made asynchronously, so it always is, and the first operation is repeated while
 *   it says LDAP_X_CONNECTING.
 * - What ends an answer says whether it is whole: a limit, a referral, a broken line in the middle of it never looks
 *   like "nobody".
 * - Once a handshake failed, nothing is sent on that connection: libldap would go on in the clear. */
#include "directory/connection.h"
#include "directory/refusal.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/text.h"

#include <ldap.h>
#include <limits.h>
#include <poll.h>
#include <sasl/sasl.h>
#include <string.h>
#include <sys/time.h>

#define PAGE_SIZE         500
#define MESSAGE_BYTES_MAX (16 * 1024 * 1024)
#define EARLY_US          20000

/* What encrypts counts from 56 on ([MS-ADTS] 5.1.1.1.2); the most there is. */
#define SASL_SSF_LEAST 56
#define SASL_SSF_MOST  INT_MAX

struct Connection {
	LDAP *ld;
	char *uri;
};

const char *connection_uri(const Connection *connection)
{
	return connection->uri;
}

void connection_close(Connection *connection)
{
	if (connection == NULL)
		return;
	if (connection->ld != NULL)
		ldap_unbind_ext(connection->ld, NULL, NULL);
	g_free(connection->uri);
	g_free(connection);
}

/* --- errors --- */

static ErrorKind kind_of(int code)
{
	switch (code) {
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_INVALID_DN_SYNTAX:
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_STRONG_AUTH_NOT_SUPPORTED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_UNWILLING_TO_PERFORM:
	case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
	case LDAP_INAPPROPRIATE_MATCHING:
	case LDAP_PROTOCOL_ERROR:
		return ERROR_PERMANENT;
	case LDAP_FILTER_ERROR:
	case LDAP_PARAM_ERROR:
	case LDAP_NOT_SUPPORTED:
	case LDAP_AUTH_UNKNOWN:
		return ERROR_CONFIG;
	default:
		return ERROR_UNAVAILABLE;
	}
}

/* libldap's or the server's own words about the last failure; NULL = none. Owned by the caller. */
static char *connection_diagnostic(const Connection *connection)
{
	char *message = NULL;

	if (ldap_get_option(connection->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &message) != LDAP_OPT_SUCCESS || message == NULL)
		return NULL;
	/* All that libldap 2.5 on GnuTLS has to say of a certificate it refuses. */
	gboolean is_tls = strcmp(message, "(unknown error code)") == 0;
	char *clean = is_tls ? g_strdup("TLS failed: is the server's certificate in date, for this name, and from an authority "
	                                "in ca_file?")
	                     : text_clean_or_null(message);
	ldap_memfree(message);
	return clean;
}

/* What an administrator makes of it; NULL = nothing more than the code. */
static const char *meaning_of(int code, const char *said)
{
	switch (code) {
	case LDAP_INVALID_CREDENTIALS:
		return refusal_meaning(said);
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
		return "the server wants it encrypted: ldaps://, or starttls = true";
	case LDAP_REFERRAL:
		return "another server is said to have it, and those are not asked";
	case LDAP_AUTH_UNKNOWN:
		return "the SASL library has no GSSAPI here: is libsasl2-modules-gssapi-mit installed?";
	default:
		return NULL;
	}
}

/* Always FALSE. `said`: what the server said with its answer; NULL = ask libldap. */
static gboolean connection_fail(const Connection *connection, const char *attempt, int code, const char *said, GError **error)
{
	g_autofree char *detail = said != NULL ? text_clean_or_null(said) : connection_diagnostic(connection);
	const char *cause = ldap_err2string(code), *meaning = meaning_of(code, detail);

	if (code == LDAP_TIMEOUT)
		cause = "no answer in time";
	error_set(error, kind_of(code), "%s: %s: %s%s%s%s%s%s", connection->uri, attempt, cause, meaning != NULL ? ": " : "",
	          meaning != NULL ? meaning : "", detail != NULL ? " (" : "", detail != NULL ? detail : "",
	          detail != NULL ? ")" : "");
	return FALSE;
}

/* --- waiting --- */

static struct timeval time_left(gint64 deadline_us)
{
	gint64 left = MAX(deadline_us - clock_monotonic_us(), 0);

	return (struct timeval){.tv_sec = left / G_USEC_PER_SEC, .tv_usec = left % G_USEC_PER_SEC};
}

static gboolean is_past(gint64 deadline_us)
{
	return clock_monotonic_us() >= deadline_us;
}

/* What a failure at this moment is: libldap counts in whole milliseconds, so it may give up in the TLS handshake a
 * little before the deadline, and calls that a server that is down. */
static int failure_at(int code, gint64 deadline_us)
{
	return is_past(deadline_us - EARLY_US) ? LDAP_TIMEOUT : code;
}

/* The whole answer to an operation, to be freed by ldap_msgfree. Returns a result code; LDAP_TIMEOUT abandons it. */
static int next_message(const Connection *connection, int id, gint64 deadline_us, LDAPMessage **message)
{
	struct timeval left = time_left(deadline_us);
	int type = ldap_result(connection->ld, id, LDAP_MSG_ALL, &left, message);

	if (type > 0)
		return LDAP_SUCCESS;
	if (type == 0) {
		ldap_abandon_ext(connection->ld, id, NULL, NULL);
		return LDAP_TIMEOUT;
	}
	int code = LDAP_SUCCESS;
	ldap_get_option(connection->ld, LDAP_OPT_RESULT_CODE, &code);
	return code != LDAP_SUCCESS ? code : LDAP_SERVER_DOWN;
}

/* --- connecting --- */

/* What is sent there does not leave this machine. */
static gboolean host_is_here(const char *host)
{
	gboolean is_number = host[strspn(host, "0123456789.")] == '\0';

	return *host == '\0' || strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (is_number && g_str_has_prefix(host, "127."));
}

gboolean connection_check_uri(const char *uri, const ConnectionTerms *terms, GError **error)
{
	LDAPURLDesc *url = NULL;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS) {
		error_set(error, ERROR_CONFIG, "%s is not an LDAP address such as ldaps://ldap.example.nl", uri);
		return FALSE;
	}
	gboolean local = host_is_here(url->lud_host != NULL ? url->lud_host : "");
	gboolean more = (url->lud_dn != NULL && *url->lud_dn != '\0') || url->lud_filter != NULL || url->lud_attrs != NULL;
	ldap_free_urldesc(url);

	/* libldap would take more (capitals, "URL:", several addresses in one); what follows here goes by how an
	 * address begins. */
	gboolean is_plain = g_str_has_prefix(uri, "ldap://");
	gboolean known = is_plain || g_str_has_prefix(uri, "ldaps://") || g_str_has_prefix(uri, "ldapi://");
	if (!known || more || strpbrk(uri, " ,<>") != NULL)
		error_set(error, ERROR_CONFIG, "%s: wanted ldap://, ldaps:// or ldapi:// and a host, nothing else", uri);
	else if (is_plain && !local && !terms->starttls && terms->method == BIND_SIMPLE)
		error_set(error, ERROR_CONFIG, "%s would carry the password in the clear: use ldaps:// or starttls = true", uri);
	else
		return TRUE;
	return FALSE;
}

static gboolean connection_wants_starttls(const Connection *connection, const ConnectionTerms *terms)
{
	return terms->starttls && g_str_has_prefix(connection->uri, "ldap://");
}

static gboolean connection_uses_tls(const Connection *connection, const ConnectionTerms *terms)
{
	return g_str_has_prefix(connection->uri, "ldaps://") || connection_wants_starttls(connection, terms);
}

/* Per handle, since libldap's global options are whatever else in the process left them. */
static gboolean set_tls_options(Connection *connection, const ConnectionTerms *terms, GError **error)
{
	const int demand = LDAP_OPT_X_TLS_DEMAND, least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, is_server = 0;
	LDAP *ld = connection->ld;

	if (ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least) == LDAP_OPT_SUCCESS &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, terms->ca_file) == LDAP_OPT_SUCCESS &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) == LDAP_OPT_SUCCESS)
		return TRUE;
	error_set(error, ERROR_CONFIG, "%s: the certificates in %s cannot be used", connection->uri, terms->ca_file);
	return FALSE;
}

static void set_options(Connection *connection, gint64 deadline_us)
{
	const int version = LDAP_VERSION3, idle_s = 60, probes = 3, interval_s = 10;
	const unsigned int unacknowledged_ms = 30000;
	const struct timeval left = time_left(deadline_us);
	ber_len_t message_max = MESSAGE_BYTES_MAX;
	Sockbuf *buffer = NULL;
	LDAP *ld = connection->ld;

	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON);
	ldap_set_option(ld, LDAP_OPT_TIMEOUT, &left);
	ldap_set_option(ld, LDAP_OPT_X_KEEPALIVE_IDLE, &idle_s);
	ldap_set_option(ld, LDAP_OPT_X_KEEPALIVE_PROBES, &probes);
	ldap_set_option(ld, LDAP_OPT_X_KEEPALIVE_INTERVAL, &interval_s);
	ldap_set_option(ld, LDAP_OPT_TCP_USER_TIMEOUT, &unacknowledged_ms);
	if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS)
		ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &message_max);
}

/* Bounds what libldap does on its own: the TLS handshake. */
static void set_network_timeout(const Connection *connection, gint64 deadline_us)
{
	const struct timeval left = time_left(deadline_us);

	ldap_set_option(connection->ld, LDAP_OPT_NETWORK_TIMEOUT, &left);
}

/* Until the connection can be written to, or a moment has passed where libldap has no socket yet. */
static void wait_connecting(const Connection *connection, gint64 deadline_us)
{
	struct pollfd line = {.fd = -1, .events = POLLOUT};
	const struct timeval left = time_left(deadline_us);

	ldap_get_option(connection->ld, LDAP_OPT_DESC, &line.fd);
	if (line.fd >= 0)
		poll(&line, 1, (int)(left.tv_sec * 1000 + left.tv_usec / 1000));
	g_usleep(1000); /* never in a tight loop, whatever poll said */
}

/* Sends an operation; *id names it. Returns a result code. */
typedef int (*SendOperation)(LDAP *ld, const ConnectionTerms *terms, int *id);

/* Sends an operation over a connection that may still be coming up, and takes its result. */
static gboolean connection_perform(Connection *connection, const char *attempt, SendOperation send, const ConnectionTerms *terms,
                                   gint64 deadline_us, GError **error)
{
	LDAPMessage *message = NULL;
	int id = -1, code = LDAP_X_CONNECTING, answer = LDAP_SUCCESS;
	char *said = NULL;

	while (code == LDAP_X_CONNECTING && !is_past(deadline_us)) {
		set_network_timeout(connection, deadline_us);
		code = send(connection->ld, terms, &id);
		if (code == LDAP_X_CONNECTING)
			wait_connecting(connection, deadline_us);
	}
	if (code == LDAP_SUCCESS)
		code = next_message(connection, id, deadline_us, &message);
	if (code != LDAP_SUCCESS)
		return connection_fail(connection, attempt, failure_at(code, deadline_us), NULL, error);

	code = ldap_parse_result(connection->ld, message, &answer, NULL, &said, NULL, NULL, TRUE);
	if (code == LDAP_SUCCESS)
		code = answer;
	if (code != LDAP_SUCCESS)
		connection_fail(connection, attempt, code, said, error);
	ldap_memfree(said);
	return code == LDAP_SUCCESS;
}

static int send_starttls(LDAP *ld, const ConnectionTerms *terms, int *id)
{
	(void)terms;
	return ldap_start_tls(ld, NULL, NULL, id);
}

static int send_bind(LDAP *ld, const ConnectionTerms *terms, int *id)
{
	/* Empty is not the same as none, which would make EXTERNAL ask back. libldap only reads it. */
	struct berval credentials = {.bv_len = 0, .bv_val = (char *)""};

	if (terms->method == BIND_EXTERNAL)
		return ldap_sasl_bind(ld, NULL, "EXTERNAL", &credentials, NULL, NULL, id);
	/* No method: anonymous, so that whether the server answers is known here. */
	if (terms->method == BIND_SIMPLE)
		credentials = (struct berval){.bv_len = strlen(terms->password), .bv_val = (char *)terms->password};
	return ldap_sasl_bind(ld, terms->method == BIND_SIMPLE ? terms->dn : NULL, LDAP_SASL_SIMPLE, &credentials, NULL, NULL,
	                      id);
}

static gboolean connection_start_tls(Connection *connection, const ConnectionTerms *terms, gint64 deadline_us, GError **error)
{
	if (!connection_perform(connection, "StartTLS", send_starttls, terms, deadline_us, error))
		return FALSE;
	set_network_timeout(connection, deadline_us);
	int code = ldap_install_tls(connection->ld);
	if (code == LDAP_SUCCESS && !ldap_tls_inplace(connection->ld))
		code = LDAP_CONNECT_ERROR;
	if (code == LDAP_SUCCESS)
		return TRUE;
	return connection_fail(connection, "TLS handshake", failure_at(code, deadline_us), NULL, error);
}

/* --- Kerberos --- */

/* An operation that any server answers, and be it with a refusal: the log-on by SASL wants a line that is up. */
static int send_hello(LDAP *ld, const ConnectionTerms *terms, int *id)
{
	static const char *const NO_ATTRIBUTES[] = {LDAP_NO_ATTRS, NULL};

	(void)terms;
	/* libldap wants the names as char ** and does not write to them. */
	return ldap_search_ext(ld, "", LDAP_SCOPE_BASE, "(objectClass=*)", (char **)NO_ATTRIBUTES, 0, NULL, NULL, NULL,
	                       LDAP_NO_LIMIT, id);
}

static gboolean connection_come_up(Connection *connection, const ConnectionTerms *terms, gint64 deadline_us, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (connection_perform(connection, "connect", send_hello, terms, deadline_us, &cause) ||
	    error_kind(cause) == ERROR_PERMANENT)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

/* Encrypted once: by TLS, or by the log-on (Active Directory refuses both at once). */
static void set_sasl_options(const Connection *connection, gboolean has_tls)
{
	const ber_len_t least = has_tls ? 0 : SASL_SSF_LEAST, most = has_tls ? 0 : SASL_SSF_MOST;
	const int binding = has_tls ? LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT : LDAP_OPT_X_SASL_CBINDING_NONE;

	/* The server's name is the one in its address, whatever a reverse look-up makes of it. */
	ldap_set_option(connection->ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	ldap_set_option(connection->ld, LDAP_OPT_X_SASL_SSF_MIN, &least);
	ldap_set_option(connection->ld, LDAP_OPT_X_SASL_SSF_MAX, &most);
	ldap_set_option(connection->ld, LDAP_OPT_X_SASL_CBINDING, &binding);
}

/* What the mechanism asks: nothing that the ticket does not say. It is also the moment at which it can be given the ticket. */
static int answer_prompts(LDAP *ld, unsigned int flags, void *credentials, void *prompts)
{
	(void)flags;
	for (sasl_interact_t *prompt = prompts; prompt->id != SASL_CB_LIST_END; prompt++) {
		prompt->result = "";
		prompt->len = 0;
	}
	return ldap_set_option(ld, LDAP_OPT_X_SASL_GSS_CREDS, credentials) == LDAP_OPT_SUCCESS ? LDAP_SUCCESS : LDAP_LOCAL_ERROR;
}

static int exchange_tokens(const Connection *connection, gpointer credentials, gint64 deadline_us)
{
	LDAPMessage *message = NULL;
	const char *mechanism = NULL;
	int id = -1, code = LDAP_SASL_BIND_IN_PROGRESS;

	while (code == LDAP_SASL_BIND_IN_PROGRESS) {
		LDAPMessage *answer = message;
		message = NULL;
		code = ldap_sasl_interactive_bind(connection->ld, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET, answer_prompts,
		                                  credentials, answer, &mechanism, &id);
		ldap_msgfree(answer);
		if (code != LDAP_SASL_BIND_IN_PROGRESS)
			return code;
		const int received = next_message(connection, id, deadline_us, &message);
		if (received != LDAP_SUCCESS)
			return received;
	}
	return code;
}

static char *host_of(const char *uri)
{
	LDAPURLDesc *url = NULL;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
		return g_strdup("");
	char *host = g_strdup(url->lud_host != NULL && *url->lud_host != '\0' ? url->lud_host : "localhost");
	ldap_free_urldesc(url);
	return host;
}

static gboolean connection_bind_gssapi(Connection *connection, const ConnectionTerms *terms, gint64 deadline_us, GError **error)
{
	g_autofree char *host = host_of(connection->uri);
	gpointer credentials = NULL;

	if (!connection_come_up(connection, terms, deadline_us, error))
		return FALSE;
	if (!tickets_get(terms->tickets, host, deadline_us, &credentials, error)) {
		g_prefix_error(error, "%s: bind with GSSAPI: ", connection->uri);
		return FALSE;
	}
	set_sasl_options(connection, connection_uses_tls(connection, terms));
	int code = exchange_tokens(connection, credentials, deadline_us);
	return code == LDAP_SUCCESS ||
	       connection_fail(connection, "bind with GSSAPI", failure_at(code, deadline_us), NULL, error);
}

static gboolean connection_log_on(Connection *connection, const ConnectionTerms *terms, gint64 deadline_us, GError **error)
{
	g_autofree char *attempt = terms->method == BIND_SIMPLE     ? g_strdup_printf("bind as %s", terms->dn)
	                           : terms->method == BIND_EXTERNAL ? g_strdup("bind with EXTERNAL")
	                                                            : g_strdup("anonymous bind");
	set_options(connection, deadline_us);
	if (connection_uses_tls(connection, terms) && !set_tls_options(connection, terms, error))
		return FALSE;
	if (connection_wants_starttls(connection, terms) && !connection_start_tls(connection, terms, deadline_us, error))
		return FALSE;
	if (terms->method == BIND_GSSAPI)
		return connection_bind_gssapi(connection, terms, deadline_us, error);
	return connection_perform(connection, attempt, send_bind, terms, deadline_us, error);
}

Connection *connection_open(const char *uri, const ConnectionTerms *terms, gint64 deadline_us, GError **error)
{
	g_autoptr(Connection) connection = g_new0(Connection, 1);

	connection->uri = g_strdup(uri);
	int code = ldap_initialize(&connection->ld, uri);
	if (code != LDAP_SUCCESS) {
		error_set(error, ERROR_CONFIG, "%s: %s", uri, ldap_err2string(code));
		return NULL;
	}
	return connection_log_on(connection, terms, deadline_us, error) ? g_steal_pointer(&connection) : NULL;
}

/* --- asking --- */

/* What follows is read where the message holds it, which ends each name and value by NUL. */
static gboolean add_attributes(Entry *entry, LDAP *ld, LDAPMessage *message, BerElement *position)
{
	struct berval name = {0}, *values = NULL;
	int code = ldap_get_attribute_ber(ld, message, position, &name, &values);

	for (; code == LDAP_SUCCESS && name.bv_val != NULL;
	     code = ldap_get_attribute_ber(ld, message, position, &name, &values)) {
		for (guint i = 0; values != NULL && values[i].bv_val != NULL; i++)
			entry_add(entry, name.bv_val, values[i].bv_val, values[i].bv_len);
		ber_memfree(values);
		values = NULL;
	}
	return code == LDAP_SUCCESS;
}

/* NULL where it cannot be taken apart: what is missing of it then must not look like an attribute without values. */
static Entry *entry_of(LDAP *ld, LDAPMessage *message)
{
	BerElement *position = NULL;
	struct berval dn = {0};

	if (ldap_get_dn_ber(ld, message, &position, &dn) != LDAP_SUCCESS)
		return NULL;
	g_autofree char *name = g_strndup(dn.bv_val, dn.bv_len);
	g_autoptr(Entry) entry = entry_new(name);
	const gboolean is_whole = add_attributes(entry, ld, message, position);
	ber_free(position, 0);
	return is_whole ? g_steal_pointer(&entry) : NULL;
}

/* In whole seconds, as the protocol has it; none would be no limit. */
static struct timeval limit_of(gint64 timeout_us)
{
	return (struct timeval){.tv_sec = MAX((timeout_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, 1)};
}

static int send_search(const Connection *connection, const Search *search, LDAPControl *page, gint64 timeout_us, int *id)
{
	const int scope = search->is_read ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE;
	struct timeval limit = limit_of(timeout_us);
	LDAPControl *controls[] = {page, NULL};

	/* libldap wants the names as char ** and does not write to them. */
	return ldap_search_ext(connection->ld, search->base, scope, search->filter, (char **)search->attributes, 0, controls, NULL,
	                       &limit, search->wants_one ? 1 : LDAP_NO_LIMIT, id);
}

/* Not critical: a server without pages may answer at once, and says so where its limit cut the answer short. */
static int send_search_page(const Connection *connection, const Search *search, GBytes *cookie, gint64 timeout_us, int *id)
{
	gsize length = 0;
	/* libldap only reads it. */
	char *bytes = (char *)g_bytes_get_data(cookie, &length);
	struct berval value = {.bv_len = length, .bv_val = bytes};
	LDAPControl *page = NULL;
	int code = ldap_create_page_control(connection->ld, PAGE_SIZE, length > 0 ? &value : NULL, 0, &page);

	if (code == LDAP_SUCCESS)
		code = send_search(connection, search, page, timeout_us, id);
	ldap_control_free(page);
	return code;
}

Sending connection_send(Connection *connection, const Search *search, GBytes *cookie, gint64 timeout_us, int *id, GError **error)
{
	int code = cookie != NULL ? send_search_page(connection, search, cookie, timeout_us, id)
	                          : send_search(connection, search, NULL, timeout_us, id);

	if (code == LDAP_SUCCESS)
		return SENDING_DONE;
	/* libldap holds no more than one message that the line did not take. */
	if (code == LDAP_BUSY)
		return SENDING_LATER;
	connection_fail(connection, search->is_read ? "read" : "search", code, NULL, error);
	return kind_of(code) == ERROR_CONFIG ? SENDING_FAILED : SENDING_LOST;
}

void reply_clear(Reply *reply)
{
	g_clear_pointer(&reply->entry, entry_free);
	g_clear_error(&reply->error);
	g_clear_pointer(&reply->cookie, g_bytes_unref);
}

/* NULL = that was the last page. */
static GBytes *cookie_of(LDAP *ld, LDAPControl **controls)
{
	LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	struct berval cookie = {0};
	ber_int_t estimate = 0;

	if (page == NULL || ldap_parse_pageresponse_control(ld, page, &estimate, &cookie) != LDAP_SUCCESS)
		return NULL;
	GBytes *bytes = cookie.bv_len > 0 ? g_bytes_new(cookie.bv_val, cookie.bv_len) : NULL;
	ber_memfree(cookie.bv_val);
	return bytes;
}

static void take_result(Connection *connection, LDAPMessage *message, Reply *reply)
{
	LDAPControl **controls = NULL;
	char *said = NULL;
	int answer = LDAP_SUCCESS;
	int code = ldap_parse_result(connection->ld, message, &answer, NULL, &said, NULL, &controls, FALSE);

	if (code == LDAP_SUCCESS)
		code = answer;
	if (code == LDAP_SUCCESS)
		reply->cookie = cookie_of(connection->ld, controls);
	else
		connection_fail(connection, "search", code, said != NULL ? said : "", &reply->error);
	reply->is_too_much = code == LDAP_SIZELIMIT_EXCEEDED || code == LDAP_ADMINLIMIT_EXCEEDED;
	reply->is_busy = code == LDAP_BUSY || code == LDAP_UNAVAILABLE;
	reply->is_elsewhere = code == LDAP_REFERRAL;
	reply->is_nowhere = code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX;
	ldap_controls_free(controls);
	ldap_memfree(said);
}

gboolean connection_receive(Connection *connection, gint64 deadline_us, Reply *reply, GError **error)
{
	struct timeval left = time_left(deadline_us);
	LDAPMessage *message = NULL;
	const int type = ldap_result(connection->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &left, &message);
	int code = LDAP_SUCCESS;

	if (type < 0) {
		ldap_get_option(connection->ld, LDAP_OPT_RESULT_CODE, &code);
		return connection_fail(connection, "search", code != LDAP_SUCCESS ? code : LDAP_SERVER_DOWN, NULL, error);
	}
	reply->is_silence = type == 0;
	reply->id = type == LDAP_RES_SEARCH_ENTRY || type == LDAP_RES_SEARCH_RESULT ? ldap_msgid(message) : 0;
	if (type == LDAP_RES_SEARCH_ENTRY)
		reply->entry = entry_of(connection->ld, message);
	else if (type == LDAP_RES_SEARCH_RESULT)
		take_result(connection, message, reply);
	if (message != NULL)
		ldap_msgfree(message);
	if (type == LDAP_RES_SEARCH_ENTRY && reply->entry == NULL)
		return connection_fail(connection, "search", LDAP_DECODING_ERROR, "", error);
	return TRUE;
}

void connection_abandon(Connection *connection, int id)
{
	ldap_abandon_ext(connection->ld, id, NULL, NULL);
}

/* --- the server's certificate --- */

/* Where a certificate's time stands (RFC 5280, 4.1): "261222101112Z", before 2050 without its century, or "20501222101112Z". */
static gint64 certificate_instant(const struct berval *time)
{
	const gboolean is_short = time->bv_len == 13;
	gint64 instant = INSTANT_NONE;

	if (!is_short && time->bv_len != 15)
		return INSTANT_NONE;
	g_autofree char *digits = g_strndup(time->bv_val, time->bv_len - 1);
	const char *century = !is_short ? "" : digits[0] < '5' ? "20" : "19";
	g_autofree char *whole = g_strconcat(century, digits, NULL);
	g_autofree char *text = g_strdup_printf("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", whole, whole + 4, whole + 6, whole + 8, whole + 10, whole + 12);
	return instant_parse(text, &instant, NULL) ? instant : INSTANT_NONE;
}

/* Certificate, TBSCertificate: version (which may lack), serial number, algorithm and issuer are passed over; then comes the validity. */
static gint64 certificate_end(BerElement *certificate)
{
	const ber_tag_t version = 0xa0;
	struct berval time = {0};
	ber_len_t length = 0;

	if (ber_scanf(certificate, "{{") == LBER_ERROR)
		return INSTANT_NONE;
	if (ber_peek_tag(certificate, &length) == version && ber_scanf(certificate, "x") == LBER_ERROR)
		return INSTANT_NONE;
	if (ber_scanf(certificate, "xxx{xm", &time) == LBER_ERROR)
		return INSTANT_NONE;
	return certificate_instant(&time);
}

gint64 connection_certificate_ends(const Connection *connection)
{
	struct berval bytes = {0};

	if (!ldap_tls_inplace(connection->ld) || ldap_get_option(connection->ld, LDAP_OPT_X_TLS_PEERCERT, &bytes) != LDAP_OPT_SUCCESS ||
	    bytes.bv_val == NULL)
		return INSTANT_NONE;
	BerElement *certificate = ber_init(&bytes);
	const gint64 end = certificate != NULL ? certificate_end(certificate) : INSTANT_NONE;
	if (certificate != NULL)
		ber_free(certificate, 1);
	ldap_memfree(bytes.bv_val);
	return end;
}

/* --- text forms --- */

char *connection_escape(const void *bytes, gsize length)
{
	/* libldap only reads it. */
	struct berval value = {.bv_len = length, .bv_val = (char *)bytes};
	struct berval escaped = {0};

	if (length == 0 || ldap_bv2escaped_filter_value(&value, &escaped) != LDAP_SUCCESS || escaped.bv_val == NULL)
		return g_strdup("");
	char *text = g_strndup(escaped.bv_val, escaped.bv_len);
	ber_memfree(escaped.bv_val);
	return text;
}

char *connection_dn_key(const char *dn)
{
	LDAPDN parsed = NULL;
	struct berval normal = {0};

	if (ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || parsed == NULL)
		return NULL;
	int code = ldap_dn2bv(parsed, &normal, LDAP_DN_FORMAT_LDAPV3);
	ldap_dnfree(parsed);
	if (code != LDAP_SUCCESS)
		return NULL;
	char *key = g_utf8_casefold(normal.bv_val, (gssize)normal.bv_len);
	ber_memfree(normal.bv_val);
	return key;
}
