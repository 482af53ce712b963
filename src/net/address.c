/* Nothing is resolved: a name that leads here is another machine's until it says otherwise. */
#include "net/address.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

gboolean address_is_this_machine(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	return uri != NULL && text_is_this_machine(g_uri_get_host(uri));
}

static gboolean has_scheme(const char *url, const char *scheme)
{
	return g_ascii_strncasecmp(url, scheme, strlen(scheme)) == 0;
}

gboolean address_is_safe_web(const char *url, GError **error)
{
	if (has_scheme(url, "https://") || (has_scheme(url, "http://") && address_is_this_machine(url)))
		return TRUE;
	error_set(error, ERROR_CONFIG, "wanted https://, or http:// to this machine");
	return FALSE;
}
