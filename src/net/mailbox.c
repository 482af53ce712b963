/* IMAP through libcurl 7.88: one easy handle, one connection.
 *
 * libcurl knows few commands of IMAP by itself and hands over the answers to all others only as far as they come in lines. So messages are fetched by its own address
 * (";UID="), and what is asked for beside that is such that each answer is a line, and a short one: it cuts off long ones. And there are few at a time: it takes lines for headers, of which it bears 300 kB, and counts what it has read
 * of them anew with each. Invariants: a folder's name is an atom that libcurl wrote
 * or a string that was quoted here; no answer that holds what was said to log in comes out of here. */
#include "net/mailbox.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/redaction.h"
#include "base/text.h"
#include "net/handle.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX_OCTETS 1000
#define LIST_MAX_OCTETS   (1024 * 1024)
#define TIMES_OVER        3

struct Mailbox {
	CURL *curl;
	char *server, *folder; /* the URL as far as the path; the folder as libcurl wants it in one */
	MailboxTokenSource token_source; /* NULL: a password */
	gpointer token_data;
	char *secret; /* the password, or the token tried last */
	gboolean tries_ways; /* auth is "auto": where the server has no AUTHENTICATE for passwords, the command LOGIN */
	gint64 deadline_us, limit_us;
	guint count;
	guint32 validity;
	gboolean can_move, can_expunge_some;
	/* the conversation */
	char command[16];   /* that is answered */
	gboolean over;      /* LOGOUT was said, which libcurl does itself after any refusal: what comes back is no answer */
	gboolean logging_in;
	GString *answer;    /* how the last command ended: "NO [TRYCREATE] no such folder"; or what was said to log in */
	GPtrArray *secrets; /* of char * */
	char failure[CURL_ERROR_SIZE];
	/* what is received */
	GByteArray *body;
	gsize body_max;
	gboolean too_large;
};

/* --- what goes to and fro --- */

/* "A003 UID MOVE …": libcurl's tags. */
static gboolean has_tag(const char *line)
{
	return strlen(line) > 5 && g_ascii_isalpha(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) && g_ascii_isdigit(line[3]) && line[4] == ' ';
}

static void note_secrets(Mailbox *mailbox, const char *words)
{
	g_auto(GStrv) parts = g_strsplit_set(words, " \"\r\n", -1);
	for (guint i = 0; parts[i] != NULL; i++)
		if (strlen(parts[i]) >= 8)
			g_ptr_array_add(mailbox->secrets, g_strdup(parts[i]));
}

static void note_command(Mailbox *mailbox, const char *line)
{
	mailbox->over = has_tag(line) && g_str_has_prefix(line + 5, "LOGOUT");
	if (mailbox->over)
		return;
	if (has_tag(line)) {
		const gsize length = strcspn(line + 5, " \r\n");
		g_strlcpy(mailbox->command, line + 5, MIN(length + 1, sizeof mailbox->command));
		mailbox->logging_in = g_str_equal(mailbox->command, "AUTHENTICATE") || g_str_equal(mailbox->command, "LOGIN");
		g_string_truncate(mailbox->answer, 0);
		if (mailbox->logging_in)
			note_secrets(mailbox, line + 5 + length);
	} else if (mailbox->logging_in) {
		note_secrets(mailbox, line);
	}
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *user_data)
{
	(void)curl;
	g_autofree char *line = type == CURLINFO_HEADER_OUT ? g_strndup(data, size) : NULL;
	if (line != NULL)
		note_command(user_data, line);
	return 0;
}

static void note_state(Mailbox *mailbox, const char *line)
{
	static const char VALIDITY[] = "* OK [UIDVALIDITY ";
	char *end;
	const guint64 number = strlen(line) > 2 ? g_ascii_strtoull(line + 2, &end, 10) : 0;
	if (g_ascii_strncasecmp(line, VALIDITY, strlen(VALIDITY)) == 0)
		mailbox->validity = (guint32)g_ascii_strtoull(line + strlen(VALIDITY), NULL, 10);
	else if (strlen(line) > 2 && end != line + 2 && g_ascii_strncasecmp(end, " EXISTS", strlen(" EXISTS")) == 0)
		mailbox->count = (guint)MIN(number, G_MAXINT32);
}

/* Every line of the server but those within a message. */
static size_t on_line(char *data, size_t size, size_t n, void *user_data)
{
	Mailbox *mailbox = user_data;
	g_autofree char *line = g_strndup(data, MIN(size * n, ANSWER_MAX_OCTETS));
	if (mailbox->over)
		return size * n;
	if (line[0] == '*')
		note_state(mailbox, line);
	else if (has_tag(line))
		g_string_assign(mailbox->answer, line + 5);
	else if (line[0] == '+' && mailbox->logging_in)
		g_string_assign(mailbox->answer, line);
	return size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *user_data)
{
	Mailbox *mailbox = user_data;
	const gsize length = size * n;
	mailbox->too_large = length > mailbox->body_max - mailbox->body->len;
	if (mailbox->too_large)
		return 0;
	g_byte_array_append(mailbox->body, (const guint8 *)data, (guint)length);
	return length;
}

/* --- making it --- */

static gboolean settings_hold(const MailboxSettings *settings, GUri *uri, GError **error)
{
	const gboolean tls = settings->starttls || (uri != NULL && g_str_equal(g_uri_get_scheme(uri), "imaps"));
	if (uri == NULL || !(tls || g_str_equal(g_uri_get_scheme(uri), "imap")) || g_uri_get_host(uri) == NULL)
		error_set(error, ERROR_CONFIG, "wanted imap:// or imaps://");
	else if (!tls && !text_is_this_machine(g_uri_get_host(uri)))
		error_set(error, ERROR_CONFIG, "a password or token goes out only over TLS: imaps:// or starttls");
	else if (handle_takes_token(settings->auth) && settings->token_source == NULL)
		error_set(error, ERROR_CONFIG, "XOAUTH2 and OAUTHBEARER want a token");
	else
		return TRUE;
	return FALSE;
}

/* As names of folders go over the line (RFC 3501, 5.1.3). */
static char *encoded_folder(const char *name, GError **error)
{
	char *encoded = g_convert(name, -1, "UTF-7-IMAP", "UTF-8", NULL, NULL, NULL); /* of controls too */
	g_autofree char *shown = encoded == NULL ? text_clean_line(name) : NULL;
	if (encoded == NULL)
		error_set(error, ERROR_CONFIG, "%s: no name of a folder", shown);
	return encoded;
}

static gboolean set_target(Mailbox *mailbox, const MailboxSettings *settings, GUri *uri, GError **error)
{
	const char *path = g_uri_get_path(uri);
	const char *host = g_uri_get_host(uri);
	const gboolean is_v6 = strchr(host, ':') != NULL;
	g_autofree char *port = g_uri_get_port(uri) > 0 ? g_strdup_printf(":%d", g_uri_get_port(uri)) : g_strdup("");
	g_autofree char *folder = encoded_folder(strlen(path) > 1 ? path + 1 : "INBOX", error);
	if (folder == NULL)
		return FALSE;
	mailbox->server = g_strdup_printf("%s://%s%s%s%s", g_uri_get_scheme(uri), is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
	mailbox->folder = g_uri_escape_string(folder, "/", FALSE);
	CURL *curl = mailbox->curl;
	handle_secure(curl, "imap,imaps", settings->ca_file);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(settings->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	return TRUE;
}

static void set_log_in(Mailbox *mailbox, const MailboxSettings *settings)
{
	const char *auth = settings->auth;
	curl_easy_setopt(mailbox->curl, CURLOPT_USERNAME, settings->user);
	mailbox->tries_ways = auth == NULL || g_str_equal(auth, "auto");
	curl_easy_setopt(mailbox->curl, CURLOPT_LOGIN_OPTIONS, handle_log_in_options(auth));
	if (handle_takes_token(auth)) {
		mailbox->token_source = settings->token_source;
		mailbox->token_data = settings->token_data;
		return;
	}
	mailbox->secret = g_strdup(settings->password != NULL ? settings->password : "");
	curl_easy_setopt(mailbox->curl, CURLOPT_PASSWORD, mailbox->secret);
}

void mailbox_give_time(Mailbox *mailbox)
{
	mailbox->deadline_us = clock_monotonic_us() + mailbox->limit_us;
}

static void set_limits(Mailbox *mailbox, gint64 timeout_s)
{
	const long seconds = (long)CLAMP(timeout_s, 1, 300);
	mailbox->limit_us = TIMES_OVER * seconds * G_USEC_PER_SEC;
	mailbox_give_time(mailbox);
	curl_easy_setopt(mailbox->curl, CURLOPT_CONNECTTIMEOUT, seconds);
	curl_easy_setopt(mailbox->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
	curl_easy_setopt(mailbox->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(mailbox->curl, CURLOPT_LOW_SPEED_TIME, seconds);
	curl_easy_setopt(mailbox->curl, CURLOPT_MAXCONNECTS, 1L);
}

static void set_listeners(Mailbox *mailbox)
{
	CURL *curl = mailbox->curl;
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, mailbox->failure);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* without it the debug function is not told of commands */
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, mailbox);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, mailbox);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, mailbox);
}

Mailbox *mailbox_new(const MailboxSettings *settings, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(settings->url, G_URI_FLAGS_HAS_PASSWORD, NULL);
	CURL *curl = settings_hold(settings, uri, error) ? curl_easy_init() : NULL;
	if (curl == NULL) {
		if (error != NULL && *error == NULL)
			error_set(error, ERROR_TRANSIENT, "no memory for a connection");
		return NULL;
	}
	g_autoptr(Mailbox) mailbox = g_new0(Mailbox, 1);
	mailbox->curl = curl;
	mailbox->answer = g_string_new(NULL);
	mailbox->secrets = g_ptr_array_new_with_free_func(g_free);
	mailbox->body = g_byte_array_new();
	set_listeners(mailbox);
	set_log_in(mailbox, settings);
	set_limits(mailbox, settings->timeout_s);
	return set_target(mailbox, settings, uri, error) ? g_steal_pointer(&mailbox) : NULL;
}

void mailbox_free(Mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	curl_easy_cleanup(mailbox->curl);
	g_string_free(mailbox->answer, TRUE);
	g_ptr_array_unref(mailbox->secrets);
	g_byte_array_unref(mailbox->body);
	g_free(mailbox->server);
	g_free(mailbox->folder);
	g_free(mailbox->secret);
	g_free(mailbox);
}

/* --- asking --- */

/* What is wrong with a token comes as base64 of JSON; what is none of that may hold the token. */
static char *readable(const char *answer)
{
	if (answer[0] != '+')
		return g_strdup(answer);
	gsize n = 0;
	g_autofree char *base64 = g_strstrip(g_strdup(answer + 1));
	g_autofree guchar *bytes = g_base64_decode(base64, &n);
	g_autofree char *text = g_strndup((const char *)bytes, n);
	return n > 0 && strlen(text) == n && text_is_plain(text) ? g_steal_pointer(&text) : g_strdup("the server does not take the token");
}

/* The server's words, or what went wrong where it said none. Owned by the caller. */
static char *what_was_said(Mailbox *mailbox, CURLcode rc)
{
	const gboolean kind_word = mailbox->answer->len == 0 || g_ascii_strncasecmp(mailbox->answer->str, "OK", 2) == 0;
	const char *failure = rc == CURLE_LOGIN_DENIED && !mailbox->logging_in ? "the server offers none of the ways to log in that may be taken"
	                      : mailbox->failure[0] != '\0'                    ? mailbox->failure
	                                                                       : curl_easy_strerror(rc);
	g_autofree char *words = kind_word ? g_strdup(failure) : readable(mailbox->answer->str);
	g_autofree char *clean = text_clean_line(words);
	g_ptr_array_add(mailbox->secrets, g_strdup(mailbox->secret));
	g_ptr_array_add(mailbox->secrets, NULL);
	char *said = redaction_apply(clean, (const char *const *)mailbox->secrets->pdata);
	g_ptr_array_set_size(mailbox->secrets, 0);
	return said;
}

static gboolean was_refused(const Mailbox *mailbox)
{
	return g_ascii_strncasecmp(mailbox->answer->str, "NO", 2) == 0 || g_ascii_strncasecmp(mailbox->answer->str, "BAD", 3) == 0 || mailbox->answer->str[0] == '+';
}

static gboolean is_for_now(const Mailbox *mailbox)
{
	static const char *const codes[] = {"[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"};
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (strstr(mailbox->answer->str, codes[i]) != NULL)
			return TRUE;
	return FALSE;
}

static void fail(Mailbox *mailbox, CURLcode rc, GError **error)
{
	const gboolean opening = g_str_equal(mailbox->command, "SELECT"), refused = was_refused(mailbox) && !is_for_now(mailbox);
	const gboolean no_way = rc == CURLE_LOGIN_DENIED && !was_refused(mailbox);
	g_autofree char *said = what_was_said(mailbox, rc);
	if (mailbox->too_large)
		error_set(error, ERROR_INVALID, "larger than %" G_GSIZE_FORMAT " KiB", mailbox->body_max / 1024);
	else if ((refused || no_way) && (opening || mailbox->logging_in || no_way))
		error_set(error, ERROR_CONFIG, "%s: %s", opening ? "the folder cannot be opened" : "no log-in", said);
	else
		error_set(error, refused ? ERROR_PERMANENT : ERROR_UNAVAILABLE, "%s", said);
}

/* `path`: behind the folder; `command`: NULL: the one that libcurl makes of it. */
static CURLcode perform(Mailbox *mailbox, const char *path, const char *command, gsize body_max)
{
	const gint64 left_us = mailbox->deadline_us - clock_monotonic_us();
	g_autofree char *validity = mailbox->validity != 0 ? g_strdup_printf(";UIDVALIDITY=%u", mailbox->validity) : g_strdup("");
	g_autofree char *url = g_strconcat(mailbox->server, "/", mailbox->folder, validity, path, NULL);
	g_auto(GStrv) pieces = command != NULL ? g_strsplit(command, "%", -1) : NULL;
	g_autofree char *escaped = pieces != NULL ? g_strjoinv("%25", pieces) : NULL; /* libcurl takes it for a piece of a URL */
	g_byte_array_set_size(mailbox->body, 0);
	g_string_truncate(mailbox->answer, 0);
	mailbox->body_max = body_max;
	mailbox->too_large = mailbox->logging_in = FALSE;
	mailbox->failure[0] = '\0';
	if (left_us < 1000) {
		g_strlcpy(mailbox->failure, "it takes too long", sizeof mailbox->failure);
		return CURLE_OPERATION_TIMEDOUT;
	}
	curl_easy_setopt(mailbox->curl, CURLOPT_TIMEOUT_MS, (long)(left_us / 1000));
	curl_easy_setopt(mailbox->curl, CURLOPT_URL, url);
	curl_easy_setopt(mailbox->curl, CURLOPT_CUSTOMREQUEST, escaped);
	return curl_easy_perform(mailbox->curl);
}

static gboolean ask(Mailbox *mailbox, const char *command, GError **error)
{
	const CURLcode rc = perform(mailbox, "", command, LIST_MAX_OCTETS);
	if (rc == CURLE_OK)
		return TRUE;
	fail(mailbox, rc, error);
	return FALSE;
}

/* --- opening --- */

static gboolean renew_token(Mailbox *mailbox, const char *refused, GError **error)
{
	char *token = mailbox->token_source(refused, mailbox->token_data, error);
	if (token == NULL)
		return FALSE;
	g_free(mailbox->secret);
	mailbox->secret = token;
	curl_easy_setopt(mailbox->curl, CURLOPT_XOAUTH2_BEARER, token);
	return TRUE;
}

/* Takes another token where that was refused, or another way to say the password where there is none of the first; FALSE: that would be the same again. */
static gboolean try_otherwise(Mailbox *mailbox, GError **error)
{
	g_autofree char *refused = g_strdup(mailbox->secret);
	if (mailbox->token_source != NULL) {
		g_ptr_array_add(mailbox->secrets, g_strdup(refused));
		return mailbox->logging_in && renew_token(mailbox, refused, error) && !g_str_equal(refused, mailbox->secret);
	}
	const gboolean otherwise = mailbox->tries_ways && !mailbox->logging_in && !g_str_equal(mailbox->command, "SELECT");
	mailbox->tries_ways = FALSE;
	curl_easy_setopt(mailbox->curl, CURLOPT_LOGIN_OPTIONS, "AUTH=*"); /* which ends with the command LOGIN */
	return otherwise;
}

static void note_capabilities(Mailbox *mailbox)
{
	g_byte_array_append(mailbox->body, (const guint8 *)"", 1);
	g_auto(GStrv) words = g_strsplit_set((const char *)mailbox->body->data, " \r\n", -1);
	for (guint i = 0; words[i] != NULL; i++) {
		mailbox->can_move |= g_ascii_strcasecmp(words[i], "MOVE") == 0;
		mailbox->can_expunge_some |= g_ascii_strcasecmp(words[i], "UIDPLUS") == 0;
	}
}

gboolean mailbox_open(Mailbox *mailbox, guint *count, GError **error)
{
	*count = 0;
	if (mailbox->token_source != NULL && !renew_token(mailbox, NULL, error))
		return FALSE;
	CURLcode rc = perform(mailbox, "", "CAPABILITY", LIST_MAX_OCTETS);
	if (rc == CURLE_LOGIN_DENIED) {
		g_autoptr(GError) cause = NULL;
		g_autofree char *said = g_strdup(mailbox->answer->str);
		const gboolean logging_in = mailbox->logging_in;
		if (try_otherwise(mailbox, &cause))
			rc = perform(mailbox, "", "CAPABILITY", LIST_MAX_OCTETS);
		else
			g_string_assign(mailbox->answer, said);
		mailbox->logging_in |= logging_in;
	}
	if (rc != CURLE_OK) {
		fail(mailbox, rc, error);
		return FALSE;
	}
	note_capabilities(mailbox);
	*count = mailbox->count;
	return TRUE;
}

guint32 mailbox_validity(const Mailbox *mailbox)
{
	return mailbox->validity;
}

/* --- what lies there --- */

static gboolean read_number(const char *line, const char *name, guint64 *number)
{
	const char *at = strstr(line, name);
	if (at == NULL || !g_ascii_isdigit(at[strlen(name)]))
		return FALSE;
	*number = g_ascii_strtoull(at + strlen(name), NULL, 10);
	return TRUE;
}

GArray *mailbox_list(Mailbox *mailbox, guint first, guint last, GError **error)
{
	g_autofree char *command = g_strdup_printf("FETCH %u:%u (UID RFC822.SIZE)", first, MIN(last, mailbox->count));
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(MailboxEntry));
	if (first > mailbox->count)
		return g_steal_pointer(&entries);
	if (!ask(mailbox, command, error))
		return NULL;
	g_byte_array_append(mailbox->body, (const guint8 *)"", 1);
	g_auto(GStrv) lines = g_strsplit((const char *)mailbox->body->data, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		guint64 uid, size;
		if (!read_number(lines[i], "UID ", &uid) || !read_number(lines[i], "RFC822.SIZE ", &size) || uid == 0 || uid > G_MAXUINT32)
			continue;
		const MailboxEntry entry = {(guint32)uid, (gint64)MIN(size, G_MAXINT64)};
		g_array_append_val(entries, entry);
	}
	return g_steal_pointer(&entries);
}

GBytes *mailbox_fetch(Mailbox *mailbox, guint32 uid, gsize size_max, GError **error)
{
	g_autofree char *path = g_strdup_printf("/;UID=%u", uid);
	const CURLcode rc = perform(mailbox, path, NULL, size_max);
	if (rc == CURLE_OK) {
		GByteArray *body = mailbox->body;
		mailbox->body = g_byte_array_new();
		return g_byte_array_free_to_bytes(body);
	}
	if (rc == CURLE_REMOTE_FILE_NOT_FOUND)
		error_set(error, ERROR_NOT_FOUND, "the server does not give the message of UID %u", uid);
	else
		fail(mailbox, rc, error);
	return NULL;
}

/* --- moving it away --- */

static char *quoted(const char *folder)
{
	g_autoptr(GString) text = g_string_new("\"");
	for (const char *c = folder; *c != '\0'; c++)
		g_string_append_printf(text, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
	return g_strdup(g_string_append_c(text, '"')->str);
}

static char *uid_set(const GArray *uids)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < uids->len; i++)
		g_string_append_printf(text, "%s%u", i > 0 ? "," : "", g_array_index(uids, guint32, i));
	return g_strdup(text->str);
}

/* Where there is no such folder yet it is made. */
static gboolean put_into(Mailbox *mailbox, const char *set, const char *folder, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *command = g_strdup_printf("UID %s %s %s", mailbox->can_move ? "MOVE" : "COPY", set, folder);
	g_autofree char *make = g_strconcat("CREATE ", folder, NULL);
	if (ask(mailbox, command, &failure))
		return TRUE;
	if (strstr(failure->message, "TRYCREATE") != NULL && ask(mailbox, make, error))
		return ask(mailbox, command, error);
	if (error != NULL && *error == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean delete_all(Mailbox *mailbox, const char *set, GError **error)
{
	g_autofree char *mark = g_strdup_printf("UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
	g_autofree char *some = g_strconcat("UID EXPUNGE ", set, NULL);
	return ask(mailbox, mark, error) && ask(mailbox, mailbox->can_expunge_some ? some : "EXPUNGE", error);
}

gboolean mailbox_take_away(Mailbox *mailbox, const GArray *uids, const char *folder, GError **error)
{
	g_autofree char *set = uid_set(uids);
	g_autofree char *encoded = folder != NULL ? encoded_folder(folder, error) : NULL;
	g_autofree char *name = encoded != NULL ? quoted(encoded) : NULL;
	if (uids->len == 0)
		return TRUE;
	if (folder != NULL && (name == NULL || !put_into(mailbox, set, name, error)))
		return FALSE;
	return (folder != NULL && mailbox->can_move) || delete_all(mailbox, set, error);
}
