/* Read first, then recorded in one transaction with all that it leads to: whoever dies in between finds the mail where it was, and whoever gets it twice finds it in the
 * record.
 *
 * Invariant: nothing that came in is ever answered. */
#include "service/receiving.h"

#include "base/error.h"
#include "mail/compose.h"
#include "mail/verp.h"
#include "service/bouncing.h"
#include "service/mailed_invoices.h"
#include "session/keys.h"

#include <string.h>

#define SAID_MAX_OCTETS 500
#define ALARM_AGAIN_S 86400

/* One mail on its way into the record. */
typedef struct {
	Session *session;
	GBytes *bytes;
	const char *via;
	gint64 now;
	Received *received;  /* NULL: unreadable */
	char *unreadable;    /* why; or why an invoice in it was not taken in */
	char sha256[SHA256_HEX_SIZE];
	char identity[SHA256_HEX_SIZE]; /* "": none */
	MessageRow *message; /* ours that it is about; NULL */
	gboolean proven;
	BounceVerdict verdict;
	gboolean tell;
} Mail;

static void mail_clear(Mail *mail)
{
	if (mail->received)
		received_free(mail->received);
	g_free(mail->unreadable);
	message_row_free(mail->message);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mail, mail_clear)

void receipt_clear(Receipt *receipt)
{
	char **const texts[] = {&receipt->kind, &receipt->message, &receipt->about, &receipt->status, &receipt->reason};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_clear_pointer(texts[i], g_free);
}

static const char *kind_of(const Mail *mail)
{
	return received_kind_name(mail->received ? mail->received->kind : RECEIVED_OTHER);
}

/* --- what it is --- */

static void read_mail(Mail *mail)
{
	gsize length;
	const void *data = g_bytes_get_data(mail->bytes, &length);
	g_autoptr(GError) failure = NULL;
	sha256_hex(data, length, mail->sha256);
	mail->received = received_read(data, length, &failure);
	if (!mail->received)
		mail->unreadable = g_strdup(failure->message);
	else if (mail->received->message_id) {
		const char *to = mail->received->delivered_to->len ? mail->received->delivered_to->pdata[0] : "";
		g_autofree char *text = g_strconcat(mail->received->message_id, "\n", to, NULL);
		sha256_hex(text, strlen(text), mail->identity);
	}
}

static gboolean is_own(const Mail *mail)
{
	const char *loop = mail->received->loop, *own = session_settings(mail->session)->mail_from_address;
	return loop && !g_ascii_strcasecmp(loop, own);
}

/* --- about which of ours --- */

/* NULL without an error: there is none of that id. */
static MessageRow *find_message(Session *session, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	MessageRow *message = store_message(session_store(session), id, &failure);
	if (failure && error_kind(failure) != ERROR_NOT_FOUND)
		g_propagate_error(error, g_steal_pointer(&failure));
	return message;
}

/* *message is that whose own bounce address this is. */
static gboolean find_by_address(Session *session, const char *address, MessageRow **message, GError **error)
{
	g_autofree char *id = NULL;
	SecretKey key = {0};
	gint64 key_id;
	g_autoptr(GError) failure = NULL;
	if (!verp_read(address, &id, &key_id))
		return TRUE;
	if (!keys_find(session, key_id, &key, error))
		return FALSE;
	if (key.id && verp_is_true(address, &key))
		*message = find_message(session, id, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

/* "<m0123abcde@example.nl>", where that is the Message-ID of ours. */
static gboolean find_by_message_id(Session *session, const char *message_id, MessageRow **message, GError **error)
{
	g_autofree char *id = message_id[0] == '<' ? g_strndup(message_id + 1, strcspn(message_id + 1, "@")) : NULL;
	g_autofree char *own = id ? mail_message_id(session_settings(session), id) : NULL;
	g_autoptr(GError) failure = NULL;
	if (!own || g_ascii_strcasecmp(own, message_id))
		return TRUE;
	*message = find_message(session, id, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

static gboolean find_subject_matter(Mail *mail, GError **error)
{
	const Received *received = mail->received;
	for (guint i = 0; i < received->delivered_to->len && !mail->message; i++)
		if (!find_by_address(mail->session, received->delivered_to->pdata[i], &mail->message, error))
			return FALSE;
	mail->proven = mail->message != NULL;
	if (!mail->message && received->original_message_id && !find_by_message_id(mail->session, received->original_message_id, &mail->message, error))
		return FALSE;
	for (guint i = 0; i < received->answers->len && !mail->message; i++)
		if (!find_by_message_id(mail->session, received->answers->pdata[i], &mail->message, error))
			return FALSE;
	return TRUE;
}

/* --- what becomes of it --- */

/* The domain of the address that failed; NULL. */
static const char *domain_of(const Mail *mail)
{
	const char *at = mail->verdict.recipient ? strrchr(mail->verdict.recipient->address, '@') : NULL;
	return at ? at + 1 : NULL;
}

static gboolean judge_telling(Mail *mail, GError **error)
{
	static const char *const for_admins[] = {BOUNCE_ALARM, BOUNCE_UNPROVEN, BOUNCE_UNKNOWN, "unreadable", "untaken", NULL};
	gboolean known = FALSE;
	mail->tell = g_strv_contains(for_admins, mail->verdict.outcome);
	if (!strcmp(mail->verdict.outcome, BOUNCE_ALARM) && domain_of(mail) &&
	    !store_alarm_is_known(session_store(mail->session), domain_of(mail), mail->verdict.recipient->status, mail->now - ALARM_AGAIN_S, &known, error))
		return FALSE;
	mail->tell = mail->tell && !known;
	return TRUE;
}

static gboolean take_invoices(Mail *mail, GError **error)
{
	if (strcmp(mail->verdict.outcome, "kept") || mail->received->kind != RECEIVED_INVOICE)
		return TRUE;
	if (!mailed_invoices_take(mail->session, mail->bytes, mail->received, mail->now, &mail->unreadable, error))
		return FALSE;
	mail->verdict.outcome = mail->unreadable ? "untaken" : "taken";
	return TRUE;
}

static gboolean judge(Mail *mail, GError **error)
{
	if (!mail->received) {
		mail->verdict.outcome = "unreadable";
	} else if (is_own(mail)) {
		mail->verdict.outcome = "loop";
	} else {
		if (!find_subject_matter(mail, error))
			return FALSE;
		if (mail->received->kind == RECEIVED_BOUNCE)
			mail->verdict = bounce_judge(mail->received, mail->message, mail->proven);
		else
			mail->verdict.outcome = mail->received->kind == RECEIVED_AUTO_REPLY ? "noted" : "kept";
	}
	return take_invoices(mail, error) && judge_telling(mail, error);
}

/* What a person is to read of it: of a bounce what the server said; else how it begins. Owned by the caller. */
static char *said_of(const Mail *mail)
{
	const ReceivedRecipient *recipient = mail->verdict.recipient;
	const char *said = mail->unreadable ? mail->unreadable : recipient && recipient->diagnostic ? recipient->diagnostic : mail->received->excerpt;
	if (!said || strlen(said) <= SAID_MAX_OCTETS)
		return g_strdup(said);
	return g_strndup(said, (gsize)(g_utf8_find_prev_char(said, said + SAID_MAX_OCTETS + 1) - said));
}

static void fill_side(const Mail *mail, Json *side)
{
	g_autofree char *said = said_of(mail);
	if (said)
		js_object_set_line(side, "said", said);
	if (!mail->received)
		return;
	const GPtrArray *to = mail->received->delivered_to;
	js_object_set_line(side, "from", mail->received->from);
	js_object_set_line(side, "to", mail->verdict.recipient ? mail->verdict.recipient->address : to->len ? to->pdata[0] : NULL);
	js_object_set_line(side, "subject", mail->received->subject);
	js_object_set_line(side, "message_id", mail->received->message_id);
}

static Event *received_event(const Mail *mail)
{
	Event *event = event_new("mail.received", mail->now, !strcmp(mail->via, "cli") ? "cli" : NULL, NULL);
	js_object_set_string(event->data, "kind", kind_of(mail));
	js_object_set_string(event->data, "sha256", mail->sha256);
	js_object_set_string(event->data, "identity", mail->identity[0] ? mail->identity : NULL);
	js_object_set_string(event->data, "via", mail->via);
	js_object_set_integer(event->data, "size", (gint64)g_bytes_get_size(mail->bytes));
	js_object_set_string(event->data, "message", mail->message ? mail->message->id : NULL);
	if (mail->proven)
		js_object_set_boolean(event->data, "proven", TRUE);
	js_object_set_string(event->data, "outcome", mail->verdict.outcome);
	js_object_set_string(event->data, "status", mail->verdict.recipient ? mail->verdict.recipient->status : NULL);
	js_object_set_line(event->data, "domain", domain_of(mail));
	if (mail->tell)
		js_object_set_boolean(event->data, "tell", TRUE);
	fill_side(mail, event_private(event));
	return event;
}

static void fill_receipt(const Mail *mail, Receipt *receipt)
{
	const ReceivedRecipient *recipient = mail->verdict.recipient;
	receipt->outcome = mail->verdict.outcome;
	receipt->kind = g_strdup(kind_of(mail));
	receipt->message = mail->message ? g_strdup(mail->message->id) : NULL;
	receipt->about = recipient ? g_strdup(recipient->address) : NULL;
	receipt->status = recipient ? g_strdup(recipient->status) : NULL;
	receipt->reason = g_strdup(mail->unreadable);
}

static gboolean record(Mail *mail, Receipt *receipt, GError **error)
{
	Store *store = session_store(mail->session);
	gsize length;
	const void *data = g_bytes_get_data(mail->bytes, &length);
	if (!judge(mail, error) || !store_keep_blob(store, mail->sha256, data, length, error) || !store_append(store, received_event(mail), &receipt->event, error))
		return FALSE;
	fill_receipt(mail, receipt);
	return mail->received == NULL || mail->received->kind != RECEIVED_BOUNCE ||
	       bouncing_settle(mail->session, mail->message, &mail->verdict, receipt->event, mail->now, error);
}

static gboolean record_once(Mail *mail, Receipt *receipt, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(ReceivedRow) before = store_received_before(session_store(mail->session), mail->sha256, mail->identity[0] ? mail->identity : NULL, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!before)
		return record(mail, receipt, error);
	receipt->outcome = "known";
	receipt->kind = g_strdup(before->kind);
	receipt->message = g_strdup(before->message);
	receipt->event = before->event;
	return TRUE;
}

gboolean receiving_take(Session *session, GBytes *bytes, const char *via, gint64 now, Receipt *receipt, GError **error)
{
	g_auto(Mail) mail = {.session = session, .bytes = bytes, .via = via, .now = now};
	*receipt = (Receipt){0};
	read_mail(&mail);
	const gboolean ok = store_begin(session_store(session), error) && record_once(&mail, receipt, error);
	return session_end(session, ok, error);
}

GBytes *receiving_bytes(Session *session, gint64 event, GError **error)
{
	g_autoptr(ReceivedRow) row = store_received(session_store(session), event, error);
	return row ? store_blob(session_store(session), row->sha256, error) : NULL;
}
