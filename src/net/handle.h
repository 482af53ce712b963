/* What every libcurl handle of ours holds to, and the ways in which those of mail servers log in. */
#ifndef NET_HANDLE_H
#define NET_HANDLE_H

#include <glib.h>

/* Sets the easy handle `curl`: only these protocols ("smtp,smtps"), no proxy out of the environment, TLS of 1.2 or later with a certificate that is verified, and fits the host
 * name, by the CAs in `ca_file` (NULL: the system's), no signals. */
void handle_secure(void *curl, const char *protocols, const char *ca_file);

/* CURLOPT_LOGIN_OPTIONS for "plain", "login", "xoauth2", "oauthbearer"; "auto" or NULL: PLAIN or LOGIN, since left to itself libcurl would prefer GSSAPI and NTLM where a
 * server offers them, and not get in with a password. */
const char *handle_log_in_options(const char *auth);
/* TRUE where it is an OAuth 2.0 token that logs in so, and no password. */
gboolean handle_takes_token(const char *auth);

#endif
