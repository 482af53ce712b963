/* What is said of an address comes from the line that names it on, else from the lines that name it, else, of the only one, from anywhere. */
#include "inbound/bounce_text.h"

#include "inbound/bounce_address.h"
#include "inbound/bounce_words.h"
#include "inbound/mail_address.h"
#include "inbound/recipient.h"
#include "inbound/status.h"

#include <string.h>

/* All lines of the notice with this address in them, and each one's next where it goes on. */
static char *lines_about(const char *notice, const char *address)
{
	GString *lines = g_string_new(NULL);
	gboolean goes_on = FALSE;
	for (const char *p = notice; *p != '\0';) {
		const gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, length);
		const gboolean has = strstr(line, address) != NULL;
		if (has || (goes_on && strchr(line, '@') == NULL))
			g_string_append_printf(lines, "%s\n", line);
		goes_on = has;
		p += length + (p[length] == '\n');
	}
	return g_string_free(lines, FALSE);
}

/* What is said behind the address, else in the lines that name it, else, of the only one, anywhere. */
static void found_add(const BounceAddress *found, const Returned *returned, gboolean only, gboolean delayed, Received *received)
{
	ReceivedRecipient *recipient = recipient_new(g_strdup(found->origin != NULL ? found->origin : found->address));
	if (found->origin != NULL)
		g_ptr_array_add(recipient->alternatives, g_strdup(found->address));
	recipient->action = delayed ? RECEIVED_DELAYED : RECEIVED_FAILED;
	g_autofree char *own = found->start != NULL ? g_strndup(found->start, (gsize)(found->end - found->start)) : g_strdup("");
	g_autofree char *about = lines_about(returned->notice, found->address);
	if (!recipient_judge(recipient, own) && !recipient_judge(recipient, about) && (!only || !recipient_judge(recipient, returned->notice)))
		recipient_judge(recipient, own);
	recipient_add(received, recipient);
}

/* By the subject; a text may also say that it was permanent, or would be. */
static gboolean is_delayed(const Received *received, const Returned *returned)
{
	g_autofree char *title = bounce_words_fold(received->subject != NULL ? received->subject : ""), *words = bounce_words_fold(returned->notice);
	return bounce_words_delayed(title) || (bounce_words_delayed(words) && !bounce_words_for_good(words));
}

/* The header names them; the text says the rest. */
static gboolean failed_recipients_read(const MimeEntity *mail, const Returned *returned, gboolean delayed, const GPtrArray *all, Received *received)
{
	g_autofree char *value = mime_field(mail, "X-Failed-Recipients");
	g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
	mail_address_collect(value != NULL ? value : "", addresses, RECEIVED_MAX_RECIPIENTS);
	for (guint i = 0; i < addresses->len; i++) {
		const char *address = g_ptr_array_index(addresses, i);
		BounceAddress named = {.address = (char *)address};
		for (guint j = 0; j < all->len; j++) {
			const BounceAddress *found = g_ptr_array_index(all, j);
			if (g_ascii_strcasecmp(found->address, address) == 0 && named.start == NULL)
				named = *found;
		}
		if (named.start == NULL && addresses->len == 1 && all->len == 1) { /* it went on to there */
			named = *(const BounceAddress *)g_ptr_array_index(all, 0);
			named.origin = (char *)address;
		}
		found_add(&named, returned, addresses->len == 1, delayed, received);
	}
	return addresses->len > 0;
}

/* The notice names nobody, but the mail that came back went to one person. */
static void addressee_read(const Returned *returned, gboolean delayed, Received *received)
{
	const BounceAddress found = {.address = returned->addressee};
	if (returned->addressee != NULL)
		found_add(&found, returned, TRUE, delayed, received);
}

void bounce_text_read(const MimeEntity *mail, const Returned *returned, gboolean report, Received *received)
{
	const gboolean delayed = is_delayed(received, returned);
	g_autoptr(GPtrArray) all = bounce_addresses_find(received, returned, returned->addressee != NULL && !report);
	if (failed_recipients_read(mail, returned, delayed, all, received))
		return;
	g_autoptr(GPtrArray) different = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < all->len; i++) {
		const BounceAddress *found = g_ptr_array_index(all, i);
		if (!mail_address_among(different, found->address))
			g_ptr_array_add(different, g_strdup(found->address));
	}
	for (guint i = 0; i < all->len; i++)
		found_add(g_ptr_array_index(all, i), returned, different->len == 1, delayed, received);
	if (all->len == 0 && !report)
		addressee_read(returned, delayed, received);
}

static gboolean is_vague(const char *status)
{
	return status == NULL || g_str_has_suffix(status, ".0.0");
}

void bounce_text_complete(const Returned *returned, Received *received)
{
	for (guint i = 0; i < received->recipients->len; i++) {
		ReceivedRecipient *recipient = g_ptr_array_index(received->recipients, i);
		g_autofree char *about = lines_about(returned->notice, recipient->address);
		g_autofree char *exact = is_vague(recipient->status) ? status_find(about) : NULL;
		if (is_vague(recipient->status) && is_vague(exact) && received->recipients->len == 1) {
			g_free(exact);
			exact = status_find(returned->notice);
		}
		if (exact == NULL || (recipient->status != NULL && *exact != *recipient->status))
			continue;
		g_free(recipient->status);
		recipient->status = g_steal_pointer(&exact);
		recipient_judge(recipient, recipient->diagnostic != NULL ? recipient->diagnostic : about);
	}
}
