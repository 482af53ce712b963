/* Half of the servers attach our mail, the others write it below their own words, with a line between them that each words differently. So not that line is looked
 * for but the header of a mail. */
#include "inbound/returned.h"

#include "inbound/mail_address.h"

#include <string.h>

#define NOTICE_MAX_OCTETS (64 * 1024)
#define TEXT_MAX_OCTETS (256 * 1024)
#define HEADER_TRIES_MAX 50
#define ADDRESSES_MAX 100
#define MESSAGE_ID_MAX 500

static const char *const common_fields[] = {"Date", "To", "Subject", "MIME-Version", "Content-Type", "Cc", "X-Mailer", "Reply-To", "Received", "Message-ID", "From", "Return-Path"};
#define TELLING_FIELDS_FROM 8 /* those from here on stand in no mail server's own words */
#define FIELDS_WANTED 3

void returned_free(Returned *returned)
{
	g_free(returned->notice);
	g_free(returned->message_id);
	g_free(returned->addressee);
	g_ptr_array_unref(returned->recipients);
	g_ptr_array_unref(returned->senders);
	g_free(returned);
}

char *message_id_find(const char *text)
{
	for (const char *open = strchr(text, '<'); open != NULL; open = strchr(open + 1, '<')) {
		const gsize length = strcspn(open + 1, " <>\t\n");
		if (length > 0 && length < MESSAGE_ID_MAX && open[1 + length] == '>')
			return g_strndup(open, length + 2);
	}
	return NULL;
}

static void addresses_collect(const MimeEntity *mail, const char *name, GPtrArray *addresses)
{
	g_autoptr(GPtrArray) values = mime_fields(mail, name);
	for (guint i = 0; i < values->len; i++)
		mail_address_collect(g_ptr_array_index(values, i), addresses, ADDRESSES_MAX);
}

/* "by mx.example.nl with ESMTP for <jo@example.nl>; …" */
static char *received_for(const MimeEntity *mail)
{
	g_autoptr(GPtrArray) hops = mime_fields(mail, "Received");
	for (guint i = 0; i < hops->len; i++) {
		const char *words = strstr(g_ptr_array_index(hops, i), " for ");
		g_autofree char *rest = words != NULL ? g_strndup(words + 5, strcspn(words + 5, ";")) : NULL;
		char *address = mail_address_find(rest);
		if (address != NULL)
			return address;
	}
	return NULL;
}

static gboolean is_from_list(const MimeEntity *mail)
{
	static const char *const names[] = {"List-Id", "List-Post", "List-Unsubscribe", "X-BeenThere", "X-Mailing-List", "Precedence"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *value = mime_field(mail, names[i]);
		if (value != NULL)
			return TRUE;
	}
	return FALSE;
}

static void header_take(Returned *returned, const MimeEntity *mail)
{
	static const char *const to[] = {"To", "Cc", "Bcc", "X-Original-To", "Delivered-To", "Envelope-To"}, *const from[] = {"From", "Return-Path", "Sender", "Reply-To"};
	g_autofree char *id = mime_field(mail, "Message-ID");
	if (returned->message_id == NULL && id != NULL)
		returned->message_id = message_id_find(id);
	for (gsize i = 0; i < G_N_ELEMENTS(to); i++)
		addresses_collect(mail, to[i], returned->recipients);
	for (gsize i = 0; i < G_N_ELEMENTS(from); i++)
		addresses_collect(mail, from[i], returned->senders);
	if (returned->addressee == NULL)
		returned->addressee = received_for(mail);
	if (returned->addressee == NULL && returned->recipients->len == 1 && !is_from_list(mail))
		returned->addressee = g_strdup(g_ptr_array_index(returned->recipients, 0));
	returned->there = TRUE;
}

static gboolean is_mail(const MimeEntity *header)
{
	guint found = 0, telling = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(common_fields); i++) {
		g_autofree char *value = mime_field(header, common_fields[i]);
		found += value != NULL;
		telling += value != NULL && i >= TELLING_FIELDS_FROM;
	}
	return found >= FIELDS_WANTED && telling > 0;
}

static gboolean begins_field(const char *line)
{
	for (gsize i = 0; i < G_N_ELEMENTS(common_fields); i++) {
		const gsize length = strlen(common_fields[i]);
		if (g_ascii_strncasecmp(line, common_fields[i], length) == 0 && line[length] == ':')
			return TRUE;
	}
	return FALSE;
}

/* Where a mail begins in the text; the end of the text: nowhere. */
static const char *mail_find(Returned *returned, const char *text)
{
	guint tries = 0;
	for (const char *line = text; *line != '\0' && tries < HEADER_TRIES_MAX; line += strcspn(line, "\n"), line += *line == '\n') {
		if (!begins_field(line))
			continue;
		g_autoptr(MimeEntity) header = mime_read(line, MIN(strlen(line), NOTICE_MAX_OCTETS), NULL);
		tries++;
		if (header == NULL || !is_mail(header))
			continue;
		if (!returned->there)
			header_take(returned, header);
		return line;
	}
	return text + strlen(text);
}

static void text_take(Returned *returned, const MimeEntity *part, GString *notice)
{
	g_autofree char *text = mime_text(part, TEXT_MAX_OCTETS);
	const char *end = mail_find(returned, text);
	if (notice->len > 0)
		g_string_append_c(notice, '\n');
	g_string_append_len(notice, text, end - text);
}

static void headers_take(Returned *returned, const MimeEntity *part)
{
	g_autofree char *text = mime_text(part, TEXT_MAX_OCTETS);
	g_autoptr(MimeEntity) header = mime_read(text, strlen(text), NULL);
	if (header != NULL)
		header_take(returned, header);
}

static gboolean is_among(const char *type, const char *const *types)
{
	return g_strv_contains(types, type);
}

static void attached_take(Returned *returned, const MimeEntity *part)
{
	static const char *const mails[] = {"message/rfc822", "message/global", NULL};
	static const char *const headers[] = {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers", NULL};
	if (is_among(part->type, mails) && part->children->len > 0)
		header_take(returned, g_ptr_array_index(part->children, 0));
	else if (is_among(part->type, headers))
		headers_take(returned, part);
	for (guint i = 0; i < part->children->len && g_str_has_prefix(part->type, "multipart/"); i++)
		attached_take(returned, g_ptr_array_index(part->children, i));
}

static void texts_take(Returned *returned, const MimeEntity *part, GString *notice, gboolean html)
{
	const gboolean text = g_str_has_prefix(part->type, "text/") && !g_str_has_prefix(part->type, "text/rfc822");
	if (text && g_str_equal(part->type, "text/html") == html && notice->len < NOTICE_MAX_OCTETS)
		text_take(returned, part, notice);
	for (guint i = 0; i < part->children->len && g_str_has_prefix(part->type, "multipart/"); i++)
		texts_take(returned, g_ptr_array_index(part->children, i), notice, html);
}

/* What is attached is the mail itself; what stands in the text may be an older one, quoted. */
Returned *returned_read(const MimeEntity *mail)
{
	Returned *returned = g_new0(Returned, 1);
	GString *notice = g_string_new(NULL);
	returned->recipients = g_ptr_array_new_with_free_func(g_free);
	returned->senders = g_ptr_array_new_with_free_func(g_free);
	attached_take(returned, mail);
	texts_take(returned, mail, notice, FALSE);
	if (notice->len == 0)
		texts_take(returned, mail, notice, TRUE);
	if (notice->len > NOTICE_MAX_OCTETS)
		g_string_truncate(notice, NOTICE_MAX_OCTETS);
	returned->notice = g_utf8_make_valid(notice->str, (gssize)notice->len);
	g_string_free(notice, TRUE);
	return returned;
}
