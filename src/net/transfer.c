/* SMTP through libcurl: one easy handle with its kept connection, one recipient a transaction.
 *
 * libcurl says with one code (55) that anything at all was refused, so the conversation is followed here: the commands that go out
 * and the replies that come in tell which phase it is in. Invariants: once the body has been read to its end, a missing reply is
 * SMTP_PHASE_FINAL and nothing earlier; before that, nothing was taken over by the server. What reaches libcurl has CRLF throughout (it
 * stuffs dots only after CRLF) and addresses without a control character (it sends them as they are). What was said to log in stands in nothing that
 * comes out of here. */
#include "net/transfer.h"

#include "base/error.h"
#include "base/redaction.h"
#include "base/text.h"
#include "net/address.h"
#include "net/handle.h"
#include <curl/curl.h>
#include <string.h>

#define REPLY_MAX_OCTETS 2000 /* of a server that never stops talking */
#define CONNECT_MAX_S 60L     /* nobody works through a queue behind a server that does not greet */

struct SmtpConnection {
	CURL *curl;
	gboolean logs_in;
	SmtpTokenSource token_source; /* NULL: a password */
	gpointer token_data;
	char *secret; /* the password, or the token tried last; NULL */
	char failure[CURL_ERROR_SIZE];
};

/* One message's conversation. */
typedef struct {
	SmtpPhase phase;
	long code;
	GString *reply;
	gboolean over; /* QUIT was said: what comes back is no answer to the message */
	gboolean logging_in;  /* AUTH was said */
	GPtrArray *secrets;   /* of char *: what was said after it */
	const char *body;
	gsize length, offset;
	CURLcode rc;
} Exchange;

gboolean transfer_init(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static void exchange_expect_reply(Exchange *exchange)
{
	g_string_truncate(exchange->reply, 0);
	exchange->code = 0;
}

static const char AUTH[] = "AUTH ";

/* Also where the mechanism's first answer goes out with the command. */
static void exchange_log_in(Exchange *exchange, const char *line, gsize length)
{
	const gboolean begins = length > strlen(AUTH) && strncmp(line, AUTH, strlen(AUTH)) == 0;
	exchange->logging_in |= begins;
	if (!exchange->logging_in)
		return;
	g_autofree char *said = g_strstrip(g_strndup(line, length));
	const char *secret = begins ? strchr(said + strlen(AUTH), ' ') : said;
	if (secret != NULL)
		g_ptr_array_add(exchange->secrets, g_strdup(secret + (begins ? 1 : 0)));
}

/* The commands in their order: base64 of an AUTH exchange can never be taken for one, since the first has a blank in it. */
static void exchange_command(Exchange *exchange, const char *line, gsize length)
{
	static const struct {
		const char *start;
		SmtpPhase before, after;
	} steps[] = {
		{"MAIL FROM:", SMTP_PHASE_CONNECT, SMTP_PHASE_SENDER},
		{"RCPT TO:", SMTP_PHASE_SENDER, SMTP_PHASE_RECIPIENT},
		{"DATA", SMTP_PHASE_RECIPIENT, SMTP_PHASE_DATA},
	};
	exchange->over = length >= 4 && strncmp(line, "QUIT", 4) == 0;
	if (exchange->over)
		return;
	exchange_expect_reply(exchange);
	if (exchange->phase == SMTP_PHASE_CONNECT)
		exchange_log_in(exchange, line, length);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		const gsize n = strlen(steps[i].start);
		if (exchange->phase == steps[i].before && length >= n && strncmp(line, steps[i].start, n) == 0) {
			exchange->phase = steps[i].after;
			exchange->logging_in = FALSE;
			return;
		}
	}
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *user_data)
{
	(void)curl;
	if (type == CURLINFO_HEADER_OUT)
		exchange_command(user_data, data, size);
	return 0;
}

/* A reply line: "250-text" goes on, "250 text" is the last. */
static size_t on_reply(char *data, size_t size, size_t n, void *user_data)
{
	Exchange *exchange = user_data;
	const gsize length = size * n;
	if (exchange->over || length < 3 || !g_ascii_isdigit(data[0]) || !g_ascii_isdigit(data[1]) || !g_ascii_isdigit(data[2]))
		return length;
	exchange->code = (data[0] - '0') * 100 + (data[1] - '0') * 10 + (data[2] - '0');
	const gsize skip = exchange->reply->len == 0 ? 0 : MIN(length, 4); /* the code once is enough */
	if (exchange->reply->len + length <= REPLY_MAX_OCTETS)
		g_string_append_len(exchange->reply, data + skip, (gssize)(length - skip));
	const gboolean last = length == 3 || data[3] != '-';
	if (exchange->phase == SMTP_PHASE_FINAL && last)
		exchange->phase = SMTP_PHASE_DONE;
	return length;
}

static size_t on_read(char *buffer, size_t size, size_t n, void *user_data)
{
	Exchange *exchange = user_data;
	const gsize length = MIN(size * n, exchange->length - exchange->offset);
	if (exchange->phase < SMTP_PHASE_BODY) {
		exchange->phase = SMTP_PHASE_BODY;
		exchange_expect_reply(exchange);
	}
	/* libcurl asks again only when all before is written; after this answer it sends the final dot */
	if (length == 0)
		exchange->phase = SMTP_PHASE_FINAL;
	memcpy(buffer, exchange->body + exchange->offset, length);
	exchange->offset += length;
	return length;
}

static gboolean settings_hold(const SmtpSettings *settings, GError **error)
{
	const gboolean tls = settings->starttls || g_str_has_prefix(settings->url, "smtps://");
	if (!tls && !g_str_has_prefix(settings->url, "smtp://")) {
		error_set(error, ERROR_CONFIG, "%s: wanted smtp:// or smtps://", settings->url);
		return FALSE;
	}
	if (settings->user != NULL && !tls && !address_is_this_machine(settings->url)) {
		error_set(error, ERROR_CONFIG, "%s: a password or token goes out only over TLS: smtps:// or starttls", settings->url);
		return FALSE;
	}
	if (settings->user != NULL && handle_takes_token(settings->auth) && settings->token_source == NULL) {
		error_set(error, ERROR_CONFIG, "%s: XOAUTH2 and OAUTHBEARER want a token", settings->url);
		return FALSE;
	}
	return TRUE;
}

static void set_target(CURL *curl, const SmtpSettings *settings)
{
	/* the URL's path is the name libcurl gives in EHLO */
	g_autofree char *server = g_strdup(settings->url);
	if (g_str_has_suffix(server, "/"))
		server[strlen(server) - 1] = '\0';
	g_autofree char *name = g_uri_escape_string(settings->ehlo_name, NULL, FALSE);
	g_autofree char *url = g_strdup_printf("%s/%s", server, name);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	handle_secure(curl, "smtp,smtps", settings->ca_file);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(settings->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
}

static void set_log_in(SmtpConnection *connection, const SmtpSettings *settings)
{
	connection->logs_in = settings->user != NULL;
	if (settings->user == NULL)
		return;
	curl_easy_setopt(connection->curl, CURLOPT_USERNAME, settings->user);
	curl_easy_setopt(connection->curl, CURLOPT_LOGIN_OPTIONS, handle_log_in_options(settings->auth));
	if (handle_takes_token(settings->auth)) {
		connection->token_source = settings->token_source;
		connection->token_data = settings->token_data;
		return;
	}
	connection->secret = g_strdup(settings->password != NULL ? settings->password : "");
	curl_easy_setopt(connection->curl, CURLOPT_PASSWORD, connection->secret);
}

static void set_limits(CURL *curl, gint64 timeout_s)
{
	const long seconds = (long)CLAMP(timeout_s, 1, 3600);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, MIN(seconds, CONNECT_MAX_S));
	curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, seconds);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds * 10); /* of a server that drips */
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
}

SmtpConnection *smtp_connection_new(const SmtpSettings *settings, GError **error)
{
	if (!settings_hold(settings, error))
		return NULL;
	CURL *curl = curl_easy_init();
	if (curl == NULL) {
		error_set(error, ERROR_TRANSIENT, "%s: no memory for a connection", settings->url);
		return NULL;
	}
	SmtpConnection *connection = g_new0(SmtpConnection, 1);
	connection->curl = curl;
	set_target(curl, settings);
	set_log_in(connection, settings);
	set_limits(curl, settings->timeout_s);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, connection->failure);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* without it the debug function is not told of commands */
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	/* The size is not given: libcurl 7.88 counts the dots it stuffs as part of it and may then end a message early. */
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	return connection;
}

void smtp_connection_free(SmtpConnection *connection)
{
	if (connection == NULL)
		return;
	/* closing says QUIT, and the last exchange is gone */
	curl_easy_setopt(connection->curl, CURLOPT_VERBOSE, 0L);
	curl_easy_setopt(connection->curl, CURLOPT_HEADERFUNCTION, NULL);
	curl_easy_setopt(connection->curl, CURLOPT_HEADERDATA, NULL);
	curl_easy_cleanup(connection->curl);
	g_free(connection->secret);
	g_free(connection);
}

void smtp_result_clear(SmtpResult *result)
{
	g_clear_pointer(&result->reply, g_free);
}

static gboolean lines_end_in_crlf(const char *data, gsize length)
{
	const char *end = data + length;
	for (const char *line = data, *cr; line < end; line = cr + 2) {
		cr = memchr(line, '\r', (gsize)(end - line));
		if (cr == NULL || cr + 1 == end || cr[1] != '\n' || memchr(line, '\n', (gsize)(cr - line)) != NULL)
			return FALSE;
	}
	return length > 0 && memchr(data, '\0', length) == NULL;
}

static gboolean address_holds(const char *address, GError **error)
{
	if (g_str_is_ascii(address) && text_is_mail_address(address))
		return TRUE;
	g_autofree char *shown = text_clean_line(address);
	error_set(error, ERROR_PERMANENT, "%s: not an address for a mail server", shown);
	return FALSE;
}

static void exchange_start(Exchange *exchange, GBytes *bytes)
{
	*exchange = (Exchange){.reply = g_string_new(NULL), .secrets = g_ptr_array_new_with_free_func(g_free)};
	if (bytes != NULL)
		exchange->body = g_bytes_get_data(bytes, &exchange->length);
}

static void exchange_clear(Exchange *exchange)
{
	g_string_free(exchange->reply, TRUE);
	g_ptr_array_unref(exchange->secrets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Exchange, exchange_clear)

static void exchange_restart(Exchange *exchange)
{
	exchange_expect_reply(exchange);
	exchange->phase = SMTP_PHASE_CONNECT;
	exchange->over = exchange->logging_in = FALSE;
	exchange->offset = 0;
}

static void perform(SmtpConnection *connection, Exchange *exchange)
{
	CURL *curl = connection->curl;
	curl_easy_setopt(curl, CURLOPT_READDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, exchange);
	connection->failure[0] = '\0';
	const CURLcode rc = curl_easy_perform(curl);
	exchange->rc = rc;
	if (rc != CURLE_OK && connection->failure[0] == '\0')
		g_strlcpy(connection->failure, curl_easy_strerror(rc), sizeof connection->failure);
}

/* --- the token --- */

/* Takes another one where that was refused; FALSE: there is none. */
static gboolean renew_token(SmtpConnection *connection, const char *refused, GError **error)
{
	if (connection->token_source == NULL)
		return TRUE;
	char *token = connection->token_source(refused, connection->token_data, error);
	if (token == NULL)
		return FALSE;
	g_free(connection->secret);
	connection->secret = token;
	curl_easy_setopt(connection->curl, CURLOPT_XOAUTH2_BEARER, token); /* one that changed makes libcurl open a new connection */
	return TRUE;
}

/* 334: what is wrong with the token follows, which libcurl does not wait for. 454 is no word about the token (RFC 4954, 6). */
static gboolean token_was_refused(const SmtpConnection *connection, const Exchange *exchange)
{
	return connection->token_source != NULL && exchange->phase == SMTP_PHASE_CONNECT && exchange->logging_in &&
	       (exchange->code == 334 || exchange->code >= 500);
}

/* FALSE: there is no token, and nothing was tried. */
static gboolean perform_logged_in(SmtpConnection *connection, Exchange *exchange, GError **error)
{
	g_autoptr(GError) cause = NULL;
	if (!renew_token(connection, NULL, error))
		return FALSE;
	perform(connection, exchange);
	if (!token_was_refused(connection, exchange))
		return TRUE;
	g_autofree char *refused = g_strdup(connection->secret);
	g_ptr_array_add(exchange->secrets, g_strdup(refused));
	if (!renew_token(connection, refused, &cause))
		g_string_append_printf(exchange->reply, "; another token: %s", cause->message);
	else if (!g_str_equal(refused, connection->secret)) {
		exchange_restart(exchange);
		perform(connection, exchange);
	}
	return TRUE;
}

/* --- what was said --- */

/* What is wrong with a token comes as base64 of JSON. */
static char *readable(const Exchange *exchange)
{
	const char *said = exchange->reply->str;
	if (exchange->code != 334 || exchange->reply->len < 5)
		return g_strdup(said);
	const gsize length = strcspn(said + 4, " ;\r\n");
	g_autofree char *base64 = g_strndup(said + 4, length);
	gsize n;
	g_autofree guchar *bytes = g_base64_decode(base64, &n);
	g_autofree char *text = g_strndup((const char *)bytes, n);
	return n > 0 && strlen(text) == n && text_is_plain(text) ? g_strconcat("334 ", text, said + 4 + length, NULL) : g_strdup(said);
}

/* The server's words, or what went wrong where they are none: a connection that does not come about may have been greeted kindly. */
static char *what_was_said(const SmtpConnection *connection, Exchange *exchange)
{
	const gboolean kind_word = exchange->phase == SMTP_PHASE_CONNECT && exchange->code < 400 && exchange->code != 334;
	const gboolean no_way = exchange->rc == CURLE_LOGIN_DENIED && !exchange->logging_in;
	const char *failure = no_way ? "the server offers none of the ways to log in (AUTH) that may be taken" : connection->failure;
	g_autofree char *words = exchange->reply->len > 0 && !kind_word ? readable(exchange) : g_strdup(failure);
	if (connection->secret != NULL)
		g_ptr_array_add(exchange->secrets, g_strdup(connection->secret));
	g_ptr_array_add(exchange->secrets, NULL);
	g_autofree char *clean = text_clean_line(words);
	g_autofree char *said = redaction_apply(clean, (const char *const *)exchange->secrets->pdata);
	return text_clean_or_null(said);
}

/* A kept connection that the server had closed, or closes with 421, tells nothing of this message. */
static gboolean was_stale(SmtpConnection *connection, const Exchange *exchange)
{
	long opened = 1;
	curl_easy_getinfo(connection->curl, CURLINFO_NUM_CONNECTS, &opened);
	return opened == 0 && exchange->phase <= SMTP_PHASE_SENDER && (exchange->code == 0 || exchange->code == 421);
}

/* A kept connection that turns out to be of no use is opened anew, once. */
static gboolean converse(SmtpConnection *connection, Exchange *exchange, GError **error)
{
	if (!perform_logged_in(connection, exchange, error))
		return FALSE;
	if (!was_stale(connection, exchange))
		return TRUE;
	exchange_restart(exchange);
	return perform_logged_in(connection, exchange, error);
}

static gboolean transact(SmtpConnection *connection, Exchange *exchange, const char *from, const char *to, GError **error)
{
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	curl_easy_setopt(connection->curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, recipients);
	const gboolean tried = converse(connection, exchange, error);
	curl_easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
	return tried;
}

gboolean smtp_send(SmtpConnection *connection, const char *from, const char *to, GBytes *bytes, SmtpResult *result, GError **error)
{
	*result = (SmtpResult){0};
	g_auto(Exchange) exchange = {0};
	exchange_start(&exchange, bytes);
	if (!lines_end_in_crlf(exchange.body, exchange.length)) {
		error_set(error, ERROR_INVALID, "mail to %s: a line that does not end in CRLF", to);
		return FALSE;
	}
	if (!address_holds(to, error) || (from[0] != '\0' && !address_holds(from, error)) || !transact(connection, &exchange, from, to, error))
		return FALSE;
	result->phase = exchange.phase;
	result->code = exchange.code;
	result->ok = exchange.phase == SMTP_PHASE_DONE && exchange.code / 100 == 2;
	result->reply = what_was_said(connection, &exchange);
	return TRUE;
}

/* Of a connection that came about: whether it is the one that was wanted. */
static gboolean judge_check(const SmtpConnection *connection, Exchange *exchange, GError **error)
{
	if (exchange->rc == CURLE_OK && connection->logs_in && !exchange->logging_in) {
		error_set(error, ERROR_CONFIG, "nobody can log in there (no AUTH): without user it may do");
		return FALSE;
	}
	if (exchange->rc == CURLE_OK)
		return TRUE;
	const gboolean refused = exchange->rc == CURLE_LOGIN_DENIED && exchange->code != 454;
	g_autofree char *said = what_was_said(connection, exchange);
	error_set(error, refused ? ERROR_CONFIG : ERROR_UNAVAILABLE, "%s", said != NULL ? said : "no answer");
	return FALSE;
}

gboolean smtp_connection_check(SmtpConnection *connection, GError **error)
{
	g_auto(Exchange) exchange = {0};
	exchange_start(&exchange, NULL);
	curl_easy_setopt(connection->curl, CURLOPT_CONNECT_ONLY, 1L);
	return perform_logged_in(connection, &exchange, error) && judge_check(connection, &exchange, error);
}
