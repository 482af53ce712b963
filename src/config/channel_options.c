/* A channel's URL names its host plainly: whom the company's data goes to is not for a template to say. */
#include "config/channel_options.h"

#include "base/error.h"
#include "config/policy_file.h"
#include "config/setting_checks.h"

#include <string.h>

static const char *const methods[] = {"POST", "PUT", NULL};                  /* in the order of ChannelMethod */
static const char *const addresses[] = {"none", "mobile", "mail", "uid", NULL}; /* in the order of ChannelAddress */
static const char *const pers[] = {"person", "reminder", NULL};              /* in the order of ChannelPer */

static gboolean check_url(gconstpointer value, GError **error)
{
	const char *text = value, *host = strstr(text, "://");
	g_autofree char *place = host ? g_strndup(text, (gsize)(host + 3 - text) + strcspn(host + 3, "/?#")) : NULL;
	g_autoptr(GUri) uri = place ? g_uri_parse(place, G_URI_FLAGS_HAS_PASSWORD, NULL) : NULL;
	const char *scheme = uri ? g_uri_get_scheme(uri) : "";
	const gboolean safe = !strcmp(scheme, "https") || (!strcmp(scheme, "http") && uri_is_local(place));
	if (safe && g_uri_get_host(uri) && *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) && !strpbrk(place, "{}") && !strpbrk(text, "# \t\r\n"))
		return TRUE;
	error_set(error, ERROR_INVALID, "an https:// address whose host is written out, without a name and password, blanks or #; http:// only of this machine");
	return FALSE;
}

static gboolean is_token(const char *text, gsize length)
{
	static const char allowed[] = "!#$%&'*+-.^_`|~";
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(text[i]) && !strchr(allowed, text[i]))
			return FALSE;
	return length > 0;
}

/* Those that Akkoord writes itself, or that would change what the message is. */
static gboolean is_own(const char *line, gsize length)
{
	static const char *const own[] = {"Content-Type", "Content-Length", "Transfer-Encoding", "Host", "Connection", "Expect", "Idempotency-Key",
	                                  "webhook-id", "webhook-timestamp", "webhook-signature"};
	for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
		if (strlen(own[i]) == length && !g_ascii_strncasecmp(own[i], line, length))
			return TRUE;
	return FALSE;
}

static gboolean check_header(gconstpointer value, GError **error)
{
	const char *text = value, *colon = strchr(text, ':');
	const gsize length = colon ? (gsize)(colon - text) : 0;
	const gboolean plain = g_str_is_ascii(text) && !strpbrk(text, "\r\n");
	if (plain && is_token(text, length) && !is_own(text, length))
		return TRUE;
	error_set(error, ERROR_INVALID, "one line of ASCII such as \"X-Priority: high\", and none of those that Akkoord writes itself (content_type says the content's)");
	return FALSE;
}

static gboolean check_type(gconstpointer value, GError **error)
{
	const char *text = value;
	if (g_str_is_ascii(text) && strchr(text, '/') && !strpbrk(text, "\r\n"))
		return TRUE;
	error_set(error, ERROR_INVALID, "a media type such as application/json");
	return FALSE;
}

#define AT(field) .offset = offsetof(Channel, field)
const Option channel_options[] = {
	{"url", OPTION_TEXT, AT(url), .required = TRUE, .check = check_url,
         .help = "Where it is called: an https address, whose path may be a template. akkoord.conf says in its channels which host that may be."},
	{"method", OPTION_ENUM, AT(method), "\"POST\"", .words = methods, .help = "The request's method."},
	{"headers", OPTION_TEXTS, AT(headers), "[ ]", .may_be_empty = TRUE, .check = check_header,
         .help = "Headers beside those that Akkoord writes, \"Name: value\", whose values may be templates."},
	{"body", OPTION_TEXT, AT(body), "\"json\"",
         .help = "What is sent: json or form, which Akkoord fills with all it has to say, or a file with a Mustache template, relative to this one."},
	{"content_type", OPTION_TEXT, AT(content_type), .check = check_type,
         .help = "What a template makes: JSON, a form, XML or plain text; without it JSON. What is filled in is escaped for it."},
	{"to", OPTION_ENUM, AT(to), "\"none\"", .words = addresses,
         .help = "What a person must have to be called by it: mobile (the number of directory.person.mobile in akkoord.conf), mail, uid, or none. Who lacks it gets a mail "
                 "instead."},
	{"per", OPTION_ENUM, AT(per), "\"person\"", .words = pers,
         .help = "Whether a call carries all reminders of a person and a pass, as a mail does, or one."},
	{"timeout", OPTION_SECONDS, AT(timeout_s), "\"10s\"", .least = 1, .most = 60, .help = "How long to wait for the answer."},
	{0},
};

gpointer channel_options_create(const char *name)
{
	return channel_new(name);
}

static void complain_of(const OptionReader *reader, const ConfNode *group, const char *name, const char *wanted)
{
	const ConfNode *node = conf_get(group, name);
	options_complain(reader, node ? node : group, "%s", wanted);
}

static void read_template(const ConfNode *group, Channel *channel, const OptionReader *reader)
{
	const PolicyFiles *files = reader->context;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = files->read ? files->read(channel->body, files->user_data, &error) : NULL;
	gsize length = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	if (!bytes)
		options_complain(reader, conf_get(group, "body"), "json, form, or a file with a template that can be read (%s)", error ? error->message : "no files here");
	else if (!text || !g_utf8_validate(text, (gssize)length, NULL))
		complain_of(reader, group, "body", "a template in UTF-8");
	else
		channel->template = g_strndup(text, length);
}

/* What the templates ask for. */
static void check_templates(const ConfNode *group, const Channel *channel, const OptionReader *reader)
{
	const PolicyFiles *files = reader->context;
	g_autoptr(GError) error = NULL;
	const gboolean whole = channel->url && channel->body && (channel->template || !channel_has_template(channel));
	if (whole && files->check_channel && !files->check_channel(channel, &error))
		options_complain(reader, group, "templates that can be filled in (%s)", error->message);
}

void channel_options_finish(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Channel *channel = item;
	ChannelFill fill;
	channel->line = group->line;
	if (!channel_name_is_free(channel->name) || !check_name(channel->name, NULL))
		options_complain(reader, group, "a name of letters, digits, - and _ that is not one of Akkoord's own ways to send");
	if (!channel_fill(channel, &fill))
		complain_of(reader, group, "content_type", "JSON, a form, XML or plain text: of others it is not known how to write a value so that it stays one");
	if (channel->content_type && !channel_has_template(channel))
		complain_of(reader, group, "content_type", "a template as body: of json and form it is known");
	if (channel->body && channel_has_template(channel))
		read_template(group, channel, reader);
	check_templates(group, channel, reader);
}

void channel_options_add_files(const ConfNode *channels, GPtrArray *names)
{
	for (guint i = 0; channels && channels->type == CONF_GROUP && i < channels->children->len; i++) {
		const ConfNode *body = conf_get(g_ptr_array_index(channels->children, i), "body");
		const Channel read = {.body = body && body->type == CONF_TEXT ? body->text : NULL};
		if (read.body && *read.body && channel_has_template(&read) && !g_ptr_array_find_with_equal_func(names, read.body, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(read.body));
	}
}
