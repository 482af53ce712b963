/* SMTP through libcurl: one easy handle with its kept connection, one recipient a transaction.
 *
 * libcurl says with one code (55) that anything at all was refused, so the conversation is followed here: the commands that go out
 * and the replies that come in tell which phase it is in. Invariants: once the body has been read to its end, a missing reply is
 * SMTP_PHASE_FINAL and nothing earlier; before that, nothing was taken over by the server. What reaches libcurl has CRLF throughout (it
 * stuffs dots only after CRLF) and addresses without a control character (it sends them as they are). */
#include "net/transfer.h"

#include "base/error.h"
#include "base/text.h"
#include <curl/curl.h>
#include <string.h>

#define REPLY_MAX_OCTETS 2000 /* of a server that never stops talking */
#define CONNECT_MAX_S 60L     /* nobody works through a queue behind a server that does not greet */

struct SmtpConnection {
	CURL *curl;
	char failure[CURL_ERROR_SIZE];
};

/* One message's conversation. */
typedef struct {
	SmtpPhase phase;
	long code;
	GString *reply;
	gboolean over; /* QUIT was said: what comes back is no answer to the message */
	const char *body;
	gsize length, offset;
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
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		const gsize n = strlen(steps[i].start);
		if (exchange->phase == steps[i].before && length >= n && strncmp(line, steps[i].start, n) == 0) {
			exchange->phase = steps[i].after;
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

static gboolean is_this_machine(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	return host != NULL && (g_str_equal(host, "localhost") || g_str_has_prefix(host, "127.") || g_str_equal(host, "::1"));
}

static gboolean settings_hold(const SmtpSettings *settings, GError **error)
{
	const gboolean tls = settings->starttls || g_str_has_prefix(settings->url, "smtps://");
	if (!tls && !g_str_has_prefix(settings->url, "smtp://")) {
		error_set(error, ERROR_CONFIG, "%s: wanted smtp:// or smtps://", settings->url);
		return FALSE;
	}
	if (settings->user != NULL && !tls && !is_this_machine(settings->url)) {
		error_set(error, ERROR_CONFIG, "%s: a password goes out only over TLS: smtps:// or starttls", settings->url);
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
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* never one from the environment */
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(settings->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (settings->ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
	if (settings->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, settings->password != NULL ? settings->password : "");
	}
}

static void set_limits(CURL *curl, gint64 timeout_s)
{
	const long seconds = (long)CLAMP(timeout_s, 1, 3600);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
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
	g_free(connection);
}

void smtp_result_clear(SmtpResult *result)
{
	g_clear_pointer(&result->reply, g_free);
}

static gboolean lines_end_in_crlf(const char *data, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (data[i] == '\0' || data[i] == '\n')
			return FALSE;
		if (data[i] != '\r')
			continue;
		if (++i >= length || data[i] != '\n')
			return FALSE;
	}
	return length >= 2 && data[length - 1] == '\n';
}

static gboolean address_holds(const char *address, GError **error)
{
	if (g_str_is_ascii(address) && text_is_mail_address(address))
		return TRUE;
	g_autofree char *shown = text_clean_line(address);
	error_set(error, ERROR_PERMANENT, "%s: not an address for a mail server", shown);
	return FALSE;
}

static void converse(SmtpConnection *connection, Exchange *exchange, const char *from, const char *to)
{
	CURL *curl = connection->curl;
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_READDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, exchange);
	connection->failure[0] = '\0';
	const CURLcode rc = curl_easy_perform(curl);
	if (rc != CURLE_OK && connection->failure[0] == '\0')
		g_strlcpy(connection->failure, curl_easy_strerror(rc), sizeof connection->failure);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
}

/* A kept connection that the server had closed, or closes with 421, tells nothing of this message. */
static gboolean was_stale(SmtpConnection *connection, const Exchange *exchange)
{
	long opened = 1;
	curl_easy_getinfo(connection->curl, CURLINFO_NUM_CONNECTS, &opened);
	return opened == 0 && exchange->phase <= SMTP_PHASE_SENDER && (exchange->code == 0 || exchange->code == 421);
}

gboolean smtp_send(SmtpConnection *connection, const char *from, const char *to, GBytes *bytes, SmtpResult *result, GError **error)
{
	*result = (SmtpResult){0};
	Exchange exchange = {0};
	exchange.body = g_bytes_get_data(bytes, &exchange.length);
	if (!lines_end_in_crlf(exchange.body, exchange.length)) {
		error_set(error, ERROR_INVALID, "mail to %s: a line that does not end in CRLF", to);
		return FALSE;
	}
	if (!address_holds(to, error) || (from[0] != '\0' && !address_holds(from, error)))
		return FALSE;
	g_autoptr(GString) reply = exchange.reply = g_string_new(NULL);
	converse(connection, &exchange, from, to);
	if (was_stale(connection, &exchange)) {
		exchange = (Exchange){.reply = reply, .body = exchange.body, .length = exchange.length};
		g_string_truncate(reply, 0);
		converse(connection, &exchange, from, to);
	}
	result->phase = exchange.phase;
	result->code = exchange.code;
	result->ok = exchange.phase == SMTP_PHASE_DONE && exchange.code / 100 == 2;
	result->reply = text_clean_or_null(reply->len > 0 ? reply->str : connection->failure);
	return TRUE;
}

gboolean smtp_connection_check(SmtpConnection *connection, GError **error)
{
	Exchange exchange = {0};
	g_autoptr(GString) reply = exchange.reply = g_string_new(NULL);
	curl_easy_setopt(connection->curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(connection->curl, CURLOPT_HEADERDATA, &exchange);
	curl_easy_setopt(connection->curl, CURLOPT_DEBUGDATA, &exchange);
	const CURLcode rc = curl_easy_perform(connection->curl);
	if (rc == CURLE_OK)
		return TRUE;
	const char *failure = connection->failure[0] != '\0' ? connection->failure : curl_easy_strerror(rc);
	g_autofree char *said = text_clean_or_null(exchange.code >= 400 ? reply->str : NULL);
	error_set(error, ERROR_UNAVAILABLE, "%s%s%s", failure, said != NULL ? ": " : "", said != NULL ? said : "");
	return FALSE;
}
