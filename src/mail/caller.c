/* The secrets stand here and nowhere else: not in the record, not in what a server is said to have answered. */
#include "mail/caller.h"

#include "base/error.h"
#include "base/redaction.h"
#include "base/secret.h"
#include "base/secret_file.h"
#include "mail/call.h"
#include "mail/outcome.h"
#include "net/hook.h"
#include <string.h>

#define PLACE_OF_SECRET "{secret}"
#define KEY_PREFIX "whsec_"

struct Caller {
	ChannelAccess access; /* its own copies */
	char *secret;         /* NULL */
	guchar *key;          /* NULL */
	gsize key_length;
};

static gboolean read_secret(const char *channel, const char *path, char **secret, GError **error)
{
	*secret = path != NULL ? secret_file_read(path, SECRET_FILE_MAX_BYTES, error) : NULL;
	if (path != NULL && *secret == NULL) {
		g_prefix_error(error, "channel %s: ", channel);
		return FALSE;
	}
	if (path == NULL || g_str_is_ascii(g_strstrip(*secret)))
		return TRUE;
	error_set(error, ERROR_CONFIG, "channel %s: %s: wanted a line of ASCII", channel, path);
	return FALSE;
}

static void set_key(Caller *caller, const char *text)
{
	if (g_str_has_prefix(text, KEY_PREFIX)) {
		caller->key = g_base64_decode(text + strlen(KEY_PREFIX), &caller->key_length);
		return;
	}
	caller->key = (guchar *)g_strdup(text);
	caller->key_length = strlen(text);
}

Caller *caller_new(const ChannelAccess *access, GError **error)
{
	g_autoptr(Caller) caller = g_new0(Caller, 1);
	g_autofree char *key = NULL;
	caller->access = (ChannelAccess){.name = g_strdup(access->name), .host = g_strdup(access->host), .ca_file = g_strdup(access->ca_file)};
	if (!read_secret(access->name, access->secret_file, &caller->secret, error) || !read_secret(access->name, access->key_file, &key, error))
		return NULL;
	if (key != NULL)
		set_key(caller, key);
	return g_steal_pointer(&caller);
}

void caller_free(Caller *caller)
{
	if (caller == NULL)
		return;
	g_free(caller->access.name);
	g_free(caller->access.host);
	g_free(caller->access.ca_file);
	secret_file_free(caller->secret);
	g_free(caller->key);
	g_free(caller);
}

/* What a template filled in holds no brace. */
static char *with_secret(const Caller *caller, const char *text)
{
	GString *whole = g_string_new(text);
	if (caller->secret != NULL)
		g_string_replace(whole, PLACE_OF_SECRET, caller->secret, 0);
	return g_string_free(whole, FALSE);
}

static char *signature_of(const Caller *caller, const char *message, const char *seconds, GBytes *body)
{
	gsize length;
	const char *bytes = g_bytes_get_data(body, &length);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%s.%s.", message, seconds);
	g_string_append_len(text, bytes, (gssize)length);
	g_autofree char *mac = hmac_sha256_base64(caller->key, caller->key_length, text->str, text->len);
	g_string_free(text, TRUE);
	return g_strconcat("webhook-signature: v1,", mac, NULL);
}

static GPtrArray *headers_of(const Caller *caller, const Call *call, const char *message, gint64 now)
{
	GPtrArray *headers = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < call->headers->len; i++)
		g_ptr_array_add(headers, with_secret(caller, call->headers->pdata[i]));
	g_ptr_array_add(headers, g_strconcat("Idempotency-Key: ", message, NULL));
	if (caller->key == NULL)
		return headers;
	g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, now);
	g_ptr_array_add(headers, g_strconcat("webhook-id: ", message, NULL));
	g_ptr_array_add(headers, g_strconcat("webhook-timestamp: ", seconds, NULL));
	g_ptr_array_add(headers, signature_of(caller, message, seconds, call->body));
	return headers;
}

static void set_unmade(Delivery *delivery, const char *why)
{
	*delivery = (Delivery){.outcome = DELIVERY_DEFERRED, .reply = g_strdup(why), .server_down = TRUE};
}

/* Servers repeat what they did not understand. */
static void hide_secret(const Caller *caller, HookAnswer *answer)
{
	const char *const secrets[] = {caller->secret, NULL};
	if (answer->text == NULL || caller->secret == NULL)
		return;
	char *clean = redaction_apply(answer->text, secrets);
	g_free(answer->text);
	answer->text = clean;
}

static void make(const Caller *caller, const Call *call, const char *message, gint64 now, Delivery *delivery)
{
	g_auto(HookAnswer) answer = {0};
	g_autofree char *url = with_secret(caller, call->url);
	g_autoptr(GPtrArray) headers = headers_of(caller, call, message, now);
	hook_call(&(HookOrder){.url = url,
	                       .method = call->method,
	                       .headers = headers,
	                       .body = call->body,
	                       .ca_file = caller->access.ca_file,
	                       .timeout_s = call->timeout_s},
	          &answer);
	hide_secret(caller, &answer);
	outcome_judge_call(&answer, delivery);
}

void caller_make(const Caller *caller, const char *message, GBytes *bytes, gint64 now, Delivery *delivery)
{
	g_autoptr(GError) error = NULL;
	g_auto(Call) call = {0};
	if (!call_read(bytes, &call, &error))
		*delivery = (Delivery){.outcome = DELIVERY_REFUSED, .reply = g_strdup(error->message)};
	else if (!channel_access_allows(&caller->access, call.url))
		set_unmade(delivery, "akkoord.conf does not let the channel call that host");
	else
		make(caller, &call, message, now, delivery);
}
