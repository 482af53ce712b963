/* Channels as values. */
#include "domain/channel.h"

#include <string.h>

#define TYPE_JSON "application/json"
#define TYPE_FORM "application/x-www-form-urlencoded"

Channel *channel_new(const char *name)
{
	Channel *channel = g_new0(Channel, 1);
	channel->name = g_strdup(name);
	channel->headers = g_ptr_array_new_with_free_func(g_free);
	return channel;
}

void channel_free(Channel *channel)
{
	if (!channel)
		return;
	g_free(channel->name);
	g_free(channel->url);
	g_ptr_array_unref(channel->headers);
	g_free(channel->body);
	g_free(channel->template);
	g_free(channel->content_type);
	g_free(channel);
}

gboolean channel_has_template(const Channel *channel)
{
	return channel->body && strcmp(channel->body, CHANNEL_BODY_JSON) != 0 && strcmp(channel->body, CHANNEL_BODY_FORM) != 0;
}

const char *channel_content_type(const Channel *channel)
{
	if (channel->content_type)
		return channel->content_type;
	return !g_strcmp0(channel->body, CHANNEL_BODY_FORM) ? TYPE_FORM : TYPE_JSON;
}

gboolean channel_fill(const Channel *channel, ChannelFill *fill)
{
	static const struct {
		const char *end; /* of the type */
		ChannelFill fill;
	} known[] = {{"/json", FILL_JSON}, {"+json", FILL_JSON}, {TYPE_FORM, FILL_FORM}, {"/xml", FILL_XML}, {"+xml", FILL_XML}, {"text/plain", FILL_TEXT}};
	const char *whole = channel_content_type(channel);
	g_autofree char *type = g_strndup(whole, strcspn(whole, "; \t"));
	g_autofree char *lower = g_ascii_strdown(type, -1);
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_str_has_suffix(lower, known[i].end)) {
			*fill = known[i].fill;
			return TRUE;
		}
	return FALSE;
}

gboolean channel_name_is_free(const char *name)
{
	static const char *const taken[] = {"mail", "invite", "invite-update", "invite-cancel", NULL};
	return !g_strv_contains(taken, name);
}
