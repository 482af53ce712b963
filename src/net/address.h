/* What may be asked for over the network without TLS. Pure. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <glib.h>

/* Whether the URL's host is this machine (text_is_this_machine()); FALSE where it is no URL. */
gboolean address_is_this_machine(const char *url);

/* Whether it is https://, or http:// to this machine; else ERROR_CONFIG. */
gboolean address_is_safe_web(const char *url, GError **error);

#endif
