/* Which attachments are invoices is told by what they are (inbound/attached_invoice.h), and read again from the mail's bytes. */
#include "service/mailed_invoices.h"

#include "base/error.h"
#include "inbound/attached_invoice.h"
#include "service/take.h"

#include <string.h>

/* What is known of one mail's attachments so far. */
typedef struct {
	Session *session;
	char *via; /* NULL: not known */
	gint64 now;
	gboolean taken, held;
	char *refusal;
} Attachments;

static void attachments_clear(Attachments *attachments)
{
	g_free(attachments->via);
	g_free(attachments->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attachments, attachments_clear)

static char *mailbox_of(const Received *received)
{
	const char *address = received->delivered_to->len ? received->delivered_to->pdata[0] : NULL;
	return address ? g_strndup(address, strcspn(address, "@+")) : NULL;
}

static void note_result(Attachments *attachments, const char *name, const TakeResult *result)
{
	const gboolean held = result->verdict == TAKE_HELD, first = !attachments->refusal || (held && !attachments->held);
	attachments->taken |= result->verdict != TAKE_REFUSED;
	if (result->verdict != TAKE_REFUSED && !held)
		return;
	attachments->held |= held;
	if (!first)
		return;
	g_free(attachments->refusal);
	attachments->refusal = g_strdup_printf("%s%s%s", name ? name : "", name ? ": " : "", result->reason);
}

static gboolean take_part(Attachments *attachments, const MimeEntity *part, GError **error)
{
	g_autoptr(GBytes) bytes = mime_content(part);
	const TakeOrigin origin = {.source = "mail", .file = part->file_name, .via = attachments->via};
	TakeResult result = {0};
	gboolean ok = take_document(attachments->session, bytes, &origin, attachments->now, &result, error);
	if (ok && result.is_ours) {
		error_set(error, ERROR_TRANSIENT, "%s", result.reason);
		ok = FALSE;
	}
	if (ok)
		note_result(attachments, part->file_name, &result);
	take_result_clear(&result);
	return ok;
}

gboolean mailed_invoices_take(Session *session, GBytes *mail, const Received *received, gint64 now, char **refusal, GError **error)
{
	gsize length;
	const void *bytes = g_bytes_get_data(mail, &length);
	g_autoptr(MimeEntity) entity = mime_read(bytes, length, error);
	g_autoptr(GPtrArray) parts = entity ? attached_invoice_parts(entity) : NULL;
	g_auto(Attachments) attachments = {.session = session, .via = mailbox_of(received), .now = now};
	for (guint i = 0; parts && i < parts->len; i++)
		if (!take_part(&attachments, parts->pdata[i], error))
			return FALSE;
	if (attachments.held || !attachments.taken)
		*refusal = g_steal_pointer(&attachments.refusal);
	return entity != NULL;
}
