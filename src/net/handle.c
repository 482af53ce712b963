#include "net/handle.h"

#include <curl/curl.h>

void handle_secure(void *curl, const char *protocols, const char *ca_file)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

const char *handle_log_in_options(const char *auth)
{
	static const struct {
		const char *auth, *options;
	} ways[] = {{"plain", "AUTH=PLAIN"}, {"login", "AUTH=LOGIN"}, {"xoauth2", "AUTH=XOAUTH2"}, {"oauthbearer", "AUTH=OAUTHBEARER"}};
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		if (g_strcmp0(auth, ways[i].auth) == 0)
			return ways[i].options;
	return "AUTH=PLAIN;AUTH=LOGIN";
}

gboolean handle_takes_token(const char *auth)
{
	return g_strcmp0(auth, "xoauth2") == 0 || g_strcmp0(auth, "oauthbearer") == 0;
}
