/* One easy handle a request. Invariant: `begun` is FALSE only where no byte of the request left us, since on the strength of it the request is made again as if
 * there had been none. */
#include "net/hook.h"

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"
#include "net/handle.h"
#include <curl/curl.h>
#include <string.h>

#define ANSWER_MAX   4096 /* of an answer that is read; the rest is not wanted */
#define TEXT_MAX     200  /* characters of it that are kept */
#define RETRY_MAX_S  86400

void hook_answer_clear(HookAnswer *answer)
{
	g_clear_pointer(&answer->text, g_free);
}

static size_t on_answer(char *data, size_t size, size_t n, void *user_data)
{
	GString *text = user_data;
	g_string_append_len(text, data, (gssize)MIN(size * n, ANSWER_MAX - text->len));
	return size * n;
}

static void set_target(CURL *curl, const char *url, const char *ca_file, gint64 timeout_s)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	handle_secure(curl, g_ascii_strncasecmp(url, "http:", 5) == 0 ? "http" : "https", ca_file);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CLAMP(timeout_s, 1, 300));
}

static void set_request(CURL *curl, const HookOrder *order)
{
	gsize length;
	const char *body = g_bytes_get_data(order->body, &length);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, order->method);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body != NULL ? body : "");
}

static struct curl_slist *headers_of(const HookOrder *order)
{
	/* the body goes at once, and says itself what it is */
	struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Accept: */*");
	for (guint i = 0; i < order->headers->len; i++)
		headers = curl_slist_append(headers, g_ptr_array_index(order->headers, i));
	return headers;
}

/* The address in libcurl's words would be the channel's secret. */
static char *failure_text(CURLcode rc)
{
	return text_clean_line(curl_easy_strerror(rc));
}

/* Who has said how it went has answered, whether the rest comes or not. */
static void read_result(CURL *curl, CURLcode rc, const GString *said, HookAnswer *answer)
{
	long sent = 0;
	curl_off_t after = 0;
	curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after);
	answer->begun = sent > 0;
	answer->retry_after_s = CLAMP((gint64)after, 0, RETRY_MAX_S);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->code);
	if (answer->code < 200)
		answer->code = 0;
	if (rc != CURLE_OK) {
		answer->text = failure_text(rc);
		return;
	}
	g_autofree char *clean = text_clean_or_null(said->str);
	if (clean != NULL)
		answer->text = g_utf8_substring(clean, 0, MIN(g_utf8_strlen(clean, -1), TEXT_MAX));
}

static void perform(CURL *curl, const HookOrder *order, HookAnswer *answer)
{
	struct curl_slist *headers = headers_of(order);
	GString *said = g_string_new(NULL);
	set_target(curl, order->url, order->ca_file, order->timeout_s);
	set_request(curl, order);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, said);
	const CURLcode rc = curl_easy_perform(curl);
	read_result(curl, rc, said, answer);
	g_string_free(said, TRUE);
	curl_slist_free_all(headers);
}

/* NULL: it may not be called, or there is no memory for it. */
static CURL *open_handle(const char *url, GError **error)
{
	if (!address_is_safe_web(url, error))
		return NULL;
	CURL *curl = curl_easy_init();
	if (curl == NULL)
		error_set(error, ERROR_TRANSIENT, "no memory for a connection");
	return curl;
}

void hook_call(const HookOrder *order, HookAnswer *answer)
{
	*answer = (HookAnswer){0};
	g_autoptr(GError) error = NULL;
	CURL *curl = open_handle(order->url, &error);
	if (curl == NULL) {
		answer->text = g_strdup(error->message);
		return;
	}
	perform(curl, order, answer);
	curl_easy_cleanup(curl);
}

gboolean hook_connect(const char *url, const char *ca_file, gint64 timeout_s, GError **error)
{
	CURL *curl = open_handle(url, error);
	if (curl == NULL)
		return FALSE;
	set_target(curl, url, ca_file, timeout_s);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	const CURLcode rc = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	if (rc == CURLE_OK)
		return TRUE;
	g_autofree char *what = failure_text(rc);
	error_set(error, ERROR_UNAVAILABLE, "%s", what);
	return FALSE;
}
