/* What the system administrator says of the policy's channels: which host each may call, and with which secrets. The policy is finance's, so it can name neither a
 * file of this machine nor send its contents to a host of its choice. */
#ifndef CONFIG_CHANNEL_ACCESS_H
#define CONFIG_CHANNEL_ACCESS_H

#include "config/options.h"

typedef struct {
	char *name;        /* the channel's */
	char *host;        /* "gateway.example" or "gateway.example:8443": the only one that it may call */
	char *secret_file; /* what {secret} in its URL and headers stands for; NULL */
	char *key_file;    /* its calls are signed with; NULL */
	char *ca_file;     /* NULL: the system's */
} ChannelAccess;

extern const Option channel_access_options[]; /* into a ChannelAccess; ended by a NULL name */
gpointer channel_access_create(const char *name);
void channel_access_free(ChannelAccess *access);

/* Whether that URL, or template of one, goes to its host. */
gboolean channel_access_allows(const ChannelAccess *access, const char *url);

#endif
