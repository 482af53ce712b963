/* XML as a stream: libxml2's pulling parser with our own SAX2 handler, reading from where the text lies.
 *
 * Invariants: after the first error, ours or the parser's, the visitor hears nothing more, and the parser is told that
 * the file ends there. No callback of libxml2 that could load, define or expand anything is set. */
#include "codec/xml.h"

#include <libxml/parser.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/xml_text.h"

#define DECLARATIONS_MAX 2000     /* namespaces in force at one time: each name is looked up among all of them */
#define ATTRIBUTE_FIELDS 5        /* libxml2's layout: name, prefix, URI, value, end of value */

typedef struct {
	const XmlVisitor *visitor;
	gpointer user_data;
	xmlParserCtxtPtr parser;
	const char *next; /* not given to the parser yet */
	gsize left;
	guint depth;
	guint declarations;                        /* in force */
	guint declarations_at[XML_MAX_DEPTH + 1]; /* made by the open element of each depth */
	GError *failure;
} Reading;

/* Only from callbacks that are documented to allow it: the parser frees its input here. */
static void stop(Reading *reading)
{
	xmlStopParser(reading->parser);
}

static void refuse(Reading *reading, const char *reason)
{
	if (reading->failure == NULL)
		error_set(&reading->failure, ERROR_INVALID, "%s", reason);
	stop(reading);
}

/* Not stopped here: libxml2 may be in the middle of a tag. A fatal error silences the callbacks by itself; for the others the
 * next callback stops. Either way no more is read. */
static void on_error(void *data, xmlErrorPtr found)
{
	Reading *reading = data;

	if (found->level < XML_ERR_ERROR || reading->failure != NULL)
		return;
	g_autofree char *message = text_clean_line(found->message != NULL ? found->message : "unknown error");
	error_set(&reading->failure, ERROR_INVALID, "not well-formed XML: line %d: %s", found->line, message);
}

static void on_doctype(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *external G_GNUC_UNUSED,
                       const xmlChar *system G_GNUC_UNUSED)
{
	refuse(data, "has a DOCTYPE: that is never part of an electronic invoice, and can carry an attack");
}

/* Counts the element in; FALSE where it is one too many. */
static gboolean enter(Reading *reading, int declared)
{
	if (reading->depth >= XML_MAX_DEPTH) {
		g_autofree char *reason = g_strdup_printf("elements nested more than %d deep", XML_MAX_DEPTH);
		refuse(reading, reason);
		return FALSE;
	}
	reading->depth++;
	reading->declarations_at[reading->depth] = (guint)declared;
	reading->declarations += (guint)declared;
	if (reading->declarations > DECLARATIONS_MAX) {
		refuse(reading, "more namespace declarations than any invoice has");
		return FALSE;
	}
	return TRUE;
}

static void on_open(void *data, const xmlChar *name, const xmlChar *prefix G_GNUC_UNUSED, const xmlChar *space,
                    int namespace_count, const xmlChar **namespaces G_GNUC_UNUSED, int attribute_count,
                    int defaulted G_GNUC_UNUSED, const xmlChar **attributes)
{
	Reading *reading = data;
	const XmlElement element = { (const char *)name, space != NULL ? (const char *)space : "", attributes,
		                     attribute_count };

	if (reading->failure != NULL) {
		stop(reading);
		return;
	}
	if (!enter(reading, namespace_count))
		return;
	if (!reading->visitor->open(&element, reading->user_data, &reading->failure))
		stop(reading);
}

static void on_text(void *data, const xmlChar *text, int length)
{
	Reading *reading = data;

	if (reading->failure != NULL ||
	    !reading->visitor->text((const char *)text, (gsize)length, reading->user_data, &reading->failure))
		stop(reading);
}

static void on_close(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
                     const xmlChar *space G_GNUC_UNUSED)
{
	Reading *reading = data;

	if (reading->failure != NULL) {
		stop(reading);
		return;
	}
	reading->declarations -= reading->declarations_at[reading->depth];
	reading->depth--;
	if (!reading->visitor->close(reading->user_data, &reading->failure))
		stop(reading);
}

static int on_read(void *data, char *buffer, int length)
{
	Reading *reading = data;
	const gsize count = reading->failure == NULL ? MIN((gsize)length, reading->left) : 0;

	memcpy(buffer, reading->next, count);
	reading->next += count;
	reading->left -= count;
	return (int)count;
}

static void parse(Reading *reading)
{
	xmlCtxtUseOptions(reading->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	xmlParseDocument(reading->parser);
	if (reading->failure == NULL && !reading->parser->wellFormed)
		error_set(&reading->failure, ERROR_INVALID, "not well-formed XML");
}

/* After an error libxml2 goes through the rest of what it holds in silence, and keeps the entities of a DOCTYPE there. */
static void parser_free(xmlParserCtxtPtr parser)
{
	if (parser == NULL)
		return;
	xmlFreeDoc(parser->myDoc);
	xmlFreeParserCtxt(parser);
}

gboolean xml_read(const void *bytes, gsize length, const XmlVisitor *visitor, gpointer user_data, GError **error)
{
	static const xmlSAXHandler callbacks = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_open,
		.endElementNs = on_close,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};
	Reading reading = { .visitor = visitor, .user_data = user_data };
	xmlSAXHandler handler = callbacks;
	XmlText text;

	if (!xml_text_open(bytes, length, &text, error))
		return FALSE;
	/* Some errors of libxml2 belong to no parser and would go to standard error. */
	xmlSetStructuredErrorFunc(&reading, on_error);
	reading.next = text.start;
	reading.left = text.length;
	reading.parser = xmlCreateIOParserCtxt(&handler, &reading, on_read, NULL, &reading, XML_CHAR_ENCODING_UTF8);
	if (reading.parser != NULL)
		parse(&reading);
	else
		error_set(&reading.failure, ERROR_TRANSIENT, "no memory for an XML parser");
	parser_free(reading.parser);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xml_text_close(&text);
	if (reading.failure == NULL)
		return TRUE;
	g_propagate_error(error, reading.failure);
	return FALSE;
}

char *xml_attribute(const XmlElement *element, const char *name)
{
	const xmlChar *const *field = element->attributes;

	for (int i = 0; i < element->attribute_count; i++, field += ATTRIBUTE_FIELDS) {
		if (field[1] != NULL || strcmp((const char *)field[0], name) != 0)
			continue;
		GString *value = g_string_new_len((const char *)field[3], field[4] - field[3]);
		/* libxml2 leaves an ampersand by number, for a second reading that its own tree makes. */
		g_string_replace(value, "&#38;", "&", 0);
		return g_string_free(value, FALSE);
	}
	return NULL;
}
