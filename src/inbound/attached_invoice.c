/* XML is read up to its first tag, a PDF to its first word. */
#include "inbound/attached_invoice.h"

#include "base/error.h"
#include "codec/xml.h"
#include "inbound/mail_parts.h"

#include <string.h>

#define HEAD_MAX_OCTETS (64 * 1024)

static gboolean root_take(const XmlElement *element, gpointer user_data, GError **error)
{
	static const char *const roots[] = {"Invoice", "CreditNote", "CrossIndustryInvoice", "CrossIndustryDocument", NULL};
	gboolean *is_invoice = user_data;
	*is_invoice = g_strv_contains(roots, element->name);
	error_set(error, ERROR_INVALID, "only its outermost element is wanted");
	return FALSE;
}

static gboolean text_pass(const char *text, gsize length, gpointer user_data, GError **error)
{
	(void)text, (void)length, (void)user_data, (void)error;
	return TRUE;
}

static gboolean close_pass(gpointer user_data, GError **error)
{
	(void)user_data, (void)error;
	return TRUE;
}

static gboolean is_xml_invoice(const MimeEntity *part, gpointer user_data)
{
	static const XmlVisitor visitor = {root_take, text_pass, close_pass};
	(void)user_data;
	if (!mail_part_is(part, "application/xml", ".xml") && !g_str_equal(part->type, "text/xml"))
		return FALSE;
	g_autoptr(GBytes) bytes = mime_content(part);
	gboolean is_invoice = FALSE;
	xml_read(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &visitor, &is_invoice, NULL);
	return is_invoice;
}

/* "%PDF-" stands within the first kilobyte (ISO 32000, annex H.3). */
static gboolean is_pdf(const MimeEntity *part, gpointer user_data)
{
	(void)user_data;
	if (!mail_part_is(part, "application/pdf", ".pdf"))
		return FALSE;
	const MimeEntity head = {.fields = part->fields, .body = {part->body.start, MIN(part->body.length, HEAD_MAX_OCTETS)}};
	g_autoptr(GBytes) bytes = mime_content(&head);
	return g_strstr_len(g_bytes_get_data(bytes, NULL), (gssize)MIN(g_bytes_get_size(bytes), 1024), "%PDF-") != NULL;
}

gboolean attached_invoice_is_xml(const MimeEntity *mail)
{
	return mail_part_search(mail, is_xml_invoice, NULL) != NULL;
}

gboolean attached_invoice_is_pdf(const MimeEntity *mail)
{
	return mail_part_search(mail, is_pdf, NULL) != NULL;
}

/* Fits none, so that all are walked. */
static gboolean collect(const MimeEntity *part, gpointer user_data)
{
	GPtrArray *parts = user_data;
	if (parts->len < ATTACHED_INVOICE_MAX && (is_xml_invoice(part, NULL) || is_pdf(part, NULL)))
		g_ptr_array_add(parts, (gpointer)part);
	return FALSE;
}

GPtrArray *attached_invoice_parts(const MimeEntity *mail)
{
	GPtrArray *parts = g_ptr_array_new();
	mail_part_search(mail, collect, parts);
	return parts;
}
