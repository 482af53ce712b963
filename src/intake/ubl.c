/* UBL 2.1 Invoice and CreditNote as a stream: walks the document along the tables of ubl_map.c. Memory holds nothing but the
 * way from the root, one value, and the facts. */
#include "intake/ubl.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/xml.h"
#include "intake/field.h"
#include "intake/ubl_map.h"

#define VALUE_MAX (64 * 1024) /* bytes of one value */

#define UBL_PREFIX "urn:oasis:names:specification:ubl:schema:xsd:"
#define SBDH_URI "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"

static const struct {
	UblSpace space;
	const char *uri;
} spaces[] = {
	{ UBL_SPACE_BASIC, UBL_PREFIX "CommonBasicComponents-2" },
	{ UBL_SPACE_AGGREGATE, UBL_PREFIX "CommonAggregateComponents-2" },
	{ UBL_SPACE_INVOICE, UBL_PREFIX "Invoice-2" },
	{ UBL_SPACE_CREDIT_NOTE, UBL_PREFIX "CreditNote-2" },
	{ UBL_SPACE_ENVELOPE, SBDH_URI },
};

typedef struct {
	UblDraft draft;
	const UblNode *path[XML_MAX_DEPTH + 1]; /* path[0] is above the root */
	guint depth;
	guint passed_over;     /* open elements below the last on the path */
	const char *space_uri; /* the last one looked up */
	UblSpace space;
	GString *value; /* of the element at the end of the path */
} Reader;

/* Documents that people take for one that is read here. The name of the root, and a part of its namespace. */
static const struct {
	const char *name, *space, *what;
} other_documents[] = {
	{ "CrossIndustryInvoice", "urn:un:unece:uncefact:", "a CII invoice: only UBL 2.1 is read by this version" },
	{ "CrossIndustryDocument", "urn:ferd:", "a ZUGFeRD 1 invoice: only UBL 2.1 is read by this version" },
	{ "FatturaElettronica", "ivaservizi.agenziaentrate", "an Italian FatturaPA invoice: only UBL 2.1 is read" },
	{ "Facturae", "facturae", "a Spanish Facturae invoice: only UBL 2.1 is read" },
	{ "Invoice", "", "an Invoice, but not of UBL 2" },
	{ "CreditNote", "", "a CreditNote, but not of UBL 2" },
	{ "html", "", "an HTML page, not an invoice" },
};

static gboolean refuse_root(const XmlElement *element, GError **error)
{
	g_autofree char *name = text_clean_line(element->name);
	g_autofree char *space = text_clean_line(element->space);

	for (gsize i = 0; i < G_N_ELEMENTS(other_documents); i++) {
		if (strcmp(name, other_documents[i].name) != 0 || strstr(space, other_documents[i].space) == NULL)
			continue;
		error_set(error, ERROR_INVALID, "%s (root element %s in %s)", other_documents[i].what, name,
		          *space != '\0' ? space : "no namespace");
		return FALSE;
	}
	error_set(error, ERROR_INVALID, "not an invoice: %sroot element %s in %s", g_str_has_prefix(space, UBL_PREFIX) ? "UBL, but " : "",
	          name, *space != '\0' ? space : "no namespace");
	return FALSE;
}

static UblSpace find_space(Reader *reader, const char *uri)
{
	if (uri == reader->space_uri)
		return reader->space;
	reader->space_uri = uri;
	reader->space = UBL_SPACE_OTHER;
	for (gsize i = 0; i < G_N_ELEMENTS(spaces); i++)
		if (strcmp(uri, spaces[i].uri) == 0)
			reader->space = spaces[i].space;
	return reader->space;
}

static const UblNode *find_child(const UblNode *parent, UblSpace space, const char *name)
{
	for (const UblNode *child = parent->children; child != NULL && child->name != NULL; child++)
		if (child->space == space && strcmp(child->name, name) == 0)
			return child;
	return NULL;
}

static void begin_value(Reader *reader, const XmlElement *element)
{
	g_autofree char *scheme = xml_attribute(element, "schemeID");

	g_string_truncate(reader->value, 0);
	reader->draft.scheme = scheme != NULL ? field_line(scheme, strlen(scheme)) : NULL;
}

static gboolean on_open(const XmlElement *element, gpointer user_data, GError **error)
{
	Reader *reader = user_data;
	const UblNode *node = NULL;

	if (reader->passed_over == 0)
		node = find_child(reader->path[reader->depth], find_space(reader, element->space), element->name);
	if (node == NULL) {
		if (reader->depth == 0)
			return refuse_root(element, error);
		reader->passed_over++;
		return TRUE;
	}
	reader->path[++reader->depth] = node;
	if (node->begin != NULL)
		node->begin(&reader->draft);
	if (reader->draft.documents > 1) {
		error_set(error, ERROR_INVALID, "an envelope with several invoices: one file holds one");
		return FALSE;
	}
	if (node->take != NULL)
		begin_value(reader, element);
	return TRUE;
}

static gboolean on_text(const char *text, gsize length, gpointer user_data, GError **error)
{
	Reader *reader = user_data;
	const UblNode *node = reader->path[reader->depth];

	if (node->take == NULL || reader->passed_over > 0)
		return TRUE;
	if (length > VALUE_MAX - reader->value->len) {
		error_set(error, ERROR_INVALID, "the value of %s is longer than %d bytes", node->name, VALUE_MAX);
		return FALSE;
	}
	g_string_append_len(reader->value, text, (gssize)length);
	return TRUE;
}

static void end_value(Reader *reader, const UblNode *node)
{
	const GString *raw = reader->value;
	g_autofree char *value = node->in_lines ? field_lines(raw->str, raw->len) : field_line(raw->str, raw->len);

	if (value != NULL)
		node->take(&reader->draft, node, value);
	g_clear_pointer(&reader->draft.scheme, g_free);
}

static gboolean on_close(gpointer user_data, GError **error G_GNUC_UNUSED)
{
	Reader *reader = user_data;

	if (reader->passed_over > 0) {
		reader->passed_over--;
		return TRUE;
	}
	const UblNode *node = reader->path[reader->depth--];
	if (node->take != NULL)
		end_value(reader, node);
	if (node->end != NULL)
		node->end(&reader->draft);
	return TRUE;
}

InvoiceFacts *ubl_read(const void *bytes, gsize length, GString *complaints, GError **error)
{
	static const XmlVisitor visitor = { on_open, on_text, on_close };
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_autoptr(GString) value = g_string_new(NULL);
	Reader reader = { .path = { &ubl_start }, .value = value };

	ubl_draft_init(&reader.draft, facts, complaints);
	gboolean ok = xml_read(bytes, length, &visitor, &reader, error);
	if (ok && reader.draft.documents == 0) {
		error_set(error, ERROR_INVALID, "an envelope without a UBL invoice in it");
		ok = FALSE;
	}
	if (ok)
		ubl_draft_finish(&reader.draft);
	ubl_draft_clear(&reader.draft);
	return ok ? g_steal_pointer(&facts) : NULL;
}
