/* A way to reach people beside mail: a call of a web hook, as the policy describes it. What it may reach, and the secrets that it needs, are the system
 * administrator's (config/settings.h). */
#ifndef DOMAIN_CHANNEL_H
#define DOMAIN_CHANNEL_H

#include <glib.h>

typedef enum { METHOD_POST, METHOD_PUT } ChannelMethod;

/* Whom a call is about: a person's reminders of one pass, as a mail; or one reminder. */
typedef enum { PER_PERSON, PER_REMINDER } ChannelPer;

/* What the channel knows a person by. Who has none gets a mail instead. */
typedef enum { ADDRESS_NONE, ADDRESS_MOBILE, ADDRESS_MAIL, ADDRESS_UID } ChannelAddress;

/* How what a template fills in is written, so that it stays a value whatever is in it. */
typedef enum { FILL_TEXT, FILL_JSON, FILL_FORM, FILL_XML } ChannelFill;

typedef struct {
	char *name;
	char *url;          /* a Mustache template, like headers and body; {secret} in it, or in a header, is the administrator's secret */
	ChannelMethod method;
	GPtrArray *headers; /* of char *: "Name: value" */
	char *body;         /* CHANNEL_BODY_JSON, CHANNEL_BODY_FORM, or the file of a template */
	char *template;     /* what that file holds; NULL */
	char *content_type; /* NULL: by the body */
	ChannelPer per;
	ChannelAddress to;
	gint64 timeout_s;
	guint line; /* of the policy's text */
} Channel;

#define CHANNEL_BODY_JSON "json"
#define CHANNEL_BODY_FORM "form"

Channel *channel_new(const char *name);
void channel_free(Channel *channel);

gboolean channel_has_template(const Channel *channel);

/* What the body is, borrowed; and how values are written in it: FALSE where the content type is none of those that it is known of. */
const char *channel_content_type(const Channel *channel);
gboolean channel_fill(const Channel *channel, ChannelFill *fill);

/* TRUE where a channel may have that name: those of Akkoord's own ways are taken. */
gboolean channel_name_is_free(const char *name);

#endif
