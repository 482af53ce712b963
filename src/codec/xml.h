/* XML as a stream (libxml2's door).
 *
 * Made for files of strangers: nothing is fetched, no DOCTYPE is taken, no entity but the five predefined and characters
 * by number, names only with declared prefixes, depth and attributes limited, encodings only as they are (codec/xml_text.h).
 * The first thing wrong ends it. Memory is constant, whatever the length of the file. */
#ifndef CODEC_XML_H
#define CODEC_XML_H

#include <glib.h>

#define XML_MAX_DEPTH 200

typedef struct {
	const char *name;  /* without prefix */
	const char *space; /* namespace URI; "" = none. The same URI is the same pointer until xml_read() returns */
	const void *attributes;
	int attribute_count;
} XmlElement;

/* What is called for each thing read, in document order. What returns FALSE has set the error, and is not called again.
 * Strings live until the call returns. Comments and processing instructions are left out; text may come in pieces and
 * is valid UTF-8, not ended by NUL. */
typedef struct {
	gboolean (*open)(const XmlElement *element, gpointer user_data, GError **error);
	gboolean (*text)(const char *text, gsize length, gpointer user_data, GError **error);
	gboolean (*close)(gpointer user_data, GError **error);
} XmlVisitor;

/* ERROR_INVALID where it is not well-formed, or asks for what is not given: "not well-formed XML: line 3: …", "has a DOCTYPE: …";
 * else what the visitor said. What the visitor was told before the error stands on what had been read till then. */
gboolean xml_read(const void *bytes, gsize length, const XmlVisitor *visitor, gpointer user_data, GError **error);

/* The value of an attribute in no namespace; NULL = none. Owned by the caller. */
char *xml_attribute(const XmlElement *element, const char *name);

#endif
