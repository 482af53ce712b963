/* An XML invoice as a stream: walks the document along the tables of ubl_map.c and cii_map.c. Memory holds nothing but the way from the root, one value, and the
 * facts. */
#include "intake/xml_invoice.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/xml.h"
#include "intake/field.h"
#include "intake/xml_map.h"

#define VALUE_MAX (64 * 1024) /* bytes of one value */

#define UBL_PREFIX "urn:oasis:names:specification:ubl:schema:xsd:"
#define UNECE_PREFIX "urn:un:unece:uncefact:data:standard:"

static const struct {
	XmlSpace space;
	const char *uri;
} spaces[] = {
	{XML_SPACE_UBL_BASIC, UBL_PREFIX "CommonBasicComponents-2"},
	{XML_SPACE_UBL_AGGREGATE, UBL_PREFIX "CommonAggregateComponents-2"},
	{XML_SPACE_UBL_INVOICE, UBL_PREFIX "Invoice-2"},
	{XML_SPACE_UBL_CREDIT_NOTE, UBL_PREFIX "CreditNote-2"},
	{XML_SPACE_CII, UNECE_PREFIX "CrossIndustryInvoice:100"},
	{XML_SPACE_CII_AGGREGATE, UNECE_PREFIX "ReusableAggregateBusinessInformationEntity:100"},
	{XML_SPACE_CII_TYPE, UNECE_PREFIX "UnqualifiedDataType:100"},
	{XML_SPACE_ZUGFERD1, "urn:ferd:CrossIndustryDocument:invoice:1p0"},
	{XML_SPACE_CII_AGGREGATE, UNECE_PREFIX "ReusableAggregateBusinessInformationEntity:12"},
	{XML_SPACE_CII_TYPE, UNECE_PREFIX "UnqualifiedDataType:15"},
	{XML_SPACE_ENVELOPE, "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"},
};

#define DOCUMENTS \
	XML_NODE(XML_SPACE_UBL_INVOICE, "Invoice", .children = ubl_document, .syntax = "ubl-invoice"), \
	XML_NODE(XML_SPACE_UBL_CREDIT_NOTE, "CreditNote", .children = ubl_document, .syntax = "ubl-creditnote"), \
	XML_NODE(XML_SPACE_CII, "CrossIndustryInvoice", .children = cii_document, .syntax = "cii"), \
	XML_NODE(XML_SPACE_ZUGFERD1, "CrossIndustryDocument", .children = zugferd1_document, .syntax = "zugferd1")

static const XmlNode envelope[] = {DOCUMENTS, XML_NODE_END};
static const XmlNode roots[] = {DOCUMENTS, XML_NODE(XML_SPACE_ENVELOPE, "StandardBusinessDocument", .children = envelope), XML_NODE_END};
static const XmlNode above_root = {.children = roots};

typedef struct {
	InvoiceDraft draft;
	const XmlNode *path[XML_MAX_DEPTH + 1]; /* path[0] is above the root */
	guint depth;
	guint passed_over;     /* open elements below the last on the path */
	const char *space_uri; /* the last one looked up */
	XmlSpace space;
	GString *value; /* of the element at the end of the path */
} Reader;

/* Documents that people take for one that is read here. The name of the root, and a part of its namespace. */
static const struct {
	const char *name, *space, *what;
} other_documents[] = {
	{"CrossIndustryInvoice", "urn:un:unece:uncefact:", "a CII invoice of another version than D16B"},
	{"CrossIndustryDocument", "", "an invoice of a draft of ZUGFeRD, which is not read"},
	{"Invoice", UNECE_PREFIX "CBFBUY", "an invoice of a draft of ZUGFeRD, which is not read"},
	{"SCRDMCCBDACIOMessageStructure", "", "an order (Order-X), not an invoice"},
	{"CrossDomainAcknowledgementAndResponse", "", "a message on the state of an invoice (CDAR), not an invoice"},
	{"FatturaElettronica", "ivaservizi.agenziaentrate", "an Italian FatturaPA invoice, which is not read"},
	{"Facturae", "facturae", "a Spanish Facturae invoice, which is not read"},
	{"Invoice", "", "an Invoice, but not of UBL 2"},
	{"CreditNote", "", "a CreditNote, but not of UBL 2"},
	{"html", "", "an HTML page, not an invoice"},
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

static XmlSpace find_space(Reader *reader, const char *uri)
{
	if (uri == reader->space_uri)
		return reader->space;
	reader->space_uri = uri;
	reader->space = XML_SPACE_OTHER;
	for (gsize i = 0; i < G_N_ELEMENTS(spaces); i++)
		if (strcmp(uri, spaces[i].uri) == 0)
			reader->space = spaces[i].space;
	return reader->space;
}

static const XmlNode *find_child(const XmlNode *parent, XmlSpace space, const char *name)
{
	for (const XmlNode *child = parent->children; child != NULL && child->name != NULL; child++)
		if (child->space == space && strcmp(child->name, name) == 0)
			return child;
	return NULL;
}

static void begin_value(Reader *reader, const XmlNode *node, const XmlElement *element)
{
	g_autofree char *attribute = node->attribute != NULL ? xml_attribute(element, node->attribute) : NULL;

	g_string_truncate(reader->value, 0);
	reader->draft.attribute = attribute != NULL ? field_line(attribute, strlen(attribute)) : NULL;
}

static gboolean begin_document(InvoiceDraft *draft, const char *syntax, GError **error)
{
	if (draft->documents++ > 0) {
		error_set(error, ERROR_INVALID, "an envelope with several invoices: one file holds one");
		return FALSE;
	}
	draft->facts->syntax = g_strdup(syntax);
	return TRUE;
}

static gboolean on_open(const XmlElement *element, gpointer user_data, GError **error)
{
	Reader *reader = user_data;
	const XmlNode *node = NULL;

	if (reader->passed_over == 0)
		node = find_child(reader->path[reader->depth], find_space(reader, element->space), element->name);
	if (node == NULL) {
		if (reader->depth == 0)
			return refuse_root(element, error);
		reader->passed_over++;
		return TRUE;
	}
	reader->path[++reader->depth] = node;
	if (node->syntax != NULL && !begin_document(&reader->draft, node->syntax, error))
		return FALSE;
	if (node->begin != NULL)
		node->begin(&reader->draft);
	if (node->take != NULL)
		begin_value(reader, node, element);
	return TRUE;
}

static gboolean on_text(const char *text, gsize length, gpointer user_data, GError **error)
{
	Reader *reader = user_data;
	const XmlNode *node = reader->path[reader->depth];

	if (node->take == NULL || reader->passed_over > 0)
		return TRUE;
	if (length > VALUE_MAX - reader->value->len) {
		error_set(error, ERROR_INVALID, "the value of %s is longer than %d bytes", node->name, VALUE_MAX);
		return FALSE;
	}
	g_string_append_len(reader->value, text, (gssize)length);
	return TRUE;
}

static void end_value(Reader *reader, const XmlNode *node)
{
	const GString *raw = reader->value;
	g_autofree char *value = node->in_lines ? field_lines(raw->str, raw->len) : field_line(raw->str, raw->len);

	if (value != NULL)
		node->take(&reader->draft, node->field, value);
	g_clear_pointer(&reader->draft.attribute, g_free);
}

static gboolean on_close(gpointer user_data, GError **error G_GNUC_UNUSED)
{
	Reader *reader = user_data;

	if (reader->passed_over > 0) {
		reader->passed_over--;
		return TRUE;
	}
	const XmlNode *node = reader->path[reader->depth--];
	if (node->take != NULL)
		end_value(reader, node);
	if (node->end != NULL)
		node->end(&reader->draft);
	return TRUE;
}

InvoiceFacts *xml_invoice_read(const void *bytes, gsize length, GString *complaints, GError **error)
{
	static const XmlVisitor visitor = {on_open, on_text, on_close};
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_autoptr(GString) value = g_string_new(NULL);
	Reader reader = {.path = {&above_root}, .value = value};

	draft_init(&reader.draft, facts, complaints);
	gboolean ok = xml_read(bytes, length, &visitor, &reader, error);
	if (ok && reader.draft.documents == 0) {
		error_set(error, ERROR_INVALID, "an envelope without an invoice in it");
		ok = FALSE;
	}
	if (ok)
		draft_finish(&reader.draft);
	draft_clear(&reader.draft);
	return ok ? g_steal_pointer(&facts) : NULL;
}

/* --- the root alone --- */

static gboolean root_open(const XmlElement *element, gpointer user_data, GError **error)
{
	const char **syntax = user_data;
	Reader reader = {.space_uri = NULL};
	const XmlNode *root = find_child(&above_root, find_space(&reader, element->space), element->name);

	*syntax = root != NULL && root->syntax != NULL ? root->syntax : "";
	error_set(error, ERROR_INVALID, "only the root element is wanted");
	return FALSE;
}

static gboolean root_text(const char *text G_GNUC_UNUSED, gsize length G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	return TRUE;
}

static gboolean root_close(gpointer user_data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	return TRUE;
}

const char *xml_invoice_syntax(const void *bytes, gsize length)
{
	static const XmlVisitor visitor = {root_open, root_text, root_close};
	const char *syntax = NULL;

	xml_read(bytes, length, &visitor, &syntax, NULL);
	return syntax;
}
