/* One easy handle a fetch: it is done a few times an hour.
 *
 * Invariant: what was promised has come whole. libcurl sees to Content-Length and chunks; what comes without either ends where the line does, so whoever reads it must be able to
 * tell that it is all. */
#include "net/fetch.h"

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"
#include "net/handle.h"
#include <curl/curl.h>
#include <string.h>

#define REDIRECTS_MAX 5L
#define HEADER_MAX    512
#define AGE_MAX_S     (7 * 86400)

typedef struct {
	GByteArray *body;
	gsize size_max;
	gboolean too_large;
	FetchAnswer *answer;
} Receiving;

void fetch_answer_clear(FetchAnswer *answer)
{
	g_clear_pointer(&answer->bytes, g_bytes_unref);
	g_clear_pointer(&answer->etag, g_free);
	g_clear_pointer(&answer->modified, g_free);
}

static size_t on_body(char *data, size_t size, size_t n, void *user_data)
{
	Receiving *receiving = user_data;
	const gsize length = size * n;
	receiving->too_large = length > receiving->size_max - receiving->body->len;
	if (receiving->too_large)
		return 0;
	g_byte_array_append(receiving->body, (const guint8 *)data, (guint)length);
	return length;
}

/* The header's value where the line is of that name; NULL. Owned by the caller. */
static char *header_value(const char *line, const char *name)
{
	const gsize length = strlen(name);
	if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	char *value = text_clean_or_null(line + length + 1);
	if (value == NULL || (strlen(value) <= HEADER_MAX && text_is_plain(value)))
		return value;
	g_free(value);
	return NULL;
}

static void read_header(FetchAnswer *answer, const char *line)
{
	g_autofree char *etag = header_value(line, "ETag");
	g_autofree char *modified = header_value(line, "Last-Modified");
	g_autofree char *control = header_value(line, "Cache-Control");
	const char *age = control != NULL ? strstr(control, "max-age=") : NULL;
	if (g_ascii_strncasecmp(line, "HTTP/", strlen("HTTP/")) == 0) {
		/* what a redirection said is of no matter */
		fetch_answer_clear(answer);
		answer->max_age_s = 0;
	}
	if (etag != NULL && answer->etag == NULL)
		answer->etag = g_steal_pointer(&etag);
	if (modified != NULL && answer->modified == NULL)
		answer->modified = g_steal_pointer(&modified);
	if (age != NULL)
		answer->max_age_s = (gint64)MIN(g_ascii_strtoull(age + strlen("max-age="), NULL, 10), AGE_MAX_S);
}

static size_t on_header(char *data, size_t size, size_t n, void *user_data)
{
	const Receiving *receiving = user_data;
	g_autofree char *line = g_strndup(data, size * n);
	read_header(receiving->answer, line);
	return size * n;
}

static void set_target(CURL *curl, const FetchOrder *order)
{
	const gboolean plain = g_ascii_strncasecmp(order->url, "http://", strlen("http://")) == 0;
	curl_easy_setopt(curl, CURLOPT_URL, order->url);
	handle_secure(curl, plain ? "http" : "https", order->ca_file);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
}

static void set_limits(CURL *curl, gint64 timeout_s)
{
	const long seconds = (long)CLAMP(timeout_s, 1, 300);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, seconds);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, seconds);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds * 3);
}

static struct curl_slist *condition(struct curl_slist *headers, const char *name, const char *value)
{
	g_autofree char *line = value != NULL ? g_strdup_printf("%s: %s", name, value) : NULL;
	return line != NULL ? curl_slist_append(headers, line) : headers;
}

static gboolean judge(CURL *curl, long code, FetchAnswer *answer, GError **error)
{
	const char *type = NULL;
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	answer->unchanged = code == 304;
	if (code == 200 && type != NULL && g_ascii_strncasecmp(type, "text/html", strlen("text/html")) == 0)
		error_set(error, ERROR_PERMANENT, "a web page came, no calendar (does it ask for log-in?)");
	else if (code == 200 || code == 304)
		return TRUE;
	else
		error_set(error, code == 408 || code == 429 || code >= 500 ? ERROR_UNAVAILABLE : ERROR_PERMANENT, "the server answered %ld", code);
	return FALSE;
}

static gboolean perform(CURL *curl, Receiving *receiving, GError **error)
{
	char failure[CURL_ERROR_SIZE] = "";
	long code = 0;
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, failure);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, receiving);
	const CURLcode rc = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	if (rc == CURLE_OK)
		return judge(curl, code, receiving->answer, error);
	g_autofree char *said = text_clean_line(failure[0] != '\0' ? failure : curl_easy_strerror(rc));
	if (receiving->too_large)
		error_set(error, ERROR_INVALID, "larger than %" G_GSIZE_FORMAT " KiB", receiving->size_max / 1024);
	else
		error_set(error, rc == CURLE_UNSUPPORTED_PROTOCOL || rc == CURLE_TOO_MANY_REDIRECTS ? ERROR_PERMANENT : ERROR_UNAVAILABLE, "%s", said);
	return FALSE;
}

gboolean fetch_get(const FetchOrder *order, FetchAnswer *answer, GError **error)
{
	*answer = (FetchAnswer){0};
	CURL *curl = address_is_safe_web(order->url, error) ? curl_easy_init() : NULL;
	if (curl == NULL) {
		if (error != NULL && *error == NULL)
			error_set(error, ERROR_TRANSIENT, "no memory for a connection");
		return FALSE;
	}
	g_autoptr(GByteArray) body = g_byte_array_new();
	Receiving receiving = {body, order->size_max, FALSE, answer};
	struct curl_slist *headers = condition(condition(NULL, "If-None-Match", order->etag), "If-Modified-Since", order->modified);
	set_target(curl, order);
	set_limits(curl, order->timeout_s);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	const gboolean ok = perform(curl, &receiving, error);
	if (ok && !answer->unchanged)
		answer->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&body));
	if (!ok)
		fetch_answer_clear(answer);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return ok;
}
