/* Each line of the notice is looked at for an address in one of the places where servers put the one that failed. What follows, up to the next such
 * line, is what is said of it. The sender's own addresses and the server's are none of them. */
#include "inbound/bounce_address.h"

#include "inbound/bounce_words.h"
#include "inbound/mail_address.h"

#include <string.h>

#define FOUND_MAX 200
#define PROSE_MIN 40 /* octets of a line that is no heading */

static void found_free(BounceAddress *found)
{
	g_free(found->address);
	g_free(found->origin);
	g_free(found);
}

static gboolean is_bullet(char c)
{
	return g_ascii_isspace(c) || strchr("*-<>\"'([#", c) != NULL;
}

/* "550 5.1.1 <", "554 ", "550-5.1.1 [". */
static gboolean is_reply(const char *before)
{
	if (strchr("45", *before) == NULL || !g_ascii_isdigit(before[0]) || !g_ascii_isdigit(before[1]) || !g_ascii_isdigit(before[2]))
		return FALSE;
	for (before += 3; *before != '\0'; before++)
		if (!g_ascii_isdigit(*before) && strchr(" .-#<([\"'", *before) == NULL)
			return FALSE;
	return TRUE;
}

static BouncePlace place_of(const char *line, const char *address)
{
	const char *at = strstr(line, address);
	const char *start = line;
	while (is_bullet(*start) && start < at)
		start++;
	if (start == at)
		return PLACE_FIRST;
	g_autofree char *raw = g_strndup(start, (gsize)(at - start));
	g_autofree char *before = bounce_words_fold(raw);
	if (g_str_has_suffix(before, "rcpt to:<") || g_str_has_suffix(before, "rcpt to: <") || g_str_has_suffix(g_strchomp(before), "rcpt to:"))
		return PLACE_COMMAND;
	if (is_reply(before))
		return PLACE_REPLY;
	return bounce_words_before_recipient(before) ? PLACE_AFTER_WORDS : PLACE_NONE;
}

static gboolean is_origin(const char *line, const char *address)
{
	g_autofree char *raw = g_strndup(line, (gsize)(strstr(line, address) - line));
	g_autofree char *before = bounce_words_fold(raw);
	return bounce_words_before_origin(before);
}

/* The sender's, or the mail server's: hardly who failed, unless the returned mail went there. */
static gboolean is_ours(const char *address, const Received *received, const Returned *returned)
{
	const gboolean addressed = mail_address_among(returned->recipients, address);
	const gboolean ours = mail_address_among(received->delivered_to, address) || mail_address_among(returned->senders, address);
	const gboolean server = (received->from != NULL && g_ascii_strcasecmp(received->from, address) == 0) || g_ascii_strncasecmp(address, "postmaster@", 11) == 0;
	return (ours || server) && !addressed;
}

/* The address stands where a line of running text was broken: the text comes from the line before and goes on behind it. */
static gboolean is_in_prose(const char *before, const char *line, const char *after)
{
	if (strspn(before, " \t") != strspn(line, " \t"))
		return FALSE;
	g_autofree char *folded = bounce_words_fold(before);
	const char *text = g_strstrip(folded);
	const gsize length = strlen(text);
	return length >= PROSE_MIN && g_ascii_isalpha(text[length - 1]) && strchr(text, '@') == NULL && *after == ' ' && g_ascii_islower(after[1]);
}

static void take_address(GPtrArray *all, const char *line, const char *before, char *address, const Received *received, const Returned *returned)
{
	BounceAddress *last = all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;
	if (last != NULL && last->origin == NULL && is_origin(line, address)) {
		last->origin = address;
		return;
	}
	BouncePlace place = place_of(line, address);
	if (place == PLACE_FIRST && is_in_prose(before, line, strstr(line, address) + strlen(address)))
		place = PLACE_NONE;
	if (place == PLACE_NONE || all->len >= FOUND_MAX) {
		g_free(address);
		return;
	}
	BounceAddress *found = g_new0(BounceAddress, 1);
	*found = (BounceAddress){.place = place, .ours = is_ours(address, received, returned), .address = address};
	g_ptr_array_add(all, found);
}

static GPtrArray *find_all(const char *notice, const Received *received, const Returned *returned)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);
	g_autofree char *before_line = g_strdup("");
	for (const char *p = notice; *p != '\0';) {
		const gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, length);
		g_autoptr(GPtrArray) addresses = g_ptr_array_new();
		mail_address_collect(line, addresses, 20);
		for (guint i = 0; i < addresses->len; i++) {
			const guint before = all->len;
			take_address(all, line, before_line, g_ptr_array_index(addresses, i), received, returned);
			if (all->len > before)
				((BounceAddress *)g_ptr_array_index(all, before))->start = p;
		}
		g_free(before_line);
		before_line = g_steal_pointer(&line);
		p += length + (p[length] == '\n');
	}
	return all;
}

/* Where all are ours, hardly one is meant, the less if it is known for whom the mail was (`addressed`). */
static void keep_best(GPtrArray *all, const char *notice, gboolean addressed)
{
	BouncePlace best = PLACE_NONE;
	gboolean ours = TRUE;
	for (guint i = 0; i < all->len; i++)
		ours = ours && ((const BounceAddress *)g_ptr_array_index(all, i))->ours;
	for (guint i = all->len; i-- > 0;)
		if (((const BounceAddress *)g_ptr_array_index(all, i))->ours && !ours)
			g_ptr_array_remove_index(all, i);
	for (guint i = 0; i < all->len; i++)
		best = MIN(best, ((const BounceAddress *)g_ptr_array_index(all, i))->place);
	for (guint i = all->len; i-- > 0;)
		if (((const BounceAddress *)g_ptr_array_index(all, i))->place > best || (ours && best > (addressed ? PLACE_FIRST : PLACE_AFTER_WORDS)))
			g_ptr_array_remove_index(all, i);
	const char *end = notice + strlen(notice);
	for (guint i = all->len; i-- > 0;) {
		BounceAddress *found = g_ptr_array_index(all, i);
		found->end = end;
		end = found->start;
	}
}

GPtrArray *bounce_addresses_find(const Received *received, const Returned *returned, gboolean addressed)
{
	GPtrArray *all = find_all(returned->notice, received, returned);
	keep_best(all, returned->notice, addressed);
	return all;
}
