/* Which kind a mail is: asked in the order of what is surest. */
#include "inbound/received.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/mime_read.h"
#include "inbound/attached_invoice.h"
#include "inbound/auto_reply.h"
#include "inbound/bounce_sign.h"
#include "inbound/bounce_text.h"
#include "inbound/bounce_words.h"
#include "inbound/calendar_answer.h"
#include "inbound/dsn.h"
#include "inbound/mail_address.h"
#include "inbound/mail_parts.h"
#include "inbound/provider_notice.h"
#include "inbound/recipient.h"
#include "inbound/returned.h"

#include <string.h>

#define TEXT_MAX_OCTETS (256 * 1024)
#define EXCERPT_MAX_OCTETS 2000
#define ADDRESSES_MAX 100

static const char *const kind_names[] = {"other", "bounce", "auto-reply", "calendar-answer", "reply", "invoice"};
static const char *const action_names[] = {"failed", "delayed", "delivered"};

const char *received_kind_name(ReceivedKind kind)
{
	return kind_names[kind];
}

const char *received_action_name(ReceivedAction action)
{
	return action_names[action];
}

void received_free(Received *received)
{
	g_free(received->from);
	g_free(received->subject);
	g_free(received->message_id);
	g_ptr_array_unref(received->answers);
	g_ptr_array_unref(received->delivered_to);
	g_free(received->loop);
	g_free(received->excerpt);
	g_ptr_array_unref(received->recipients);
	g_free(received->original_message_id);
	g_free(received->uid);
	g_free(received->partstat);
	g_free(received);
}

static Received *received_new(void)
{
	Received *received = g_new0(Received, 1);
	received->answers = g_ptr_array_new_with_free_func(g_free);
	received->delivered_to = g_ptr_array_new_with_free_func(g_free);
	received->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
	return received;
}

/* Adds what stands in <…>, each once. */
static void message_ids_collect(const char *text, GPtrArray *ids)
{
	for (const char *open = strchr(text, '<'); open != NULL && ids->len < ADDRESSES_MAX; open = strchr(open + 1, '<')) {
		const gsize length = strcspn(open + 1, " <>\t");
		if (length == 0 || open[1 + length] != '>')
			continue;
		g_autofree char *id = g_strndup(open, length + 2);
		if (!g_ptr_array_find_with_equal_func(ids, id, g_str_equal, NULL))
			g_ptr_array_add(ids, g_steal_pointer(&id));
	}
}

static char *message_id_of(const MimeEntity *mail)
{
	g_autofree char *value = mime_field(mail, "Message-ID");
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	message_ids_collect(value != NULL ? value : "", ids);
	return ids->len > 0 ? g_ptr_array_steal_index(ids, 0) : NULL;
}

static void header_fill(const MimeEntity *mail, Received *received)
{
	static const char *const ways[] = {"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RCPT-To", "To", "Cc"};
	static const char *const answers[] = {"In-Reply-To", "References"};
	g_autofree char *from = mime_field(mail, "From"), *path = mime_field(mail, "Return-Path");
	received->from = mail_address_find(from);
	received->subject = mime_field(mail, "Subject");
	received->message_id = message_id_of(mail);
	received->loop = mime_field(mail, "X-Akkoord-Loop");
	received->from_nobody = path != NULL && g_str_equal(path, "<>");
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(GPtrArray) values = mime_fields(mail, ways[i]);
		for (guint j = 0; j < values->len; j++)
			mail_address_collect(g_ptr_array_index(values, j), received->delivered_to, ADDRESSES_MAX);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree char *value = mime_field(mail, answers[i]);
		message_ids_collect(value != NULL ? value : "", received->answers);
	}
}

static void excerpt_fill(const MimeEntity *mail, Received *received)
{
	const MimeEntity *part = mail_part_find(mail, "text/plain");
	if (part == NULL && (part = mail_part_find(mail, "text/html")) == NULL)
		return;
	g_autofree char *text = mime_text(part, TEXT_MAX_OCTETS);
	g_autofree char *clean = text_clean_lines(text);
	const char *end = strlen(clean) > EXCERPT_MAX_OCTETS ? g_utf8_find_prev_char(clean, clean + EXCERPT_MAX_OCTETS) : clean + strlen(clean);
	g_autofree char *excerpt = g_strndup(clean, (gsize)(end - clean));
	if (*g_strstrip(excerpt) != '\0')
		received->excerpt = g_steal_pointer(&excerpt);
}

static gboolean tells_of_failure(const Received *received)
{
	for (guint i = 0; i < received->recipients->len; i++) {
		const ReceivedRecipient *recipient = g_ptr_array_index(received->recipients, i);
		if (recipient->action != RECEIVED_DELIVERED)
			return TRUE;
	}
	return received->recipients->len == 0;
}

/* A mail server's notice: a report in its own part, or one in the text where the part was lost, or plain words. */
static gboolean is_notice(const MimeEntity *mail, const Returned *returned, Received *received)
{
	const gboolean part = dsn_read(mail, received), worded = part || (!auto_reply_is_titled(mail) && bounce_sign_is_one(mail, returned));
	if (worded && received->recipients->len == 0)
		dsn_read_text(returned->notice, received);
	return worded;
}

static ReceivedKind bounce_kind(const MimeEntity *mail, const Returned *returned, Received *received)
{
	if (received->recipients->len == 0)
		bounce_text_read(mail, returned, mail_part_find(mail, "message/delivery-status") != NULL, received);
	else
		bounce_text_complete(returned, received);
	received->original_message_id = g_strdup(returned->message_id);
	return tells_of_failure(received) ? RECEIVED_BOUNCE : RECEIVED_OTHER;
}

/* Sent to many by a machine, so nobody's answer. */
static gboolean is_bulk(const MimeEntity *mail)
{
	static const char *const names[] = {"List-Id", "List-Post", "List-Unsubscribe", "X-MLServer", "Feedback-ID"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *value = mime_field(mail, names[i]);
		if (value != NULL)
			return TRUE;
	}
	g_autofree char *precedence = mime_field(mail, "Precedence");
	static const char *const many[] = {"bulk", "list", "junk", NULL};
	return precedence != NULL && g_strv_contains(many, precedence);
}

/* What reads like a notice and names somebody, though no mail server seems to have written it: nobody is blamed on its word, but a person has to look. */
static ReceivedKind doubted(const MimeEntity *mail, const Returned *returned, ReceivedKind kind, Received *received)
{
	g_autofree char *title = bounce_words_fold(received->subject != NULL ? received->subject : "");
	const gboolean own = received->answers->len == 0 || bounce_words_forward(title); /* what is passed on names what it came from, too */
	const gboolean free = (kind == RECEIVED_OTHER || kind == RECEIVED_REPLY) && own && !is_bulk(mail);
	if (!free || !bounce_sign_may_be_one(mail, returned))
		return kind;
	bounce_text_read(mail, returned, TRUE, received);
	for (guint i = 0; i < received->recipients->len; i++) {
		ReceivedRecipient *recipient = g_ptr_array_index(received->recipients, i);
		recipient->judged = recipient->action != RECEIVED_FAILED;
		recipient->permanent = FALSE;
	}
	if (received->recipients->len == 0)
		return kind;
	g_free(received->original_message_id); /* of what it answers */
	received->original_message_id = g_strdup(returned->message_id);
	return RECEIVED_BOUNCE;
}

static gboolean is_answer(const MimeEntity *mail, const Received *received)
{
	g_autofree char *title = bounce_words_fold(received->subject != NULL ? received->subject : "");
	return (received->answers->len > 0 || bounce_words_answer(title)) && !received->from_nobody && !is_bulk(mail);
}

/* An e-invoice is one whatever it answers; a PDF that comes with an answer may be anything. */
static ReceivedKind people_kind(const MimeEntity *mail, const Received *received)
{
	if (attached_invoice_is_xml(mail))
		return RECEIVED_INVOICE;
	if (is_answer(mail, received))
		return RECEIVED_REPLY;
	return attached_invoice_is_pdf(mail) ? RECEIVED_INVOICE : RECEIVED_OTHER;
}

static ReceivedKind answer_kind(const MimeEntity *mail, Received *received)
{
	if (received->answers->len > 0)
		received->original_message_id = g_strdup(g_ptr_array_index(received->answers, 0));
	if (calendar_answer_read(mail, received))
		return RECEIVED_CALENDAR_ANSWER;
	return auto_reply_is_one(mail) ? RECEIVED_AUTO_REPLY : people_kind(mail, received);
}

/* The report itself, where a gateway passed it on as an attachment of a mail of its own. */
static const MimeEntity *unwrapped(const MimeEntity *mail)
{
	const MimeEntity *attached = mail_part_find(mail, "message/rfc822");
	const MimeEntity *inner = attached != NULL && attached->children->len > 0 ? g_ptr_array_index(attached->children, 0) : NULL;
	g_autofree char *from = mime_field(mail, "From");
	g_autofree char *sender = bounce_words_fold(from != NULL ? from : "");
	const gboolean own = mail_part_find(mail, "message/delivery-status") != NULL;
	return !own && inner != NULL && bounce_words_sender(sender) && mail_part_find(inner, "message/delivery-status") != NULL ? inner : mail;
}

static ReceivedKind kind_read(const MimeEntity *outer, Received *received)
{
	const MimeEntity *mail = unwrapped(outer);
	g_autoptr(Returned) returned = returned_read(mail);
	if (mail_part_find(mail, "message/feedback-report") != NULL)
		return RECEIVED_OTHER;
	if (mail_part_find(mail, "message/disposition-notification") != NULL || auto_reply_is_challenge(mail, returned->notice))
		return RECEIVED_AUTO_REPLY;
	if (provider_notice_read(returned, received) || is_notice(mail, returned, received))
		return bounce_kind(mail, returned, received);
	return doubted(mail, returned, answer_kind(mail, received), received);
}

Received *received_read(const void *bytes, gsize length, GError **error)
{
	if (length > RECEIVED_MAX_BYTES) {
		error_set(error, ERROR_INVALID, "a mail of %" G_GSIZE_FORMAT " octets: at most %d are read", length, RECEIVED_MAX_BYTES);
		return NULL;
	}
	g_autoptr(MimeEntity) mail = mime_read(bytes, length, error);
	if (mail == NULL)
		return NULL;
	Received *received = received_new();
	header_fill(mail, received);
	excerpt_fill(mail, received);
	received->kind = kind_read(mail, received);
	return received;
}
