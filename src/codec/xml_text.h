/* The bytes of an XML file as UTF-8 text that is fit to be parsed: the encoding worked out and not lied about, and no tag
 * so crowded that a parser would take minutes for it. */
#ifndef CODEC_XML_TEXT_H
#define CODEC_XML_TEXT_H

#include <glib.h>

#define XML_MAX_ATTRIBUTES 1000 /* of one tag, namespace declarations among them */

typedef struct {
	const char *start; /* without byte order mark; not ended by NUL */
	gsize length;
	char *converted; /* what `start` points into where the file was not UTF-8; else NULL */
} XmlText;

/* UTF-8 stays where it is (`bytes` has to outlive `text`), UTF-16 and the usual 8-bit encodings are converted. The XML
 * declaration keeps the name it had. ERROR_INVALID: no known encoding, one that the bytes contradict, UTF-7 and
 * other state machines, gzip, no tag at the beginning, a tag with too many attributes. Whether it is well-formed is the
 * parser's to say. */
gboolean xml_text_open(const void *bytes, gsize length, XmlText *text, GError **error);
void xml_text_close(XmlText *text);

#endif
