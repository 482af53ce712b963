/* The host is compared as it is written: nothing is looked up, and nothing follows a redirection. */
#include "config/channel_access.h"

#include "base/error.h"
#include "config/setting_checks.h"

#include <string.h>

static gboolean check_host(gconstpointer value, GError **error)
{
	const char *text = value;
	if (g_str_is_ascii(text) && !strpbrk(text, "/@?#{} \t\r\n") && !strstr(text, "://"))
		return TRUE;
	error_set(error, ERROR_INVALID, "a host such as hooks.example.com, with :PORT where it is not the usual one");
	return FALSE;
}

#define AT(field) .offset = offsetof(ChannelAccess, field)
const Option channel_access_options[] = {
	{"host", OPTION_TEXT, AT(host), .required = TRUE, .check = check_host,
         .help = "The host that the channel may call, as its url in the policy has it, with :PORT where it is not the usual one. Nothing else is called."},
	{"secret_file", OPTION_PATH, AT(secret_file), .check = check_file,
         .help = "The file with what {secret} in the channel's url and headers stands for: a token, or the secret part of the address."},
	{"key_file", OPTION_PATH, AT(key_file), .check = check_file,
         .help = "The file with the key by which each call is signed (HMAC-SHA-256, as standardwebhooks.com has it): whsec_ and base64, or any text."},
	{"ca_file", OPTION_PATH, AT(ca_file), .check = check_file, .help = "The certificates to trust, if not the system's."},
	{0},
};

gpointer channel_access_create(const char *name)
{
	ChannelAccess *access = g_new0(ChannelAccess, 1);
	access->name = g_strdup(name);
	return access;
}

void channel_access_free(ChannelAccess *access)
{
	if (!access)
		return;
	g_free(access->name);
	g_free(access->host);
	g_free(access->secret_file);
	g_free(access->key_file);
	g_free(access->ca_file);
	g_free(access);
}

gboolean channel_access_allows(const ChannelAccess *access, const char *url)
{
	const char *host = strstr(url, "://");
	if (!host || !access->host)
		return FALSE;
	const gsize length = strcspn(host + 3, "/?#");
	return strlen(access->host) == length && !g_ascii_strncasecmp(access->host, host + 3, length);
}
